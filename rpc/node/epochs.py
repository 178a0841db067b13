"""Making blocks until the epoch of a subnet."""

from __future__ import annotations

from collections.abc import Iterator

from pysubtensor.frame.primitives import U16, NetUid
from pysubtensor.pallets.subtensor.storage import Storage


class NoEpoch(RuntimeError):
    """A subnet whose epoch does not come."""


def until_epoch(sub: Storage, subnet: int) -> Iterator[None]:
    """Yield once for each block to make, until the next epoch of `subnet` has run.

    `sub` is the pallet SubtensorModule on the state that blocks change.
    Errors: NoEpoch for a subnet without epochs: unknown, root, without tempo, or broken.
    """
    netuid = NetUid(U16(subnet))
    if netuid == 0 or not sub.networks_added[netuid] or sub.tempo[netuid] == 0:
        raise NoEpoch(f"subnet {netuid} has no epochs")
    before = sub.last_mechanism_step_block[netuid]
    most = sub.tempo[netuid] + sub.total_networks.get()  # all others may have theirs first
    for _ in range(most):
        yield
        if sub.last_mechanism_step_block[netuid] != before:
            return
    raise NoEpoch(f"subnet {netuid} has had no epoch in {most} blocks")
