"""Locks: alpha that its owners may not unstake for a while, in favour of a hotkey.

A coldkey's lock on a subnet holds for all it has staked there, with whomever.  Locks are with one
hotkey at a time; whom they favour: `conviction`, `conviction_leader`.  Source: staking/lock.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U128, AccountId, Alpha, NetUid
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.errors import (
    AccountRejectsLockedAlpha,
    AmountTooLow,
    HotKeyAccountNotExists,
    InsufficientStakeForLock,
    LockHotkeyMismatch,
    NoExistingLock,
    StakeUnavailable,
)
from pysubtensor.pallets.subtensor.events.staking import (
    LockMoved,
    PerpetualLockUpdated,
    StakeLocked,
)
from pysubtensor.pallets.subtensor.locks import lock_book as book
from pysubtensor.pallets.subtensor.locks.conviction import LockLoss, merged, part_of, reduced, state
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import NO_ALPHA, LockState

_ACCEPTS = 1
"""The flag of accounts that may be sent locked alpha."""


# -- what is locked -------------------------------------------------------------------------------


def coldkey_lock(sub: Storage, coldkey: AccountId, netuid: NetUid) -> LockState | None:
    """A coldkey's lock on a subnet as it is now (`get_coldkey_lock`)."""
    hotkey = book.hotkey_of(sub, coldkey, netuid)
    own = None if hotkey is None else sub.lock[coldkey, netuid, hotkey]
    if hotkey is None or own is None:
        return None
    return book.roll(sub, own, book.lock_kind(sub, coldkey, netuid, hotkey))


