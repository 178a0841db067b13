"""Facts of the chain's tests/staking2 and staking: plain trades."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT
from pysubtensor.frame.primitives import U16, U64, U128, Alpha
from pysubtensor.pallets.subtensor.errors import AmountTooLow, InsufficientBalance
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.staking import trades
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.swap.maths.errors import PriceLimitExceeded
from tests.unit.pallets.subtensor.staking.market import (
    AUTHOR,
    DEPOSIT,
    LEAST,
    MINER,
    NOMINATOR,
    ONE,
    OWNER,
    RESERVE,
    STABLE,
    TAO,
    Market,
    at,
)

ALPHA = 10**9


def give(market: Market, amount: int, **where: Any) -> None:
    ledger.increase(market.sub, *at(**where), amount)


def test_a_purchase_moves_the_reserves(market: Market) -> None:
    sub = market.sub
    market.pool(ONE, 10 * TAO, 5 * ALPHA)
    sub.subnet_alpha_out[ONE] = Alpha(U64(5 * ALPHA))
    quoted = market.buys(ONE, TAO)
    trade = liquidity.buy(sub, ONE, TAO, HIGHEST_LIMIT)
    assert trade == quoted
    assert sub.subnet_tao[ONE] == 11 * TAO - trade.fee
    assert sub.subnet_alpha_in[ONE] == 5 * ALPHA - trade.paid_out
    assert sub.subnet_alpha_out[ONE] == 5 * ALPHA + trade.paid_out
    assert sub.total_stake.get() == TAO


def test_a_swap_of_nothing_leaves_alone_what_it_does_not_pay_out(market: Market) -> None:
    sub = market.sub
    liquidity.sell(sub, STABLE, 0, LOWEST_LIMIT)
    assert STABLE in sub.subnet_alpha_in
    assert STABLE not in sub.subnet_tao
    del sub.subnet_alpha_in[STABLE]
    liquidity.buy(sub, STABLE, 0, HIGHEST_LIMIT)
    assert STABLE in sub.subnet_tao
    assert STABLE not in sub.subnet_alpha_in


def test_trades_forget_locks_that_have_run_out(market: Market) -> None:
    over = LockState(Alpha(U64(0)), U128(0), U64(1))
    market.give(NOMINATOR, TAO)
    market.sub.lock[NOMINATOR, ONE, MINER] = over
    trades.stake(market.sub, at(), TAO // 2, HIGHEST_LIMIT)
    assert (NOMINATOR, ONE, MINER) not in market.sub.lock
    market.sub.lock[NOMINATOR, ONE, MINER] = over
    trades.unstake(market.sub, at(), TAO // 4, LOWEST_LIMIT)
    assert (NOMINATOR, ONE, MINER) not in market.sub.lock


@pytest.mark.parametrize("amount", [10, 100_000_000])
def test_any_amount_buys_at_the_price(market: Market, amount: int) -> None:
    market.pool(ONE, 100 * TAO, 1_000 * ALPHA)
    market.give(NOMINATOR, TAO)
    trades.stake(market.sub, at(), amount, HIGHEST_LIMIT)
    assert market.staked(at()) == pytest.approx(amount * 10 * (1 - 33 / 65535), rel=1e-2)
    trades.unstake(market.sub, at(), market.staked(at()), 0)
    assert market.staked(at()) == 0


def test_the_flow_is_what_came_less_what_left(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 1_000 * ALPHA)
    market.give(NOMINATOR, TAO)
    trades.stake(market.sub, at(), 100_000_000, HIGHEST_LIMIT)
    assert market.sub.subnet_tao_flow[ONE] == 100_000_000 - 100_000_000 * 33 // 65535
    trades.unstake(market.sub, at(), market.staked(at()), 0)
    assert abs(market.sub.subnet_tao_flow[ONE]) <= 2


def test_a_purchase_without_alpha_is_refused(market: Market) -> None:
    market.give(NOMINATOR, TAO)
    with pytest.raises(AmountTooLow):
        trades.stake(market.sub, at(), 0, HIGHEST_LIMIT)


def test_who_has_only_the_deposit_buys_nothing(market: Market) -> None:
    market.give(NOMINATOR, DEPOSIT)
    with pytest.raises(InsufficientBalance):
        trades.stake(market.sub, at(), DEPOSIT, HIGHEST_LIMIT)


@pytest.mark.parametrize("limit", [0, TAO])
def test_a_purchase_beyond_its_limit_is_refused(market: Market, limit: int) -> None:
    market.give(NOMINATOR, TAO)
    with pytest.raises(PriceLimitExceeded):
        trades.stake(market.sub, at(), TAO // 2, limit)


def test_what_the_limit_kept_from_being_sold_stays_staked(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 100 * ALPHA)
    market.stake(at(), 50 * ALPHA)
    market.give(NOMINATOR, DEPOSIT)
    trades.unstake(market.sub, at(), 50 * ALPHA, 810_000_000)
    sold = 50 * ALPHA - market.staked(at())
    assert sold == pytest.approx(100 * ALPHA / 9 * (1 + 33 / 65502), rel=1e-6)


def test_the_proceeds_may_go_to_another(market: Market) -> None:
    market.stake(at(), ALPHA)
    before = market.free(AUTHOR)
    tao = trades.unstake(market.sub, at(), ALPHA, 0, beneficiary=AUTHOR, drop_fees=True)
    assert market.free(AUTHOR) - before == tao
    assert market.free(NOMINATOR) == 0


def test_no_tao_is_lost_or_made_by_trades(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 400 * ALPHA)
    issued = market.issued()
    for coldkey in (OWNER, NOMINATOR):
        market.give(coldkey, TAO + DEPOSIT)
        trades.stake(market.sub, at(coldkey=coldkey), TAO, HIGHEST_LIMIT)
    trades.unstake(market.sub, at(), market.staked(at()), LOWEST_LIMIT)
    assert market.issued() == issued + 2 * (TAO + DEPOSIT)
    assert market.free(market.account(ONE)) >= market.sub.subnet_tao[ONE]


def test_the_least_stake_moves_the_price_of_the_largest_pools(market: Market) -> None:
    market.pool(ONE, 210_000 * TAO, 21_000_000 * ALPHA)
    market.give(NOMINATOR, TAO)
    prices = [market.swap.price(ONE)]
    trades.stake(market.sub, at(), 2 * LEAST, HIGHEST_LIMIT)
    prices.append(market.swap.price(ONE))
    trades.unstake(market.sub, at(), market.staked(at()), LOWEST_LIMIT)
    prices.append(market.swap.price(ONE))
    assert prices[0] < prices[1] > prices[2]
    assert market.buys(ONE, 2 * LEAST).fee > 0


def test_the_largest_swap_is_a_thousand_times_the_reserve(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 1_000_000 * ALPHA)
    market.give(NOMINATOR, 200_000 * TAO)
    trades.stake(market.sub, at(), 100_000 * TAO, HIGHEST_LIMIT)
    assert market.staked(at()) == pytest.approx(1_000_000 * ALPHA * 1000 / 1001, rel=1e-5)


def test_the_whole_supply_may_be_staked(market: Market) -> None:
    most = 21_000_000 * TAO - market.issued() - 2 * DEPOSIT
    market.give(NOMINATOR, most // 2)
    market.pool(ONE, most // 2, most // 2)
    expected = market.buys(ONE, most // 2 - DEPOSIT).paid_out
    trades.stake(market.sub, at(), most // 2, HIGHEST_LIMIT)
    assert market.staked(at()) == expected
    assert market.sub.total_stake.get() == most // 2 - DEPOSIT


def test_a_free_pool_takes_all_back(market: Market) -> None:
    market.swap.fee_rate[ONE] = U16(0)
    market.give(NOMINATOR, 10 * TAO + DEPOSIT)
    trades.stake(market.sub, at(), 10 * TAO, HIGHEST_LIMIT)
    part = market.staked(at()) * 999_991 // 1_000_000
    rest = market.staked(at()) - part
    quoted = market.sells(ONE, part).paid_out
    assert trades.unstake(market.sub, at(), part, LOWEST_LIMIT) == quoted
    assert market.staked(at()) == rest
    trades.unstake(market.sub, at(), rest, LOWEST_LIMIT)
    assert market.free(NOMINATOR) == pytest.approx(10 * TAO + DEPOSIT, abs=4)
    assert market.sub.subnet_tao[ONE] == pytest.approx(RESERVE, abs=4)
