"""What belongs to a hotkey on one subnet and goes to another.  Source: swap/swap_hotkey."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.neurons import lists
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.swaps import children, stakes
from pysubtensor.pallets.subtensor.weight_counter import Accesses


def move(
    sub: Storage,
    old: AccountId,
    new: AccountId,
    netuid: NetUid,
    accesses: Accesses,
    *,
    keep_stake: bool,
) -> None:
    """Move all that a hotkey is on a subnet, and, unless asked otherwise, the stake with it.

    In subtensor: `perform_hotkey_swap_on_one_subnet`.
    Errors: those of `family.move`; CannotUseSystemAccount.
    """
    _move_neuron(sub, old, new, netuid, accesses)
    _rename(sub.childkey_take, (old, netuid), (new, netuid), accesses)
    children.move(sub, old, new, netuid, accesses)
    children.rename_chosen(sub, old, new, netuid, accesses)
    _move_auto_stake(sub, old, new, netuid)
    _move_ownership(sub, old, new, netuid, accesses)
    if not keep_stake:
        stakes.move(sub, old, new, netuid, accesses)


def _rename(item: Map[Any, Any], old: Any, new: Any, accesses: Accesses) -> None:
    if old in item:
        item[new] = item.take(old)
        accesses.count(reads=1, writes=2)


def _move_neuron(
    sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses
) -> None:
    is_neuron = sub.is_network_member.take((old, netuid))
    sub.is_network_member[new, netuid] = is_neuron
    accesses.count(reads=1, writes=2)
    if not is_neuron:
        return
    uid = sub.uids.take((netuid, old))
    if uid is not None:
        sub.uids[netuid, new] = uid
        sub.keys[netuid, uid] = new
        accesses.count(reads=1, writes=3)
    for item in (sub.prometheus, sub.axons, sub.neuron_certificates):
        _rename(item, (netuid, old), (netuid, new), accesses)
    for index in lists.indices(sub, netuid):
        _rename(sub.weight_commits, (index, old), (index, new), accesses)
    _rename_emission(sub, old, new, netuid, accesses)


def _rename_emission(
    sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses
) -> None:
    loaded = sub.loaded_emission[netuid]
    if loaded is not None:
        renamed = tuple((new if who == old else who, miner, rao) for who, miner, rao in loaded)
        sub.loaded_emission[netuid] = renamed
        accesses.count(reads=1, writes=2)


def _move_auto_stake(sub: Storage, old: AccountId, new: AccountId, netuid: NetUid) -> None:
    """Let what coldkeys earn be staked with the new hotkey."""
    if (old, netuid) in sub.auto_stake_destination_coldkeys:
        coldkeys = sub.auto_stake_destination_coldkeys.take((old, netuid))
        for coldkey in coldkeys:
            sub.auto_stake_destination[coldkey, netuid] = new
        sub.auto_stake_destination_coldkeys[new, netuid] = coldkeys


def _move_ownership(
    sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses
) -> None:
    if netuid not in sub.subnet_owner_hotkey:
        return
    accesses.count(reads=1)
    if sub.subnet_owner_hotkey[netuid] == old:
        owners.put_hotkey(sub, netuid, new)
        accesses.count(writes=1)