def locked(sub: Storage, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """What of a coldkey's stake on a subnet is locked now (`get_current_locked`)."""
    lock = coldkey_lock(sub, coldkey, netuid)
    return lock.locked_mass if lock else NO_ALPHA


def available(sub: Storage, coldkey: AccountId, netuid: NetUid) -> int:
    """What of a coldkey's stake on a subnet is not locked now (`available_to_unstake`)."""
    return saturating_sub(ledger.of_coldkey(sub, coldkey, netuid), locked(sub, coldkey, netuid))


def ensure_available(sub: Storage, coldkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Errors: StakeUnavailable when less than that is staked on the subnet and not locked.

    In subtensor: `ensure_available_to_unstake`.
    """
    if available(sub, coldkey, netuid) < amount:
        raise StakeUnavailable


def accepts_locked(sub: Storage, coldkey: AccountId) -> bool:
    """Whether a coldkey may be sent locked alpha."""
    return bool(sub.account_flags[coldkey] & _ACCEPTS)


def set_accepts_locked(sub: Storage, coldkey: AccountId, *, accepts: bool) -> None:
    """Choose whether a coldkey may be sent locked alpha (`set_accept_locked_alpha`)."""
    flags = sub.account_flags[coldkey] & ~_ACCEPTS | (_ACCEPTS if accepts else 0)
    if flags:
        sub.account_flags[coldkey] = U128(flags)
    else:
        del sub.account_flags[coldkey]


# -- locking --------------------------------------------------------------------------------------


def lock(
    sub: Storage, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, amount: Alpha
) -> None:
    """Lock some of a coldkey's stake, or more of it, in favour of a hotkey (`do_lock_stake`).

    Errors: AmountTooLow for nothing; HotKeyAccountNotExists; LockHotkeyMismatch when it has a lock
    with another hotkey; InsufficientStakeForLock.
    """
    if amount == 0:
        raise AmountTooLow
    if not hotkeys.exists(sub, hotkey):
        raise HotKeyAccountNotExists
    if book.hotkey_of(sub, coldkey, netuid) not in {None, hotkey}:
        raise LockHotkeyMismatch
    held = book.lock_with(sub, coldkey, netuid, hotkey)
    mass = saturating_add(held.lock.locked_mass, amount)
    if ledger.of_coldkey(sub, coldkey, netuid) < mass:
        raise InsufficientStakeForLock
    own = book.roll(sub, state(mass, held.lock.conviction, held.lock.last_update), held.kind)
    total = book.with_added(sub, held.total, held.kind, state(amount, 0, now(sub)))
    book.save(sub, coldkey, netuid, held._replace(lock=own, total=total))
    sub.emit(StakeLocked(coldkey, hotkey, netuid, amount))


def lock_owner_cut(sub: Storage, netuid: NetUid, amount: Alpha) -> None:
    """Lock what a subnet's owner earned, where that is asked for (`auto_lock_owner_cut`).

    It joins the owner's lock if there is one, otherwise it is with the owner's hotkey.
    """
    if sub.owner_cut_auto_lock_enabled[netuid]:
        owner = sub.subnet_owner[netuid]
        hotkey = book.hotkey_of(sub, owner, netuid) or sub.subnet_owner_hotkey[netuid]
        try:
            lock(sub, owner, hotkey, netuid, amount)
        except DispatchFailure:
            return


def tidy(sub: Storage, coldkey: AccountId, netuid: NetUid) -> None:
    """Bring a coldkey's lock on a subnet up to date, and remove it if nothing is left.

    In subtensor: `cleanup_lock_if_zero`.
    """
    held = book.lock_of(sub, coldkey, netuid)
    if held:
        book.save(sub, coldkey, netuid, held)


def release(sub: Storage, coldkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Take up to `amount` out of a coldkey's lock, and of its conviction in proportion.

    In subtensor: `force_reduce_lock`.
    """
    held = book.lock_of(sub, coldkey, netuid)
    if held is None:
        return
    own = held.lock
    left = saturating_sub(own.locked_mass, amount)
    conviction = 0
    if left:
        kept = U64F64.one - U64F64.ratio(amount, own.locked_mass)
        conviction = U64F64.saturating_mul(own.conviction, kept)
    lost = LockLoss(own.locked_mass - left, saturating_sub(own.conviction, conviction))
    total = reduced(book.roll(sub, held.total, held.kind), lost)
    after = state(left, conviction, now(sub))
    book.save(sub, coldkey, netuid, held._replace(lock=after, total=total))


# -- other hotkeys, other coldkeys ----------------------------------------------------------------


def move(sub: Storage, coldkey: AccountId, dest: AccountId, netuid: NetUid) -> None:
    """Let a coldkey's lock favour another hotkey; of another owner, conviction begins anew.

    In subtensor: `do_move_lock`.
    Errors: HotKeyAccountNotExists; NoExistingLock.
    """
    if not hotkeys.exists(sub, dest):
        raise HotKeyAccountNotExists
    held = book.lock_of(sub, coldkey, netuid)
    if held is None:
        raise NoExistingLock
    source, old = held.hotkey, held.lock
    kept = old.conviction if sub.owner[source] == sub.owner[dest] else 0
    moved = state(old.locked_mass, kept, old.last_update)
    moved = book.roll(sub, moved, book.lock_kind(sub, coldkey, netuid, dest))
    book.forget(sub, coldkey, netuid, source)
    book.put(sub, coldkey, netuid, dest, moved)
    book.take_from_total(sub, coldkey, netuid, source, LockLoss(old.locked_mass, old.conviction))
    book.add_to_total(sub, coldkey, netuid, dest, moved)
    sub.emit(LockMoved(coldkey, source, dest, netuid))


def set_perpetual(sub: Storage, coldkey: AccountId, netuid: NetUid, *, perpetual: bool) -> None:
    """Choose whether a coldkey's lock is perpetual; it counts in another sum then.

    In subtensor: `do_set_perpetual_lock`.
    """
    changes = book.is_perpetual(sub, coldkey, netuid) != perpetual
    held = book.lock_of(sub, coldkey, netuid)
    if held:
        book.save(sub, coldkey, netuid, held)
        if changes:
            lost = LockLoss(held.lock.locked_mass, held.lock.conviction)
            book.take_from_total(sub, coldkey, netuid, held.hotkey, lost)
    sub.decaying_lock[coldkey, netuid] = False if perpetual else None
    hotkey = book.hotkey_of(sub, coldkey, netuid)
    own = None if hotkey is None else sub.lock[coldkey, netuid, hotkey]
    if changes and hotkey and own:
        book.add_to_total(sub, coldkey, netuid, hotkey, own)
    sub.emit(PerpetualLockUpdated(coldkey, netuid, perpetual))


def transfer(sub: Storage, source: AccountId, dest: AccountId, netuid: NetUid, amount: int) -> None:
    """Let the locked part of `amount`, which goes to another coldkey, stay locked there.

    In subtensor: `transfer_lock`.
    What is not locked goes first.  Conviction goes along in proportion.
    Errors: LockHotkeyMismatch when both have locks with different hotkeys;
    AccountRejectsLockedAlpha.
    """
    held = book.lock_of(sub, source, netuid)
    if source == dest or amount == 0 or held is None:
        return
    theirs = book.lock_of(sub, dest, netuid)
    free = saturating_sub(ledger.of_coldkey(sub, source, netuid), held.lock.locked_mass)
    excess = saturating_sub(amount, free)
    if excess and theirs and theirs.hotkey != held.hotkey:
        raise LockHotkeyMismatch
    mass = min(excess, held.lock.locked_mass)
    if mass and not accepts_locked(sub, dest):
        raise AccountRejectsLockedAlpha
    _transfer(sub, (source, held), (dest, theirs), netuid, mass)


def _transfer(
    sub: Storage,
    source: tuple[AccountId, book.LockEntry],
    dest: tuple[AccountId, book.LockEntry | None],
    netuid: NetUid,
    mass: int,
) -> None:
    """Bring both locks up to date, whether or not anything goes."""
    (coldkey, held), (receiver, theirs) = source, dest
    hotkey = theirs.hotkey if theirs else held.hotkey
    moved = state(mass, part_of(held.lock, mass), now(sub))
    left = reduced(held.lock, LockLoss(mass, moved.conviction))
    book.put(sub, coldkey, netuid, held.hotkey, book.roll(sub, left, held.kind))
    grown = merged(theirs.lock if theirs else book.empty(sub), moved)
    kind = book.lock_kind(sub, receiver, netuid, hotkey)
    book.put(sub, receiver, netuid, hotkey, book.roll(sub, grown, kind))
    if mass:
        book.take_from_total(sub, coldkey, netuid, held.hotkey, LockLoss(mass, moved.conviction))
        book.add_to_total(sub, receiver, netuid, hotkey, moved)


def forget_subnet(sub: Storage, netuid: NetUid) -> None:
    """Forget all locks on a subnet that is no more (`destroy_lock_maps`)."""
    for _, hotkey, coldkey in list(sub.locking_coldkeys.keys(netuid)):
        book.forget(sub, coldkey, netuid, hotkey)
    sub.hotkey_lock.clear(netuid)
    sub.decaying_hotkey_lock.clear(netuid)
    del sub.owner_lock[netuid]
    del sub.decaying_owner_lock[netuid]
    for key in [each for each in sub.decaying_lock.keys() if each[1] == netuid]:  # noqa: SIM118
        del sub.decaying_lock[key]
