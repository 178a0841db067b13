"""Reads of what a store keeps per block."""

from collections.abc import Callable, Iterable

from pysubtensor.runtime.store.engine import translated
from pysubtensor.runtime.store.errors import DatabaseCorrupt
from pysubtensor.runtime.store.leveldb import Database
from pysubtensor.runtime.store.records import (
    BLOCK,
    BODY,
    CHANGED,
    HISTORY,
    NUMBER,
    BlockRecord,
    StoredBlock,
    decode_block,
    decode_list,
    decode_old,
    escape,
    number_bytes,
)


class Blocks:
    """The blocks of one database.

    Any method may raise DatabaseCorrupt, DatabaseUnreachable or StoreClosed.
    """

    __slots__ = ("_get",)

    def __init__(self, db: Database) -> None:
        self._get: Callable[..., bytes | None] = db.get

    def read(self, key: bytes) -> bytes | None:
        """One record of any table."""
        with translated:
            return self._get(key, verify_checksums=True)

    def record(self, number: int) -> BlockRecord | None:
        """Block `number` without its body; None if there is none."""
        if not 0 <= number < 1 << 64:
            return None
        found = self.read(BLOCK + number_bytes(number))
        return None if found is None else decode_block(found)

    def known(self, number: int) -> BlockRecord:
        """As `record`, of a block that must be there."""
        record = self.record(number)
        if record is None:
            raise DatabaseCorrupt(f"block {number} is missing")
        return record

    def block(self, number: int) -> StoredBlock | None:
        """Block `number`; None if there is none."""
        record = self.record(number)
        if record is None:
            return None
        body = self.read(BODY + number_bytes(number))
        if body is None:
            raise DatabaseCorrupt(f"the body of block {number} is missing")
        return StoredBlock(
            number, record.hash, record.header, tuple(decode_list(body)), record.justification
        )

    def number_of(self, block_hash: bytes) -> int | None:
        """Number of the block with that hash."""
        found = self.read(NUMBER + block_hash)
        return None if found is None else int.from_bytes(found, "big")

    def changed_keys(self, number: int) -> list[bytes]:
        """The keys that block `number` wrote; not known of block 0."""
        found = self.read(CHANGED + number_bytes(number))
        if found is None:
            raise DatabaseCorrupt(f"the changes of block {number} are missing")
        return decode_list(found)

    def replaced(self, number: int, keys: Iterable[bytes]) -> dict[bytes, bytes | None]:
        """What those of `keys` that block `number` gave other values held before it."""
        suffix = number_bytes(number)
        old: dict[bytes, bytes | None] = {}
        for key in keys:
            found = self.read(HISTORY + escape(key) + suffix)
            if found is not None:
                old[key] = decode_old(found)
        return old
