"""Proportions, which storage keeps as integers, in fixed point."""

from __future__ import annotations

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.primitives import U16_MAX, U64_MAX


def proportion_u64(value: int) -> int:
    """A u64 that stands for a proportion (2**64 - 1 is all), as U96F32."""
    return U96F32.ratio(value, U64_MAX)


def proportion_u16(value: int) -> int:
    """A u16 that stands for a proportion (65535 is all), as U96F32."""
    return U96F32.ratio(value, U16_MAX)
