"""Laws of the weighted pool."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from pysubtensor.frame.arith import PERQUINTILL
from pysubtensor.frame.error import Error
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import Side
from pysubtensor.pallets.swap.maths import balancer, trade
from pysubtensor.pallets.swap.maths.power import power_scaled
from pysubtensor.pallets.swap.maths.trade import LiquidityPool

RESERVES = st.integers(trade.LEAST_RESERVE, 10**15)
WEIGHTS = st.integers(PERQUINTILL // 10, PERQUINTILL * 9 // 10)
POOLS = st.builds(LiquidityPool, RESERVES, RESERVES, WEIGHTS, st.sampled_from([0, 33, 196, 10_000]))
ORDERS = st.lists(
    st.tuples(st.sampled_from(Side), st.fractions(0, 1, max_denominator=100)), max_size=6
)


class Trader:
    """An account that swaps with a pool, and the pool's reserves."""

    def __init__(self, pool, tao):
        self.pool, self.tao, self.alpha = pool, tao, 0

    def swap(self, side, amount):
        """Swap `amount` when the pool takes it, for what it really costs."""
        try:
            result, _ = trade.swap(self.pool, side, amount, side.loosest_limit)
        except Error:
            return
        paid, got, pool = result.paid_in + result.fee, result.paid_out, self.pool
        assert paid <= amount
        if side is Side.BUY:
            self.tao, self.alpha = self.tao - paid, self.alpha + got
            self.pool = replace(pool, tao=pool.tao + result.paid_in, alpha=pool.alpha - got)
        else:
            self.tao, self.alpha = self.tao + got, self.alpha - paid
            self.pool = replace(pool, tao=pool.tao - got, alpha=pool.alpha + result.paid_in)


@given(POOLS, st.integers(0, 10**15), ORDERS)
def test_nobody_gains_by_swapping_back_and_forth(pool, tao, orders):
    trader = Trader(pool, tao)
    for side, part in orders:
        trader.swap(side, int((trader.tao if side is Side.BUY else trader.alpha) * part))
        assert trader.pool.alpha >= 0
        assert trader.pool.tao >= 0
    trader.swap(Side.SELL, trader.alpha)
    assert trader.tao <= tao


def test_pools_of_the_whole_supply_may_give_a_rao_away():
    """The part that stays is cut at 18 decimals, and 10**-18 of so much is worth a rao."""
    pool = LiquidityPool(21 * 10**15, 21 * 10**15, PERQUINTILL // 100)
    gains = []
    for tao in range(1, 1_000, 7):
        trader = Trader(pool, tao)
        trader.swap(Side.BUY, tao)
        trader.swap(Side.SELL, trader.alpha)
        gains.append(trader.tao - tao)
    assert max(gains) == 1


@given(POOLS, st.sampled_from(Side), st.integers(1, 10**15), st.fractions(0, 2))
def test_a_swap_costs_what_was_given_and_stops_at_the_limit(pool, side, amount, factor):
    limit = int(Fraction(pool.price * 10**9, U64F64.one) * factor)
    try:
        result, _ = trade.swap(pool, side, amount, limit)
    except Error:
        return
    assert result.paid_in + result.fee <= amount
    sign = 1 if side is Side.BUY else -1
    moves = {
        Side.BUY: (result.paid_in, -result.paid_out),
        Side.SELL: (-result.paid_out, result.paid_in),
    }
    tao, alpha = moves[side]
    price = replace(pool, tao=pool.tao + tao, alpha=pool.alpha + alpha).price
    edge = U64F64.ratio(limit, 10**9)
    assert sign * (price - pool.price) >= 0
    assert sign * (price - edge) <= price >> 48


@given(POOLS, st.integers(0, 10**12), st.integers(0, 10**12))
def test_adding_liquidity_leaves_the_price(pool, tao, alpha):
    adjusted, tao, alpha = trade.adjusted(pool, tao, alpha)
    after = replace(adjusted, tao=pool.tao + tao, alpha=pool.alpha + alpha)
    assert abs(after.price - pool.price) <= pool.price >> 30  # weights are rounded
    assert balancer.in_range(after.quote_weight)


@given(
    st.integers(1, 2**64),
    st.integers(1, 2**64),
    st.integers(1, 60),
    st.integers(1, 60),
)
@example(1, 1, 1, 1)
def test_small_powers_are_exact(a, b, p, q):
    scale = 10**18
    found = power_scaled((a, b), (p, q), 64, scale)
    wanted = Fraction(a, b) ** p * scale**q
    assert found**q <= wanted < (found + 1) ** q


@given(st.integers(10**6, 10**15), st.integers(10**6, 10**15), st.integers(1025, 10**18))
def test_series_agree_with_each_other(a, b, p):
    """A power and its inverse multiply to 1, but for the last digits."""
    scale = 10**30
    exponent = p, 10**18 + 1
    up, down = (power_scaled(base, exponent, 256, scale) for base in ((a, b), (b, a)))
    assert abs(up * down - scale**2) <= up + down
