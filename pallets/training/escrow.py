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


def escrow_account(sub: Storage) -> AccountId:
    """The pallet's account."""
    return account_of(sub.config.pallet_id)


def deposit(sub: Storage, who: AccountId, amount: int) -> None:
    """Take a bond or a deposit; the payer keeps the existential deposit.

    Errors: those of the balances.
    """
    sub.config.currency.send(who, escrow_account(sub), amount, Preservation.PRESERVE)
    sub.held.put(Tao(U64(sub.held.get() + amount)))


def release(sub: Storage, who: AccountId, amount: int) -> None:
    """Return a bond or a deposit; burn what an account cannot hold."""
    if not _pay(sub, who, amount):
        _pay(sub, sub.config.burn_account, amount)


def forfeit(sub: Storage, amount: int, winner: AccountId | None, reward: int) -> Payout:
    """Give the part `reward`, of 65535, of lost money to the winner, and burn the rest."""
    least = sub.config.currency.minimum_balance()
    paid = 0 if winner is None else amount * reward // ALL
    if amount - paid < least:
        paid = amount if paid else 0
    if winner is None or paid == 0 or not _pay(sub, winner, paid):
        paid = 0
    if amount > paid:
        _pay(sub, sub.config.burn_account, amount - paid)
    return Payout(paid, amount - paid)


def _pay(sub: Storage, who: AccountId, amount: int) -> bool:
    """Pay out of the pallet's account; False, and nothing done, when `who` cannot hold it."""
    if amount == 0:
        return True
    try:
        sub.config.currency.send(escrow_account(sub), who, amount, Preservation.EXPENDABLE)
    except DispatchFailure:
        return False
    sub.held.put(Tao(U64(sub.held.get() - amount)))
    return True
