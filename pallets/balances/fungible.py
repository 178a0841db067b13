"""Free money: created, destroyed, withdrawn, deposited and sent.

Source of the checks and of the order of events: frame_support::traits::tokens::fungible.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.error import (
    ArithmeticFailure,
    ArithmeticKind,
    DispatchFailure,
    TokenError,
    TokenFailure,
)
from pysubtensor.frame.interfaces.currency import (
    AccountData,
    Fortitude,
    Precision,
    Preservation,
    tao,
)
from pysubtensor.frame.primitives import U64_MAX, AccountId, Tao
from pysubtensor.pallets.balances.accounts import Accounts
from pysubtensor.pallets.balances.declarations import (
    Burned,
    Deposit,
    InsufficientBalance,
    Issued,
    Minted,
    Rescinded,
    Restored,
    Suspended,
    Transfer,
    Withdraw,
)

_BEST_EFFORT: Final = Precision.BEST_EFFORT
_EXACT: Final = Precision.EXACT
_EXPENDABLE: Final = Preservation.EXPENDABLE
_POLITE: Final = Fortitude.POLITE


class Fungible(Accounts):
    """What other pallets do with free money."""

    # -- one account, without events or issuance ----------------------------------------------

    def decrease_balance(
        self,
        who: AccountId,
        amount: int,
        precision: Precision,
        preservation: Preservation,
        force: Fortitude,
    ) -> Tao:
        """Lower a free balance; returns by how much.  Errors: FundsUnavailable."""
        reducible = self._reducible(self._system.account[who], preservation, force)
        if amount > reducible:
            if precision is _EXACT:
                raise TokenFailure(TokenError.FUNDS_UNAVAILABLE)
            amount = reducible
        self._write_free(who, self._system.account[who].data.free - amount)
        return tao(amount)

    def increase_balance(self, who: AccountId, amount: int, precision: Precision) -> Tao:
        """Raise a free balance; returns by how much.  Errors: Overflow, BelowMinimum."""
        old = self._system.account[who].data.free
        new = old + amount
        if new > U64_MAX:
            if precision is _EXACT:
                raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
            new = U64_MAX
        if new < self._minimum:
            if precision is _EXACT:
                raise TokenFailure(TokenError.BELOW_MINIMUM)
            return tao(0)
        if new != old:
            self._write_free(who, new)
        return tao(new - old)

    def _write_free(self, who: AccountId, free: int) -> None:
        record = self.record(who)
        data = record.data
        loss = data.free - free
        if loss > 0 and loss > self._reducible(record, _EXPENDABLE, Fortitude.FORCE):
            raise InsufficientBalance
        after = AccountData(tao(free), data.reserved, data.frozen, data.flags)
        self.change_handling_dust(who, after)

    # -- created and destroyed ----------------------------------------------------------------

    def mint_into(self, who: AccountId, amount: int) -> Tao:
        """Create money in an account; emits Minted.  Errors: Overflow, BelowMinimum."""
        actual = self._create(who, amount)
        self.emit(Minted(who, tao(amount)))
        return actual

    def restore(self, who: AccountId, amount: int) -> Tao:
        """Bring shelved money back; emits Restored.  Errors: Overflow, BelowMinimum."""
        actual = self._create(who, amount)
        self.emit(Restored(who, tao(amount)))
        return actual

    def _create(self, who: AccountId, amount: int) -> Tao:
        if self.total_issuance() + amount > U64_MAX:
            raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
        actual = self.increase_balance(who, amount, _EXACT)
        self.drop_debt(actual)
        return actual

    def burn_from(
        self,
        who: AccountId,
        amount: int,
        preservation: Preservation,
        precision: Precision,
        force: Fortitude,
    ) -> Tao:
        """Destroy money of an account; emits Burned.  Errors: FundsUnavailable."""
        actual = self._destroy(who, amount, preservation, precision, force)
        self.emit(Burned(who, actual))
        return actual

    def shelve(self, who: AccountId, amount: int) -> Tao:
        """Take money out of this world for a while; emits Suspended.  Errors: FundsUnavailable."""
        actual = self._destroy(who, amount, _EXPENDABLE, _EXACT, _POLITE)
        self.emit(Suspended(who, actual))
        return actual

    def _destroy(
        self,
        who: AccountId,
        amount: int,
        preservation: Preservation,
        precision: Precision,
        force: Fortitude,
    ) -> Tao:
        actual = min(self.reducible_balance(who, preservation, force), amount)
        if actual != amount and precision is _EXACT:
            raise TokenFailure(TokenError.FUNDS_UNAVAILABLE)
        if actual > self.total_issuance():
            raise ArithmeticFailure(ArithmeticKind.OVERFLOW)
        done = self.decrease_balance(who, actual, _BEST_EFFORT, preservation, force)
        self.drop_credit(done)
        return done

    def set_balance(self, who: AccountId, amount: int) -> Tao:
        """Mint or burn towards a free balance of `amount`; returns what it became.

        A refusal leaves the balance as it was.
        """
        old = self.free_balance(who)
        mark = self.env.state.mark()
        try:
            if old > amount:
                done = self.burn_from(who, old - amount, _EXPENDABLE, _BEST_EFFORT, Fortitude.FORCE)
                return tao(old - done)
            return tao(old + self.mint_into(who, amount - old))
        except DispatchFailure:
            self.env.state.rollback(mark)
            return old

    def issue(self, amount: int) -> Tao:
        """Create money that belongs to nobody yet; emits Issued unless it is nothing."""
        created = tao(min(amount, U64_MAX - self.total_issuance()))
        self.drop_debt(created)
        if created:
            self.emit(Issued(created))
        return created

    def rescind(self, amount: int) -> Tao:
        """Take money out of the issuance that was withdrawn before; emits Rescinded."""
        taken = tao(min(amount, self.total_issuance()))
        self.drop_credit(taken)
        self.emit(Rescinded(taken))
        return taken

    # -- in and out of accounts ---------------------------------------------------------------

    def withdraw(
        self,
        who: AccountId,
        amount: int,
        precision: Precision,
        preservation: Preservation,
        force: Fortitude,
    ) -> Tao:
        """Take money out of an account; emits Withdraw.  Errors: FundsUnavailable.

        What it gives belongs to nobody until `resolve`, `deposit` or `drop_credit`.
        """
        credit = self.decrease_balance(who, amount, precision, preservation, force)
        self.emit(Withdraw(who, credit))
        return credit

    def deposit(self, who: AccountId, amount: int, precision: Precision) -> Tao:
        """Put money into an account; emits Deposit.  Errors: Overflow, BelowMinimum.

        The money must have been withdrawn or issued; otherwise account for it by `drop_debt`.
        """
        debt = self.increase_balance(who, amount, precision)
        self.emit(Deposit(who, debt))
        return debt

    def resolve(self, who: AccountId, credit: int) -> bool:
        """`deposit` the whole of `credit`; False, and nothing done, when the account cannot."""
        try:
            self.deposit(who, credit, _EXACT)
        except DispatchFailure:
            return False
        return True

    def settle(self, who: AccountId, debt: int, preservation: Preservation) -> bool:
        """`withdraw` the whole of `debt`; False, and nothing done, when the account cannot."""
        try:
            self.withdraw(who, debt, _EXACT, preservation, _POLITE)
        except DispatchFailure:
            return False
        return True

    def send(
        self, source: AccountId, dest: AccountId, amount: int, preservation: Preservation
    ) -> Tao:
        """Move free money; emits Transfer, except to oneself.

        Errors: FundsUnavailable, Frozen, NotExpendable, BelowMinimum, Overflow.
        """
        keep_alive = preservation is not _EXPENDABLE
        refusal = self.can_withdraw(source, amount).refusal(keep_alive=keep_alive)
        refusal = refusal or self.can_deposit(dest, amount).refusal()
        if refusal is not None:
            raise refusal
        if source == dest:
            return tao(amount)
        self.decrease_balance(source, amount, _BEST_EFFORT, preservation, _POLITE)
        self.increase_balance(dest, amount, _BEST_EFFORT)
        self.emit(Transfer(source, dest, tao(amount)))
        return tao(amount)

    def transfer(
        self, source: AccountId, dest: AccountId, amount: int, *, keep_alive: bool
    ) -> None:
        """`send`, but silent for nothing and to oneself."""
        if amount and source != dest:
            self.send(source, dest, amount, Preservation.PRESERVE if keep_alive else _EXPENDABLE)
