"""Money as pallets see it: what an account holds, and the services of whichever pallet keeps it.

Amounts are in rao.  An account's money is free or held; what is frozen may be either, but may not
leave.  Money that is withdrawn belongs to no account until it is deposited or written off.
"""

from __future__ import annotations

from enum import Enum, IntEnum, auto
from typing import Annotated, Any, Final, Protocol

from pysubtensor.frame.codec.resolve import Fixed, Named, Wire
from pysubtensor.frame.codec.struct import Struct, rust_enum
from pysubtensor.frame.error import (
    ArithmeticFailure,
    ArithmeticKind,
    BuiltinFailure,
    TokenError,
    TokenFailure,
)
from pysubtensor.frame.primitives import U128, AccountId, Tao

ExtraFlags = Annotated[U128, Wire("pallet_balances::types::ExtraFlags", type_name="ExtraFlags")]
NEW_LOGIC_FLAG: Final = 1 << 127
"""Set in the flags of every account that the present accounting has touched."""

Balance = Annotated[Tao, Named("Balance")]


def tao(amount: int) -> Tao:
    """An amount that is known to be in range, as what it is."""
    return amount  # type: ignore[return-value]


class AccountData(Struct, path="pallet_balances::types::AccountData", params={"Balance": Tao}):
    """`free` may be spent down to what is frozen; `reserved` is held apart."""

    free: Balance = tao(0)
    reserved: Balance = tao(0)
    frozen: Balance = tao(0)
    flags: ExtraFlags = U128(NEW_LOGIC_FLAG)


EMPTY_ACCOUNT: Final = AccountData()


class RuntimeHoldReason:
    """Annotation for what money is held for; the composed runtime knows the cases.

    The reasons of a pallet are a plain Enum: members of two IntEnums may be equal.
    """


class RuntimeFreezeReason:
    """Annotation for what money is frozen for; the composed runtime knows the cases."""


HoldReason = Any
"""A case of RuntimeHoldReason: a member of some pallet's own enumeration."""
FreezeReason = Any
"""A case of RuntimeFreezeReason."""

NamedId = Annotated[bytes, Fixed(8)]
"""Eight bytes that name a lock or a reserve."""


@rust_enum("frame_support::traits::tokens::misc::BalanceStatus")
class BalanceStatus(IntEnum):
    """Where moved reserves end up."""

    FREE = 0
    RESERVED = 1


class Preservation(Enum):
    """What a withdrawal must leave."""

    EXPENDABLE = auto()
    """Nothing; the account may die."""
    PROTECT = auto()
    """The existential deposit, if the account lives by it alone."""
    PRESERVE = auto()
    """The existential deposit."""


class Fortitude(Enum):
    """Whether a withdrawal respects what is frozen."""

    POLITE = auto()
    FORCE = auto()


class Precision(Enum):
    """The whole amount or nothing, or as much as there is."""

    EXACT = auto()
    BEST_EFFORT = auto()


class WithdrawConsequence(Enum):
    """What withdrawing an amount would lead to."""

    SUCCESS = auto()
    REDUCED_TO_ZERO = auto()
    """It would take the account below the existential deposit, and may."""
    WOULD_DIE = auto()
    """The same, but something needs the account."""
    BALANCE_LOW = auto()
    FROZEN = auto()
    UNDERFLOW = auto()
    """There is less in the world than is asked for."""

    def refusal(self, *, keep_alive: bool) -> BuiltinFailure | None:
        """The error to end with; None if the withdrawal may go on."""
        if self is WithdrawConsequence.SUCCESS or (
            self is WithdrawConsequence.REDUCED_TO_ZERO and not keep_alive
        ):
            return None
        if self is WithdrawConsequence.UNDERFLOW:
            return ArithmeticFailure(ArithmeticKind.UNDERFLOW)
        return TokenFailure(_TOKEN_ERRORS[self])


_TOKEN_ERRORS: Final = {
    WithdrawConsequence.REDUCED_TO_ZERO: TokenError.NOT_EXPENDABLE,
    WithdrawConsequence.WOULD_DIE: TokenError.ONLY_PROVIDER,
    WithdrawConsequence.BALANCE_LOW: TokenError.FUNDS_UNAVAILABLE,
    WithdrawConsequence.FROZEN: TokenError.FROZEN,
}


class DepositConsequence(Enum):
    """What depositing an amount would lead to."""

    SUCCESS = auto()
    BELOW_MINIMUM = auto()
    OVERFLOW = auto()

    def refusal(self) -> BuiltinFailure | None:
        """The error to end with; None if the deposit may go on."""
        if self is DepositConsequence.SUCCESS:
            return None
        if self is DepositConsequence.OVERFLOW:
            return ArithmeticFailure(ArithmeticKind.OVERFLOW)
        return TokenFailure(TokenError.BELOW_MINIMUM)


