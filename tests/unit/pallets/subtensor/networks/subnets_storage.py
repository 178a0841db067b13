"""Which storage items have entries of a subnet, and which of them outlive it."""

from __future__ import annotations

from typing import Any, get_args

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.types import NetUidStorageIndex
from tests.support import BOB

LEFT = {
    "AdjustmentAlpha",
    "AdjustmentInterval",
    "AutoStakeDestination",
    "AutoStakeDestinationColdkeys",
    "MaxWeightsLimit",
    "MinAllowedUids",
    "MinChildkeyTakePerSubnet",
    "MinNonImmuneUids",
    "OwnerCutEnabled",
    "RecycleOrBurn",
    "RegisteredSubnetCounter",
    "RootAlphaDividendsPerSubnet",
    "RootClaimableThreshold",
    "RootProp",
    "SubnetEmissionEnabled",
    "SubnetTAO",  # an entry of 0; others go
    "VotingPower",
    "VotingPowerDisableAtBlock",
    "VotingPowerEmaAlpha",
    "VotingPowerTrackingEnabled",
}
"""What the chain keeps of a subnet that is gone."""


def items(sub: SubtensorModule) -> list[Map[Any, Any]]:
    """All maps of the pallet."""
    declared = (vars(cls).items() for cls in SubtensorModule.__mro__)
    return [getattr(sub, name) for each in declared for name, item in each
            if isinstance(item, Map)]  # fmt: skip


def _parts(item: Map[Any, Any]) -> tuple[Any, ...]:
    key_type = get_args(item.__orig_class__)[0]
    return get_args(key_type) if len(item.hashers) > 1 else (key_type,)


def keys_on(item: Map[Any, Any], net: NetUid) -> list[Any]:
    """A key of the item on a subnet, with Bob for accounts; none if it has no netuid in it.

    Two for what is kept by mechanism: one of each of the first two.
    """
    parts = _parts(item)
    if NetUid not in parts and NetUidStorageIndex not in parts:
        return []
    made = []
    for mechanism in range(2 if NetUidStorageIndex in parts else 1):
        known = {NetUid: net, NetUidStorageIndex: storage_index(net, mechanism), AccountId: BOB}
        key = tuple(known.get(part, 0) for part in parts)
        made.append(key if len(parts) > 1 else key[0])
    return made


def present(sub: SubtensorModule, net: NetUid) -> set[str]:
    """Names of the items that have any entry of a subnet."""
    return {item.wire_name for item in items(sub) if _has_entry(item, net)}


def _has_entry(item: Map[Any, Any], net: NetUid) -> bool:
    parts = _parts(item)
    places = [place for place, part in enumerate(parts) if part in (NetUid, NetUidStorageIndex)]
    indices = [net, storage_index(net, 1)] if NetUidStorageIndex in parts else [net]
    return any(
        (key[place] if len(parts) > 1 else key) in indices
        for place in places
        for key in item.keys()  # noqa: SIM118 (a map is not iterable)
    )
