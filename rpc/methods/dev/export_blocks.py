"""dev_exportBlocks: blocks as a Parquet file, a row for each, bytes as they are on the chain."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType
from typing import Final

from pysubtensor.consensus.chain import Chain
from pysubtensor.consensus.node import Node
from pysubtensor.frame.header import Header
from pysubtensor.frame.primitives import BlockNumber
from pysubtensor.pallets.system import System
from pysubtensor.rpc.encoding.json import Json
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.shared import rpc

ROWS: Final = 512
"""Blocks written at a time."""


class MissingPyarrow(ImportError):
    """The library that writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__("pyarrow is not installed; pip install 'pysubtensor[parquet]'")


@rpc.method("dev_exportBlocks", unsafe=True)
async def export_blocks(
    node: Node, path: str, first: BlockNumber | None = None, last: BlockNumber | None = None
) -> dict[str, Json]:
    """Write blocks to a Parquet file at `path` on the node's disk, and return how many.

    `first` and `last` are block numbers; without them all blocks are written.
    Errors: DevRefused without pyarrow, for an empty range and a path that cannot be written.
    """
    best = node.chain.best.number
    start, stop = first or 0, best if last is None else min(last, best)
    if start > stop:
        raise DevRefused(f"There are no blocks {start} to {last}: the best one is {best}")
    try:
        await write_blocks(node.chain, Path(path), start, stop)
    except (MissingPyarrow, OSError, ValueError) as error:
        raise DevRefused(f"dev_exportBlocks: {error}") from error
    return {"path": path, "blocks": stop - start + 1}


async def write_blocks(chain: Chain, path: Path, first: int, last: int) -> None:
    """Write blocks `first` to `last`.  Errors: MissingPyarrow; OSError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingPyarrow from None
    events_key = chain.runtime.get(System).events.key()
    schema = _schema(pa)
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(first, last + 1, ROWS):
            numbers = range(start, min(start + ROWS, last + 1))
            rows = [_row(chain, number, events_key) for number in numbers]
            writer.write_table(pa.Table.from_pylist(rows, schema))
            await asyncio.sleep(0)


def _schema(pa: ModuleType) -> object:
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


def _row(chain: Chain, number: int, events_key: bytes) -> dict[str, object]:
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
