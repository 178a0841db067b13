"""Facts of the chain's tests of its swap pallet: pallet/tests and pallet/balancer.

The chain compares with doubles, so these do.  Weights are the quote's, in parts of 10**18.
"""

from __future__ import annotations

import math

import pytest

from pysubtensor.frame.arith import PERQUINTILL
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT, Side
from pysubtensor.frame.primitives import U64_MAX, U128_MAX
from pysubtensor.pallets.swap.maths import balancer, trade
from pysubtensor.pallets.swap.maths.errors import SwapInputTooLarge
from pysubtensor.pallets.swap.maths.power import power_scaled
from pysubtensor.pallets.swap.maths.trade import LiquidityPool

EVEN = balancer.EVEN
ONE = 1 << 64
SUPPLY = 21 * 10**15


def decimal(raw: int) -> float:
    return raw / ONE


def raw(decimal: float) -> int:
    return int(decimal * ONE)


def exponents(quote: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Those of a sale and of a purchase."""
    return (PERQUINTILL - quote, quote), (quote, PERQUINTILL - quote)


# -- weights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "fits"),
    [
        (0, False),
        (1, False),
        (PERQUINTILL // 100 - 1, False),
        (PERQUINTILL // 100, True),
        (PERQUINTILL // 100 * 99, True),
        (PERQUINTILL // 100 * 99 + 1, False),
        (PERQUINTILL, False),
    ],
)
def test_weights_are_at_least_a_hundredth(quote, fits):
    assert balancer.in_range(quote) is fits


HALVES = [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (1023, 512), (1025, 513)]
THIRDS = [(3, 1), (4, 1), (5, 2), (6, 2)]


@pytest.mark.parametrize(
    ("weight", "value", "expected"),
    [
        (0, 10**6, 0),
        (PERQUINTILL, 10**6, 10**6),
        *((PERQUINTILL // 2, *case) for case in HALVES),
        *((PERQUINTILL // 3, *case) for case in THIRDS),
        (7 * 10**17, 10**18, 7 * 10**17),
        (PERQUINTILL, U128_MAX, U128_MAX),
    ],
)
def test_weighted_values_are_rounded_to_the_nearest(weight, value, expected):
    assert balancer._weighted(weight, value) == expected


DELTAS = [
    *((scale * tao, scale * alpha) for scale in (1, 10, 100, 1_000, 10**6, 10**9, 10**12)
      for tao, alpha in ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1))),
    (0, 0),
    (1_234_567, 2_432_765),
    (1_234_567, 2_432_765_890),
]  # fmt: skip


@pytest.mark.parametrize("added", DELTAS)
def test_added_liquidity_leaves_the_price(added):
    before = LiquidityPool(alpha=4 * 10**12, tao=10**12)
    after, tao, alpha = trade.adjusted(before, *added)
    assert (tao, alpha) == added
    alpha, tao = before.alpha + alpha, before.tao + tao
    price = decimal(before.price)
    assert abs(decimal(balancer.price(alpha, tao, after.quote_weight)) - price) < price / 10**12
    expected = tao / (alpha * price + tao)
    assert abs(after.quote_weight / PERQUINTILL - expected) < expected / 10**12


@pytest.mark.parametrize("added", DELTAS)
def test_a_pool_without_alpha_has_even_weights(added):
    empty = LiquidityPool(alpha=0, tao=10**12)
    assert empty.price == 0
    after, tao, alpha = trade.adjusted(empty, *added)
    assert after.quote_weight == EVEN
    price = balancer.price(alpha, empty.tao + tao, after.quote_weight)
    assert price == (U64F64.ratio(empty.tao + tao, alpha) if alpha else 0)


def test_a_pool_starts_even_or_at_a_price():
    fresh = LiquidityPool(alpha=4 * 10**9, tao=10**9, initialized=False)
    assert trade.initialized(fresh).quote_weight == EVEN
    assert trade.initialized(fresh).price == ONE // 4
    fifth = trade.initialized(fresh, ONE // 5)
    assert abs(decimal(fifth.price) - 0.2) < 1e-9


# -- price ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "tao", "quote", "expected"),
    [
        (2, 5, EVEN, 2.5),
        (3, 7, EVEN, 7 / 3),
        (30, 70, EVEN, 7 / 3),
        (4, 10, PERQUINTILL // 3, 5.0),
        (10, 0, 3 * 10**17, 0.0),
        (9, 25, 4 * 10**17, 1.5 * 25 / 9),
        (SUPPLY, 15 * 10**15, 3 * 10**17, 7 / 3 * 15 / 21),
    ],
)
def test_prices(alpha, tao, quote, expected):
    assert abs(decimal(balancer.price(alpha, tao, quote)) - expected) < 1e-9


@pytest.mark.parametrize(
    ("current", "target", "factor"),
    [(0.1, 0.2, 2**0.75 - 1), (0.1, 0.05, 0)],
)
def test_tao_to_a_price(current, target, factor):
    found = balancer.tao_to_price(raw(current), raw(target), 10**9, PERQUINTILL // 4)
    assert found == int(10**9 * factor)


@pytest.mark.parametrize(
    ("current", "target", "factor"),
    [(0.2, 0.1, 2**0.25 - 1), (0.1, 0.2, 0)],
)
def test_alpha_to_a_price(current, target, factor):
    found = balancer.alpha_to_price(raw(current), raw(target), 10**9, PERQUINTILL // 4)
    assert found == int(10**9 * factor)


def test_what_leads_to_a_price_leads_there():
    tao, alpha = 10**9, 10**10
    paid = balancer.tao_to_price(raw(0.1), raw(0.2), tao, EVEN)
    got = alpha * (1 - tao / (tao + paid))
    after = balancer.price(alpha - int(got), tao + paid, EVEN)
    assert abs(decimal(after) - 0.2) < 0.2e-9


def test_alpha_needed_for_tao():
    found = balancer.alpha_needed_for_tao(10**9, 10**9, PERQUINTILL // 4, 1_123_432)
    assert found == int(10**9 * ((10**9 / (10**9 - 1_123_432)) ** (0.25 / 0.75) - 1))


# -- payouts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "reserve", "paid", "sale", "expected"),
    [
        ((5, 10), 100_000, 100, True, 0.999000999000999),
        ((1, 4), 500_000, 5_000, True, 0.970590147927644),
        ((3, 4), 200_000, 2_000, False, 0.970590147927644),
        ((9, 10), 13_513_642, 1_673, False, 0.998886481979889),
        ((773, 1000), 7_000_000_000, 10_000, True, 0.999999580484586),
    ],
)
def test_what_part_stays(quote, reserve, paid, sale, expected):
    exponent = exponents(PERQUINTILL * quote[0] // quote[1])[0 if sale else 1]
    assert abs(decimal(balancer.kept_part(reserve, paid, exponent)) - expected) < 1e-9


def test_a_power_to_the_last_digit():
    found = power_scaled((SUPPLY, SUPPLY + 7 * 10**15), (6 * 10**17, 4 * 10**17), 4096, PERQUINTILL)
    assert found == 649_519_052_838_328_985


@pytest.mark.parametrize("exponent", [(1024, 1), (999, 1024), (1025, 1), (999, 1025), (2048, 4096)])
def test_powers_of_both_ways_to_compute_them(exponent):
    found = power_scaled((999_999_937, 1_000_000_003), exponent, 64, 10**6)
    assert found is not None
    assert abs(found / 10**6 - (999_999_937 / 1_000_000_003) ** (exponent[0] / exponent[1])) < 2e-6


QUOTES = [
    *(5 * 10**17 + off for off in (0, 10**6, -(10**6), 10**8, 10**10, 10**12, 10**14, 10**16)),
    *(n * 10**17 for n in (1, 2, 3, 4, 6, 7, 8, 9)),
    9 * 10**17 - 10**6,
    102_337_248_363_782_924,
]
RESERVES = [
    (1_000, 1_000, 0),
    (1_000, 1_000, 1),
    (1_500, 1_000, 1),
    (10**12, 10**14, 10**8),
    (10**11, 10**14, 10**8),
    (10**11, 10**14, 10**6),
    (10**11, 10**14, 10**12),
    (10**9, 10**14, 10**12),
    (10**6, 10**14, 10**12),
    (1_000, 10**14, 10**12),
    (1_000, 10**14, 10**9),
    (1_000, 10**14, 1_000),
    (1_000, 10**14, 10**14),
    (10, 10**14, 10**14),
    (10**9, 4 * 10**9, 10**12),
]


@pytest.mark.parametrize("quote", QUOTES)
def test_payouts_as_the_formula_has_them(quote):
    for tao, alpha, paid in RESERVES:
        for exponent in exponents(quote):
            kept = (alpha / (alpha + paid)) ** (exponent[0] / exponent[1])
            found = tao * (1 - decimal(balancer.kept_part(alpha, paid, exponent)))
            assert math.isclose(found, tao * (1 - kept), rel_tol=1e-12, abs_tol=0.001)


def test_payouts_of_far_more_than_the_reserve_are_no_more_than_all():
    for alpha, paid in ((1_000, 10**12), (400_775_553, 14_446_633_907_665_582)):
        for exponent in exponents(QUOTES[-1]):
            assert 0 <= balancer.kept_part(alpha, paid, exponent) <= ONE


P = PERQUINTILL
PRECISE = [
    (21 * 10**9, P // 2, 21 * 10**9, P * 1_000_000_000_001 // (2 * 10**12)),
    (21 * 10**9, P * 10**12 // 2_000_000_000_001, 21 * 10**9, P // 2),
    (2, P // 2, 1, P // 2),
    (1, P // 2, 1, P * 101 // 200),
    (1, P * 100 // 201, 1, P // 2),
]


@pytest.mark.parametrize(("more", "quote", "less", "other_quote"), PRECISE)
def test_the_least_difference_shows(more, quote, less, other_quote):
    kept = balancer.kept_part(SUPPLY, more, exponents(quote)[0])
    other = balancer.kept_part(SUPPLY, less, exponents(other_quote)[0])
    assert 10**9 * (ONE - kept) > 10**9 * (ONE - other) > 0


@pytest.mark.parametrize("off", [5 * 10**8, -5 * 10**8, 5 * 10**5, -5 * 10**5])
@pytest.mark.parametrize("paid", [1, 100, 100_000])
def test_nearly_even_weights_and_nearly_nothing_paid(off, paid):
    for exponent in exponents(EVEN + off):
        assert 0 < balancer.kept_part(SUPPLY, paid, exponent) <= ONE


@pytest.mark.parametrize(
    "reserve", [at + off for at in (1 << 42, (1 << 42) + (1 << 41)) for off in (-1, 0, 1)]
)
def test_reserves_where_logarithms_are_normalised(reserve):
    for paid in (1, reserve // 1_000, reserve // 2):
        for exponent in exponents(EVEN + 5 * 10**8):
            assert 0 < balancer.kept_part(reserve, paid, exponent) <= ONE


WEIGHTS = (balancer.LEAST_WEIGHT, EVEN, PERQUINTILL - balancer.LEAST_WEIGHT)
CORNERS = (0, 1, U64_MAX)


@pytest.mark.parametrize("quote", WEIGHTS)
def test_corners_have_results_in_range(quote):
    for a in CORNERS:
        for b in CORNERS:
            assert 0 <= balancer.price(a, b, quote) <= U128_MAX
            for exponent in exponents(quote):
                assert 0 <= balancer.kept_part(a, b, exponent) <= ONE
            for c in CORNERS:
                prices = U64F64.from_int(a), U64F64.from_int(b)
                assert 0 <= balancer.tao_to_price(*prices, c, quote) <= U64_MAX
                assert 0 <= balancer.alpha_to_price(*prices, c, quote) <= U64_MAX
                assert 0 <= balancer.alpha_needed_for_tao(a, b, quote, c) <= U64_MAX
            for added in ((0, 0), (U64_MAX, U64_MAX), (U64_MAX, 0), (0, U64_MAX), (1, U64_MAX)):
                weight = balancer.weight_after_adding(a, b, quote, *added)
                assert weight is None or balancer.in_range(weight)


# -- swaps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("amount", [1_000, 2_000, 123_456, 10**9, 10**10])
def test_swaps_pay_as_the_formula_has_it(side, amount):
    pool = LiquidityPool(alpha=4 * 10**9, tao=10**9)
    given, taken = (pool.tao, pool.alpha) if side is Side.BUY else (pool.alpha, pool.tao)
    found, _ = trade.swap(pool, side, amount, side.loosest_limit)
    net = amount - int(amount * 33 / 65_535)
    assert abs(found.paid_in - net) <= 1
    assert abs(found.paid_out - int(taken * (1 - given / (given + net)))) <= 1
    after = trade._price_after(pool, side, found.paid_in, found.paid_out)
    assert (after >= pool.price) is (side is Side.BUY)


def test_nearly_a_thousand_times_the_reserve_pays_something():
    pool = LiquidityPool(alpha=10**6, tao=10**6)
    assert trade.simulate(pool, Side.SELL, 999_500_000).paid_out > 0


@pytest.mark.parametrize(("side", "limit"), [(Side.BUY, HIGHEST_LIMIT), (Side.SELL, LOWEST_LIMIT)])
def test_at_most_a_thousand_times_the_reserve_is_taken(side, limit):
    pool = LiquidityPool(alpha=10**6, tao=10**6)
    assert trade.swap(pool, side, 10**9, limit, drop_fees=True)[0].paid_out > 0
    with pytest.raises(SwapInputTooLarge):
        trade.swap(pool, side, 10**9 + 1, limit, drop_fees=True)
    with pytest.raises(SwapInputTooLarge):
        trade.simulate(pool, side, 1_001 * 10**6)


@pytest.mark.parametrize("quote", [EVEN, EVEN + 10**10, EVEN - 10**10, P // 10, P // 10 * 9])
@pytest.mark.parametrize(("tao", "alpha"), [(1500, 1000), (1, 10**6), (10**6, 1)])
def test_small_pools_pay_as_the_formula_has_it(quote, tao, alpha):
    pool = LiquidityPool(alpha=alpha, tao=tao, quote_weight=quote)
    weights = (P - quote) / quote
    for paid in (1, 10_000, 10**6, U64_MAX):
        sale = tao * (1 - (alpha / (alpha + paid)) ** weights)
        purchase = alpha * (1 - (tao / (tao + paid)) ** (1 / weights))
        assert abs(trade.payout(pool, Side.SELL, paid) - int(sale)) <= 2
        assert abs(trade.payout(pool, Side.BUY, paid) - int(purchase)) <= 2
