"""Validators on root, who become parents of the owner's hotkey on a new subnet."""

from __future__ import annotations

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, U64_MAX, NetUid
from pysubtensor.pallets.subtensor.children import pending
from pysubtensor.pallets.subtensor.errors import (
    RegistrationNotPermittedOnRootSubnet,
    SubnetNotExists,
)
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


def offer(sub: Storage, netuid: NetUid) -> None:
    """Choose the owner's hotkey as only child of every validator on root that lets this happen.

    In subtensor: `do_set_root_validators_for_subnet`.
    A validator for whom that is refused is passed over.
    Errors: RegistrationNotPermittedOnRootSubnet; SubnetNotExists.
    """
    if netuid == ROOT:
        raise RegistrationNotPermittedOnRootSubnet
    if not registry.exists(sub, netuid) or netuid not in sub.subnet_owner_hotkey:
        raise SubnetNotExists
    owner = sub.subnet_owner_hotkey[netuid]
    for _, validator in list(sub.keys.items(ROOT)):
        if validator == owner or not sub.auto_parent_delegation_enabled[validator]:
            continue
        try:
            everything = ((U64(U64_MAX), owner),)
            pending.set_children(sub, sub.owner[validator], validator, netuid, everything)
        except DispatchFailure:
            continue
