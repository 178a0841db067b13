"""Which subnets there are.  Source: subnets/subnet."""

from __future__ import annotations

from itertools import count

from pysubtensor.frame.error import ensure
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U16, AccountId, NetUid
from pysubtensor.pallets.subtensor.errors import SubnetNotExists, SubtokenDisabled
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import DYNAMIC, ROOT


def exists(sub: Storage, netuid: NetUid) -> bool:
    """Whether there is such a subnet (`if_subnet_exist`)."""
    return sub.networks_added[netuid]


def ensure_exists(sub: Storage, netuid: NetUid) -> None:
    """Refuse a subnet that does not exist.  Errors: SubnetNotExists."""
    ensure(exists(sub, netuid), SubnetNotExists)


def ensure_subtoken_enabled(sub: Storage, netuid: NetUid) -> None:
    """Refuse a subnet whose alpha is not traded yet.  Errors: SubtokenDisabled."""
    ensure(sub.subtoken_enabled[netuid], SubtokenDisabled)


def has_price(sub: Storage, netuid: NetUid) -> bool:
    """Whether a subnet's alpha is traded against a liquidity pool."""
    return sub.subnet_mechanism[netuid] == DYNAMIC


def netuids(sub: Storage) -> list[NetUid]:
    """All subnets, root among them, in the order of their keys (`get_all_subnet_netuids`)."""
    return list(sub.networks_added.keys())


def nonroot_netuids(sub: Storage) -> list[NetUid]:
    """All subnets that have alpha, in the order of their keys."""
    return [netuid for netuid in netuids(sub) if netuid != ROOT]


def nonroot_added(sub: Storage) -> list[NetUid]:
    """All subnets but root that exist; an entry may say that its subnet does not."""
    return [netuid for netuid in nonroot_netuids(sub) if exists(sub, netuid)]


def next_netuid(sub: Storage) -> NetUid:
    """The first netuid above root that no entry has (`get_next_netuid`)."""
    taken = frozenset(netuids(sub))
    return next(netuid for each in count(1) if (netuid := NetUid(U16(each))) not in taken)


def account_of_subnet(sub: Storage, netuid: NetUid) -> AccountId | None:
    """The account that owns the rao in a subnet's pool; None when there is no such subnet.

    In subtensor: `get_subnet_account_id`.
    """
    if netuid in sub.networks_added or netuid == ROOT:
        return account_of(sub.config.subtensor_pallet_id, netuid.to_bytes(2, "little"))
    return None
