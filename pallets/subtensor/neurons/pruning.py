"""Which neuron gives way when a subnet is full, and which are immune.

Neurons are immune for some blocks after their registration; a few of the owner's are so for ever.
Source: subnets/registration.
"""

from __future__ import annotations

from collections.abc import Callable

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.primitives import U16, NetUid, Uid
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.types import NO_ALPHA


def newness(sub: Storage, netuid: NetUid) -> Callable[[Uid], bool]:
    """Tells of a neuron whether it registered so lately that it is immune."""
    block, period, registered = now(sub), sub.immunity_period[netuid], sub.block_at_registration
    return lambda uid: saturating_sub(block, registered[netuid, uid]) < period


def immune_of_owner(sub: Storage, netuid: NetUid) -> list[Uid]:
    """The owner's hotkey, then the owner's other neurons from the oldest on, up to the limit.

    In subtensor: `get_immune_owner_uids`.
    """
    hotkeys = sub.owned_hotkeys[sub.subnet_owner[netuid]]
    uids = [uid for hotkey in hotkeys if (uid := sub.uids[netuid, hotkey]) is not None]
    uids.sort(key=lambda uid: (sub.block_at_registration[netuid, uid], uid))
    most = sub.immune_owner_uids_limit[netuid]
    uids = uids[:most]
    first = owners.uid_of_owner(sub, netuid)
    return uids if first is None or first in uids else [first, *uids][:most]


def neuron_to_prune(sub: Storage, netuid: NetUid) -> Uid | None:
    """The neuron with the least emission; of equals the oldest, then the lowest uid.

    In subtensor: `get_neuron_to_prune`.
    New ones come only when of the others just so many are left as the subnet wants to keep.  None
    when all are the owner's, or no other neuron may go.
    """
    new, others = _candidates(sub, netuid)
    if len(others) > sub.min_non_immune_uids[netuid]:
        return _least(sub, netuid, others)
    return _least(sub, netuid, new) if new else None


def _candidates(sub: Storage, netuid: NetUid) -> tuple[list[Uid], list[Uid]]:
    """Neurons that are not the owner's for ever: those still immune, and the others."""
    spared = [sub.keys[netuid, uid] for uid in immune_of_owner(sub, netuid)]
    is_new, new, others = newness(sub, netuid), list[Uid](), list[Uid]()
    for uid in map(Uid, map(U16, range(sub.subnetwork_n[netuid]))):
        if sub.keys[netuid, uid] not in spared and (netuid, uid) in sub.keys:
            (new if is_new(uid) else others).append(uid)
    return new, others


def _least(sub: Storage, netuid: NetUid, uids: list[Uid]) -> Uid:
    emission = sub.emission[netuid]

    def rank(uid: Uid) -> tuple[int, int, int]:
        earned = emission[uid] if uid < len(emission) else NO_ALPHA
        return earned, sub.block_at_registration[netuid, uid], uid

    return min(uids, key=rank)
