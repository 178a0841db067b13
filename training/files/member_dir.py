"""The folder of a member: whose it is, and files in it that outlast the process."""

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
    """Let a folder belong to a member of a run on a chain, by what it says of itself.

    Errors: WrongFiles when it belongs to another; what that one kept back, learnt and sent would be
    taken for this one's own.
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
    """Keep other processes out of a folder.  Errors: WrongFiles when one is there."""
    member_dir.mkdir(parents=True, exist_ok=True)
    with (member_dir / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WrongFiles(f"another process uses {member_dir}") from error
        yield


def write_atomic(path: Path, data: bytes | memoryview) -> None:
    """Replace a file whole or not at all, also when the power fails."""
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
