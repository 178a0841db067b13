"""Whom the locks of a subnet favour.

Convictions are raw U64F64.  Source: staking/lock.
"""

from __future__ import annotations

from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U128, AccountId, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.locks import lock_book as book
from pysubtensor.pallets.subtensor.locks.conviction import LockKind
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import LockState

_Sums = Map[tuple[NetUid, AccountId], LockState | None]


def _conviction(sub: Storage, lock: LockState | None, kind: LockKind) -> int:
    return 0 if lock is None else book.roll(sub, lock, kind).conviction


def _owner_conviction(sub: Storage, netuid: NetUid) -> int:
    perpetual = _conviction(sub, sub.owner_lock[netuid], LockKind(owner=True, perpetual=True))
    decaying = _conviction(sub, sub.decaying_owner_lock[netuid], LockKind(owner=True))
    return U64F64.saturating_add(perpetual, decaying)


def hotkey_conviction(sub: Storage, hotkey: AccountId, netuid: NetUid) -> U128:
    """Conviction of all locks with a hotkey now (`hotkey_conviction`)."""
    found = U64F64.saturating_add(
        _conviction(sub, sub.hotkey_lock[netuid, hotkey], LockKind(perpetual=True)),
        _conviction(sub, sub.decaying_hotkey_lock[netuid, hotkey], LockKind()),
    )
    if hotkey == sub.subnet_owner_hotkey[netuid]:
        found = U64F64.saturating_add(found, _owner_conviction(sub, netuid))
    return U128(found)


def total_conviction(sub: Storage, netuid: NetUid) -> int:
    """Conviction of all locks on a subnet now (`get_total_conviction`)."""
    total = _owner_conviction(sub, netuid)
    for sums, kind in (
        (sub.hotkey_lock, LockKind(perpetual=True)),
        (sub.decaying_hotkey_lock, LockKind()),
    ):
        for lock in sums.values(netuid):
            total = U64F64.saturating_add(total, _conviction(sub, lock, kind))
    return total


def conviction_leader(sub: Storage, netuid: NetUid) -> AccountId | None:
    """The hotkey with the most conviction; of equals the last by key; None without any lock.

    In subtensor: `subnet_king`.
    """
    found = {*_hotkeys(sub.hotkey_lock, netuid), *_hotkeys(sub.decaying_hotkey_lock, netuid)}
    if netuid in sub.owner_lock or netuid in sub.decaying_owner_lock:
        found.add(sub.subnet_owner_hotkey[netuid])
    return max(
        sorted(found),
        key=lambda hotkey: (hotkey_conviction(sub, hotkey, netuid), hotkey),
        default=None,
    )


def _hotkeys(sums: _Sums, netuid: NetUid) -> list[AccountId]:
    return [hotkey for _, hotkey in sums.keys(netuid)]
