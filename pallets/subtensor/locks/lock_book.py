"""Locks as they are kept: each coldkey's own, and the sums that they count in.

A lock counts in one of four sums, by whether it is with the hotkey of the subnet's owner and
whether it is perpetual.  Sums decay like the locks in them.
Source: staking/lock (ConvictionModel).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.locks.conviction import (
    DecayTimes,
    LockKind,
    LockLoss,
    is_dust,
    merged,
    reduced,
    roll_forward,
    state,
)
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import LockState


class LockEntry(NamedTuple):
    """A coldkey's lock with a hotkey, and the sum it counts in, both brought up to date."""

    hotkey: AccountId
    kind: LockKind
    lock: LockState
    total: LockState


# -- what a coldkey has ---------------------------------------------------------------------------


def hotkey_of(sub: Storage, coldkey: AccountId, netuid: NetUid) -> AccountId | None:
    """The hotkey that a coldkey has a lock with on a subnet; of several the first by key."""
    return next((hotkey for _, _, hotkey in sub.lock.keys(coldkey, netuid)), None)


def lock_of(sub: Storage, coldkey: AccountId, netuid: NetUid) -> LockEntry | None:
    """A coldkey's lock on a subnet."""
    hotkey = hotkey_of(sub, coldkey, netuid)
    return None if hotkey is None else lock_with(sub, coldkey, netuid, hotkey)


def lock_with(sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId) -> LockEntry:
    """A coldkey's lock with a hotkey, empty if there is none.

    What the lock lost its sum loses too; only when it lost nothing the sum decays by itself.
    """
    kind = lock_kind(sub, coldkey, netuid, hotkey)
    lock, lost = roll_with_loss(sub, sub.lock[coldkey, netuid, hotkey] or empty(sub), kind)
    total = total_of(sub, netuid, hotkey, kind)
    if lost == LockLoss(0, 0):
        return LockEntry(hotkey, kind, lock, roll(sub, total, kind))
    left = reduced(total, lost)
    return LockEntry(hotkey, kind, lock, state(left.locked_mass, left.conviction, now(sub)))


def save(sub: Storage, coldkey: AccountId, netuid: NetUid, held: LockEntry) -> None:
    """Keep a lock and its sum, or forget what is nothing."""
    put(sub, coldkey, netuid, held.hotkey, held.lock)
    put_total(sub, netuid, held.hotkey, held.kind, held.total)


def put(
    sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId, lock: LockState
) -> None:
    """Keep a coldkey's own lock; dust is forgotten."""
    if is_dust(lock):
        forget(sub, coldkey, netuid, hotkey)
    else:
        sub.locking_coldkeys[netuid, hotkey, coldkey] = ()
        sub.lock[coldkey, netuid, hotkey] = lock


def forget(sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId) -> None:
    """Forget a coldkey's own lock."""
    del sub.locking_coldkeys[netuid, hotkey, coldkey]
    del sub.lock[coldkey, netuid, hotkey]


# -- sums -----------------------------------------------------------------------------------------


def total_of(sub: Storage, netuid: NetUid, hotkey: AccountId, kind: LockKind) -> LockState:
    """The sum for locks of a kind with a hotkey, as stored."""
    item, key = _place(sub, netuid, hotkey, kind)
    return item[key] or empty(sub)


def put_total(
    sub: Storage, netuid: NetUid, hotkey: AccountId, kind: LockKind, total: LockState
) -> None:
    """Keep a sum; one without mass and conviction is forgotten."""
    item, key = _place(sub, netuid, hotkey, kind)
    item[key] = total if total.locked_mass or total.conviction else None


def take_total(sub: Storage, netuid: NetUid, hotkey: AccountId, kind: LockKind) -> LockState | None:
    """Remove a sum; returns it brought up to date."""
    item, key = _place(sub, netuid, hotkey, kind)
    total = item.take(key)
    return total and roll(sub, total, kind)


def _place(
    sub: Storage, netuid: NetUid, hotkey: AccountId, kind: LockKind
) -> tuple[Map[Any, LockState | None], Any]:
    if kind.owner:
        return (sub.owner_lock if kind.perpetual else sub.decaying_owner_lock), netuid
    return (sub.hotkey_lock if kind.perpetual else sub.decaying_hotkey_lock), (netuid, hotkey)


def add_to_total(
    sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId, added: LockState
) -> None:
    """Let a coldkey's lock with a hotkey count in its sum (`add_aggregate_lock`)."""
    kind = lock_kind(sub, coldkey, netuid, hotkey)
    total = total_of(sub, netuid, hotkey, kind)
    put_total(sub, netuid, hotkey, kind, with_added(sub, total, kind, added))


def with_added(sub: Storage, total: LockState, kind: LockKind, added: LockState) -> LockState:
    """A sum brought up to date, and more."""
    return roll(sub, merged(roll(sub, total, kind), added), kind)


def take_from_total(
    sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId, lost: LockLoss
) -> None:
    """Let the sum that a coldkey's lock with a hotkey counts in lose some.

    In subtensor: `reduce_aggregate_lock`.
    """
    kind = lock_kind(sub, coldkey, netuid, hotkey)
    total = roll(sub, total_of(sub, netuid, hotkey, kind), kind)
    put_total(sub, netuid, hotkey, kind, reduced(total, lost))


# -- time -----------------------------------------------------------------------------------------


def lock_kind(sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId) -> LockKind:
    """How a coldkey's lock with a hotkey behaves."""
    return LockKind(
        owner=hotkey == sub.subnet_owner_hotkey[netuid],
        perpetual=is_perpetual(sub, coldkey, netuid),
    )


def is_perpetual(sub: Storage, coldkey: AccountId, netuid: NetUid) -> bool:
    """Whether a coldkey's locks on a subnet are perpetual (`is_perpetual_lock`)."""
    return sub.decaying_lock[coldkey, netuid] is False


def empty(sub: Storage) -> LockState:
    """No lock, as of now (`empty_lock`)."""
    return state(0, 0, now(sub))


def roll_with_loss(sub: Storage, lock: LockState, kind: LockKind) -> tuple[LockState, LockLoss]:
    """A lock brought up to date, and what it lost."""
    rates = DecayTimes(sub.unlock_rate.get(), sub.maturity_rate.get())
    return roll_forward(lock, now(sub), rates, kind)


def roll(sub: Storage, lock: LockState, kind: LockKind) -> LockState:
    """A lock brought up to date."""
    return roll_with_loss(sub, lock, kind)[0]
