"""Fixed-point numbers as the chain computes them: raw integers and the formats they are in.

A value is a Python int, its raw bits: the number it stands for is `raw / 2**fraction`.  A format
(`I32F32`, `U64F64`, ...) says how results are rounded and what happens beyond the range:

    saturating_*  stops at the end of the range
    checked_*     is None beyond the range
    wrapping_*    drops the bits above it, as plain operators do in the chain's release build
    safe_div      is 0 beyond the range, not only for a divisor of 0

Products round down; quotients round toward zero.

Stored, such a number is its raw bits: `RawU64F64` and the like are the types of storage items and
arguments, which metadata describes as the struct of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated

from pysubtensor.frame.codec.resolve import Fraction, Named, Wire
from pysubtensor.frame.primitives import I64, I128, U8, U128


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """A format: `bits` in all, `fraction` of them below the point."""

    name: str
    signed: bool
    bits: int
    fraction: int
    lowest: int = field(init=False)
    highest: int = field(init=False)
    one: int = field(init=False)

    def __post_init__(self) -> None:
        """Derive the range."""
        object.__setattr__(self, "lowest", -(1 << (self.bits - 1)) if self.signed else 0)
        object.__setattr__(self, "highest", (1 << (self.bits - self.signed)) - 1)
        object.__setattr__(self, "one", 1 << self.fraction)

    def __repr__(self) -> str:
        return self.name

    # What to do with a result of any size.

    def saturate(self, raw: int) -> int:
        """The nearest value in range."""
        if self.lowest <= raw <= self.highest:
            return raw
        return self.highest if raw > self.highest else self.lowest

    def saturate_all(self, raws: list[int]) -> list[int]:
        """`saturate` of each, quick where nothing is to do."""
        if not raws or (min(raws) >= self.lowest and max(raws) <= self.highest):
            return raws
        return [self.saturate(raw) for raw in raws]

    def check(self, raw: int) -> int | None:
        """`raw` itself, None beyond the range."""
        return raw if self.lowest <= raw <= self.highest else None

    def wrap(self, raw: int) -> int:
        """`raw` without the bits above the range."""
        return ((raw - self.lowest) & ((1 << self.bits) - 1)) + self.lowest

    # Into the format and out of it.

    def from_int(self, number: int) -> int:
        """An integer, saturating."""
        return self.saturate(number << self.fraction)

    def convert(self, raw: int, source: FixedPoint) -> int:
        """A value of another format: rounds down, then saturates."""
        shift = self.fraction - source.fraction
        return self.saturate(raw << shift if shift >= 0 else raw >> -shift)

    def from_f64_bits(self, pattern: int) -> int:
        """The finite double with this bit pattern: rounds half to even, then saturates."""
        exponent = (pattern >> 52) & 0x7FF
        mantissa = pattern & ((1 << 52) - 1)
        if exponent:
            mantissa |= 1 << 52
        shift = self.fraction + (exponent or 1) - 1075
        raw = mantissa << shift if shift >= 0 else _round_half_even(mantissa, 1 << -shift)
        return self.saturate(-raw if pattern >> 63 else raw)

    def to_uint(self, raw: int, bits: int = 64) -> int:
        """As an unsigned integer of `bits`: rounds down, then saturates."""
        return min(max(raw >> self.fraction, 0), (1 << bits) - 1)

    def to_text(self, raw: int) -> str:
        """The shortest decimal that is nearer to this value than to any other."""
        size = abs(raw)
        for digits in count():
            decimal = _round_half_even(size * 10**digits, self.one)
            if 2 * abs((decimal << self.fraction) - size * 10**digits) < 10**digits:
                break
        whole, part = divmod(decimal, 10**digits)
        sign = "-" if raw < 0 else ""
        return f"{sign}{whole}.{part:0{digits}}" if digits else f"{sign}{whole}"

    # Arithmetic.

    def saturating_add(self, a: int, b: int) -> int:
        """The sum, within the range."""
        return self.saturate(a + b)

    def saturating_sub(self, a: int, b: int) -> int:
        """The difference, within the range."""
        return self.saturate(a - b)

    def saturating_mul(self, a: int, b: int) -> int:
        """The product, rounded down, within the range."""
        return self.saturate((a * b) >> self.fraction)

    def saturating_div(self, a: int, b: int) -> int:
        """The quotient, rounded toward zero, within the range.  Errors: ZeroDivisionError."""
        return self.saturate(self._quotient(a, b))

    def checked_add(self, a: int, b: int) -> int | None:
        """The sum, None beyond the range."""
        return self.check(a + b)

    def checked_sub(self, a: int, b: int) -> int | None:
        """The difference, None beyond the range."""
        return self.check(a - b)

    def checked_mul(self, a: int, b: int) -> int | None:
        """The product, rounded down, None beyond the range."""
        return self.check((a * b) >> self.fraction)

    def checked_div(self, a: int, b: int) -> int | None:
        """The quotient, rounded toward zero; None beyond the range and for a divisor of 0."""
        return self.check(self._quotient(a, b)) if b else None

    def safe_div(self, a: int, b: int) -> int:
        """The quotient; 0 where `checked_div` has none."""
        return self.check(self._quotient(a, b)) or 0 if b else 0

    def ratio(self, numerator: int, denominator: int) -> int:
        """`safe_div` of two integers, each saturating first."""
        return self.safe_div(self.from_int(numerator), self.from_int(denominator))

    def wrapping_add(self, a: int, b: int) -> int:
        """The sum without the bits above the range."""
        return self.wrap(a + b)

    def wrapping_div(self, a: int, b: int) -> int:
        """The quotient without the bits above the range.  Errors: ZeroDivisionError."""
        return self.wrap(self._quotient(a, b))

    def sum(self, values: Iterable[int]) -> int:
        """The sum of all, wrapping."""
        return self.wrap(sum(values))

    def _quotient(self, a: int, b: int) -> int:
        if a >= 0 and b > 0:
            return (a << self.fraction) // b
        size = (abs(a) << self.fraction) // abs(b)
        return -size if (a < 0) != (b < 0) else size

    # Parts.

    def checked_floor(self, raw: int) -> int | None:
        """The integer below, None beyond the range."""
        return self.check(raw >> self.fraction << self.fraction)

    def checked_round(self, raw: int) -> int | None:
        """The nearest integer, halves away from zero; None beyond the range."""
        size = (abs(raw) + (self.one >> 1)) >> self.fraction << self.fraction
        return self.check(-size if raw < 0 else size)

    def frac(self, raw: int) -> int:
        """What lies above the integer below."""
        return raw & (self.one - 1)


def _round_half_even(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (twice > denominator or (twice == denominator and quotient & 1))


I32F32 = FixedPoint("I32F32", signed=True, bits=64, fraction=32)
I64F64 = FixedPoint("I64F64", signed=True, bits=128, fraction=64)
I96F32 = FixedPoint("I96F32", signed=True, bits=128, fraction=32)
U64F64 = FixedPoint("U64F64", signed=False, bits=128, fraction=64)
U96F32 = FixedPoint("U96F32", signed=False, bits=128, fraction=32)

RawI32F32 = Annotated[I64, Fraction(32), Named("I32F32")]
RawI64F64 = Annotated[I128, Fraction(64), Named("I64F64")]
RawI96F32 = Annotated[I128, Fraction(32), Named("I96F32")]
RawU64F64 = Annotated[U128, Fraction(64), Named("U64F64")]
RawU96F32 = Annotated[U128, Fraction(32), Named("U96F32")]

Percent = Annotated[U8, Wire("sp_arithmetic::per_things::Percent", type_name="Percent")]
"""Parts of a hundred."""
