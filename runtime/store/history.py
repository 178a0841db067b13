"""Past values: what a key held at an earlier block.

For each write the store keeps the value it replaced, under the key and the block's number.  The
value at block N is therefore the one that the first write after N replaced, or, without such a
write, the value at the head.
"""

from collections.abc import Iterator

from pysubtensor.runtime.store.engine import FAILURES, rows, translate
from pysubtensor.runtime.store.leveldb import Database, Reader, Seeker
from pysubtensor.runtime.store.records import (
    HISTORY,
    LATEST,
    after,
    decode_old,
    escape,
    number_bytes,
    unescape,
)

Item = tuple[bytes, bytes]
_NEVER = (1 << 64) - 1


class History:
    """Reads of past values of one database, as it stands now: make another after a write."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seeker = db.raw_iterator(verify_checksums=True)

    def value(self, key: bytes, number: int) -> bytes | None:
        """Value of `key` at block `number`.  Errors: DatabaseCorrupt, StoreClosed."""
        base = HISTORY + escape(key)
        seeker = self._seeker
        try:
            seeker.seek(base + number_bytes(number + 1))
            if seeker.valid():
                found, old = seeker.item()
                if found.startswith(base):
                    return decode_old(old)
            value = self._db.get(LATEST + key, verify_checksums=True)
        except FAILURES as error:
            raise translate(error) from error
        return value


def items_at_head(db: Reader, prefix: bytes, start_after: bytes | None) -> Iterator[Item]:
    """Keys with `prefix` above `start_after`, and their values, in order, at the head."""
    start, stop = _bounds(LATEST, prefix, start_after)
    return (
        (key[1:], value)
        for key, value in rows(db.iterator(start=start, stop=stop, verify_checksums=True))
    )


def keys_at_head(db: Reader, prefix: bytes, start_after: bytes | None) -> Iterator[bytes]:
    """As `items_at_head`, without the values."""
    start, stop = _bounds(LATEST, prefix, start_after)
    found = rows(db.iterator(start=start, stop=stop, include_value=False, verify_checksums=True))
    return (key[1:] for key in found)


def items_at(db: Database, prefix: bytes, start_after: bytes | None, number: int) -> Iterator[Item]:
    """As `items_at_head`, at block `number`."""
    snapshot = db.snapshot()
    latest = items_at_head(snapshot, prefix, start_after)
    seeker = snapshot.raw_iterator(verify_checksums=True)
    return _merge(latest, _replaced(seeker, prefix, start_after, number))


def _bounds(table: bytes, prefix: bytes, start_after: bytes | None) -> tuple[bytes, bytes]:
    start = prefix if start_after is None else max(prefix, start_after + b"\0")
    return table + start, after(table + prefix)


def _replaced(
    seeker: Seeker, prefix: bytes, start_after: bytes | None, number: int
) -> Iterator[tuple[bytes, bytes | None]]:
    """Keys written after block `number`, in order, and what they held at it."""
    wanted = HISTORY + prefix.replace(b"\0", b"\0\xff")
    position = wanted if start_after is None else HISTORY + escape(start_after) + b"\xff" * 9
    position = max(position, wanted)
    try:
        while True:
            seeker.seek(position)
            if not seeker.valid():
                return
            found, old = seeker.item()
            if not found.startswith(wanted):
                return
            base, block = found[:-8], int.from_bytes(found[-8:], "big")
            if block > number:
                yield unescape(base[1:]), decode_old(old)
                position = base + number_bytes(_NEVER)
            else:
                position = base + number_bytes(number + 1)
    except FAILURES as error:
        raise translate(error) from error


def _merge(
    latest: Iterator[Item], replaced: Iterator[tuple[bytes, bytes | None]]
) -> Iterator[Item]:
    """The items at the head, but where a key was written since, what it held before."""
    old = next(replaced, None)
    for key, value in latest:
        while old is not None and old[0] < key:
            if old[1] is not None:
                yield old[0], old[1]
            old = next(replaced, None)
        if old is None or old[0] != key:
            yield key, value
            continue
        if old[1] is not None:
            yield key, old[1]
        old = next(replaced, None)
    while old is not None:
        if old[1] is not None:
            yield old[0], old[1]
        old = next(replaced, None)
