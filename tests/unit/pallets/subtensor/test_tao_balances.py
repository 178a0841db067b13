"""Facts of the chain's tests/tao: TAO on its way, and the two counts of the issuance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.errors import InsufficientBalance, SubnetNotExists
from tests.unit.pallets.subtensor.staking.market import (
    DEPOSIT,
    NOMINATOR,
    NOWHERE,
    ONE,
    OTHER,
    TAO,
    Market,
)

SUPPLY = 21_000_000 * TAO


@pytest.fixture
def market(market: Market) -> Iterator[Market]:
    """Each test ends with both counts of the issuance the same."""
    yield market
    market.issued()


@pytest.fixture
def burned(market: Market) -> AccountId:
    return account_of(market.sub.config.burn_account_id)


# -- transfers ------------------------------------------------------------------------------------


def test_money_goes_from_one_to_another(market: Market) -> None:
    market.give(NOMINATOR, 10 * DEPOSIT + 700)
    tao_balances.transfer(market.sub, NOMINATOR, OTHER, 700)
    assert market.free(NOMINATOR) == 10 * DEPOSIT
    assert market.free(OTHER) == 700


def test_nothing_may_go_between_accounts_that_are_not_there(market: Market) -> None:
    tao_balances.transfer(market.sub, NOMINATOR, OTHER, 0)
    assert market.free(NOMINATOR) == market.free(OTHER) == 0


@pytest.mark.parametrize("funds", [0, DEPOSIT, TAO])
def test_no_more_than_all_goes(market: Market, funds: int) -> None:
    market.give(NOMINATOR, funds)
    assert tao_balances.spendable(market.sub, NOMINATOR) == funds
    with pytest.raises(InsufficientBalance):
        tao_balances.transfer(market.sub, NOMINATOR, OTHER, funds + 1)
    tao_balances.transfer(market.sub, NOMINATOR, OTHER, funds)
    assert (market.free(NOMINATOR), market.free(OTHER)) == (0, funds)


@pytest.mark.parametrize("left", [1, DEPOSIT - 1])
def test_dust_leaves_both_counts(market: Market, left: int) -> None:
    market.give(NOMINATOR, 1_000 + left)
    issued = market.issued()
    tao_balances.transfer(market.sub, NOMINATOR, OTHER, 1_000)
    assert market.free(NOMINATOR) == 0
    assert market.free(OTHER) == 1_000
    assert market.issued() == issued - left


def test_money_to_oneself_stays(market: Market) -> None:
    market.give(NOMINATOR, TAO)
    tao_balances.transfer(market.sub, NOMINATOR, NOMINATOR, TAO // 2)
    assert market.free(NOMINATOR) == TAO


@pytest.mark.parametrize("before", [0, 1_000 + DEPOSIT])
def test_all_may_go_at_once(market: Market, before: int) -> None:
    market.give(NOMINATOR, 100 + DEPOSIT)
    market.give(OTHER, before)
    tao_balances.transfer_all(market.sub, NOMINATOR, OTHER)
    assert market.free(NOMINATOR) == 0
    assert market.free(OTHER) == before + 100 + DEPOSIT


def test_all_of_nothing_goes_nowhere(market: Market) -> None:
    tao_balances.transfer_all(market.sub, NOMINATOR, OTHER)
    assert market.free(OTHER) == 0


def test_all_to_oneself_stays(market: Market) -> None:
    market.give(NOMINATOR, TAO)
    tao_balances.transfer_all(market.sub, NOMINATOR, NOMINATOR)
    assert market.free(NOMINATOR) == TAO


# -- subnets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "paid"), [(0, 0), (1_000, 1_000), (TAO, TAO - DEPOSIT), (2 * TAO, TAO - DEPOSIT)]
)
def test_who_pays_a_subnet_keeps_the_deposit(market: Market, amount: int, paid: int) -> None:
    market.give(NOMINATOR, TAO)
    before = market.free(market.account(ONE))
    assert tao_balances.pay_subnet(market.sub, ONE, NOMINATOR, amount) == paid
    assert market.free(NOMINATOR) == TAO - paid
    assert market.free(market.account(ONE)) == before + paid


@pytest.mark.parametrize("funds", [0, DEPOSIT])
def test_who_has_no_more_than_the_deposit_pays_nothing(market: Market, funds: int) -> None:
    market.give(NOMINATOR, funds)
    with pytest.raises(InsufficientBalance):
        tao_balances.pay_subnet(market.sub, ONE, NOMINATOR, 1)


def test_a_subnet_that_is_not_there_neither_takes_nor_pays(market: Market) -> None:
    market.give(NOMINATOR, TAO)
    with pytest.raises(SubnetNotExists):
        tao_balances.pay_subnet(market.sub, NOWHERE, NOMINATOR, 1)
    with pytest.raises(SubnetNotExists):
        tao_balances.pay_from_subnet(market.sub, NOWHERE, NOMINATOR, 1)
    assert tao_balances.pay_subnet(market.sub, NOWHERE, NOMINATOR, 0) == 0


def test_a_subnet_pays_what_it_has(market: Market) -> None:
    held = market.free(market.account(ONE))
    with pytest.raises(InsufficientBalance):
        tao_balances.pay_from_subnet(market.sub, ONE, NOMINATOR, held + 1)
    tao_balances.pay_from_subnet(market.sub, ONE, NOMINATOR, held)
    assert market.free(NOMINATOR) == held


# -- burned, recycled, minted ---------------------------------------------------------------------


@pytest.mark.parametrize("amount", [0, DEPOSIT, TAO])
def test_burned_money_stays_in_the_issuance(market: Market, burned: AccountId, amount: int) -> None:
    market.give(NOMINATOR, TAO)
    issued = market.issued()
    tao_balances.burn(market.sub, NOMINATOR, amount)
    assert market.free(burned) == amount
    assert market.free(NOMINATOR) == TAO - amount
    assert market.issued() == issued


def test_no_more_than_all_burns(market: Market) -> None:
    with pytest.raises(InsufficientBalance):
        tao_balances.burn(market.sub, NOMINATOR, 1)


@pytest.mark.parametrize("amount", [0, 10, TAO - DEPOSIT])
def test_recycled_money_leaves_both_counts(market: Market, amount: int) -> None:
    market.give(NOMINATOR, TAO)
    issued = market.issued()
    tao_balances.recycle(market.sub, NOMINATOR, amount)
    assert market.free(NOMINATOR) == TAO - amount
    assert market.issued() == issued - amount


@pytest.mark.parametrize("funds", [0, DEPOSIT, TAO])
def test_the_deposit_is_not_recycled(market: Market, funds: int) -> None:
    market.give(NOMINATOR, funds)
    with pytest.raises(InsufficientBalance):
        tao_balances.recycle(market.sub, NOMINATOR, max(funds - DEPOSIT, 0) + 1)


@pytest.mark.parametrize("amount", [0, 123])
def test_minted_money_joins_both_counts(market: Market, amount: int) -> None:
    issued = market.issued()
    assert tao_balances.mint(market.sub, amount) == amount
    assert market.issued() == issued + amount


def test_no_more_is_minted_than_the_supply(market: Market) -> None:
    room = SUPPLY - market.issued()
    assert tao_balances.mint(market.sub, room + 1_000) == room
    assert market.issued() == SUPPLY
    assert tao_balances.mint(market.sub, 1) == 0


@pytest.mark.parametrize(
    ("part", "rest"), [(TAO, 0), (TAO // 4, TAO * 3 // 4), (TAO + 1, TAO), (DEPOSIT - 1, TAO)]
)
def test_a_credit_is_spent_as_far_as_it_goes(market: Market, part: int, rest: int) -> None:
    credit = tao_balances.mint(market.sub, TAO)
    assert tao_balances.spend(market.sub, NOMINATOR, credit, part) == rest
    assert market.free(NOMINATOR) == TAO - rest


def test_what_is_left_of_a_credit_is_recycled(market: Market) -> None:
    issued = market.issued()
    rest = tao_balances.spend(market.sub, NOMINATOR, tao_balances.mint(market.sub, TAO), TAO // 4)
    tao_balances.recycle_credit(market.sub, rest)
    assert market.issued() == issued + TAO // 4
    tao_balances.recycle_credit(market.sub, 0)
    assert market.issued() == issued + TAO // 4


def test_both_counts_stay_the_same(market: Market) -> None:
    for coldkey in (NOMINATOR, OTHER):
        market.give(coldkey, 1_000_000 + DEPOSIT - 1)
    tao_balances.transfer(market.sub, NOMINATOR, OTHER, 1_000)
    market.issued()
    tao_balances.burn(market.sub, NOMINATOR, 1_000)
    market.issued()
    tao_balances.recycle(market.sub, NOMINATOR, 1)
