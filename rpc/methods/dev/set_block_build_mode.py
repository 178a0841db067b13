"""dev_setBlockBuildMode: choose the sealing mode."""

from __future__ import annotations

from pysubtensor.consensus.authoring.sealing import SealingMode, SealingOff
from pysubtensor.consensus.node import Node
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.methods.dev.shared import rpc


@rpc.method("dev_setBlockBuildMode", unsafe=True)
def set_block_build_mode(node: Node, mode: str) -> None:
    """Choose when blocks are made.

    `mode`: "Instant" (at each transaction), "Interval" (by time) or "Manual" (only when asked).
    Errors: InvalidParams for another mode; DevRefused where nothing makes blocks by itself.
    """
    known = [each.value for each in SealingMode]
    if mode.lower() not in known:
        raise InvalidParams(f"unknown mode `{mode:.40}`, expected one of {', '.join(known)}")
    try:
        node.sealing.change(SealingMode(mode.lower()))
    except SealingOff as error:
        raise DevRefused(f"The mode cannot be changed: {error}") from error
