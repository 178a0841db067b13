"""Which subnet has to go when there is no place for another.  Source: coinbase/root."""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U64_MAX, NetUid
from pysubtensor.pallets.subtensor.errors import SubnetLimitReached
from pysubtensor.pallets.subtensor.pools.moving_price import moving_price
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry


def place_to_clear(sub: Storage) -> NetUid | None:
    """The subnet to remove before another may come; None while there is a place.

    Errors: SubnetLimitReached when all are immune.
    """
    if len(registry.nonroot_added(sub)) < sub.subnet_limit.get():
        return None
    found = to_prune(sub)
    if found is None:
        raise SubnetLimitReached
    return found


def to_prune(sub: Storage) -> NetUid | None:
    """The subnet that would go: the cheapest out of immunity, of equals the oldest.

    In subtensor: `get_network_to_prune`.
    """
    immunity = sub.network_immunity_period.get()
    found, least = None, (U64F64.highest, U64_MAX)
    for netuid in registry.nonroot_added(sub):
        born = sub.network_registered_at[netuid]
        rank = (moving_price(sub, netuid), int(born))
        if now(sub) >= saturating_add(born, immunity) and rank < least:
            found, least = netuid, rank
    return found
