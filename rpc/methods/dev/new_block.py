"""dev_newBlock, dev_mine: make blocks now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import BlockNumber
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc
from pysubtensor.rpc.server.params import reader

_read_number = reader(BlockNumber)
_read_transactions = reader(list[bytes])


@rpc.method("dev_newBlock", "dev_mine", unsafe=True)
async def new_block(node: Node, options: object = None) -> str:
    """Make blocks, and return the hash of the last one.

    `options`: `{"count": n}` (or n alone) makes n blocks, `{"to": n}` all up to block n,
    `{"transactions": [hex]}` one block of these extrinsics instead of the pool's.
    Errors: InvalidParams; DevRefused for no block to make, or an extrinsic that is not valid.
    """
    given = _options(options)
    transactions = given.get("transactions")
    if transactions is not None:
        return _block_of(node, _read_transactions(transactions))
    for left in range(_count(node, given), 0, -1):
        node.make_block()
        if left > 1:
            await asyncio.sleep(0)  # subscribers are sent each block
    return to_hex(node.chain.best.hash)


def _options(given: object) -> Mapping[str, object]:
    if given is None:
        return {}
    if isinstance(given, int):
        return {"count": given}
    if not isinstance(given, dict) or not given.keys() <= {"count", "to", "transactions"}:
        raise InvalidParams("expected an object of `count`, `to` or `transactions`")
    return given


def _count(node: Node, given: Mapping[str, object]) -> int:
    if given.get("to") is not None:
        count = _read_number(given["to"]) - node.chain.best.number
    else:
        count = 1 if given.get("count") is None else _read_number(given["count"])
    if count < 1:
        raise DevRefused(f"There is no block to make: the best one is {node.chain.best.number}")
    return count


def _block_of(node: Node, transactions: list[bytes]) -> str:
    """Make a block of exactly these extrinsics, or none."""
    with client_errors():
        failures = node.trial(transactions)
    for index, failure in enumerate(failures):
        if failure is not None:
            raise DevRefused(f"Extrinsic {index} has no place in the block: {failure}")
    return to_hex(node.make_block(only=transactions).hash)
