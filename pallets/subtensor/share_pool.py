"""Shares of a common value: who holds shares gains and loses with the whole.

A hotkey's alpha on a subnet is one number; each coldkey behind it holds shares.  The number may
grow for all at once (dividends) without touching a share.  Shares are decimal floats of 21 digits,
enough for a rao more or less to show.  All is truncated: what is put in may come out a rao less.
Formulas: the chain's share-pool.
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.arith import clamp, saturating_add, saturating_sub
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.primitives import I64, U64_MAX, U128

LARGEST_MANTISSA = 10**21
DIGITS = 21
I64_MAX = (1 << 63) - 1
_POWERS_OF_TEN: tuple[int, ...] = tuple(10**e for e in range(DIGITS + 2))


class SafeFloat(Struct, path="share_pool::SafeFloat"):
    """`mantissa * 10**exponent`; normalised, 10**20 < mantissa <= 10**21, or both 0."""

    mantissa: U128 = U128(0)
    exponent: I64 = I64(0)

    @classmethod
    def of(cls, mantissa: int, exponent: int = 0) -> SafeFloat | None:
        """The normalised float; None for a mantissa above 10**21 or an exponent out of i64."""
        return None if mantissa > LARGEST_MANTISSA else _normalized(mantissa, exponent)

    @classmethod
    def whole(cls, number: int) -> SafeFloat:
        """A u64 as a float, exactly."""
        return cls.of(number) or ZERO

    @classmethod
    def from_u64f64(cls, raw: int) -> SafeFloat:
        """A U64F64, given by its raw bits; the digits from the 22nd on are lost."""
        part = cls.whole(raw & U64_MAX).div(_TWO_TO_64) or ZERO
        return cls.whole(raw >> 64).plus(part) or ZERO

    def __bool__(self) -> bool:
        return self.mantissa != 0

    def to_u64(self) -> int:
        """The integer not above; saturates.

        No power above 10**22 is taken: beyond, a positive exponent saturates anyway and a negative
        one leaves nothing.
        """
        scale = _power_of_ten(abs(self.exponent))
        return clamp(self.mantissa * scale if self.exponent > 0 else self.mantissa // scale)

    def plus(self, other: SafeFloat) -> SafeFloat | None:
        """Sum, after the smaller lost the digits it has below the larger's; None out of range."""
        if not self:
            return other
        if not other:
            return self
        a, b, exponent = _aligned(self, other)
        return _normalized(a + b, exponent)

    def minus(self, other: SafeFloat) -> SafeFloat | None:
        """Difference, at least 0; None when it is taken from 0, or out of range."""
        if not other:
            return self
        if not self:
            return None
        a, b, exponent = _aligned(self, other)
        return _normalized(saturating_sub(a, b), exponent)

    def div(self, divisor: SafeFloat) -> SafeFloat | None:
        """Quotient; None when the divisor is 0 or the exponent leaves i64."""
        exponent = self.exponent - divisor.exponent - DIGITS
        if not divisor or not _in_i64(exponent):
            return None
        return _normalized(self.mantissa * LARGEST_MANTISSA // divisor.mantissa, exponent)

    def mul_div(self, factor: SafeFloat, divisor: SafeFloat) -> SafeFloat | None:
        """`self * factor / divisor`; None when the divisor is 0 or an exponent leaves i64."""
        product = self.exponent + factor.exponent
        exponent = product - divisor.exponent
        if not divisor or not _in_i64(product) or not _in_i64(exponent):
            return None
        return _normalized(self.mantissa * factor.mantissa // divisor.mantissa, exponent)

    def exceeds(self, other: SafeFloat) -> bool:
        """Whether `self` is the larger, as the chain compares: by exponents when they are 2 apart.

        So a 0, whose exponent is 0, exceeds what is below 0.1.
        """
        apart = self.exponent - other.exponent
        if abs(apart) > 1:
            return apart > 0
        scale_a, scale_b = (10, 1) if apart == 1 else (1, 10) if apart == -1 else (1, 1)
        return self.mantissa * scale_a > other.mantissa * scale_b


ZERO = SafeFloat()


def _normalized(mantissa: int, exponent: int) -> SafeFloat | None:
    """Drop digits or add zeros until the mantissa is in range; None when the exponent is not."""
    if mantissa == 0:
        return ZERO
    surplus = len(str(mantissa)) - DIGITS
    mantissa = mantissa // 10**surplus if surplus > 0 else mantissa * 10**-surplus
    if mantissa == LARGEST_MANTISSA // 10:  # the range lacks its lower end and has its upper
        mantissa, surplus = LARGEST_MANTISSA, surplus - 1
    exponent += surplus
    return SafeFloat(U128(mantissa), I64(exponent)) if _in_i64(exponent) else None


def _in_i64(exponent: int) -> bool:
    return -I64_MAX - 1 <= exponent <= I64_MAX


def _power_of_ten(exponent: int) -> int:
    """10**exponent, at most 10**22."""
    return _POWERS_OF_TEN[min(exponent, DIGITS + 1)]


def _aligned(a: SafeFloat, b: SafeFloat) -> tuple[int, int, int]:
    """Both mantissas at the larger exponent, and that exponent."""
    if a.exponent >= b.exponent:
        return a.mantissa, b.mantissa // _power_of_ten(a.exponent - b.exponent), a.exponent
    return a.mantissa // _power_of_ten(b.exponent - a.exponent), b.mantissa, b.exponent


_TWO_TO_64 = SafeFloat.of(1 << 64) or ZERO


class SharePool(NamedTuple):
    """A shared value in rao and how many shares there are of it."""

    value: int = 0
    denominator: SafeFloat = ZERO

    def value_of(self, share: SafeFloat) -> int:
        """Rao that `share` stands for: value * share / denominator; 0 in an empty pool."""
        return (SafeFloat.whole(self.value).mul_div(share, self.denominator) or ZERO).to_u64()

    def shares_for(self, amount: int) -> SafeFloat:
        """Shares that |amount| rao stand for: |amount| * denominator / value; 0 at value 0."""
        rao = SafeFloat.whole(abs(amount))
        return rao.mul_div(self.denominator, SafeFloat.whole(self.value)) or ZERO

    def would_change(self, amount: int) -> bool:
        """Whether giving `amount` to one holder would change a share."""
        return not self.denominator or bool(self.shares_for(amount))

    def update_all(self, amount: int) -> SharePool:
        """The pool with `amount` rao (or less, when negative) for all holders; no less than 0."""
        if amount >= 0:
            return self._replace(value=saturating_add(self.value, amount))
        return self._replace(value=saturating_sub(self.value, -amount))

    def update_share(self, share: SafeFloat, amount: int) -> tuple[SharePool, SafeFloat]:
        """The pool and one holder's share after `amount` rao came to (or left) that holder.

        The first to give owns all shares, one per rao.  A share that cannot change, because it is 0
        or leaves its range, stays; value and denominator change all the same.
        """
        if not self.denominator:
            start = SafeFloat.whole(abs(amount))
            return self._replace(denominator=start).update_all(amount), start
        moved = self.shares_for(amount)
        move = SafeFloat.plus if amount > 0 else SafeFloat.minus
        pool = self._replace(denominator=_or_kept(move(self.denominator, moved), self.denominator))
        return pool.update_all(amount), _or_kept(move(share, moved), share)


def _or_kept(changed: SafeFloat | None, kept: SafeFloat) -> SafeFloat:
    return kept if changed is None else changed
