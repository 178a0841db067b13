"""Reserves, named reserves and locks: the older ways to set money apart.

A reserve is part of the held money without a reason on record; a lock freezes money.
"""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress

from pysubtensor.frame.error import ArithmeticFailure, ArithmeticKind, DispatchFailure, ensure
from pysubtensor.frame.interfaces.currency import (
    EMPTY_ACCOUNT,
    AccountData,
    BalanceStatus,
    Fortitude,
    tao,
)
from pysubtensor.frame.primitives import U64_MAX, AccountId, Tao
from pysubtensor.pallets.balances.declarations import (
    DeadAccount,
    InsufficientBalance,
    LiquidityRestrictions,
    Locked,
    Reserved,
    ReserveRepatriated,
    Slashed,
    TooManyReserves,
    Unlocked,
    Unreserved,
)
from pysubtensor.pallets.balances.holds import Holds
from pysubtensor.pallets.balances.types import BalanceLock, ReserveData, WithdrawReasons


class Reserves(Holds):
    """Reserves and locks."""

    # -- reserves -----------------------------------------------------------------------------

    def can_reserve(self, who: AccountId, amount: int) -> bool:
        """Whether `amount` could be reserved, leaving the account alive."""
        if amount == 0:
            return True
        data = self.account(who)
        return data.free - amount >= max(self._minimum, data.frozen)

    def reserve(self, who: AccountId, amount: int) -> None:
        """Hold `amount` of the free balance; emits Reserved.

        Errors: InsufficientBalance, LiquidityRestrictions; ConsumerRemaining when less than the
        existential deposit would stay free.
        """
        if amount == 0:
            return
        data = self.record(who).data
        ensure(data.free >= amount, InsufficientBalance)
        if data.reserved + amount > U64_MAX:
            raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
        ensure(data.free - amount >= data.frozen, LiquidityRestrictions)
        self._move(who, data, -amount, amount)
        self.emit(Reserved(who, tao(amount)))

    def unreserve(self, who: AccountId, amount: int) -> Tao:
        """Free up to `amount` again; emits Unreserved; returns what could not be freed."""
        if amount == 0 or self.total_balance(who) == 0:
            return tao(amount)
        data = self.record(who).data
        actual = min(data.reserved, amount)
        try:
            self._move(who, data, min(actual, U64_MAX - data.free), -actual)
        except DispatchFailure:
            return tao(amount)
        self.emit(Unreserved(who, tao(actual)))
        return tao(amount - actual)

    def slash_reserved(self, who: AccountId, amount: int) -> Tao:
        """Destroy up to `amount` of the reserve; returns what could not be destroyed."""
        left = self.take_reserved(who, amount)
        self.drop_credit(amount - left)
        return left

    def take_reserved(self, who: AccountId, amount: int) -> Tao:
        """Take up to `amount` of the reserve for somebody else; returns what could not be taken.

        Emits Slashed.  What was taken belongs to nobody until `resolve`, `deposit` or
        `drop_credit`.
        """
        if amount == 0 or self.total_balance(who) == 0:
            return tao(amount)
        data = self.record(who).data
        actual = min(data.reserved, amount)
        try:
            self._move(who, data, 0, -actual)
        except DispatchFailure:
            return tao(amount)
        self.emit(Slashed(who, tao(actual)))
        return tao(amount - actual)

    def _move(self, who: AccountId, data: AccountData, free: int, reserved: int) -> None:
        after = AccountData(
            tao(data.free + free), tao(data.reserved + reserved), data.frozen, data.flags
        )
        self.change_handling_dust(who, after)

    def repatriate_reserved(
        self, source: AccountId, dest: AccountId, amount: int, status: BalanceStatus
    ) -> Tao:
        """Move up to `amount` of a reserve to another account; returns what could not be moved.

        Emits ReserveRepatriated; between one account's own purses Unreserved or nothing.
        Errors: DeadAccount, Overflow.
        """
        if amount == 0:
            return tao(0)
        actual = min(amount, self.reducible_total_on_hold(source, Fortitude.POLITE))
        if source != dest:
            self._move_reserved(source, dest, actual, status)
        elif status == BalanceStatus.FREE:
            actual -= self.unreserve(source, actual)
        return tao(amount - actual)

    def _move_reserved(
        self, source: AccountId, dest: AccountId, amount: int, status: BalanceStatus
    ) -> None:
        to = self.record(dest).data
        ensure(to != EMPTY_ACCOUNT, DeadAccount)
        as_free = status == BalanceStatus.FREE
        if (to.free if as_free else to.reserved) + amount > U64_MAX:
            raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
        self._move(source, self.record(source).data, 0, -amount)
        self._move(dest, to, amount if as_free else 0, 0 if as_free else amount)
        self.emit(ReserveRepatriated(source, dest, tao(amount), status))

    # -- named reserves -----------------------------------------------------------------------

    def reserved_balance_named(self, name: bytes, who: AccountId) -> Tao:
        """What is reserved under `name`."""
        return tao(sum(each.amount for each in self.reserves[who] if each.id == name))

    def reserve_named(self, name: bytes, who: AccountId, amount: int) -> None:
        """`reserve` under `name`.  Errors: TooManyReserves and those of `reserve`."""
        if amount:
            self._add_named(name, who, amount)
            self.reserve(who, amount)

    def unreserve_named(self, name: bytes, who: AccountId, amount: int) -> Tao:
        """Free up to `amount` of what is reserved under `name`; returns what could not be freed."""
        wanted = min(self.reserved_balance_named(name, who), amount)
        if not self._has_name(name, who):
            return tao(amount)
        actual = wanted - self.unreserve(who, wanted)
        self._take_named(name, who, actual, drop_empty=True)
        return tao(amount - actual)

    def slash_reserved_named(self, name: bytes, who: AccountId, amount: int) -> Tao:
        """Destroy up to `amount` of what is reserved under `name`; returns what could not be."""
        if amount == 0 or not self._has_name(name, who):
            return tao(amount)
        wanted = min(self.reserved_balance_named(name, who), amount)
        actual = wanted - self.slash_reserved(who, wanted)
        self._take_named(name, who, actual, drop_empty=False)
        self.emit(Slashed(who, tao(actual)))
        return tao(amount - actual)

    def repatriate_reserved_named(
        self,
        name: bytes,
        source: AccountId,
        dest: AccountId,
        amount: int,
        status: BalanceStatus,
    ) -> Tao:
        """`repatriate_reserved` under `name`, under which the receiver reserves it too.

        Errors: TooManyReserves and those of `repatriate_reserved`.
        """
        if amount == 0:
            return tao(0)
        held = self.reserved_balance_named(name, source)
        if source == dest:
            if status == BalanceStatus.FREE:
                return self.unreserve_named(name, source, amount)
            return tao(max(amount - held, 0))
        if not self._has_name(name, source):
            return tao(amount)
        wanted = min(held, amount)
        actual = wanted - self.repatriate_reserved(source, dest, wanted, status)
        if status == BalanceStatus.RESERVED:
            self._add_named(name, dest, actual)
        self._take_named(name, source, actual, drop_empty=False)
        return tao(amount - actual)

    def _has_name(self, name: bytes, who: AccountId) -> bool:
        return any(each.id == name for each in self.reserves[who])

    def _add_named(self, name: bytes, who: AccountId, amount: int) -> None:
        entries = list(self.reserves[who])
        place = bisect_left(entries, name, key=lambda each: each.id)
        if place < len(entries) and entries[place].id == name:
            total = entries[place].amount + amount
            if total > U64_MAX:
                raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
            entries[place] = ReserveData(name, tao(total))
        else:
            ensure(len(entries) < self.config.max_reserves, TooManyReserves)
            entries.insert(place, ReserveData(name, tao(amount)))
        self.reserves[who] = tuple(entries)

    def _take_named(self, name: bytes, who: AccountId, amount: int, *, drop_empty: bool) -> None:
        """Lower an entry; only freeing removes one that is used up."""
        entries = tuple(
            ReserveData(name, tao(each.amount - amount)) if each.id == name else each
            for each in self.reserves[who]
        )
        if drop_empty:
            entries = tuple(each for each in entries if each.id != name or each.amount)
        if entries:
            self.reserves[who] = entries
        else:
            del self.reserves[who]

    # -- locks --------------------------------------------------------------------------------

    def set_lock(self, name: bytes, who: AccountId, amount: int, reasons: WithdrawReasons) -> None:
        """Lock `amount` under `name`, whatever it was; locks overlap, the largest counts."""
        if not reasons or amount == 0:
            self.remove_lock(name, who)
        else:
            self._put_lock(BalanceLock(name, tao(amount), reasons.stored()), who)

    def extend_lock(
        self, name: bytes, who: AccountId, amount: int, reasons: WithdrawReasons
    ) -> None:
        """Lock at least `amount` under `name`, for these reasons too."""
        if not reasons or amount == 0:
            return
        lock = BalanceLock(name, tao(amount), reasons.stored())
        for old in self.locks[who]:
            if old.id == name:
                lock = BalanceLock(name, max(old.amount, lock.amount), old.reasons | lock.reasons)
        self._put_lock(lock, who)

    def remove_lock(self, name: bytes, who: AccountId) -> None:
        """Nothing is locked under `name` any more."""
        self._update_locks(who, tuple(each for each in self.locks[who] if each.id != name))

    def balance_locked(self, name: bytes, who: AccountId) -> Tao:
        """What is locked under `name`."""
        return tao(sum(each.amount for each in self.locks[who] if each.id == name))

    def _put_lock(self, lock: BalanceLock, who: AccountId) -> None:
        locks = self.locks[who]
        if any(each.id == lock.id for each in locks):
            locks = tuple(lock if each.id == lock.id else each for each in locks)
        else:
            locks = (*locks, lock)
        self._update_locks(who, locks)

    def _update_locks(self, who: AccountId, locks: tuple[BalanceLock, ...]) -> None:
        before, data = self._with_frozen(who, (*locks, *self.freezes[who]))
        with suppress(DispatchFailure):  # a lock stays on record even if the account cannot bear it
            self.change(who, data)
        if locks:
            self.locks[who] = locks
        else:
            del self.locks[who]
        if before > data.frozen:
            self.emit(Unlocked(who, tao(before - data.frozen)))
        elif data.frozen > before:
            self.emit(Locked(who, tao(data.frozen - before)))
