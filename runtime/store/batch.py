"""What a block adds to a batch, and what taking it back or discarding its state removes."""

from collections.abc import Iterable, Mapping

from pysubtensor.runtime.store.leveldb import Batch
from pysubtensor.runtime.store.records import (
    BLOCK,
    BODY,
    CHANGED,
    HISTORY,
    LATEST,
    NUMBER,
    BlockRecord,
    StoredBlock,
    encode_block,
    encode_list,
    encode_old,
    escape,
    number_bytes,
)

Values = Mapping[bytes, bytes | None]


def put_latest(batch: Batch, values: Values) -> None:
    """Make `values` those of the head; None removes a key."""
    put, delete = batch.put, batch.delete
    for key, value in values.items():
        if value is None:
            delete(LATEST + key)
        else:
            put(LATEST + key, value)


def put_history(batch: Batch, number: int, keys: Iterable[bytes], old: Values) -> None:
    """Note which `keys` block `number` wrote, and the values it replaced."""
    suffix = number_bytes(number)
    put = batch.put
    for key, value in old.items():
        put(HISTORY + escape(key) + suffix, encode_old(value))
    put(CHANGED + suffix, encode_list(list(keys)))


def put_block(batch: Batch, block: StoredBlock, root: bytes) -> None:
    """Add a block, its state root and the way from its hash to its number."""
    suffix = number_bytes(block.number)
    record = BlockRecord(block.hash, root, block.header, block.justification)
    batch.put(BLOCK + suffix, encode_block(record))
    batch.put(BODY + suffix, encode_list(block.body))
    batch.put(NUMBER + block.hash, suffix)


def delete_block(batch: Batch, number: int, block_hash: bytes) -> None:
    """Remove what `put_block` added."""
    suffix = number_bytes(number)
    batch.delete(BLOCK + suffix)
    batch.delete(BODY + suffix)
    batch.delete(NUMBER + block_hash)


def delete_history(batch: Batch, number: int, keys: Iterable[bytes]) -> None:
    """Remove the old values that block `number` replaced."""
    suffix = number_bytes(number)
    for key in keys:
        batch.delete(HISTORY + escape(key) + suffix)


def delete_changed(batch: Batch, number: int) -> None:
    """Remove the note of which keys block `number` wrote."""
    batch.delete(CHANGED + number_bytes(number))
