"""Ratios raised to ratios, to the last digit as the chain's big-integer library has them.

Small exponents are exact roots of integers.  Others go through series for ln and exp in fixed
point, whose stopping rule decides the last digit; so the series here stop where the chain's do.
(The chain also stops at a sum that rounds as the one before; no term as large as the guard does.)
"""

from __future__ import annotations

from functools import cache
from math import gcd

GUARD_BITS = 24
"""Bits carried beyond the precision asked for."""
GUARD = 1 << GUARD_BITS
MOST_TERMS = 4096
LARGEST_EXACT_EXPONENT = 1024


def power_scaled(
    base: tuple[int, int], exponent: tuple[int, int], precision: int, scale: int
) -> int | None:
    """`(base ** exponent) * scale`, rounded down; ratios as (numerator, denominator), unsigned.

    `precision` is in bits and at least what `scale` needs.  None when a denominator is 0; 0 when
    the base is 0, whatever the exponent.
    """
    if base[1] == 0 or exponent[1] == 0:
        return None
    if base[0] == 0:
        return 0
    if exponent[0] == 0:
        return scale
    common = gcd(*exponent)
    exponent = exponent[0] // common, exponent[1] // common
    if max(exponent) <= LARGEST_EXACT_EXPONENT:
        return _exact(base, exponent, scale)
    precision = max(precision, 32, scale.bit_length() + 8)
    return _series(base, exponent, precision, scale)


def _exact(base: tuple[int, int], exponent: tuple[int, int], scale: int) -> int:
    """Largest r with r**q * denominator**p <= numerator**p * scale**q, for the exponent p / q."""
    p, q = exponent
    return _root(base[0] ** p * scale**q // base[1] ** p, q)


def _root(value: int, degree: int) -> int:
    """Largest r with r**degree <= value, by Newton's method from above."""
    if degree == 1 or value < 2:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        closer = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if closer >= guess:
            return guess
        guess = closer


def _series(base: tuple[int, int], exponent: tuple[int, int], precision: int, scale: int) -> int:
    bits = precision + GUARD_BITS
    logarithm = _ln(base[0], bits) - _ln(base[1], bits)
    power = _exp(logarithm * exponent[0] // exponent[1], bits)
    return _without_guard(power) * scale >> precision


def _most_terms(bits: int) -> int:
    return min(MOST_TERMS, bits + 128)


def _ln(value: int, bits: int) -> int:
    """Natural logarithm of a positive integer: of a mantissa in 0.75 .. 1.5, plus shifts."""
    shift = value.bit_length() - 1
    mantissa = (value << bits) >> shift
    if mantissa >= 3 << (bits - 1):
        mantissa >>= 1
        shift += 1
    return _ln_1p(mantissa - (1 << bits), bits) + _ln_2(bits) * shift


@cache
def _ln_2(bits: int) -> int:
    return -_ln_1p(-(1 << (bits - 1)), bits)


def _ln_1p(x: int, bits: int) -> int:
    """ln(1 + x) by its Taylor series, up to the first term that shows only in the guard bits."""
    term = result = x
    for n in range(2, _most_terms(bits) + 1):
        term = term * x >> bits
        step = term // n
        result += step if n % 2 else -step
        if -GUARD < step < GUARD:
            break
    return result


def _exp(x: int, bits: int) -> int:
    """e**x by its Taylor series, stopping as `_ln_1p` does."""
    term = result = 1 << bits
    for n in range(1, _most_terms(bits) + 1):
        term = term * x // (n << bits)
        result += term
        if -GUARD < term < GUARD:
            break
    return result


def _without_guard(value: int) -> int:
    """`value` without its guard bits, rounded to the nearest; halves away from zero."""
    rounded = (abs(value) + GUARD // 2) >> GUARD_BITS
    return rounded if value >= 0 else -rounded
