"""Arithmetic on arrays of proportions in [0, 1]: uint64 raw bits, 32 of them fraction.

Ordinary epochs know no others.  A product or a shifted value then fits 64 bits, all but the one of
ONE itself, which wraps to 0: each function here puts that back.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pysubtensor.frame.primitives import U64_MAX

Fixed: TypeAlias = NDArray[np.uint64]
Mask: TypeAlias = NDArray[np.bool_]

FRACTION = np.uint64(32)
ONE = np.uint64(1 << 32)
LOW = np.uint64((1 << 32) - 1)
MOST = np.uint64(U64_MAX)
U16_MAX = np.uint64(65535)


def fixed(values: list[int]) -> Fixed:
    """An array of values that are not negative."""
    return np.array(values, np.uint64)


def multiply(a: Fixed, b: Fixed | np.uint64) -> Fixed:
    """Products, rounded down."""
    # Bit 32 is set in ONE alone, and 1 * 1 alone wraps.
    return (a * b >> FRACTION) | (a & b & ONE)


def divide(a: Fixed, b: Fixed) -> Fixed:
    """Quotients of `a` by `b` no smaller, rounded down; `a` where `b` is 0."""
    divisor = np.where(b == 0, ONE, b)
    quotient = (a << FRACTION) // divisor
    if (a == ONE).any():
        quotient += (a >> FRACTION) * reciprocal(divisor)
    return quotient


def reciprocal(b: Fixed) -> Fixed:
    """1/b, rounded down, for `b` above its least bit."""
    quotient = MOST // b
    exact = MOST - quotient * b == b - np.uint64(1)
    result: Fixed = quotient + exact.astype(np.uint64)
    return result


def to_u16(values: Fixed) -> NDArray[np.uint16]:
    """In 65535ths, rounded down."""
    return (values * U16_MAX >> FRACTION).astype(np.uint16)


def exp(x: Fixed) -> Fixed:
    """e**x for 0 <= x <= 20 as the chain computes it (`transcendental.exp`), but not for 1."""
    x_whole, x_part = x >> FRACTION, x & LOW
    result, term = x + ONE, x
    for i in range(2, 32):
        whole, part = term >> FRACTION, term & LOW
        product = whole * x + part * x_whole + (part * x_part >> FRACTION)
        term = product // np.uint64(i)
        if not term.any():
            break
        result += term
    return result
