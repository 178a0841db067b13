"""The folder of a member: whose it is, and files in it that outlast the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pysubtensor.training.files.run_files import Unfit

OWNER: Final = "owner.json"
LOCK: Final = "lock"


def claim(home: Path, owner: bytes) -> None:
    """Let a folder belong to a member of a run on a chain, by what it says of itself.

    Errors: Unfit when it belongs to another; what that one kept back, learnt and sent would be
    taken for this one's own.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / OWNER
    if not path.exists():
        write_whole(path, owner)
    elif path.read_bytes() != owner:
        raise Unfit(f"{home} has the files of another member, run or chain; choose another folder")


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep other processes out of a folder.  Errors: Unfit when one is there."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unfit(f"another process uses {home}") from error
        yield


def write_whole(path: Path, data: bytes | memoryview) -> None:
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
