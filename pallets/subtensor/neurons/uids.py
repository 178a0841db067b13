"""The uids of a subnet: each has a hotkey and an entry in the subnet's lists.

Source: subnets/uids.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.primitives import U16, U16_MAX, AccountId, NetUid, Uid
from pysubtensor.pallets.subtensor.neurons import lists
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import NetUidStorageIndex


def append(sub: Storage, netuid: NetUid, hotkey: AccountId) -> Uid:
    """Make a hotkey the last neuron of a subnet, whether or not there is room.  Returns its uid.

    In subtensor: `append_neuron`.
    """
    count = sub.subnetwork_n[netuid]
    uid = Uid(count)
    sub.subnetwork_n[netuid] = U16(saturating_add(count, 1, U16_MAX))
    sub.active[netuid] = (*sub.active[netuid], True)
    for name, empty in lists.FOUND.items():
        if name != "stake_weight":  # it grows at the next epoch
            item = getattr(sub, name)
            item[netuid] = (*item[netuid], empty)
    for index in lists.indices(sub, netuid):
        sub.incentive[index] = (*sub.incentive[index], U16(0))
        lists.touch(sub, index, uid)
    _seat(sub, netuid, uid, hotkey)
    return uid


def replace(sub: Storage, netuid: NetUid, uid: Uid, hotkey: AccountId) -> None:
    """Give a uid to another hotkey; nothing happens if it has the subnet owner's hotkey.

    In subtensor: `replace_neuron`.
    """
    old = sub.keys[netuid, uid]
    if netuid in sub.subnet_owner_hotkey and sub.subnet_owner_hotkey[netuid] == old:
        return
    release_uid(sub, netuid, old)
    del sub.associated_evm_address[netuid, uid]
    active = sub.active[netuid]
    if uid < len(active):
        sub.active[netuid] = lists.replaced(active, uid, value=True)
    _seat(sub, netuid, uid, hotkey)
    clear(sub, netuid, uid)
    for index in lists.indices(sub, netuid):
        lists.touch(sub, index, uid)


def _seat(sub: Storage, netuid: NetUid, uid: Uid, hotkey: AccountId) -> None:
    sub.keys[netuid, uid] = hotkey
    sub.uids[netuid, hotkey] = uid
    sub.block_at_registration[netuid, uid] = now(sub)
    sub.is_network_member[hotkey, netuid] = True


def release_uid(sub: Storage, netuid: NetUid, hotkey: AccountId) -> None:
    """Let a hotkey no longer be a neuron, and forget where it could be reached."""
    del sub.uids[netuid, hotkey]
    del sub.is_network_member[hotkey, netuid]
    del sub.axons[netuid, hotkey]
    del sub.neuron_certificates[netuid, hotkey]
    del sub.prometheus[netuid, hotkey]


def clear(sub: Storage, netuid: NetUid, uid: Uid) -> None:
    """Forget what a uid weighed, held and earned, and what others thought of it.

    In subtensor: `clear_neuron`.
    """
    for name, empty in lists.FOUND.items():
        lists.clear_at(getattr(sub, name), netuid, uid, empty)
    for index in lists.indices(sub, netuid):
        lists.clear_at(sub.incentive, index, uid, U16(0))
        del sub.bonds[index, uid]
        del sub.weights[index, uid]
        _clear_weights_of(sub, index, uid)


def _clear_weights_of(sub: Storage, index: NetUidStorageIndex, uid: Uid) -> None:
    """Let the others of a mechanism weigh a uid with 0; only rows that change are written."""
    for key in sub.weights.keys(index):
        row = sub.weights[key]
        if uid not in dict(row):  # far faster than a loop
            continue
        cleared = tuple([(to, U16(0)) if to == uid else (to, value) for to, value in row])
        if cleared != row:
            sub.weights[key] = cleared
