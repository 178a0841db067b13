"""The member directory: its owner, its lock, and files that survive a crash."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pysubtensor.training.files.run_files import WrongFiles

OWNER: Final = "owner.json"
LOCK: Final = "lock"


def claim_dir(member_dir: Path, owner: bytes) -> None:
    """Mark a folder as the directory of one member of one run on one chain.

    Errors: WrongFiles when it belongs to another, whose state would be taken for this member's.
    """
    member_dir.mkdir(parents=True, exist_ok=True)
    path = member_dir / OWNER
    if not path.exists():
        write_atomic(path, owner)
    elif path.read_bytes() != owner:
        raise WrongFiles(
            f"{member_dir} has the files of another member, run or chain; choose another folder"
        )


@contextmanager
def exclusive(member_dir: Path) -> Iterator[None]:
    """Lock a folder for this process.  Errors: WrongFiles when one is there."""
    member_dir.mkdir(parents=True, exist_ok=True)
    with (member_dir / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WrongFiles(f"another process uses {member_dir}") from error
        yield


def write_atomic(path: Path, data: bytes | memoryview) -> None:
    """Replace a file whole or not at all, even when the power fails."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
