"""What a swap refuses, and in which order."""

from dataclasses import replace

import pytest

from pysubtensor.frame.arith import PERQUINTILL
from pysubtensor.frame.error import Error
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, Side
from pysubtensor.pallets.swap.maths import balancer, errors, trade
from pysubtensor.pallets.swap.maths.trade import LiquidityPool
from tests.support import catalog_pallet

POOL = LiquidityPool(alpha=10**12, tao=10**12)


def buy(pool, amount, limit=HIGHEST_LIMIT, **options):
    return trade.swap(pool, Side.BUY, amount, limit, **options)[0]


def test_errors_are_the_chains():
    declared = {error.error_index: error.__name__ for error in Error.declared[errors.__name__]}
    expected = {error["index"]: error["name"] for error in catalog_pallet("Swap")["errors"]}
    assert declared == expected


def test_too_much_comes_before_too_little_in_the_pool():
    poor = replace(POOL, alpha=trade.LEAST_RESERVE - 1)
    with pytest.raises(errors.SwapInputTooLarge):
        buy(poor, poor.tao * 1_001, limit=0)
    with pytest.raises(errors.ReservesTooLow):
        buy(poor, 1, limit=0)


def test_a_limit_must_be_beyond_the_price():
    at = 10**9  # a TAO per alpha
    with pytest.raises(errors.PriceLimitExceeded):
        buy(POOL, 10**6, at)
    with pytest.raises(errors.PriceLimitExceeded):
        trade.swap(POOL, Side.SELL, 10**6, at)
    assert buy(POOL, 10**6, at + 1).paid_in
    assert trade.swap(POOL, Side.SELL, 10**6, at - 1)[0].paid_in


def test_something_for_nothing_is_refused_and_nothing_is_not():
    dear = LiquidityPool(alpha=10**6, tao=10**11)
    with pytest.raises(errors.ReservesTooLow):
        buy(dear, 1)
    assert buy(dear, 0) == trade.Trade(0, 0, 0, 0)


def test_a_thousand_times_the_reserve_may_be_given():
    assert buy(POOL, POOL.tao * 1_000, drop_fees=True).paid_out < POOL.alpha


def test_the_fee_is_part_of_what_is_given():
    result = buy(POOL, 10**9)
    assert result.fee == 10**9 * 33 // 65_535
    assert result.paid_in + result.fee == 10**9
    assert result.fee_to_author == result.fee
    assert buy(POOL, 10**9, drop_fees=True).fee == 0


def test_a_limit_cuts_the_swap_and_its_fee():
    result = buy(POOL, 10**11, limit=101 * 10**7)
    assert result.paid_in < 10**10
    assert result.fee == trade.fee_on_top(result.paid_in, 33)


def test_the_first_swap_evens_the_weights():
    fresh = LiquidityPool(POOL.alpha, POOL.tao, PERQUINTILL // 4, initialized=False)
    _, after = trade.swap(fresh, Side.BUY, 10**6, HIGHEST_LIMIT)
    assert after == replace(fresh, quote_weight=balancer.EVEN, initialized=True)


def test_weights_start_from_a_price():
    fresh = LiquidityPool(alpha=10**12, tao=10**12, initialized=False)
    started = trade.initialized(fresh, U64F64.from_int(3))
    assert started.quote_weight == PERQUINTILL // 4
    assert started.price == U64F64.from_int(3)
    assert trade.initialized(started, U64F64.one) == started
    with pytest.raises(errors.ReservesOutOfBalance):
        trade.initialized(fresh, U64F64.from_int(100))


def test_alpha_without_a_price_is_worth_a_tao():
    stable = replace(POOL, mechanism=0)
    assert stable.price == U64F64.one
    assert trade.simulate(stable, Side.BUY, 7) == trade.Trade(7, 7, 0, 0)
    assert trade.alpha_worth(stable, 7) == 7


def test_liquidity_out_of_proportion_is_turned_away():
    assert trade.adjusted(POOL, 10**15, 0) == (POOL, 0, 0)
    pool, tao, alpha = trade.adjusted(POOL, 2 * 10**9, 10**9)
    assert (tao, alpha) == (2 * 10**9, 10**9)
    assert pool.quote_weight > POOL.quote_weight
