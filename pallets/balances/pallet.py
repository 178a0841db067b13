"""Balances: the TAO of every account.

    accounts -> fungible -> holds -> reserves -> Balances (the calls)

Each layer is a class over the one before it, so that other pallets see one object.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import COMPACT, Named
from pysubtensor.frame.error import ensure
from pysubtensor.frame.interfaces.currency import (
    AccountData,
    Fortitude,
    NamedId,
    Precision,
    Preservation,
    RuntimeFreezeReason,
    RuntimeHoldReason,
    tao,
)
from pysubtensor.frame.origin import MultiAddress, Origin, ensure_root, ensure_signed, lookup
from pysubtensor.frame.primitives import U64_MAX, AccountId, Tao
from pysubtensor.frame.weights import Pays, PostInfo, Weight, weight
from pysubtensor.pallets.balances import declarations
from pysubtensor.pallets.balances.declarations import (
    BalanceSet,
    DeltaZero,
    IssuanceDeactivated,
    TotalIssuanceForced,
)
from pysubtensor.pallets.balances.reserves import Reserves
from pysubtensor.pallets.balances.types import AdjustmentDirection

Address = Annotated[MultiAddress, Named("AccountIdLookupOf<T>")]
Amount = Annotated[Tao, COMPACT, Named("T::Balance")]


def _preservation(keep_alive: bool) -> Preservation:
    return Preservation.PRESERVE if keep_alive else Preservation.EXPENDABLE


def _upgrade_weight(_: object, who: tuple[AccountId, ...]) -> Weight:
    count = len(who)
    return weight(14_674_000 + 14_648_188 * count, 990 + 2_603 * count, reads=count, writes=count)


def _burn_weight(_: object, value: int, keep_alive: bool) -> Weight:  # noqa: ARG001
    return weight(30_219_000 if keep_alive else 20_720_000)


class Balances(Reserves, crate="pallet_balances", parts=(declarations.__name__,)):
    """Accounts, transfers and the issuance.  Amounts are in rao."""

    associated_types = {
        "RuntimeHoldReason": RuntimeHoldReason,
        "Balance": Tao,
        "ReserveIdentifier": NamedId,
        "FreezeIdentifier": RuntimeFreezeReason,
    }

    @call(0, weight=weight(48_834_000, 3_593, reads=1, writes=1))
    def transfer_allow_death(self, origin: Origin, dest: Address, value: Amount) -> None:
        """Send TAO to another account; the sender's account may end with it.

        Origin: signed by the sender.
        - `dest`: account that receives.
        - `value`: rao to send.

        Errors: CannotLookup, Arithmetic.Underflow, Arithmetic.Overflow, Token.FundsUnavailable,
        Token.Frozen, Token.BelowMinimum.
        """
        self.send(ensure_signed(origin), lookup(dest), value, Preservation.EXPENDABLE)

    @call(2, weight=weight(49_519_000, 6_196, reads=2, writes=2))
    def force_transfer(self, origin: Origin, source: Address, dest: Address, value: Amount) -> None:
        """Send TAO of one account to another; the sender's account may end with it.

        Origin: root.
        - `source`: account that sends.
        - `dest`: account that receives.
        - `value`: rao to send.

        Errors: none of its own; those of `transfer_allow_death`.
        """
        ensure_root(origin)
        self.send(lookup(source), lookup(dest), value, Preservation.EXPENDABLE)

    @call(3, weight=weight(39_051_000, 3_593, reads=1, writes=1))
    def transfer_keep_alive(self, origin: Origin, dest: Address, value: Amount) -> None:
        """Send TAO to another account and keep at least the existential deposit.

        Origin: signed by the sender.
        - `dest`: account that receives.
        - `value`: rao to send.

        Errors: Token.NotExpendable; those of `transfer_allow_death`.
        """
        self.send(ensure_signed(origin), lookup(dest), value, Preservation.PRESERVE)

    @call(4, weight=weight(48_209_000, 3_593, reads=1, writes=1))
    def transfer_all(self, origin: Origin, dest: Address, keep_alive: bool) -> None:
        """Send all TAO that is free and not frozen.

        Origin: signed by the sender.
        - `dest`: account that receives.
        - `keep_alive`: true to keep the existential deposit; false: the sender's account may end.

        Errors: CannotLookup, Arithmetic.Overflow, Token.BelowMinimum.
        """
        who = ensure_signed(origin)
        preservation = _preservation(keep_alive)
        amount = self.reducible_balance(who, preservation, Fortitude.POLITE)
        self.send(who, lookup(dest), amount, preservation)

    @call(5, weight=weight(15_515_000, 3_593, reads=1, writes=1))
    def force_unreserve(
        self, origin: Origin, who: Address, amount: Annotated[Tao, Named("T::Balance")]
    ) -> None:
        """Free what an account has reserved.

        Origin: root.
        - `who`: the account.
        - `amount`: most rao to free; if less is reserved, all of it.

        Errors: CannotLookup.
        """
        ensure_root(origin)
        self.unreserve(lookup(who), amount)

    @call(6, weight=_upgrade_weight)
    def upgrade_accounts(self, origin: Origin, who: tuple[AccountId, ...]) -> PostInfo:
        """Bring accounts of former chains to the present accounting.

        It is free of charge when at least nine in ten of them needed it.

        Origin: signed by anyone.
        - `who`: the accounts.

        Errors: none of its own.
        """
        ensure_signed(origin)
        upgraded = sum([self.upgrade(each) for each in who])
        worth_it = who and upgraded * 10**9 // len(who) >= 9 * 10**8
        return PostInfo(pays_fee=Pays.NO if worth_it else Pays.YES)

    @call(8, weight=weight(19_206_000, 3_593, reads=1, writes=1))
    def force_set_balance(self, origin: Origin, who: Address, new_free: Amount) -> None:
        """Set an account's free balance, and the total issuance with it.

        Origin: root.
        - `who`: the account.
        - `new_free`: rao; less than the existential deposit is set as nothing.

        Errors: CannotLookup, ConsumerRemaining.
        """
        ensure_root(origin)
        account = lookup(who)
        free = new_free if new_free >= self._minimum else tao(0)
        old = self.record(account).data
        self.change_handling_dust(account, AccountData(free, old.reserved, old.frozen, old.flags))
        if free > old.free:
            self.drop_debt(free - old.free)
        else:
            self.drop_credit(old.free - free)
        self.emit(BalanceSet(account, free))

    @call(9, weight=weight(5_351_000))
    def force_adjust_total_issuance(
        self,
        origin: Origin,
        direction: Annotated[AdjustmentDirection, Named("AdjustmentDirection")],
        delta: Amount,
    ) -> None:
        """Correct the total issuance without touching any account.

        Origin: root.
        - `direction`: whether to add or to take away.
        - `delta`: rao; not 0.

        Errors: DeltaZero, IssuanceDeactivated.
        """
        ensure_root(origin)
        ensure(delta, DeltaZero)
        old = self.total_issuance()
        increase = direction == AdjustmentDirection.INCREASE
        new = tao(min(old + delta, U64_MAX) if increase else max(old - delta, 0))
        ensure(self.inactive_issuance.get() <= new, IssuanceDeactivated)
        self.issuance.put(new)
        self.emit(TotalIssuanceForced(old, new))

    @call(10, weight=_burn_weight)
    def burn(self, origin: Origin, value: Amount, keep_alive: bool) -> None:
        """Burn the sender's own TAO; the total issuance shrinks with it.

        Origin: signed by the account that burns.
        - `value`: rao to burn.
        - `keep_alive`: true to keep the existential deposit; false: the sender's account may end.

        Errors: Token.FundsUnavailable.
        """
        who = ensure_signed(origin)
        self.burn_from(who, value, _preservation(keep_alive), Precision.EXACT, Fortitude.POLITE)

    # -- genesis ------------------------------------------------------------------------------

    def genesis_build(self, balances: Iterable[tuple[AccountId, int]]) -> None:
        """Endow accounts at block 0.

        Errors: ValueError for an account named twice or with less than the existential deposit.
        """
        endowed = dict(entries := tuple(balances))
        if len(endowed) != len(entries):
            raise ValueError("an account is endowed twice at genesis")
        if any(free < self._minimum for free in endowed.values()):
            raise ValueError(f"an account needs at least {self._minimum} rao at genesis")
        self.issuance.put(tao(sum(endowed.values())))
        for who, free in entries:
            self._system.inc_providers(who)
            self._system.set_data(who, AccountData(tao(free)))

    def integrity_test(self) -> None:
        if self._minimum == 0:
            raise ValueError("the existential deposit must be more than nothing")
