"""Config, events and errors of the Balances pallet.  Amounts are in rao."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import Error
from pysubtensor.frame.event import Event
from pysubtensor.frame.interfaces.currency import BalanceStatus
from pysubtensor.frame.interfaces.system import AccountServices
from pysubtensor.frame.pallet import constant
from pysubtensor.frame.primitives import U32, U64, AccountId, Tao

Amount = Annotated[Tao, Named("T::Balance")]


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: AccountServices
    existential_deposit: Tao = constant(
        Tao(U64(500)), "What an account must have free to exist, in rao."
    )
    max_locks: U32 = constant(U32(50), "Locks that an account is expected to have at most.")
    max_reserves: U32 = constant(U32(50), "Named reserves that an account may have at most.")
    max_freezes: U32 = constant(U32(50), "Freezes that an account may have at most.")
    max_holds: int = 4
    """Reasons to hold money there are in the runtime, over all pallets."""


class Endowed(Event, index=0):
    """An account was written for the first time."""

    account: AccountId
    free_balance: Amount


class DustLost(Event, index=1):
    """What an account had left was below the existential deposit and is gone."""

    account: AccountId
    amount: Amount


class Transfer(Event, index=2):
    """Free money went from one account to another."""

    from_: AccountId
    to: AccountId
    amount: Amount


class BalanceSet(Event, index=3):
    """Root set a free balance."""

    who: AccountId
    free: Amount


class Reserved(Event, index=4):
    """Free money was set apart."""

    who: AccountId
    amount: Amount


class Unreserved(Event, index=5):
    """Reserved money is free again."""

    who: AccountId
    amount: Amount


class ReserveRepatriated(Event, index=6):
    """Reserved money went to another account."""

    from_: AccountId
    to: AccountId
    amount: Amount
    destination_status: Annotated[BalanceStatus, Named("Status")]


class Deposit(Event, index=7):
    """Money came into an account: a refund, a fee, a reward."""

    who: AccountId
    amount: Amount


class Withdraw(Event, index=8):
    """Money was taken out of an account, such as a fee."""

    who: AccountId
    amount: Amount


class Slashed(Event, index=9):
    """Money of an account was destroyed as a punishment."""

    who: AccountId
    amount: Amount


class Minted(Event, index=10):
    """Money was created in an account."""

    who: AccountId
    amount: Amount


class Burned(Event, index=11):
    """Money of an account was destroyed."""

    who: AccountId
    amount: Amount


class Suspended(Event, index=12):
    """Money was taken out of this world for a while."""

    who: AccountId
    amount: Amount


class Restored(Event, index=13):
    """Suspended money came back."""

    who: AccountId
    amount: Amount


class Upgraded(Event, index=14):
    """An account was brought to the present accounting."""

    who: AccountId


class Issued(Event, index=15):
    """Money was created for whoever it is given to next."""

    amount: Amount


class Rescinded(Event, index=16):
    """Money that belonged to nobody left the issuance."""

    amount: Amount


class Locked(Event, index=17):
    """That much more may not leave the account."""

    who: AccountId
    amount: Amount


class Unlocked(Event, index=18):
    """That much more may leave the account again."""

    who: AccountId
    amount: Amount


class Frozen(Event, index=19):
    """That much more is frozen."""

    who: AccountId
    amount: Amount


class Thawed(Event, index=20):
    """That much less is frozen."""

    who: AccountId
    amount: Amount


class TotalIssuanceForced(Event, index=21):
    """Root corrected the issuance."""

    old: Amount
    new: Amount


class VestingBalance(Error, index=0):
    """Vesting money cannot be spent."""


class LiquidityRestrictions(Error, index=1):
    """What is frozen may not leave."""


class InsufficientBalance(Error, index=2):
    """The account has less than that."""


class ExistentialDeposit(Error, index=3):
    """Too little for an account to come to life."""


class Expendability(Error, index=4):
    """This would take the account below the existential deposit."""


class ExistingVestingSchedule(Error, index=5):
    """The account has a vesting schedule already."""


class DeadAccount(Error, index=6):
    """The receiving account must exist before."""


class TooManyReserves(Error, index=7):
    """The account has as many named reserves as it may."""


class TooManyHolds(Error, index=8):
    """The account has as many holds as it may."""


class TooManyFreezes(Error, index=9):
    """The account has as many freezes as it may."""


class IssuanceDeactivated(Error, index=10):
    """The inactive part cannot be more than the whole issuance."""


class DeltaZero(Error, index=11):
    """A correction by nothing."""
