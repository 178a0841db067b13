"""The moving price of a subnet: the slow average of its price, by which emission is divided.

The subnet that is pruned is found by it as well; `coinbase.moving_prices` moves it.
"""

from __future__ import annotations

from pysubtensor.frame.fixed_point import I96F32, U64F64
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


def moving_price(sub: Storage, netuid: NetUid) -> int:
    """The moving price of a subnet, U64F64 (`get_moving_alpha_price`)."""
    dynamic = netuid != ROOT and registry.has_price(sub, netuid)
    return from_stored(sub.subnet_moving_price[netuid], dynamic=dynamic)


def from_stored(stored: int, *, dynamic: bool) -> int:
    """The moving price (U64F64) of a stored one (I96F32); 1 where alpha has no price."""
    return U64F64.convert(stored, I96F32) if dynamic else U64F64.one
