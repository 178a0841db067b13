"""Money on hold and frozen money, each for a stated reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pysubtensor.frame.error import (
    ArithmeticFailure,
    ArithmeticKind,
    TokenError,
    TokenFailure,
    ensure,
)
from pysubtensor.frame.interfaces.currency import (
    AccountData,
    BalanceStatus,
    DepositConsequence,
    Fortitude,
    FreezeReason,
    HoldReason,
    Precision,
    Preservation,
    tao,
)
from pysubtensor.frame.primitives import U64_MAX, AccountId, Tao
from pysubtensor.pallets.balances.declarations import Frozen, Thawed, TooManyFreezes, TooManyHolds
from pysubtensor.pallets.balances.fungible import Fungible
from pysubtensor.pallets.balances.types import BalanceLock, FrozenAmount, HeldAmount

_BEST_EFFORT: Final = Precision.BEST_EFFORT
_FORCE: Final = Fortitude.FORCE


class Holds(Fungible):
    """Holds and freezes.  A hold emits no event of this pallet."""

    # -- holds --------------------------------------------------------------------------------

    def balance_on_hold(self, reason: HoldReason, who: AccountId) -> Tao:
        """What is held for `reason`."""
        return tao(sum(each.amount for each in self.holds[who] if each.id == reason))

    def reducible_total_on_hold(self, who: AccountId, force: Fortitude) -> Tao:
        """What of the held money may leave the account; frozen money may not, unless by force."""
        data = self.account(who)
        kept = 0 if force is _FORCE else max(data.frozen - data.free, 0)
        return tao(max(data.reserved - kept, 0))

    def hold_available(self, reason: HoldReason, who: AccountId) -> bool:
        """Whether the account can take a hold for `reason`."""
        if self._system.account[who].providers == 0:
            return False
        held = self.holds[who]
        return len(held) < self.config.max_holds or any(each.id == reason for each in held)

    def ensure_can_hold(self, reason: HoldReason, who: AccountId, amount: int) -> None:
        """Errors: FundsUnavailable, CannotCreateHold."""
        if amount > self.reducible_balance(who, Preservation.PROTECT, _FORCE):
            raise TokenFailure(TokenError.FUNDS_UNAVAILABLE)
        if not self.hold_available(reason, who):
            raise TokenFailure(TokenError.CANNOT_CREATE_HOLD)

    def hold(self, reason: HoldReason, who: AccountId, amount: int) -> None:
        """Hold free money.  Errors: FundsUnavailable, CannotCreateHold, TooManyHolds."""
        self.ensure_can_hold(reason, who, amount)
        self.decrease_balance(who, amount, Precision.EXACT, Preservation.PROTECT, _FORCE)
        self._increase_on_hold(reason, who, amount, _BEST_EFFORT)

    def release(self, reason: HoldReason, who: AccountId, amount: int, precision: Precision) -> Tao:
        """Free held money; returns how much.  Errors: CannotCreate, FundsUnavailable."""
        self._ensure_can_receive(who, amount)
        taken = self._decrease_on_hold(reason, who, amount, precision)
        return self.increase_balance(who, taken, _BEST_EFFORT)

    def release_all(self, reason: HoldReason, who: AccountId, precision: Precision) -> Tao:
        """Free all that is held for `reason`.  Errors: as `release`."""
        return self.release(reason, who, self.balance_on_hold(reason, who), precision)

    def set_on_hold(self, reason: HoldReason, who: AccountId, amount: int) -> None:
        """Hold or release towards `amount`.  Errors: as `hold` and `release`."""
        held = self.balance_on_hold(reason, who)
        if held < amount:
            self.hold(reason, who, amount - held)
        elif held > amount:
            self.release(reason, who, held - amount, Precision.EXACT)

    def burn_held(
        self,
        reason: HoldReason,
        who: AccountId,
        amount: int,
        precision: Precision,
        force: Fortitude,
    ) -> Tao:
        """Destroy held money; returns how much.  Errors: Frozen, FundsUnavailable."""
        amount = self._limit(amount, self.reducible_total_on_hold(who, force), precision)
        burned = self._decrease_on_hold(reason, who, amount, precision)
        self.drop_credit(burned)
        return burned

    def slash_held(self, reason: HoldReason, who: AccountId, amount: int) -> Tao:
        """Take up to `amount` of held money for somebody else; returns how much.

        What it gives belongs to nobody until `resolve`, `deposit` or `drop_credit`.
        """
        return self._decrease_on_hold(reason, who, amount, _BEST_EFFORT)

    def transfer_on_hold(
        self,
        reason: HoldReason,
        source: AccountId,
        dest: AccountId,
        amount: int,
        precision: Precision,
        status: BalanceStatus,
        force: Fortitude,
    ) -> Tao:
        """Move held money to another account, free or still held; returns how much.

        Errors: Frozen, FundsUnavailable, CannotCreate, CannotCreateHold.
        """
        have = self.balance_on_hold(reason, source)
        amount = self._limit(amount, self.reducible_total_on_hold(source, force), precision)
        if amount > have:
            if precision is Precision.EXACT:
                raise TokenFailure(TokenError.FUNDS_UNAVAILABLE)
            amount = have
        self._ensure_can_receive(dest, amount)
        if status == BalanceStatus.FREE:
            taken = self._decrease_on_hold(reason, source, amount, precision)
            return self.increase_balance(dest, taken, precision)
        self._ensure_hold_available(reason, dest)
        taken = self._decrease_on_hold(reason, source, amount, precision)
        return self._increase_on_hold(reason, dest, taken, precision)

    def transfer_and_hold(
        self,
        reason: HoldReason,
        source: AccountId,
        dest: AccountId,
        amount: int,
        precision: Precision,
        preservation: Preservation,
        force: Fortitude,
    ) -> Tao:
        """Move free money into a hold of another account; returns how much.

        Errors: CannotCreateHold, CannotCreate, FundsUnavailable.
        """
        self._ensure_hold_available(reason, dest)
        self._ensure_can_receive(dest, amount)
        taken = self.decrease_balance(source, amount, precision, preservation, force)
        self._increase_on_hold(reason, dest, taken, precision)
        return taken

    @staticmethod
    def _limit(amount: int, liquid: int, precision: Precision) -> int:
        if amount > liquid and precision is Precision.EXACT:
            raise TokenFailure(TokenError.FROZEN)
        return min(amount, liquid)

    def _ensure_can_receive(self, who: AccountId, amount: int) -> None:
        if self.can_deposit(who, amount) is not DepositConsequence.SUCCESS:
            raise TokenFailure(TokenError.CANNOT_CREATE)

    def _ensure_hold_available(self, reason: HoldReason, who: AccountId) -> None:
        if not self.hold_available(reason, who):
            raise TokenFailure(TokenError.CANNOT_CREATE_HOLD)

    def _decrease_on_hold(
        self, reason: HoldReason, who: AccountId, amount: int, precision: Precision
    ) -> Tao:
        held = self.balance_on_hold(reason, who)
        if precision is _BEST_EFFORT:
            amount = min(amount, held)
        if amount > held:
            raise TokenFailure(TokenError.FUNDS_UNAVAILABLE)
        self.set_balance_on_hold(reason, who, held - amount)
        return tao(amount)

    def _increase_on_hold(
        self, reason: HoldReason, who: AccountId, amount: int, precision: Precision
    ) -> Tao:
        held = self.balance_on_hold(reason, who)
        total = held + amount
        if total > U64_MAX and precision is Precision.EXACT:
            raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
        total = min(total, U64_MAX)
        if total > held:
            self.set_balance_on_hold(reason, who, total)
        return tao(total - held)

    def set_balance_on_hold(self, reason: HoldReason, who: AccountId, amount: int) -> None:
        """Write what is held for `reason`; the free balance stays as it is.

        Errors: TooManyHolds, Overflow, Underflow, and those of `Accounts.change`.
        """
        held = self.holds[who]
        entry = HeldAmount(reason, tao(amount))
        old = next((each.amount for each in held if each.id == reason), None)
        if old is not None:
            changed = (entry if each.id == reason else each for each in held)
            held = tuple(each for each in changed if each.amount)
        elif amount:
            ensure(len(held) < self.config.max_holds, TooManyHolds)
            held = (*held, entry)
        data = self.record(who).data
        reserved = data.reserved + amount - (old or 0)
        if not 0 <= reserved <= U64_MAX:
            up = amount > (old or 0)
            raise ArithmeticFailure(ArithmeticKind.OVERFLOW if up else ArithmeticKind.UNDERFLOW)
        self.change(who, AccountData(data.free, tao(reserved), data.frozen, data.flags))
        self.holds[who] = held

    # -- freezes ------------------------------------------------------------------------------

    def balance_frozen(self, reason: FreezeReason, who: AccountId) -> Tao:
        """What is frozen for `reason`."""
        return tao(sum(each.amount for each in self.freezes[who] if each.id == reason))

    def can_freeze(self, reason: FreezeReason, who: AccountId) -> bool:
        """Whether the account can take a freeze for `reason`."""
        frozen = self.freezes[who]
        return len(frozen) < self.config.max_freezes or any(each.id == reason for each in frozen)

    def set_freeze(self, reason: FreezeReason, who: AccountId, amount: int) -> None:
        """Freeze `amount` for `reason`, whatever it was.  Errors: TooManyFreezes."""
        if amount == 0:
            self.thaw(reason, who)
        else:
            self._freeze(FrozenAmount(reason, tao(amount)), who)

    def extend_freeze(self, reason: FreezeReason, who: AccountId, amount: int) -> None:
        """Freeze at least `amount` for `reason`.  Errors: TooManyFreezes."""
        if amount:
            most = max(amount, self.balance_frozen(reason, who))
            self._freeze(FrozenAmount(reason, tao(most)), who)

    def thaw(self, reason: FreezeReason, who: AccountId) -> None:
        """Nothing is frozen for `reason` any more."""
        kept = tuple(each for each in self.freezes[who] if each.id != reason)
        self._update_freezes(who, kept)

    def _freeze(self, entry: FrozenAmount, who: AccountId) -> None:
        frozen = self.freezes[who]
        if any(each.id == entry.id for each in frozen):
            frozen = tuple(entry if each.id == entry.id else each for each in frozen)
        else:
            ensure(len(frozen) < self.config.max_freezes, TooManyFreezes)
            frozen = (*frozen, entry)
        self._update_freezes(who, frozen)

    def _update_freezes(self, who: AccountId, freezes: tuple[FrozenAmount, ...]) -> None:
        before, data = self._with_frozen(who, (*self.locks[who], *freezes))
        self.change(who, data)
        if freezes:
            self.freezes[who] = freezes
        else:
            del self.freezes[who]
        if before > data.frozen:
            self.emit(Thawed(who, tao(before - data.frozen)))
        elif data.frozen > before:
            self.emit(Frozen(who, tao(data.frozen - before)))

    def _with_frozen(
        self, who: AccountId, limits: Iterable[BalanceLock | FrozenAmount]
    ) -> tuple[int, AccountData]:
        """What was frozen, and the account with the largest of `limits` frozen instead."""
        data = self.record(who).data
        frozen = max((each.amount for each in limits), default=tao(0))
        return data.frozen, AccountData(data.free, data.reserved, frozen, data.flags)
