"""Liquid alpha: how fast a bond follows a weight, by how far the weight leaves consensus.

alpha = low + (high - low) / (1 + e**(-steepness * (difference - 1/2)))

A buy (weight at or above the bond) differs by what the weight is above consensus, a sale by what
the bond is above the weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pysubtensor.frame.fixed_point import I32F32
from pysubtensor.frame.transcendental import CONSTANT_BITS, E, exp
from pysubtensor.pallets.subtensor.yuma import arrays
from pysubtensor.pallets.subtensor.yuma.arrays import Fixed
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput
from pysubtensor.pallets.subtensor.yuma.vectors import ONE, from_u16

HALF = ONE >> 1
EXPONENT_LIMIT = I32F32.from_int(20)


@dataclass(frozen=True)
class Sigmoid:
    """The curve of one subnet; all I32F32."""

    low: int
    high: int
    slope: int
    """What multiplies the difference in the exponent: minus the steepness."""

    @classmethod
    def of(cls, inputs: EpochInput) -> Sigmoid:
        """The curve of an epoch."""
        steepness = I32F32.from_int(inputs.alpha_sigmoid_steepness)
        slope = I32F32.saturating_div(steepness, I32F32.from_int(-100))
        return cls(from_u16(inputs.alpha_low), from_u16(inputs.alpha_high), slope)

    def alpha(self, difference: int) -> int:
        """Alpha at a difference in [0, 1]; `low` where that is above `high`."""
        exponent = I32F32.saturating_mul(self.slope, difference - HALF)
        share = I32F32.saturating_div(ONE, I32F32.saturating_add(ONE, clamped_exp(exponent)))
        alpha = self.low + I32F32.saturating_mul(share, self.high - self.low)
        return max(min(alpha, self.high), self.low)

    def alphas(self, differences: Fixed) -> Fixed:
        """`alpha` of each."""
        result = np.full(differences.shape, self.alpha(0), np.uint64)
        apart = differences != 0
        if self.low < self.high:
            result[apart] = self._curve(differences[apart])
        return result

    def _curve(self, differences: Fixed) -> Fixed:
        half, above = np.uint64(HALF), differences >= np.uint64(HALF)
        offsets = np.where(above, differences - half, half - differences)
        exponentials = _clamped_exps(abs(self.slope), offsets, above == (self.slope < 0))
        shares = arrays.reciprocal(arrays.ONE + exponentials)
        return np.uint64(self.low) + arrays.multiply(shares, np.uint64(self.high - self.low))


def clamped_exp(x: int) -> int:
    """e**x, x kept within -20 and 20."""
    x = max(min(x, EXPONENT_LIMIT), -EXPONENT_LIMIT)
    found = exp(I32F32, x)
    if found is None:
        return 0 if x <= 0 else I32F32.highest
    return found


def difference(consensus: int, weight: int, bond: int) -> int:
    """How far a buy is above consensus, or a sale below the bond, in [0, 1]."""
    apart = weight - consensus if weight >= bond else bond - weight
    return max(min(apart, ONE), 0)


def _clamped_exps(slope: int, offsets: Fixed, below: arrays.Mask) -> Fixed:
    """`clamped_exp` of slope * offset, taken as negative where `below`."""
    whole, part = divmod(slope, ONE)
    fine = offsets * np.uint64(part)
    sizes = offsets * np.uint64(whole) + (fine >> arrays.FRACTION)
    sizes += below & ((fine & arrays.LOW) != 0)  # a negative product is rounded down
    sizes = np.minimum(sizes, np.uint64(EXPONENT_LIMIT))
    found = arrays.exp(sizes)
    found[(sizes == arrays.ONE) & ~below] = E << (I32F32.fraction - CONSTANT_BITS)
    return np.where(below, arrays.reciprocal(found), found)
