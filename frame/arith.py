"""Unsigned integers that saturate, and proportions in parts of a power of ten.

Numbers with a fixed point are `pysubtensor.frame.fixed_point`.
"""

from __future__ import annotations

from pysubtensor.frame.primitives import U64_MAX, U128_MAX

PERQUINTILL = 10**18
"""Parts of a `Perquintill`."""


def clamp(value: int, low: int = 0, high: int = U64_MAX) -> int:
    """`value` brought into `low`..`high` (u64 by default)."""
    return low if value < low else min(value, high)


def saturating_add(a: int, b: int, high: int = U64_MAX) -> int:
    """`a + b`, no more than `high`; both at least 0."""
    total = a + b
    return min(total, high)


def saturating_sub(a: int, b: int) -> int:
    """`a - b`, no less than 0."""
    return max(a - b, 0)


def saturating_mul(a: int, b: int, high: int = U128_MAX) -> int:
    """`a * b`, no more than `high`; both at least 0."""
    return min(a * b, high)


def perthing(numerator: int, denominator: int, parts: int) -> int:
    """The parts of `parts` that `numerator / denominator` is, rounded down.

    All of them when the ratio exceeds 1 or the denominator is 0.
    """
    if numerator > denominator or denominator == 0:
        return parts
    return parts * numerator // denominator
