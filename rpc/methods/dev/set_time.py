"""dev_setTime, dev_increaseTime: set or advance chain time, in milliseconds."""

from __future__ import annotations

from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.pallets.timestamp import Timestamp
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc

LATEST: Final = 1 << 53
"""Milliseconds since 1970 that every client can still read as a number."""


@rpc.method("dev_setTime", unsafe=True)
def set_time(node: Node, timestamp: int) -> int:
    """Set chain time to `timestamp`, milliseconds since 1970, and return it.

    Errors: DevRefused for a time before the last block's, or beyond what clients can read.
    """
    if timestamp > LATEST:
        raise DevRefused(f"Chain time ends at {LATEST}")
    with client_errors():
        node.set_time(timestamp)
    return node.clock.now()


@rpc.method("dev_increaseTime", unsafe=True)
def increase_time(node: Node, milliseconds: int) -> int:
    """Move chain time forward by `milliseconds`, and return it, in milliseconds since 1970.

    Chain time is that of the last block where this is ahead of the clock.  Errors: DevRefused.
    """
    stamp = node.chain.runtime.get(Timestamp)
    return set_time(node, max(node.clock.now(), stamp.now.get()) + milliseconds)
