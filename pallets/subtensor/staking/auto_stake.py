"""Where a coldkey's earnings as a miner are staked.  Source: macros/dispatches."""

from __future__ import annotations

from pallets.subtensor import hotkeys
from pallets.subtensor.errors import HotKeyNotRegisteredInSubNet, SameAutoStakeHotkeyAlreadySet
from pallets.subtensor.events.staking import AutoStakeDestinationSet
from pallets.subtensor.storage import Storage
from pallets.subtensor.subnets import registry
from runtime.frame.error import ensure
from runtime.primitives import AccountId, NetUid


def choose(sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId) -> None:
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
