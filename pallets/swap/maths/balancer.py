"""Formulas of a pool with weights: price, payouts, distance to a price, and how weights move.

`alpha` and `tao` are reserves in rao, `quote` the weight of TAO in parts of 10**18 (the weight of
alpha is the rest), prices raw U64F64 in TAO per alpha.  `checked` weights lie in 1%..99%.
"""

from __future__ import annotations

from pysubtensor.frame.arith import (
    PERQUINTILL,
    clamp,
    perthing,
    saturating_add,
    saturating_mul,
    saturating_sub,
)
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U64_MAX, U128_MAX
from pysubtensor.pallets.swap.maths.power import power_scaled

fixed, floor = U64F64.from_int, U64F64.to_uint
minus, times = U64F64.saturating_sub, U64F64.saturating_mul

EVEN = PERQUINTILL // 2
"""The quote's weight in a pool made without a price."""
LEAST_WEIGHT = PERQUINTILL // 100

RATIO_BITS = 256
"""Precision of the power in a payout."""
DISTANCE_BITS = 1024
"""Precision of the power in a distance to a price."""


def in_range(quote: int) -> bool:
    """Whether both weights are at least 1%."""
    return LEAST_WEIGHT <= quote <= PERQUINTILL - LEAST_WEIGHT


def price(alpha: int, tao: int, quote: int) -> int:
    """TAO per alpha: (base weight / quote weight) * (tao / alpha); 0 without alpha."""
    weights = U64F64.ratio(PERQUINTILL - quote, quote)
    return times(weights, U64F64.ratio(tao, alpha))


def alpha_for_tao(alpha: int, tao: int, quote: int, paid: int) -> int:
    """Alpha paid out for `paid` TAO: alpha * (1 - (tao / (tao + paid)) ** (quote / base))."""
    kept = kept_part(tao, paid, (quote, PERQUINTILL - quote))
    return _part_of(alpha, minus(U64F64.one, kept))


def tao_for_alpha(alpha: int, tao: int, quote: int, paid: int) -> int:
    """TAO paid out for `paid` alpha: tao * (1 - (alpha / (alpha + paid)) ** (base / quote))."""
    kept = kept_part(alpha, paid, (PERQUINTILL - quote, quote))
    return _part_of(tao, minus(U64F64.one, kept))


def alpha_needed_for_tao(alpha: int, tao: int, quote: int, wanted: int) -> int:
    """Alpha to pay in for `wanted` TAO: alpha * ((tao / (tao - wanted)) ** (quote / base) - 1).

    0 when the pool has no more TAO than that.
    """
    grown = _power(tao, saturating_sub(tao, wanted), (quote, PERQUINTILL - quote))
    return _part_of(alpha, minus(grown, U64F64.one))


def kept_part(reserve: int, paid: int, exponent: tuple[int, int]) -> int:
    """Part of the other reserve that stays: (reserve / (reserve + paid)) ** exponent, at most 1."""
    return min(_power(reserve, saturating_add(reserve, paid), exponent), U64F64.one)


def _power(before: int, after: int, exponent: tuple[int, int]) -> int:
    """(before / after) ** exponent, raw U64F64, cut to 18 decimals first; 0 from 18.4 upward."""
    if after == 0:
        return 0
    scaled = power_scaled((before, after), exponent, RATIO_BITS, PERQUINTILL)
    if scaled is None or scaled > U64_MAX:
        return 0
    return U64F64.ratio(scaled, PERQUINTILL)


def tao_to_price(current: int, target: int, tao: int, quote: int) -> int:
    """TAO that raises the price to `target`: tao * ((target / current) ** base - 1)."""
    return _distance((target, current), PERQUINTILL - quote, tao)


def alpha_to_price(current: int, target: int, alpha: int, quote: int) -> int:
    """Alpha that lowers the price to `target`: alpha * ((current / target) ** quote - 1)."""
    return _distance((current, target), quote, alpha)


def _distance(prices: tuple[int, int], weight: int, reserve: int) -> int:
    scaled = power_scaled(prices, (weight, PERQUINTILL), DISTANCE_BITS, PERQUINTILL)
    if scaled is None:
        return 0
    factor = U64F64.ratio(clamp(scaled), PERQUINTILL)
    return _part_of(reserve, minus(factor, U64F64.one))


def _part_of(reserve: int, part: int) -> int:
    return floor(times(fixed(reserve), part))


def weight_after_adding(
    alpha: int, tao: int, quote: int, added_alpha: int, added_tao: int
) -> int | None:
    """The quote's weight that leaves the price as it is when so much is added; None out of range.

    With p the price: (tao + added_tao) / (p * (alpha + added_alpha) + tao + added_tao).  Even
    for an empty pool.
    """
    base_side = _weighted(PERQUINTILL - quote, saturating_mul(tao, alpha + added_alpha))
    quote_side = _weighted(quote, saturating_mul(alpha, tao + added_tao))
    total = saturating_add(base_side, quote_side, U128_MAX)
    weight = perthing(quote_side, total, PERQUINTILL) if total else EVEN
    return weight if in_range(weight) else None


def _weighted(weight: int, value: int) -> int:
    """`value` times a weight, to the nearest integer."""
    return min((value * weight + PERQUINTILL // 2) // PERQUINTILL, U128_MAX)


def weight_at_price(alpha: int, tao: int, at: int) -> int | None:
    """The quote's weight of a pool that starts at price `at`: tao / (at * alpha + tao).

    None when it is not in range, or both terms are 0.
    """
    whole = saturating_mul(floor(at), alpha)
    part = floor(times(fixed(alpha), U64F64.frac(at)))
    total = saturating_add(saturating_add(whole, part, U128_MAX), tao, U128_MAX)
    weight = perthing(tao, total, PERQUINTILL) if total else 0
    return weight if in_range(weight) else None
