"""engine_*: make a block, or make blocks final, on request (manual seal)."""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import BlockNotFound, EmptyPool, FinalizationFailed, SealingFailed
from pysubtensor.rpc.node.blocks import short_hash
from pysubtensor.rpc.server.namespace import Namespace

rpc = Namespace("engine")


@rpc.method("engine_createBlock")
def create_block(
    node: Node, create_empty: bool, finalize: bool, parent_hash: Hash | None = None
) -> dict[str, Json]:
    """Make a block of the pool's transactions, and return its hash.

    Errors: EmptyPool unless `create_empty`; BlockNotFound for an unknown parent; SealingFailed for
    a parent that is not the best block.
    """
    chain = node.chain
    if not create_empty and not node.pool.stats().ready:
        raise EmptyPool
    if parent_hash is not None and parent_hash != chain.best.hash:
        if chain.store.number_of(parent_hash) is None:
            raise BlockNotFound(short_hash(parent_hash))
        raise SealingFailed(
            f"Block {short_hash(parent_hash)} has a child already and this chain does not fork; "
            "dev_setHead goes back to it"
        )
    made = node.make_block(finalize=finalize)
    return {
        "hash": to_hex(made.hash),
        "aux": {
            "header_only": False,
            "clear_justification_requests": False,
            "needs_justification": False,
            "bad_justification": False,
            "is_new_best": True,
        },
        "proof_size": 0,
    }


@rpc.method("engine_finalizeBlock")
def finalize_block(node: Node, block: Hash, justification: object = None) -> bool:
    """Make a block and all before it final, and return true.

    Errors: FinalizationFailed for an unknown block.
    """
    number = node.chain.store.number_of(block)
    if number is None:
        reason = f"UnknownBlock: Header was not found in the database: {to_hex(block)}"
        raise FinalizationFailed(reason)
    node.finalize(number)
    return True
