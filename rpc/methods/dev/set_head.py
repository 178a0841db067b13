"""dev_setHead: go back to a block."""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import BlockNumber, Hash
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc


@rpc.method("dev_setHead", unsafe=True)
def set_head(node: Node, block: Hash | BlockNumber) -> str:
    """Remove all blocks after `block` and all transactions of the pool, and return its hash.

    `block`: a hash or a number.  Errors: DevRefused for a block that is unknown, or whose state
    was discarded.
    """
    number: int | None
    if isinstance(block, bytes):
        number = node.chain.store.number_of(block)
        if number is None:
            raise DevRefused(f"There is no block {to_hex(block)}")
    else:
        number = block
    with client_errors():
        node.set_head(number)
    return to_hex(node.chain.best.hash)
