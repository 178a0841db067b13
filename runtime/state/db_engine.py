"""One LevelDB in a folder: opening it or saying why not, and errors by our own names.

The folder carries a file `FORMAT` beside LevelDB's own, so that a folder of somebody else is
recognised before LevelDB touches it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import plyvel

from runtime.state.db_errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseUnreachable,
    ForeignDatabase,
    StoreClosed,
    StoreError,
)
from runtime.state.nodes import MalformedNode
from runtime.state.trie_source import TrieDamaged

FORMAT = "pysubtensor state 1\n"
FORMAT_FILE = "FORMAT"

FAILURES = (plyvel.Error, RuntimeError, TrieDamaged, MalformedNode)
"""What reading raises below the store; plyvel says RuntimeError once the database is closed."""

_OPTIONS: dict[str, Any] = {
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


def rows(iterator: Any) -> Iterator[Any]:
    """What a plyvel iterator yields, its errors translated; closes it at the end."""
    try:
        yield from iterator
    except FAILURES as error:
        raise translate(error) from error
    finally:
        iterator.close()


def open_folder(path: Path | None) -> tuple[Any, "tempfile.TemporaryDirectory[str] | None"]:
    """Open the LevelDB in `path`, or a new one in a temporary folder, which comes with it.

    Errors: DatabaseLocked, DatabaseCorrupt, ForeignDatabase, DatabaseUnreachable.
    """
    if path is None:
        temporary = tempfile.TemporaryDirectory(prefix="pysubtensor-", ignore_cleanup_errors=True)
        return _open(Path(temporary.name)), temporary
    return _open(path), None


def _open(path: Path) -> Any:
    try:
        path.mkdir(parents=True, exist_ok=True)
        _check_folder(path)
    except OSError as error:
        raise DatabaseUnreachable(f"cannot use {path} for a database: {error}") from error
    try:
        return plyvel.DB(str(path), **_OPTIONS)
    except plyvel.Error as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: Exception) -> StoreError:
    """Why LevelDB did not open `path`."""
    reason = _text(error)
    if "lock" in reason.lower():
        return DatabaseLocked(f"{path} is in use by another process or store")
    if any(text in reason for text in ("Permission denied", "No space", "Too many open files")):
        return DatabaseUnreachable(f"cannot open the database in {path}: {reason}")
    return DatabaseCorrupt(f"{reason} (in {path})")


def _check_folder(path: Path) -> None:
    """Accept an empty folder, which is marked as ours, or one that was."""
    names = {entry.name for entry in path.iterdir()}
    fresh = path / (FORMAT_FILE + ".new")
    if FORMAT_FILE not in names:
        if names - {fresh.name}:
            raise ForeignDatabase(f"{path} holds files that are not a database of this program")
        fresh.write_text(FORMAT)
        fresh.replace(path / FORMAT_FILE)
        return
    found = (path / FORMAT_FILE).read_bytes()
    if found != FORMAT.encode():
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
