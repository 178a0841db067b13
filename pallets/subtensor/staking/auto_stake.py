"""Where a coldkey's earnings as a miner are staked.  Source: macros/dispatches."""

from __future__ import annotations

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.errors import (
    HotKeyNotRegisteredInSubNet,
    SameAutoStakeHotkeyAlreadySet,
)
from pysubtensor.pallets.subtensor.events.staking import AutoStakeDestinationSet
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry


def set_auto_stake(sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId) -> None:
    """Choose a neuron of the subnet.

    Errors: SubnetNotExists; HotKeyNotRegisteredInSubNet; SameAutoStakeHotkeyAlreadySet.
    """
    registry.ensure_exists(sub, netuid)
    ensure(hotkeys.is_neuron(sub, netuid, hotkey), HotKeyNotRegisteredInSubNet)
    before = sub.auto_stake_destination[coldkey, netuid]
    ensure(before != hotkey, SameAutoStakeHotkeyAlreadySet)
    followers = sub.auto_stake_destination_coldkeys
    if before is not None:
        kept = tuple(each for each in followers[before, netuid] if each != coldkey)
        followers[before, netuid] = kept
    sub.auto_stake_destination[coldkey, netuid] = hotkey
    if coldkey not in followers[hotkey, netuid]:
        followers[hotkey, netuid] = (*followers[hotkey, netuid], coldkey)
    sub.emit(AutoStakeDestinationSet(coldkey, netuid, hotkey))
