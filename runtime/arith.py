"""Exact arithmetic of the chain: integers that saturate and numbers with a fixed point.

A fixed-point number is carried as its raw bits, a plain integer: the number times 2**fraction_bits.
A `Fixed` knows the width of one such type and computes on raw bits with the rounding and the limits
of the chain's `substrate-fixed`; `x` below means the number, `raw` its bits.

    half = U64F64.div(U64F64.of(1), U64F64.of(2))
    U64F64.floor(U64F64.mul(half, U64F64.of(7)))  # 3
"""

from __future__ import annotations

from runtime.primitives import U64_MAX, U128_MAX

PERBILL = 10**9
"""Parts of a `Perbill`."""
PERQUINTILL = 10**18
"""Parts of a `Perquintill`."""


def clamp(value: int, low: int = 0, high: int = U64_MAX) -> int:
    """`value` brought into `low`..`high` (u64 unless told)."""
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


def round_half_down(numerator: int, denominator: int) -> int:
    """The integer nearest to the ratio of two positives; of two as near, the lower."""
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator)


class Fixed:
    """A fixed-point type: how many bits before and after the point, and whether it has a sign."""

    __slots__ = ("fraction_bits", "high", "low", "name", "one")

    def __init__(self, name: str, integer_bits: int, fraction_bits: int, *, signed: bool) -> None:
        bits = integer_bits + fraction_bits
        self.name = name
        self.fraction_bits = fraction_bits
        self.one = 1 << fraction_bits
        self.low = -(1 << (bits - 1)) if signed else 0
        self.high = (1 << (bits - signed)) - 1

    def __repr__(self) -> str:
        return self.name

    def saturate(self, raw: int) -> int:
        """`raw` brought into the type's range."""
        if raw > self.high:
            return self.high
        return max(raw, self.low)

    def of(self, number: int) -> int:
        """Raw bits of an integer; saturates."""
        return self.saturate(number << self.fraction_bits)

    def cast(self, raw: int, source: Fixed) -> int:
        """Raw bits here of a number of type `source`; low bits are dropped, high ones saturate."""
        shift = self.fraction_bits - source.fraction_bits
        return self.saturate(raw << shift if shift >= 0 else raw >> -shift)

    def floor(self, raw: int, high: int = U64_MAX) -> int:
        """The integer not above x, brought into 0..`high`."""
        return clamp(raw >> self.fraction_bits, 0, high)

    def add(self, a: int, b: int) -> int:
        """Sum; saturates."""
        return self.saturate(a + b)

    def sub(self, a: int, b: int) -> int:
        """Difference; saturates."""
        return self.saturate(a - b)

    def mul(self, a: int, b: int) -> int:
        """Product rounded toward minus infinity; saturates."""
        return self.saturate(a * b >> self.fraction_bits)

    def checked_div(self, a: int, b: int) -> int | None:
        """Quotient rounded toward zero; None when `b` is 0 or the quotient does not fit."""
        if b == 0:
            return None
        quotient = abs(a << self.fraction_bits) // abs(b)
        quotient = -quotient if (a < 0) != (b < 0) else quotient
        return quotient if self.low <= quotient <= self.high else None

    def div(self, a: int, b: int) -> int:
        """The chain's `safe_div`: as `checked_div`, with 0 in place of None."""
        return self.checked_div(a, b) or 0

    def ratio(self, numerator: int, denominator: int) -> int:
        """`div` of two integers."""
        return self.div(self.of(numerator), self.of(denominator))


I32F32 = Fixed("I32F32", 32, 32, signed=True)
I64F64 = Fixed("I64F64", 64, 64, signed=True)
I96F32 = Fixed("I96F32", 96, 32, signed=True)
U96F32 = Fixed("U96F32", 96, 32, signed=False)
U64F64 = Fixed("U64F64", 64, 64, signed=False)
