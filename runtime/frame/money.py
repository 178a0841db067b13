"""Money as pallets see it: what an account holds, and the services of whichever pallet keeps it.

Amounts are in rao.
"""

from __future__ import annotations

from typing import Annotated, Final, Protocol

from runtime.codec.resolve import Named, Wire
from runtime.codec.struct import Struct
from runtime.primitives import U128, AccountId, Tao

ExtraFlags = Annotated[U128, Wire("pallet_balances::types::ExtraFlags", type_name="ExtraFlags")]
NEW_LOGIC_FLAG: Final = 1 << 127
"""Set in the flags of every account that the present accounting has touched."""

Balance = Annotated[Tao, Named("Balance")]


class AccountData(Struct, path="pallet_balances::types::AccountData", params={"Balance": Tao}):
    """`free` may be spent down to what is frozen; `reserved` is held apart."""

    free: Balance = Tao(0)
    reserved: Balance = Tao(0)
    frozen: Balance = Tao(0)
    flags: ExtraFlags = U128(NEW_LOGIC_FLAG)


EMPTY_ACCOUNT: Final = AccountData()


class Currency(Protocol):
    """Reserves and moves TAO; the balances pallet provides it."""

    def free_balance(self, who: AccountId) -> Tao:
        """Rao that is not held, frozen parts included."""

    def total_balance(self, who: AccountId) -> Tao:
        """Free and held."""

    def reserve(self, who: AccountId, amount: Tao) -> None:
        """Hold `amount` of the free balance.  Errors: InsufficientBalance, LiquidityRestrictions."""

    def unreserve(self, who: AccountId, amount: Tao) -> Tao:
        """Free up to `amount` again; gives what could not be freed."""

    def slash_reserved(self, who: AccountId, amount: Tao) -> Tao:
        """Destroy up to `amount` of the reserve; gives what could not be destroyed."""

    def transfer(
        self, source: AccountId, dest: AccountId, amount: Tao, *, keep_alive: bool
    ) -> None:
        """Move free money.  Errors: those of Balances.transfer_*."""
