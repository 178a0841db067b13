"""dev_snapshot, dev_revert: take a snapshot of the chain, and go back to it."""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc


@rpc.method("dev_snapshot", unsafe=True)
def snapshot(node: Node) -> int:
    """Take a snapshot of the best block, and return its number for dev_revert."""
    return node.snapshot()


@rpc.method("dev_revert", unsafe=True)
def revert(node: Node, snapshot: int) -> bool:
    """Go back to a snapshot, which can be used once; later snapshots are gone as well.

    Returns true.  Errors: DevRefused for an unknown snapshot.
    """
    with client_errors():
        node.revert(snapshot)
    return True
