"""Voting power: a validator's stake on the subnet, smoothed over epochs.

Source: utils/voting_power.
"""

from __future__ import annotations

from runtime.arith import PERQUINTILL, clamp, saturating_add, saturating_mul, saturating_sub
from runtime.primitives import U128_MAX


def next_power(power: int, stake: int, smoothing: int) -> int:
    """`smoothing` (parts of 10**18) of the stake plus the rest of the former power, in rao."""
    new = saturating_mul(smoothing, stake)
    old = saturating_mul(saturating_sub(PERQUINTILL, smoothing), power)
    return clamp(saturating_add(new, old, U128_MAX) // PERQUINTILL)


def stays(power: int, new: int, least: int) -> bool:
    """Whether the entry stays: it goes when it falls below `least`, not while it grows."""
    return new >= least or power < least
