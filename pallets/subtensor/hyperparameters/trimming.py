"""Shrinking a subnet: its neurons that earn least go, those that stay move together.

Neurons of the owner and new ones are immune; there must not be too many of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U16, NetUid, Uid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.errors import (
    InvalidValue,
    TrimmingWouldExceedMaxImmunePercentage,
)
from pysubtensor.pallets.subtensor.neurons import lists, pruning, uids
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import WeightRow

_EMPTY: Final = {"active": False, **lists.FOUND}
"""What a neuron has in each list of a subnet that is too short for it."""


def ensure_size(sub: Storage, netuid: NetUid, size: U16) -> None:
    """Errors: SubnetNotExists; InvalidValue."""
    registry.ensure_exists(sub, netuid)
    ensure(sub.min_allowed_uids[netuid] <= size <= sub.max_allowed_uids[netuid], InvalidValue)


def trim(sub: Storage, netuid: NetUid, size: U16) -> None:
    """Let the subnet have at most `size` neurons, now and later (`trim_to_max_allowed_uids`).

    Errors: TrimmingWouldExceedMaxImmunePercentage.
    """
    sub.max_allowed_uids[netuid] = size
    if sub.subnetwork_n[netuid] <= size:
        return
    immune = _immune(sub, netuid)
    if _percent(len(immune), size) >= sub.config.max_immune_uids_percentage:
        raise TrimmingWouldExceedMaxImmunePercentage
    removed = _chosen(sub, netuid, size, immune)
    for uid in removed:
        _remove(sub, netuid, uid)
    listed = range(len(sub.emission[netuid]))
    kept = tuple(Uid(U16(uid)) for uid in listed if uid not in removed)
    _shorten(sub, netuid, kept)
    _move(sub, netuid, kept)
    sub.subnetwork_n[netuid] = size


def _percent(part: int, whole: int) -> int:
    return 100 if whole == 0 or part > whole else part * 100 // whole


def _immune(sub: Storage, netuid: NetUid) -> frozenset[int]:
    owned, is_new = pruning.immune_of_owner(sub, netuid), pruning.newness(sub, netuid)
    here = [Uid(U16(uid)) for uid in range(sub.subnetwork_n[netuid])]
    return frozenset(uid for uid in here if uid in owned or is_new(uid))


def _chosen(sub: Storage, netuid: NetUid, size: int, immune: frozenset[int]) -> tuple[Uid, ...]:
    """Those to remove: least emission first; of equals, the higher uid."""
    count = sub.subnetwork_n[netuid]
    emission = sub.emission[netuid]
    ranked = sorted(range(len(emission)), key=lambda uid: -emission[uid])[:count]
    lowest = [Uid(U16(uid)) for uid in reversed(ranked) if uid not in immune]
    return tuple(lowest[: count - size])


def _remove(sub: Storage, netuid: NetUid, uid: Uid) -> None:
    if (netuid, uid) in sub.keys:
        hotkey = sub.keys[netuid, uid]
        uids.release_uid(sub, netuid, hotkey)
        del sub.last_hotkey_emission_on_netuid[hotkey, netuid]
        del sub.alpha_dividends_per_subnet[netuid, hotkey]
    del sub.keys[netuid, uid]
    del sub.block_at_registration[netuid, uid]
    del sub.associated_evm_address[netuid, uid]
    for index in lists.indices(sub, netuid):
        del sub.weights[index, uid]
        del sub.bonds[index, uid]


def _shorten(sub: Storage, netuid: NetUid, kept: Sequence[Uid]) -> None:
    for name, missing in _EMPTY.items():
        _pick(getattr(sub, name), netuid, kept, missing)
    for index in lists.indices(sub, netuid):
        _pick(sub.incentive, index, kept, 0)
        _pick(sub.last_update, index, kept, 0)


def _pick(lists: Map[Any, Any], key: int, kept: Sequence[Uid], missing: Any) -> None:
    old = lists[key]
    lists[key] = tuple(old[uid] if uid < len(old) else missing for uid in kept)


def _move(sub: Storage, netuid: NetUid, kept: Sequence[Uid]) -> None:
    """Give the neurons that stay the uids from 0 on, everywhere."""
    places = {old: Uid(U16(new)) for new, old in enumerate(kept)}
    for old, new in places.items():
        for item in (sub.keys, sub.associated_evm_address, sub.block_at_registration):
            _swap(item, (netuid, old), (netuid, new))
        for index in lists.indices(sub, netuid):
            for rows in (sub.weights, sub.bonds):
                _swap(rows, (index, old), (index, new))
                rows[index, new] = _renumbered(rows[index, new], places)
    sub.uids.clear(netuid)
    for uid in places.values():
        sub.uids[netuid, sub.keys[netuid, uid]] = uid


def _renumbered(row: WeightRow, places: dict[Uid, Uid]) -> WeightRow:
    return tuple((U16(places[Uid(uid)]), value) for uid, value in row if uid in places)


def _swap(item: Map[Any, Any], one: Any, other: Any) -> None:
    here, there = one in item, other in item
    first, second = item[one], item[other]
    _restore(item, one, second, present=there)
    _restore(item, other, first, present=here)


def _restore(item: Map[Any, Any], key: Any, value: Any, *, present: bool) -> None:
    if present:
        item[key] = value
    else:
        del item[key]