class Currency(Protocol):
    """Reserves and moves TAO; the balances pallet provides it."""

    def free_balance(self, who: AccountId) -> Tao:
        """Rao that is not held, frozen parts included."""

    def reserved_balance(self, who: AccountId) -> Tao:
        """Rao that is held."""

    def total_balance(self, who: AccountId) -> Tao:
        """Free and held."""

    def reserve(self, who: AccountId, amount: int) -> None:
        """Hold `amount` of the free balance.

        Errors: InsufficientBalance, LiquidityRestrictions; ConsumerRemaining when less than the
        existential deposit would stay free.
        """

    def unreserve(self, who: AccountId, amount: int) -> Tao:
        """Free up to `amount` again; gives what could not be freed."""

    def slash_reserved(self, who: AccountId, amount: int) -> Tao:
        """Destroy up to `amount` of the reserve; gives what could not be destroyed."""

    def repatriate_reserved(
        self, source: AccountId, dest: AccountId, amount: int, status: BalanceStatus
    ) -> Tao:
        """Move up to `amount` of a reserve to another account; gives what could not be moved.

        Errors: DeadAccount.
        """

    def transfer(
        self, source: AccountId, dest: AccountId, amount: int, *, keep_alive: bool
    ) -> None:
        """Move free money; silent for nothing and to oneself.  Errors: as `Fungible.send`."""


class Fungible(Protocol):
    """Creates, destroys and moves free TAO; the balances pallet provides it."""

    def total_issuance(self) -> Tao:
        """All the rao there is."""

    def minimum_balance(self) -> Tao:
        """The existential deposit."""

    def balance(self, who: AccountId) -> Tao:
        """The free balance."""

    def total_balance(self, who: AccountId) -> Tao:
        """Free and held."""

    def reducible_balance(
        self, who: AccountId, preservation: Preservation, force: Fortitude
    ) -> Tao:
        """The most that could be withdrawn under these conditions."""

    def can_withdraw(self, who: AccountId, amount: int) -> WithdrawConsequence:
        """What withdrawing `amount` would lead to."""

    def can_deposit(
        self, who: AccountId, amount: int, *, minted: bool = False
    ) -> DepositConsequence:
        """What depositing `amount` would lead to; `minted` money is new in the world."""

    def send(
        self, source: AccountId, dest: AccountId, amount: int, preservation: Preservation
    ) -> Tao:
        """Move free money; emits Transfer.

        Errors: FundsUnavailable, Frozen, NotExpendable, BelowMinimum, Overflow.
        """

    def mint_into(self, who: AccountId, amount: int) -> Tao:
        """Create money in an account; emits Minted.  Errors: Overflow, BelowMinimum."""

    def burn_from(
        self,
        who: AccountId,
        amount: int,
        preservation: Preservation,
        precision: Precision,
        force: Fortitude,
    ) -> Tao:
        """Destroy money of an account; emits Burned.  Errors: FundsUnavailable."""

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

    def deposit(self, who: AccountId, amount: int, precision: Precision) -> Tao:
        """Put money into an account; emits Deposit.  Errors: Overflow, BelowMinimum.

        The money must have been withdrawn or issued; otherwise account for it by `drop_debt`.
        """

    def resolve(self, who: AccountId, credit: int) -> bool:
        """`deposit` the whole of `credit`; False, and nothing done, when the account cannot."""

    def issue(self, amount: int) -> Tao:
        """Create money that belongs to nobody yet; emits Issued unless it is nothing."""

    def rescind(self, amount: int) -> Tao:
        """Take money out of the issuance that was withdrawn before; emits Rescinded."""

    def drop_credit(self, amount: int) -> None:
        """Write off withdrawn money: the issuance shrinks, silently."""

    def drop_debt(self, amount: int) -> None:
        """Account for money deposited out of nothing: the issuance grows, silently."""


class Holding(Fungible, Protocol):
    """Holds TAO for a stated reason; the balances pallet provides it.  No call emits events."""

    def balance_on_hold(self, reason: HoldReason, who: AccountId) -> Tao:
        """What is held for `reason`."""

    def hold(self, reason: HoldReason, who: AccountId, amount: int) -> None:
        """Hold free money.  Errors: FundsUnavailable, CannotCreateHold, TooManyHolds."""

    def release(self, reason: HoldReason, who: AccountId, amount: int, precision: Precision) -> Tao:
        """Free held money; gives how much.  Errors: CannotCreate, FundsUnavailable."""

    def burn_held(
        self,
        reason: HoldReason,
        who: AccountId,
        amount: int,
        precision: Precision,
        force: Fortitude,
    ) -> Tao:
        """Destroy held money; gives how much.  Errors: Frozen, FundsUnavailable."""

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
        """Move held money to another account, free or still held; gives how much.

        Errors: Frozen, FundsUnavailable, CannotCreate, CannotCreateHold.
        """
