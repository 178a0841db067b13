"""dev_*: making blocks, chain time, and going back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pysubtensor.consensus.authoring.sealing import SealingMode
from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U16, BlockNumber, Hash
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.methods.dev.export import MissingPyarrow, write_blocks
from pysubtensor.rpc.methods.dev.shared import refusing, rpc
from pysubtensor.rpc.node.epochs import NoEpoch, until_epoch
from pysubtensor.rpc.server.params import decoder

LATEST: Final = 1 << 53
"""Milliseconds since 1970 that every client can still read as a number."""

FIRST_SUBNET: Final = U16(1)
"""The only subnet that every chain has from its beginning."""

_read_number = decoder(BlockNumber)
_read_transactions = decoder(list[bytes])


@rpc.method("dev_newBlock", "dev_mine", unsafe=True)
async def new_block(node: Node, options: object = None) -> str:
    """Make blocks and give the hash of the last one.

    `{"count": n}` (or n) makes n, `{"to": n}` those up to block n, `{"transactions": [hex]}` one
    of these extrinsics instead of the pool's.  Errors: InvalidParams; DevRefused.
    """
    given = _options(options)
    transactions = given.get("transactions")
    if transactions is not None:
        return _block_of(node, _parameter(_read_transactions, transactions))
    for left in range(_count(node, given), 0, -1):
        node.make_block()
        if left > 1:
            await asyncio.sleep(0)  # subscribers hear of each block
    return to_hex(node.chain.best.hash)


def _options(given: object) -> Mapping[str, Any]:
    if given is None:
        return {}
    if isinstance(given, int):
        return {"count": given}
    if not isinstance(given, dict) or not given.keys() <= {"count", "to", "transactions"}:
        raise InvalidParams("expected an object of `count`, `to` or `transactions`")
    return given


def _parameter(read: Any, value: object) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise InvalidParams(str(error)) from None


def _count(node: Node, given: Mapping[str, Any]) -> int:
    if given.get("to") is not None:
        count = _parameter(_read_number, given["to"]) - node.chain.best.number
    else:
        count = 1 if given.get("count") is None else _parameter(_read_number, given["count"])
    if count < 1:
        raise DevRefused(f"There is no block to make: the best one is {node.chain.best.number}")
    return int(count)


def _block_of(node: Node, transactions: list[bytes]) -> str:
    """A block of exactly these extrinsics, or none."""
    with refusing():
        refusals = node.trial(transactions)
    for index, refusal in enumerate(refusals):
        if refusal is not None:
            raise DevRefused(f"Extrinsic {index} has no place in the block: {refusal}")
    return to_hex(node.make_block(only=transactions).hash)


@rpc.method("dev_setBlockBuildMode", unsafe=True)
def set_block_build_mode(node: Node, mode: str) -> None:
    """Choose when blocks are made: "Instant", "Interval" or "Manual".

    Errors: InvalidParams; DevRefused.
    """
    known = [each.value for each in SealingMode]
    if mode.lower() not in known:
        raise InvalidParams(f"unknown mode `{mode:.40}`, expected one of {', '.join(known)}")
    try:
        node.set_mode(mode.lower())
    except NotImplementedError as error:
        raise DevRefused(f"The mode cannot be changed: {error}") from error


@rpc.method("dev_setTime", unsafe=True)
def set_time(node: Node, timestamp: int) -> int:
    """Make chain time `timestamp`, milliseconds since 1970; gives it.  Errors: DevRefused."""
    if timestamp > LATEST:
        raise DevRefused(f"Chain time ends at {LATEST}")
    with refusing():
        node.set_time(timestamp)
    return node.clock.now()


@rpc.method("dev_increaseTime", unsafe=True)
def increase_time(node: Node, milliseconds: int) -> int:
    """Move chain time forward, from the last block's if it is ahead; gives the new one."""
    stamp: Any = node.chain.runtime.pallets["Timestamp"]
    return set_time(node, max(node.clock.now(), stamp.now.get()) + milliseconds)


@rpc.method("dev_setHead", unsafe=True)
def set_head(node: Node, block: Hash | BlockNumber) -> str:
    """Forget all blocks after this one and the pool's transactions; gives its hash.

    Errors: DevRefused.
    """
    number: int | None
    if isinstance(block, bytes):
        number = node.chain.store.number_of(block)
        if number is None:
            raise DevRefused(f"There is no block {to_hex(block)}")
    else:
        number = block
    with refusing():
        node.set_head(number)
    return to_hex(node.chain.best.hash)


@rpc.method("dev_snapshot", unsafe=True)
def snapshot(node: Node) -> int:
    """Remember the present head; gives the id for dev_revert."""
    return node.snapshot()


@rpc.method("dev_revert", unsafe=True)
def revert(node: Node, snapshot: int) -> bool:
    """Go back to a snapshot, which is used up by that with all later ones.  Errors: DevRefused."""
    with refusing():
        node.revert(snapshot)
    return True


@rpc.method("dev_runToEpoch", unsafe=True)
async def run_to_epoch(node: Node, netuid: U16 = FIRST_SUBNET) -> str:
    """Make blocks until the subnet's next epoch has run, and give the hash of the last one.

    Errors: DevRefused for a subnet without epochs: absent, root, without tempo, or in disorder.
    """
    sub: Any = node.chain.runtime.pallets["SubtensorModule"]
    try:
        for _ in until_epoch(sub, netuid):
            node.make_block()
            await asyncio.sleep(0)  # subscribers hear of each block
    except NoEpoch as none:
        raise DevRefused(f"dev_runToEpoch: {none}") from none
    return to_hex(node.chain.best.hash)


@rpc.method("dev_exportBlocks", unsafe=True)
async def export_blocks(
    node: Node, path: str, first: BlockNumber | None = None, last: BlockNumber | None = None
) -> dict[str, Json]:
    """Write blocks to a Parquet file on the node's disk, all of them unless told which.

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
