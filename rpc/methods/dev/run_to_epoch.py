"""dev_runToEpoch: make blocks until a subnet's next epoch."""

from __future__ import annotations

import asyncio
from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U16
from pysubtensor.pallets.subtensor import SubtensorModule
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.shared import rpc
from pysubtensor.rpc.node.epochs import NoEpoch, until_epoch

FIRST_SUBNET: Final = U16(1)
"""The only subnet that every chain has from its beginning."""


@rpc.method("dev_runToEpoch", unsafe=True)
async def run_to_epoch(node: Node, netuid: U16 = FIRST_SUBNET) -> str:
    """Make blocks until the next epoch of subnet `netuid` has run, and return the last one's hash.

    Errors: DevRefused for a subnet without epochs: unknown, root, without tempo, or broken.
    """
    try:
        for _ in until_epoch(node.chain.runtime.get(SubtensorModule), netuid):
            node.make_block()
            await asyncio.sleep(0)  # subscribers are sent each block
    except NoEpoch as none:
        raise DevRefused(f"dev_runToEpoch: {none}") from none
    return to_hex(node.chain.best.hash)
