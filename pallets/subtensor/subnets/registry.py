"""Which subnets there are.  Source: subnets/subnet."""

from __future__ import annotations

from pallets.subtensor.storage import Storage
from pallets.subtensor.types import ROOT
from runtime.frame.pallet_id import account_of
from runtime.primitives import AccountId, NetUid


def exists(sub: Storage, netuid: NetUid) -> bool:
    """Is there such a subnet?"""
    return sub.networks_added[netuid]


def netuids(sub: Storage) -> list[NetUid]:
    """All subnets, root among them, in the order of their keys."""
    return list(sub.networks_added.keys())


def netuids_but_root(sub: Storage) -> list[NetUid]:
    """All subnets that have alpha, in the order of their keys."""
    return [netuid for netuid in netuids(sub) if netuid != ROOT]


def account_of_subnet(sub: Storage, netuid: NetUid) -> AccountId | None:
    """The account that owns the rao in a subnet's pool; None when there is no such subnet."""
    if netuid in sub.networks_added or netuid == ROOT:
        return account_of(sub.config.subtensor_pallet_id, netuid.to_bytes(2, "little"))
    return None
