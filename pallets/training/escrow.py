"""Bonds and deposits: all of them lie in the pallet's account, and nothing else does.

What is kept is never so little that the account could not hold it.  Amounts are in rao.
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.interfaces.currency import Preservation
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U64, AccountId, Tao
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import ALL


class Payout(NamedTuple):
    """Who got what of money that was lost."""

    paid: int
    burned: int


def escrow_account(training: Storage) -> AccountId:
    """The pallet's account."""
    return account_of(training.config.pallet_id)


def deposit(training: Storage, who: AccountId, amount: int) -> None:
    """Take a bond or a deposit; the payer keeps the existential deposit.

    Errors: those of the balances.
    """
    training.config.currency.send(who, escrow_account(training), amount, Preservation.PRESERVE)
    training.held.put(Tao(U64(training.held.get() + amount)))


def release(training: Storage, who: AccountId, amount: int) -> None:
    """Return a bond or a deposit; burn what an account cannot hold."""
    if not _pay(training, who, amount):
        _pay(training, training.config.burn_account, amount)


def forfeit(training: Storage, amount: int, winner: AccountId | None, reward: int) -> Payout:
    """Give the part `reward`, of 65535, of lost money to the winner, and burn the rest."""
    least = training.config.currency.minimum_balance()
    paid = 0 if winner is None else amount * reward // ALL
    if amount - paid < least:
        paid = amount if paid else 0
    if winner is None or paid == 0 or not _pay(training, winner, paid):
        paid = 0
    if amount > paid:
        _pay(training, training.config.burn_account, amount - paid)
    return Payout(paid, amount - paid)


def _pay(training: Storage, who: AccountId, amount: int) -> bool:
    """Pay out of the pallet's account; False, and nothing done, when `who` cannot hold it."""
    if amount == 0:
        return True
    try:
        training.config.currency.send(
            escrow_account(training), who, amount, Preservation.EXPENDABLE
        )
    except DispatchFailure:
        return False
    training.held.put(Tao(U64(training.held.get() - amount)))
    return True
