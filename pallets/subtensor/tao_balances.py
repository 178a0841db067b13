"""TAO on its way between accounts, subnets and nowhere, with the pallet's count of the issuance.

Each subnet has an account that owns the rao of its pool.  Amounts are in rao.
Source: coinbase/tao.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.interfaces.currency import Fortitude, Precision, Preservation
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U64, AccountId, NetUid, Tao
from pysubtensor.pallets.subtensor.errors import (
    BalanceWithdrawalError,
    InsufficientBalance,
    SubnetNotExists,
)
from pysubtensor.pallets.subtensor.issuance import mintable
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry

_POLITE = Fortitude.POLITE


def spendable(sub: Storage, who: AccountId) -> int:
    """What an account could pay if it may die of it (`get_coldkey_balance`)."""
    return sub.config.currency.reducible_balance(who, Preservation.EXPENDABLE, _POLITE)


def spendable_alive(sub: Storage, who: AccountId) -> int:
    """What an account could pay and keep the existential deposit (`get_keep_alive_balance`)."""
    return sub.config.currency.reducible_balance(who, Preservation.PRESERVE, _POLITE)


def transfer(sub: Storage, source: AccountId, dest: AccountId, amount: int) -> None:
    """Move TAO; the source may die, and what dies with it leaves the issuance (`transfer_tao`).

    Errors: InsufficientBalance; those of the balances.
    """
    if amount > spendable(sub, source):
        raise InsufficientBalance
    _move_all_counting_dust(sub, source, dest, amount)


def transfer_all(sub: Storage, source: AccountId, dest: AccountId) -> None:
    """Move all that can be moved (`transfer_all_tao_and_kill`).  Errors: those of the balances."""
    amount = spendable(sub, source)
    if amount:
        _move_all_counting_dust(sub, source, dest, amount)


def _move_all_counting_dust(sub: Storage, source: AccountId, dest: AccountId, amount: int) -> None:
    currency = sub.config.currency
    before = currency.total_issuance()
    currency.send(source, dest, amount, Preservation.EXPENDABLE)
    dust = saturating_sub(before, currency.total_issuance())
    if dust:
        _shrink_issuance(sub, dust)


def pay_subnet(sub: Storage, netuid: NetUid, who: AccountId, amount: int) -> int:
    """Move up to `amount` to a subnet; the payer keeps the existential deposit.  Returns how much.

    In subtensor: `transfer_tao_to_subnet`.
    Errors: SubnetNotExists; InsufficientBalance when nothing can be paid; those of the balances.
    """
    if amount == 0:
        return 0
    account = _account(sub, netuid)
    paid = min(amount, spendable_alive(sub, who))
    if paid == 0:
        raise InsufficientBalance
    sub.config.currency.send(who, account, paid, Preservation.PRESERVE)
    return paid


def pay_from_subnet(sub: Storage, netuid: NetUid, who: AccountId, amount: int) -> None:
    """Move `amount` from a subnet.  Errors: SubnetNotExists; those of `transfer`.

    In subtensor: `transfer_tao_from_subnet`.
    """
    transfer(sub, _account(sub, netuid), who, amount)


def _account(sub: Storage, netuid: NetUid) -> AccountId:
    account = registry.account_of_subnet(sub, netuid)
    if account is None:
        raise SubnetNotExists
    return account


def burn(sub: Storage, who: AccountId, amount: int) -> None:
    """Move `amount` to where nobody can spend it; it still counts as issued (`burn_tao`).

    Errors: those of `transfer`.
    """
    transfer(sub, who, account_of(sub.config.burn_account_id), amount)


def recycle(sub: Storage, who: AccountId, amount: int) -> None:
    """Destroy `amount`, to be issued anew; the account keeps the existential deposit.

    In subtensor: `recycle_tao`.
    Errors: InsufficientBalance; BalanceWithdrawalError.
    """
    if amount > spendable_alive(sub, who):
        raise InsufficientBalance
    _shrink_issuance(sub, amount)
    currency = sub.config.currency
    try:
        taken = currency.withdraw(
            who, amount, Precision.EXACT, Preservation.EXPENDABLE, Fortitude.FORCE
        )
    except DispatchFailure as failure:
        raise BalanceWithdrawalError from failure
    currency.drop_credit(taken)


# -- credit: money that belongs to nobody yet -----------------------------------------------------


def mint(sub: Storage, amount: int) -> int:
    """Create up to `amount` as far as the supply allows (`mint_tao`).  Returns the credit."""
    currency = sub.config.currency
    created = mintable(amount, currency.total_issuance())
    sub.total_issuance.put(Tao(U64(saturating_add(sub.total_issuance.get(), created))))
    return currency.issue(created)


def spend(sub: Storage, who: AccountId, credit: int, part: int) -> int:
    """Give `part` of a credit to an account, or nothing if that cannot be.  Returns the rest.

    In subtensor: `spend_tao`.
    """
    if credit < part or not sub.config.currency.resolve(who, part):
        return credit
    return credit - part


def recycle_credit(sub: Storage, credit: int) -> None:
    """Destroy what is left of a credit."""
    if credit:
        _shrink_issuance(sub, credit)
        sub.config.currency.drop_credit(credit)


def _shrink_issuance(sub: Storage, amount: int) -> None:
    sub.total_issuance.put(Tao(U64(saturating_sub(sub.total_issuance.get(), amount))))
