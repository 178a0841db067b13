"""The books: storage, and the one way in which an account changes.

    change(who, record, before, after)
        references kept right -> written, or dropped as dust -> Endowed, DustLost

An account lives while it has the existential deposit free, which counts as one provider; held or
frozen money counts as one consumer.  Source of the order of steps: pallet_balances.
"""

from __future__ import annotations

from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import Bounded, Named
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.hashers import blake2_128_concat
from pysubtensor.frame.interfaces.currency import (
    EMPTY_ACCOUNT,
    NEW_LOGIC_FLAG,
    AccountData,
    DepositConsequence,
    Fortitude,
    Preservation,
    WithdrawConsequence,
    tao,
)
from pysubtensor.frame.interfaces.system import AccountRecord
from pysubtensor.frame.pallet import Environment, Pallet
from pysubtensor.frame.primitives import U64_MAX, U128, AccountId, Tao
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.balances.declarations import Config, DustLost, Endowed, Upgraded
from pysubtensor.pallets.balances.types import BalanceLock, FrozenAmount, HeldAmount, ReserveData

_EXPENDABLE: Final = Preservation.EXPENDABLE
_PROTECT: Final = Preservation.PROTECT
_PRESERVE: Final = Preservation.PRESERVE
_POLITE: Final = Fortitude.POLITE


