"""Locks when a hotkey or a coldkey is replaced.  Source: staking/lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.errors import AccountRejectsLockedAlpha, ActiveLockExists
from pysubtensor.pallets.subtensor.locks import lock_book as book
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.locks.conviction import LockKind, LockLoss
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.subtensor.weight_counter import Accesses

# -- another hotkey -------------------------------------------------------------------------------


class _Move(NamedTuple):
    """A subnet on which locks move, and whether the hotkey is the owner's before and after."""

    netuid: NetUid
    was_owner: bool
    is_owner: bool


def move_to_hotkey(
    sub: Storage,
    old: AccountId,
    new: AccountId,
    netuids: Iterable[NetUid],
    accesses: Accesses,
) -> None:
    """Let all locks with a hotkey be with another, which keeps their conviction.

    In subtensor: `swap_hotkey_locks`.
    """
    moves = [move for each in netuids if (move := _move_on(sub, old, new, each, accesses))]
    found = [(move, coldkey) for move in moves for coldkey in _locking(sub, old, move, accesses)]
    for move, coldkey in found:
        _move_own(sub, old, new, coldkey, move)
        accesses.count(writes=2)
    for move in moves:
        for perpetual in (True, False):
            _move_total(sub, old, new, move, perpetual=perpetual)
        accesses.count(writes=6)


def _move_on(
    sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses
) -> _Move | None:
    accesses.count(reads=5)
    owner = sub.subnet_owner_hotkey[netuid]
    has_sum = any((netuid, old) in item for item in (sub.hotkey_lock, sub.decaying_hotkey_lock))
    if owner not in {old, new} and not has_sum:
        return None
    return _Move(netuid, was_owner=owner == old, is_owner=owner in {old, new})


def _locking(sub: Storage, old: AccountId, move: _Move, accesses: Accesses) -> list[AccountId]:
    """The coldkeys with a lock; those without are taken off the list."""
    found = []
    for key in list(sub.locking_coldkeys.keys(move.netuid, old)):
        accesses.count(reads=1)
        if (key[2], move.netuid, old) in sub.lock:
            found.append(key[2])
        else:
            del sub.locking_coldkeys[key]
            accesses.count(writes=1)
    return found


def _move_own(
    sub: Storage, old: AccountId, new: AccountId, coldkey: AccountId, move: _Move
) -> None:
    perpetual = book.is_perpetual(sub, coldkey, move.netuid)
    lock = sub.lock[coldkey, move.netuid, old] or book.empty(sub)
    book.forget(sub, coldkey, move.netuid, old)
    book.put(sub, coldkey, move.netuid, new, _as_after(sub, lock, move, perpetual=perpetual))


def _as_after(sub: Storage, lock: LockState, move: _Move, *, perpetual: bool) -> LockState:
    """A lock brought up to date as it was, and then as it will be."""
    now = book.roll(sub, lock, LockKind(owner=move.was_owner, perpetual=perpetual))
    return book.roll(sub, now, LockKind(owner=move.is_owner, perpetual=perpetual))


def _move_total(
    sub: Storage, old: AccountId, new: AccountId, move: _Move, *, perpetual: bool
) -> None:
    """Put a sum in place of the new hotkey's, if there was one."""
    total = book.take_total(
        sub, move.netuid, old, LockKind(owner=move.was_owner, perpetual=perpetual)
    )
    if total:
        after = LockKind(owner=move.is_owner, perpetual=perpetual)
        book.put_total(sub, move.netuid, new, after, book.roll(sub, total, after))


# -- another coldkey ------------------------------------------------------------------------------


def move_to_coldkey(sub: Storage, old: AccountId, new: AccountId) -> None:
    """Give a coldkey's locks to another that has none, with how they decay and what it accepts.

    In subtensor: `swap_coldkey_locks`.
    Errors: ActiveLockExists; AccountRejectsLockedAlpha.
    """
    _ensure_none(sub, new)
    moved = _taken(sub, old, new)
    for _, netuid in list(sub.decaying_lock.keys(old)):
        sub.decaying_lock[new, netuid] = sub.decaying_lock.take((old, netuid))
    flags = sub.account_flags.take(old)
    if flags:
        sub.account_flags[new] = flags
    else:
        del sub.account_flags[new]
    for netuid, hotkey, kind, lock in moved:
        own = book.roll(sub, lock, kind)
        book.put(sub, new, netuid, hotkey, own)
        book.add_to_total(sub, new, netuid, hotkey, own)


def _ensure_none(sub: Storage, coldkey: AccountId) -> None:
    for (_, netuid, hotkey), lock in sub.lock.items(coldkey):
        kind = book.lock_kind(sub, coldkey, netuid, hotkey)
        ensure(not lock or book.roll(sub, lock, kind).locked_mass == 0, ActiveLockExists)


def _taken(
    sub: Storage, old: AccountId, new: AccountId
) -> list[tuple[NetUid, AccountId, LockKind, LockState]]:
    """A coldkey's locks, up to date and out of storage and sums."""
    found = []
    for (_, netuid, hotkey), lock in list(sub.lock.items(old)):
        kind = book.lock_kind(sub, old, netuid, hotkey)
        own = book.roll(sub, lock or book.empty(sub), kind)
        ensure(own.locked_mass == 0 or locks.accepts_locked(sub, new), AccountRejectsLockedAlpha)
        found.append((netuid, hotkey, kind, own))
    for netuid, hotkey, _, own in found:
        book.forget(sub, old, netuid, hotkey)
        book.take_from_total(sub, old, netuid, hotkey, LockLoss(own.locked_mass, own.conviction))
    return found
