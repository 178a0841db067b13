"""Arithmetic on vectors of proportions: lists of raw I32F32 bits."""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.fixed_point import I32F32, FixedPoint
from pysubtensor.frame.primitives import U16_MAX

ONE = I32F32.one


def from_u16(value: int) -> int:
    """The proportion value/65535."""
    return (value << I32F32.fraction) // U16_MAX


def to_u16(values: Sequence[int]) -> list[int]:
    """Each proportion in 65535ths, rounded down."""
    return to_uint([value * U16_MAX for value in values], 16)


def to_uint(values: list[int], bits: int) -> list[int]:
    """Rounded down to unsigned integers of `bits`, saturating."""
    whole = [value >> I32F32.fraction for value in values]
    most = (1 << bits) - 1
    if not whole or (min(whole) >= 0 and max(whole) <= most):
        return whole
    return [min(max(value, 0), most) for value in whole]


def normalize(values: Sequence[int], form: FixedPoint = I32F32) -> list[int]:
    """Divided by their sum, which wraps; unchanged where that is 0."""
    return divide(values, form.sum(values), form)


def divide(values: Sequence[int], total: int, form: FixedPoint = I32F32) -> list[int]:
    """Each divided by `total`; unchanged where that is 0."""
    if total == 0:
        return list(values)
    if total > 0 and min(values) >= 0 and max(values) <= total:  # nothing to truncate or saturate
        return [(value << form.fraction) // total for value in values]
    return [form.safe_div(value, total) for value in values]


def among_highest(values: Sequence[int], k: int) -> list[bool]:
    """True for the `k` highest; of equal ones the later (`is_topk_nonzero`)."""
    if len(values) < k:
        return [True] * len(values)
    ascending = sorted(range(len(values)), key=values.__getitem__)
    result = [True] * len(values)
    for index in ascending[: len(values) - k]:
        result[index] = False
    return result


def upscaled_to_u16(values: Sequence[int]) -> list[int]:
    """Scaled so that the highest is 65535, rounded to nearest; `values` are not negative."""
    full, highest = I32F32.from_int(U16_MAX), max(values, default=0)
    if highest == 0:
        return [0] * len(values)
    if highest > I32F32.from_int(32768):  # the product below would saturate
        factor = I32F32.safe_div(full, highest)
        scaled = [I32F32.saturating_mul(value, factor) for value in values]
    else:
        scaled = [I32F32.safe_div(I32F32.saturating_mul(value, full), highest) for value in values]
    return [I32F32.to_uint(value + (ONE >> 1), 16) for value in scaled]


def highest_share_within(values: Sequence[int], limit: int) -> bool:
    """Whether no u16 of `values` is more than limit/65535 of their sum."""
    shares = normalize([I32F32.from_int(value) for value in values])
    return max(shares, default=0) <= from_u16(limit)
