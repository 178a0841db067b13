"""LevelDB as plyvel offers it, which ships no types: what the store uses of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol, TypeVar, overload

Row_co = TypeVar("Row_co", covariant=True)


class Rows(Protocol[Row_co]):
    """Keys, or pairs of key and value, in the order of the keys."""

    def __iter__(self) -> Iterator[Row_co]: ...

    def __next__(self) -> Row_co: ...

    def close(self) -> None:
        """Let go of the database."""


class Seeker(Protocol):
    """A place among the keys that can be moved."""

    def seek(self, target: bytes, /) -> None:
        """Go to the first key that does not come before `target`."""

    def valid(self) -> bool:
        """Whether there is one."""

    def item(self) -> tuple[bytes, bytes]:
        """Its key and value."""


class Batch(Protocol):
    """Writes that happen together or not at all."""

    def put(self, key: bytes, value: bytes, /) -> None:
        """Write `value` under `key`."""

    def delete(self, key: bytes, /) -> None:
        """Remove `key`."""

    def write(self) -> None:
        """Carry all of it out."""


class Reader(Protocol):
    """Reads: of the database as it stands, or as it stood at a snapshot."""

    def get(self, key: bytes, /, *, verify_checksums: bool = False) -> bytes | None:
        """The value under `key`."""

    @overload
    def iterator(
        self,
        *,
        start: bytes | None = None,
        stop: bytes | None = None,
        include_value: Literal[False],
        verify_checksums: bool = False,
    ) -> Rows[bytes]: ...

    @overload
    def iterator(
        self,
        *,
        start: bytes | None = None,
        stop: bytes | None = None,
        verify_checksums: bool = False,
    ) -> Rows[tuple[bytes, bytes]]: ...

    def raw_iterator(self, *, verify_checksums: bool = False) -> Seeker:
        """A place among the keys."""


class Database(Reader, Protocol):
    """An open database."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    def put(self, key: bytes, value: bytes, /, *, sync: bool = False) -> None:
        """Write `value` under `key`; `sync` waits for the disk."""

    def write_batch(self, *, sync: bool = False) -> Batch:
        """A new batch; `sync` waits for the disk when it is written."""

    def snapshot(self) -> Reader:
        """The database as it stands now, whatever is written later."""

    def close(self) -> None:
        """Close it; whatever uses it then raises RuntimeError."""
