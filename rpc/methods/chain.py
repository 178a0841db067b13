"""chain_*: block hashes, headers and blocks, and subscriptions to heads.

Hashes are 0x-hex.  Block numbers are read as numbers or hex, and written as hex.  What the chain
does not have is null.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.header import GRANDPA
from pysubtensor.frame.primitives import U32_MAX, BlockNumber, Hash
from pysubtensor.rpc.encoding.json import Json, Raw, to_hex
from pysubtensor.rpc.errors import ChainError
from pysubtensor.rpc.node.feeds import feeds_of
from pysubtensor.rpc.node.headers import header_text
from pysubtensor.rpc.server.namespace import Namespace
from pysubtensor.rpc.server.params import reader

rpc = Namespace("chain")

_read_number = reader(BlockNumber)


def _height(value: object) -> int:
    """A block number within u32.  Errors: InvalidParams; ChainError when it is larger."""
    number = _read_number(value)
    if number > U32_MAX:
        shown = f"Hex({number})" if isinstance(value, str) else f"Number({number})"
        raise ChainError(f"`{shown}` > u32::MAX, the max block number is u32.")
    return number


def _heights(value: object) -> object:
    if isinstance(value, list) and len(value) > MOST_HEIGHTS:
        raise ValueError(f"more than {MOST_HEIGHTS} heights at once")
    return [_height(each) for each in value] if isinstance(value, list) else _height(value)


MOST_HEIGHTS: Final = 1 << 16
"""Most hashes of one call; more would delay the next block."""

Heights = Annotated[object, _heights]
"""A height, or an array of heights."""

Text = str | None
_JUSTIFICATION: Final = list(GRANDPA)


def _hash_at(node: Node, number: int) -> Text:
    found = node.chain.store.hash_at(number)
    return None if found is None else to_hex(found)


@rpc.method("chain_getBlockHash", "chain_getHead")
def block_hash(node: Node, number: Heights = None) -> Text | list[Text]:
    """Hash of block `number`, or of each in an array; of the best block without a number.

    Errors: InvalidParams for more than 65,536 numbers; ChainError for a number beyond u32.
    """
    if number is None:
        return to_hex(node.chain.best.hash)
    if isinstance(number, list):
        return [_hash_at(node, each) for each in number]
    assert isinstance(number, int)  # noqa: S101 (the decoder gives a number or a list)
    return _hash_at(node, number)


@rpc.method("chain_getFinalizedHead", "chain_getFinalisedHead")
def finalized_head(node: Node) -> str:
    """Hash of the last final block."""
    return to_hex(node.chain.finalized.hash)


@rpc.method("chain_getHeader")
def header(node: Node, block: Hash | None = None) -> Raw | None:
    """Header of a block, given by its hash; of the best block without one."""
    return header_text(node.chain, block or node.chain.best.hash)


@rpc.method("chain_getBlock")
def block(node: Node, block: Hash | None = None) -> dict[str, object] | None:
    """Header, extrinsics and justifications of a block; of the best block without a hash."""
    chain = node.chain
    wanted = block or chain.best.hash
    number = chain.store.number_of(wanted)
    found = None if number is None else chain.store.block(number)
    if found is None:
        return None
    proof = found.justification
    return {
        "block": {
            "header": header_text(chain, wanted),
            "extrinsics": [to_hex(extrinsic) for extrinsic in found.body],
        },
        "justifications": None if proof is None else [[_JUSTIFICATION, list(proof)]],
    }


async def _heads(node: Node) -> AsyncIterator[Json | Raw]:
    with feeds_of(node).heads.open() as box:
        yield header_text(node.chain, node.chain.best.hash)
        async for each in box:
            yield each


@rpc.subscription("chain_subscribeAllHeads", item="chain_allHead", stop="chain_unsubscribeAllHeads")
def all_heads(node: Node) -> AsyncIterator[Json | Raw]:
    """Header of the best block, then of each new block; this chain has no forks."""
    return _heads(node)


@rpc.subscription(
    "chain_subscribeNewHeads",
    "chain_subscribeNewHead",
    "subscribe_newHead",
    item="chain_newHead",
    stop=("chain_unsubscribeNewHeads", "chain_unsubscribeNewHead", "unsubscribe_newHead"),
)
def new_heads(node: Node) -> AsyncIterator[Json | Raw]:
    """Header of the best block, then of each new best block, also of the one after going back."""
    return _heads(node)


@rpc.subscription(
    "chain_subscribeFinalizedHeads",
    "chain_subscribeFinalisedHeads",
    item="chain_finalizedHead",
    stop=("chain_unsubscribeFinalizedHeads", "chain_unsubscribeFinalisedHeads"),
)
async def finalized_heads(node: Node) -> AsyncIterator[Json | Raw]:
    """Header of the last final block, then of each new one; of several at once the last."""
    with feeds_of(node).finalized.open() as box:
        yield header_text(node.chain, node.chain.finalized.hash)
        async for each in box:
            yield each