class Accounts(Pallet[Config]):
    """Accounts and the issuance."""

    storage_version = 1

    issuance = Value[Tao](default=tao(0), name="TotalIssuance")
    """All the money there is, in rao."""
    inactive_issuance = Value[Tao](default=tao(0))
    """The part of it that is known to take no part in votes."""
    account_data = Map[AccountId, AccountData](
        blake2_128_concat, default=EMPTY_ACCOUNT, name="Account"
    )
    """Unused: the System pallet keeps the money with the account."""
    locks = Map[
        AccountId,
        Annotated[tuple[BalanceLock, ...], Bounded(None, weak=True), Named("Locks")],
    ](blake2_128_concat, default=())
    """What may not leave an account, by the name of the lock."""
    reserves = Map[AccountId, Annotated[tuple[ReserveData, ...], Bounded(50)]](
        blake2_128_concat, default=()
    )
    """Reserves under a name, in the order of the names."""
    holds = Map[AccountId, Annotated[tuple[HeldAmount, ...], Bounded(None)]](
        blake2_128_concat, default=()
    )
    """What is held, by reason, in the order the reasons came up."""
    freezes = Map[AccountId, Annotated[tuple[FrozenAmount, ...], Bounded(50)]](
        blake2_128_concat, default=()
    )
    """What is frozen, by reason."""

    def __init__(self, env: Environment, config: Config, *, name: str, prefix: str | None) -> None:
        super().__init__(env, config, name=name, prefix=prefix)
        self._system = config.system
        self._minimum = config.existential_deposit

    # -- reading ------------------------------------------------------------------------------

    def total_issuance(self) -> Tao:
        """All the rao there is."""
        return self.issuance.get()

    def active_issuance(self) -> Tao:
        """The issuance without its inactive part."""
        return tao(max(self.total_issuance() - self.inactive_issuance.get(), 0))

    def minimum_balance(self) -> Tao:
        """The existential deposit."""
        return self._minimum

    def account(self, who: AccountId) -> AccountData:
        """The money of an account."""
        return self._system.account[who].data

    def free_balance(self, who: AccountId) -> Tao:
        """Rao that is not held, frozen parts included."""
        return self._system.account[who].data.free

    balance = free_balance

    def reserved_balance(self, who: AccountId) -> Tao:
        """Rao that is held."""
        return self._system.account[who].data.reserved

    def total_balance(self, who: AccountId) -> Tao:
        """Free and held."""
        data = self._system.account[who].data
        return tao(min(data.free + data.reserved, U64_MAX))

    def reducible_balance(
        self, who: AccountId, preservation: Preservation, force: Fortitude
    ) -> Tao:
        """The most that could be withdrawn under these conditions."""
        return self._reducible(self._system.account[who], preservation, force)

    def _reducible(
        self, record: AccountRecord, preservation: Preservation, force: Fortitude
    ) -> Tao:
        data = record.data
        free = data.free
        kept = 0
        if force is _POLITE and data.frozen > data.reserved:
            kept = data.frozen - data.reserved
        if kept < self._minimum and (
            preservation is _PRESERVE
            or (preservation is _PROTECT and free and record.providers == 1)
            or (preservation is _EXPENDABLE and free and not _can_lose_provider(record))
        ):
            kept = self._minimum
        return tao(free - kept if free > kept else 0)

    def can_withdraw(self, who: AccountId, amount: int) -> WithdrawConsequence:
        """What withdrawing `amount` would lead to."""
        if amount == 0:
            return WithdrawConsequence.SUCCESS
        if amount > self.issuance.get():
            return WithdrawConsequence.UNDERFLOW
        record = self._system.account[who]
        data = record.data
        left = data.free - amount
        if left < 0:
            return WithdrawConsequence.BALANCE_LOW
        if amount > self._reducible(record, _EXPENDABLE, _POLITE):
            return WithdrawConsequence.FROZEN
        if left < self._minimum and not _can_lose_provider(record):
            return WithdrawConsequence.WOULD_DIE
        if left + data.reserved < data.frozen:
            return WithdrawConsequence.FROZEN
        return (
            WithdrawConsequence.SUCCESS
            if left >= self._minimum
            else WithdrawConsequence.REDUCED_TO_ZERO
        )

    def can_deposit(
        self, who: AccountId, amount: int, *, minted: bool = False
    ) -> DepositConsequence:
        """What depositing `amount` would lead to; `minted` money is new in the world."""
        if amount == 0:
            return DepositConsequence.SUCCESS
        if minted and self.issuance.get() + amount > U64_MAX:
            return DepositConsequence.OVERFLOW
        data = self._system.account[who].data
        free = data.free + amount
        if free > U64_MAX:
            return DepositConsequence.OVERFLOW
        if free < self._minimum:
            return DepositConsequence.BELOW_MINIMUM
        return (
            DepositConsequence.OVERFLOW
            if free + data.reserved > U64_MAX
            else DepositConsequence.SUCCESS
        )

    # -- writing ------------------------------------------------------------------------------

    def record(self, who: AccountId) -> AccountRecord:
        """The account that is about to change, brought to the present accounting."""
        record = self._system.account[who]
        if record.data.flags & NEW_LOGIC_FLAG:
            return record
        self.upgrade(who)
        return self._system.account[who]

    def upgrade(self, who: AccountId) -> bool:
        """Bring an account of former chains to the present accounting; True if it needed that."""
        record = self._system.account[who]
        old = record.data
        if old.flags & NEW_LOGIC_FLAG:
            return False
        free = old.free
        if old.reserved and not old.frozen:
            if record.providers == 0:
                free = max(free, self._minimum)
                self._system.inc_providers(who)
            self._system.inc_consumers(who, limited=False)
        flags = U128(old.flags | NEW_LOGIC_FLAG)
        self._system.set_data(who, AccountData(free, old.reserved, old.frozen, flags))
        self.emit(Upgraded(who))
        return True

    def change(self, who: AccountId, after: AccountData) -> int:
        """Give an account that `record` was asked for its new figures; returns the dust lost.

        The issuance is the caller's business.  Errors: NoProviders, TooManyConsumers,
        ConsumerRemaining.
        """
        record = self._system.account[who]
        before = record.data
        minimum = self._minimum
        is_new = before == EMPTY_ACCOUNT
        provided, provides = before.free >= minimum, after.free >= minimum
        consumed = bool(before.reserved or before.frozen) and not is_new
        consumes = bool(after.reserved or after.frozen)
        if provided != provides or consumed != consumes or (consumes and not record.consumers):
            self._move_references(who, provided, provides, consumed, consumes)
        dropped = after.free < minimum and not after.reserved
        self._system.set_data(who, EMPTY_ACCOUNT if dropped else after)
        if is_new:
            self.emit(Endowed(who, after.free))
        if not dropped or not after.free:
            return 0
        self.emit(DustLost(who, after.free))
        return after.free

    def _move_references(
        self, who: AccountId, provided: bool, provides: bool, consumed: bool, consumes: bool
    ) -> None:
        system = self._system
        if provides and not provided:
            system.inc_providers(who)
        if consumed and not consumes:
            system.dec_consumers(who)
        if consumes and not consumed:
            system.inc_consumers(who)
        if consumes and system.account[who].consumers == 0:
            system.inc_consumers(who)
        if provided and not provides:
            self._lose_provider(who, consumed, consumes)

    def _lose_provider(self, who: AccountId, consumed: bool, consumes: bool) -> None:
        """May remove the account, so it comes last; a refusal takes back the consumer."""
        try:
            self._system.dec_providers(who)
        except DispatchFailure:
            if consumed and not consumes:
                self._system.inc_consumers(who)
            if consumes and not consumed:
                self._system.dec_consumers(who)
            raise

    def change_handling_dust(self, who: AccountId, after: AccountData) -> None:
        """`change`, with the dust taken out of the issuance."""
        dust = self.change(who, after)
        if dust:
            self.drop_credit(dust)

    # -- the issuance -------------------------------------------------------------------------

    def drop_credit(self, amount: int) -> None:
        """Write off withdrawn money: the issuance shrinks, silently."""
        if amount:
            issuance = self.issuance
            issuance.put(tao(max(issuance.get() - amount, 0)))

    def drop_debt(self, amount: int) -> None:
        """Account for money deposited out of nothing: the issuance grows, silently."""
        if amount:
            issuance = self.issuance
            issuance.put(tao(min(issuance.get() + amount, U64_MAX)))

    def deactivate(self, amount: int) -> None:
        """Count `amount` more of the issuance as inactive."""
        inactive = self.inactive_issuance
        inactive.put(tao(min(inactive.get() + amount, self.total_issuance())))

    def reactivate(self, amount: int) -> None:
        """Count `amount` less of the issuance as inactive."""
        self.inactive_issuance.put(tao(max(self.inactive_issuance.get() - amount, 0)))


def _can_lose_provider(record: AccountRecord) -> bool:
    return record.consumers == 0 or record.providers > 1
