"""Integers of training: fixed point with 24 bits of fraction, divisions that cut towards zero.

`ONE` is 1.0.  Parameters are any int32; updates stay within `LIMIT`, so that the sum or the
difference of two of them is an int32 too.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bytes = NDArray[np.uint8]

FRACTION_BITS: Final = 24
ONE: Final = 1 << FRACTION_BITS
LIMIT: Final = (1 << 30) - 1
"""Largest magnitude of an update: just under 64.0."""
DECAY_BITS: Final = 16
DECAY_ONE: Final = 1 << DECAY_BITS
"""The decay of error buffers is in parts of this."""
_LOWEST, _HIGHEST = -(1 << 31), (1 << 31) - 1


def quotient(numbers: Int64, divisor: Any) -> Int64:
    """Divide and cut towards zero; the divisor, a number or an array, is positive."""
    cut: Int64 = np.abs(numbers) // divisor
    return np.where(numbers < 0, -cut, cut)


def without_fraction(numbers: Int64, bits: int) -> Int64:
    """Divide by 2**bits and cut towards zero: `quotient`, several times as quick."""
    below_zero = (numbers >> 63) & ((1 << bits) - 1)  # a shift alone would round these down
    return (numbers + below_zero) >> bits


def quotient_of(number: int, divisor: int) -> int:
    """`quotient` of single integers of any size."""
    return -(-number // divisor) if number < 0 else number // divisor


def limited(numbers: Int64) -> Int32:
    """Updates brought into their range."""
    return np.clip(numbers, -LIMIT, LIMIT).astype(np.int32)


def saturated(numbers: Int64) -> Int32:
    """Parameters brought into theirs."""
    return np.clip(numbers, _LOWEST, _HIGHEST).astype(np.int32)


def fed_back(error: Int32, update: Int32, decay: int) -> Int32:
    """What there is to send: decay * error + update, within `LIMIT`."""
    kept = without_fraction(error.astype(np.int64) * decay, DECAY_BITS)
    return limited(kept + update)


def stepped(parameters: Int32, aggregate: Int32, alpha: int) -> Int32:
    """The outer step: parameters - alpha * aggregate, `alpha` in parts of `ONE`."""
    step = without_fraction(aggregate.astype(np.int64) * alpha, FRACTION_BITS)
    return saturated(parameters.astype(np.int64) - step)
