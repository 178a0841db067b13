"""What a row of weights and the hotkey that sends it must fulfil.

Times are block numbers.  Source: subnets/weights; the least stake is in the pallet's root file.
"""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.fixed_point import I64F64
from pysubtensor.frame.primitives import U16, AccountId, NetUid, Uid
from pysubtensor.pallets.subtensor.errors import HotKeyNotRegisteredInSubNet
from pysubtensor.pallets.subtensor.pools.stake_weight import stake_weight_of
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import mechanisms, owners
from pysubtensor.pallets.subtensor.types import NetUidStorageIndex


def ensure_uid(sub: Storage, netuid: NetUid, hotkey: AccountId) -> Uid:
    """Uid of a hotkey.  Errors: HotKeyNotRegisteredInSubNet."""
    uid = sub.uids[netuid, hotkey]
    if uid is None:
        raise HotKeyNotRegisteredInSubNet
    return uid


def has_stake(sub: Storage, netuid: NetUid, hotkey: AccountId) -> bool:
    """Whether the hotkey's stake reaches the threshold.  The owner's needs none."""
    owner = owners.uid_of_owner(sub, netuid)
    if owner is not None and sub.uids[netuid, hotkey] == owner:
        return True
    threshold = sub.stake_threshold.get() << I64F64.fraction
    return stake_weight_of(sub, hotkey, netuid) >= threshold


def within_rate_limit(sub: Storage, index: NetUidStorageIndex, uid: Uid) -> bool:
    """Whether the neuron waited long enough since its last weights or commitment.

    In subtensor: `check_rate_limit`.
    One that has none may come at once.
    """
    netuid, mechanism = mechanisms.of_index(index)
    if not mechanisms.exists(sub, netuid, mechanism) or (netuid, uid) not in sub.keys:
        return False
    last = last_update(sub, index, uid)
    if last == 0:
        return True
    return saturating_sub(now(sub), last) >= sub.weights_set_rate_limit[netuid]


def last_update(sub: Storage, index: NetUidStorageIndex, uid: Uid) -> int:
    """Block of the neuron's last weights or commitment; 0 for none."""
    blocks = sub.last_update[index]
    return blocks[uid] if uid < len(blocks) else 0


def version_is_current(sub: Storage, netuid: NetUid, version_key: int) -> bool:
    """Whether the sender's version is no older than the subnet's; 0 there asks for none.

    In subtensor: `check_version_key`.
    """
    return version_key >= sub.weights_version_key[netuid]


def may_validate(sub: Storage, netuid: NetUid, uid: Uid, uids: Sequence[U16]) -> bool:
    """Whether the neuron may weigh these: itself always, others with a permit or as the owner.

    In subtensor: `check_validator_permit`.
    """
    if is_self_weight(uid, uids) or uid == owners.uid_of_owner(sub, netuid):
        return True
    permits = sub.validator_permit[netuid]
    return uid < len(permits) and permits[uid]


def is_self_weight(uid: Uid, uids: Sequence[U16]) -> bool:
    """Whether the row names its sender and nobody else (`is_self_weight`)."""
    return len(uids) == 1 and uids[0] == uid


def all_exist(sub: Storage, netuid: NetUid, uids: Sequence[U16]) -> bool:
    """Whether each uid has a neuron (`contains_invalid_uids`)."""
    return all((netuid, Uid(uid)) in sub.keys for uid in uids)


def names_enough(sub: Storage, netuid: NetUid, uid: Uid, uids: Sequence[U16]) -> bool:
    """Whether the row names as many as it must: all of a smaller subnet, or itself alone.

    In subtensor: `check_length`.
    """
    least = min(sub.subnetwork_n[netuid], sub.min_allowed_weights[netuid])
    return is_self_weight(uid, uids) or len(uids) >= least
