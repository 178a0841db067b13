"""Blocks as a Parquet file: a row each, bytes as they are on the chain."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from pysubtensor.consensus.chain import Chain
from pysubtensor.frame.header import Header

ROWS: Final = 512
"""Blocks written at a time."""


class MissingPyarrow(ImportError):
    """The library that writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__("pyarrow is not installed; pip install 'pysubtensor[parquet]'")


async def write_blocks(chain: Chain, path: Path, first: int, last: int) -> None:
    """Write blocks `first` to `last`.  Errors: MissingPyarrow; OSError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingPyarrow from None
    events: Any = chain.runtime.pallets["System"]
    schema = _schema(pa)
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(first, last + 1, ROWS):
            numbers = range(start, min(start + ROWS, last + 1))
            rows = [_row(chain, number, events.events.key()) for number in numbers]
            writer.write_table(pa.Table.from_pylist(rows, schema))
            await asyncio.sleep(0)


def _schema(pa: Any) -> Any:
    many = pa.list_(pa.binary())
    return pa.schema(
        [
            ("number", pa.uint32()),
            ("hash", pa.binary(32)),
            ("parent_hash", pa.binary(32)),
            ("state_root", pa.binary(32)),
            ("extrinsics_root", pa.binary(32)),
            ("header", pa.binary()),
            ("extrinsics", many),
            ("events", pa.binary()),
        ]
    )


def _row(chain: Chain, number: int, events_key: bytes) -> dict[str, Any]:
    """One block; its events are null where the state was discarded."""
    store = chain.store
    block = store.block(number)
    assert block is not None  # noqa: S101 (numbers up to the head are stored)
    header = Header.decode(block.header)
    return {
        "number": number,
        "hash": block.hash,
        "parent_hash": header.parent_hash,
        "state_root": header.state_root,
        "extrinsics_root": header.extrinsics_root,
        "header": block.header,
        "extrinsics": list(block.body),
        "events": store.get(events_key, number) if store.has_state(number) else None,
    }
