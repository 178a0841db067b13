"""One LevelDB in a folder: opening it or saying why not, and errors by our own names.

The folder carries a file `FORMAT` beside LevelDB's own, so that a folder of somebody else is
recognised before LevelDB touches it.  Once there are blocks it says so: LevelDB takes a log that
is damaged from its start on for an empty one.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import plyvel

from pysubtensor.runtime.store.errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseUnreachable,
    ForeignDatabase,
    StoreClosed,
    StoreError,
)
from pysubtensor.runtime.store.leveldb import Database, Rows
from pysubtensor.runtime.trie.nodes import MalformedNode
from pysubtensor.runtime.trie.source import TrieDamaged

Row = TypeVar("Row")

FORMAT = "pysubtensor state 1\n"
FORMAT_FILE = "FORMAT"
BEGUN = "with blocks\n"

FAILURES = (plyvel.Error, RuntimeError, TrieDamaged, MalformedNode)
"""What reading raises below the store; plyvel says RuntimeError once the database is closed."""

_OPTIONS: dict[str, int] = {
    "create_if_missing": True,
    "paranoid_checks": True,
    "write_buffer_size": 16 << 20,
    "lru_cache_size": 64 << 20,
    "bloom_filter_bits": 10,
}


def translate(error: Exception) -> StoreError:
    """The store's error for one of `FAILURES`."""
    if isinstance(error, plyvel.CorruptionError | TrieDamaged | MalformedNode):
        return DatabaseCorrupt(_text(error))
    if isinstance(error, plyvel.Error):
        return DatabaseUnreachable(f"the database cannot be used: {_text(error)}")
    if "closed" in str(error):
        return StoreClosed("the store is closed")
    raise error


def _text(error: Exception) -> str:
    """LevelDB's message, which plyvel passes on as bytes."""
    message = error.args[0] if error.args else ""
    return message.decode(errors="replace") if isinstance(message, bytes) else str(message)


class _Translated:
    """`with translated:` raises what fails inside under the store's names."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, FAILURES):
            raise translate(error) from error


translated = _Translated()


def rows(iterator: Rows[Row]) -> Iterator[Row]:
    """What a plyvel iterator yields, its errors translated; closes it at the end."""
    try:
        yield from iterator
    except FAILURES as error:
        raise translate(error) from error
    finally:
        iterator.close()


class Folder:
    """The place of one LevelDB; without a path a temporary one, removed by `release`."""

    __slots__ = ("_temporary", "path")

    def __init__(self, path: Path | None) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if path is None:
            self._temporary = tempfile.TemporaryDirectory(
                prefix="pysubtensor-", ignore_cleanup_errors=True
            )
            path = Path(self._temporary.name)
        self.path = path

    def open(self) -> Database:
        """Open the database, which is made if absent.

        Errors: DatabaseLocked, DatabaseCorrupt, ForeignDatabase, DatabaseUnreachable.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            _check_folder(self.path)
        except OSError as error:
            raise DatabaseUnreachable(f"cannot use {self.path} for a database: {error}") from error
        try:
            database: Database = plyvel.DB(str(self.path), **_OPTIONS)
        except plyvel.Error as error:
            raise _refusal(self.path, error) from error
        return database

    def begun(self) -> bool:
        """Whether there were blocks."""
        return (self.path / FORMAT_FILE).read_bytes() == (FORMAT + BEGUN).encode()

    def begin(self) -> None:
        """Note that there are blocks.  Errors: DatabaseUnreachable."""
        try:
            if not self.begun():
                _mark(self.path, FORMAT + BEGUN)
        except OSError as error:
            raise DatabaseUnreachable(f"cannot write in {self.path}: {error}") from error

    def release(self) -> None:
        """Remove the folder if it is a temporary one."""
        if self._temporary is not None:
            self._temporary.cleanup()


def _mark(path: Path, text: str) -> None:
    """Write the file that says whose the folder is, whole or not at all."""
    fresh = path / (FORMAT_FILE + ".new")
    fresh.write_text(text)
    fresh.replace(path / FORMAT_FILE)


def _refusal(path: Path, error: Exception) -> StoreError:
    """Why LevelDB did not open `path`."""
    reason = _text(error)
    if reason.startswith("IO error: lock "):
        return DatabaseLocked(f"{path} is in use by another process or store")
    if any(text in reason for text in ("Permission denied", "No space", "Too many open files")):
        return DatabaseUnreachable(f"cannot open the database in {path}: {reason}")
    return DatabaseCorrupt(f"{reason} (in {path})")


def _check_folder(path: Path) -> None:
    """Accept an empty folder, which is marked as ours, or one that was."""
    names = {entry.name for entry in path.iterdir()}
    if FORMAT_FILE not in names:
        if names - {FORMAT_FILE + ".new"}:
            raise ForeignDatabase(f"{path} holds files that are not a database of this program")
        _mark(path, FORMAT)
        return
    found = (path / FORMAT_FILE).read_bytes()
    if found not in (FORMAT.encode(), (FORMAT + BEGUN).encode()):
        shown = found[:60].decode(errors="replace").strip()
        raise ForeignDatabase(f"{path} has the format {shown!r}, not {FORMAT.strip()!r}")
    _check_complete(path, names)


def _check_complete(path: Path, names: set[str]) -> None:
    """Refuse a folder that lost a vital file: LevelDB would take it for an empty one.

    A folder whose making was cut short is complete: it has no log yet, and its manifest, if any,
    is the first.
    """
    logs = any(name.endswith(".log") for name in names)
    tables = any(name.endswith((".ldb", ".sst")) for name in names)
    if "CURRENT" not in names:
        if logs or tables:
            raise DatabaseCorrupt(f"the file CURRENT is missing (in {path})")
    elif not logs and (path / "CURRENT").read_bytes() != b"MANIFEST-000001\n":
        raise DatabaseCorrupt(f"the log is missing (in {path})")
