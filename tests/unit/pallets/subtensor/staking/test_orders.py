"""Facts of the chain's staking/order_swap: stake traded for whoever matches orders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT
from pysubtensor.frame.primitives import U64, U64_MAX, U128, Alpha
from pysubtensor.pallets.subtensor import errors
from pysubtensor.pallets.subtensor.staking import orders
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.swap.maths.errors import PriceLimitExceeded
from tests.unit.pallets.subtensor.staking.market import (
    DEPOSIT,
    LEAST,
    MINER,
    NOMINATOR,
    NOWHERE,
    ONE,
    OTHER,
    OTHER_MINER,
    STABLE,
    TAO,
    TWO,
    Market,
    at,
)

NOBODY = at(hotkey=NOMINATOR)
DEST = at(hotkey=OTHER_MINER, coldkey=OTHER)


@pytest.fixture
def market(market: Market) -> Market:
    market.give(NOMINATOR, 100 * TAO)
    market.stake(at(), 100 * TAO)
    return market


def refused(market: Market, error: type[Exception], order: Callable[..., Any], *args: Any) -> None:
    """The order must end with this error and change nothing."""
    before = market.runtime.state.changes()
    with pytest.raises(error):
        order(market.sub, *args)
    assert market.runtime.state.changes() == before


buy, sell = partial(orders.buy, checked=True), partial(orders.sell, checked=True)
match_buy, match_sell = partial(orders.buy, checked=False), partial(orders.sell, checked=False)
hand_over = partial(orders.hand_over, giver_checked=True, taker_checked=True)
match_over = partial(orders.hand_over, giver_checked=False, taker_checked=False)


@pytest.mark.parametrize("order", [buy, match_buy])
def test_an_order_buys_at_the_pools_price(market: Market, order: Callable[..., Any]) -> None:
    quoted = market.buys(ONE, TAO).paid_out
    assert order(market.sub, at(hotkey=OTHER_MINER), TAO, U64_MAX) == quoted
    assert market.staked(at(hotkey=OTHER_MINER)) == quoted
    assert market.free(NOMINATOR) == 99 * TAO


@pytest.mark.parametrize("order", [sell, match_sell])
@pytest.mark.parametrize("limit", [0, 998_000_000])
def test_an_order_sells_at_the_pools_price(
    market: Market, order: Callable[..., Any], limit: int
) -> None:
    quoted = market.sells(ONE, TAO // 2).paid_out
    assert order(market.sub, at(), TAO // 2, limit) == quoted
    assert market.free(NOMINATOR) == 100 * TAO + quoted


def test_an_order_is_filled_as_a_whole_or_not_at_all(market: Market) -> None:
    refused(market, errors.SlippageTooHigh, buy, at(), 10 * TAO, 1_010_000_000)
    refused(market, errors.SlippageTooHigh, sell, at(), 10 * TAO, 990_000_000)
    refused(market, PriceLimitExceeded, buy, at(), TAO, TAO)
    refused(market, PriceLimitExceeded, sell, at(), TAO, TAO)


def test_without_a_price_the_limit_does_not_matter(market: Market) -> None:
    assert buy(market.sub, at(STABLE), TAO, 0) == TAO
    assert sell(market.sub, at(STABLE), TAO, U64_MAX) == TAO


@pytest.mark.parametrize("order", [buy, match_buy, sell, match_sell])
def test_only_traded_subnets_take_orders(market: Market, order: Callable[..., Any]) -> None:
    refused(market, errors.SubnetNotExists, order, at(NOWHERE), TAO, HIGHEST_LIMIT)
    market.sub.subtoken_enabled[TWO] = False
    refused(market, errors.SubtokenDisabled, order, at(TWO), TAO, HIGHEST_LIMIT)


def test_what_users_are_checked_for(market: Market) -> None:
    refused(market, errors.HotKeyAccountNotExists, buy, NOBODY, TAO, U64_MAX)
    refused(market, errors.AmountTooLow, buy, at(), LEAST - 1, U64_MAX)
    refused(market, errors.NotEnoughBalanceToStake, buy, at(), 101 * TAO, U64_MAX)
    refused(market, errors.AmountTooLow, sell, at(), LEAST - 1, 0)
    refused(market, errors.NotEnoughStakeToWithdraw, sell, at(), 101 * TAO, 0)


def test_users_may_trade_the_least_and_all_they_have(market: Market) -> None:
    assert buy(market.sub, at(), LEAST, U64_MAX) > 0
    assert buy(market.sub, at(), market.free(NOMINATOR), U64_MAX) > 0
    hand_over(market.sub, at(), DEST, LEAST)
    assert market.staked(DEST) == LEAST


def test_the_matcher_is_not(market: Market) -> None:
    assert match_buy(market.sub, NOBODY, LEAST - 1, U64_MAX) > 0
    assert match_buy(market.sub, at(), 200 * TAO, U64_MAX) > 0
    assert market.free(NOMINATOR) == DEPOSIT
    assert match_sell(market.sub, at(), 1_000, 0) > 0


# -- outside the pool -----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [hand_over, match_over])
def test_stake_changes_hands_silently(market: Market, order: Callable[..., Any]) -> None:
    market.at(9)
    market.runtime.state.events.clear()
    order(market.sub, at(), DEST, TAO)
    assert market.staked(at()) == 99 * TAO
    assert market.staked(DEST) == TAO
    assert market.runtime.state.events == []
    assert market.sub.last_coldkey_hotkey_stake_block[OTHER, OTHER_MINER] == 9


def test_who_gives_and_who_takes_is_checked(market: Market) -> None:
    elsewhere = at(NOWHERE), at(NOWHERE)
    refused(market, errors.SubnetNotExists, hand_over, *elsewhere, TAO)
    refused(market, errors.HotKeyAccountNotExists, hand_over, NOBODY, DEST, TAO)
    refused(market, errors.HotKeyAccountNotExists, hand_over, at(), NOBODY, TAO)
    for amount in (0, LEAST - 1):
        refused(market, errors.AmountTooLow, hand_over, at(), DEST, amount)
    refused(market, errors.StakeUnavailable, hand_over, at(), DEST, 101 * TAO)
    refused(market, errors.NotEnoughStakeToWithdraw, match_over, at(), DEST, 101 * TAO)
    market.sub.lock[NOMINATOR, ONE, MINER] = LockState(Alpha(U64(50 * TAO)), U128(0), U64(1))
    market.sub.decaying_lock[NOMINATOR, ONE] = False
    refused(market, errors.StakeUnavailable, hand_over, at(), DEST, 51 * TAO)
    match_over(market.sub, at(), DEST, 100 * TAO)
    assert market.staked(at()) == 0
