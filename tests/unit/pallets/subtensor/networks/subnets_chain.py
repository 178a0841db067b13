"""A chain on which subnets are registered by calls, for the tests of how they come and go."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor.networks import registration
from tests.subtensor_chain import Chain
from tests.support import ROOT

TAO = 10**9
DEPOSIT = 500
"""Least balance of an account."""


def account(name: str, number: int = 0) -> AccountId:
    """An account nobody else has."""
    return AccountId(blake2_256(f"{name} {number}".encode()))


def netuid(number: int) -> NetUid:
    return NetUid(U16(number))


class SubnetChain(Chain):
    """Without a pause between registrations; the least lock is 100 TAO unless told."""

    def __init__(self, least_lock: int = 100 * TAO) -> None:
        super().__init__()
        self.sub.network_rate_limit.put(U64(0))
        self.sub.network_min_lock_cost.put(Tao(U64(least_lock)))
        self.sub.network_last_lock_cost.put(Tao(U64(least_lock)))
        self.sub.network_lock_reduction_interval.put(U64(2))

    @property
    def money(self) -> Balances:
        return self.runtime.get(Balances)

    def register(self, coldkey: AccountId, hotkey: AccountId, **args: Any) -> NetUid:
        """Pay for a subnet with money that was made for it; the netuid that has this hotkey."""
        self.give(coldkey, registration.lock_cost_now(self.sub) + DEPOSIT)
        name = "register_network_with_identity" if args else "register_network"
        self.call(coldkey, name, hotkey=hotkey, **args)
        owned = self.sub.subnet_owner_hotkey.items()
        return next(netuid for netuid, owner in owned if owner == hotkey)

    def pool(self, netuid: NetUid, tao: int, alpha: int) -> None:
        """Set what is in a subnet's pool, behind the back of its account."""
        self.sub.subnet_tao[netuid] = Tao(U64(tao))
        self.sub.subnet_alpha_in[netuid] = Alpha(U64(alpha))

    def dissolve(self, netuid: NetUid) -> list[Any]:
        return self.call(ROOT, "root_dissolve_network", netuid=netuid)
