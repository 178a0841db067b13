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
_BLOCK: Final = 1 << 16
"""Values that are worked on at a time; so many stay in a cache from one step to the next."""


def quotient(numbers: Int64, divisor: Any) -> Int64:
    """Divide and cut towards zero; the divisor, a number or an array, is positive."""
    cut: Int64 = np.abs(numbers) // divisor
    return cut * np.sign(numbers)


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
    """What there is to send: decay * error + update, within `LIMIT`; decay at most `DECAY_ONE`."""
    due = np.empty(error.shape, dtype=np.int32)
    flat = [each.reshape(-1) for each in (error, update, due)]
    scratch = np.empty((2, min(due.size, _BLOCK)), dtype=np.uint32)
    for at in range(0, due.size, _BLOCK):
        held, new, out = (each[at : at + _BLOCK] for each in flat)
        if _stay_within_limit(held, new):
            _decay_into(out, held, decay, scratch[:, : len(held)])
            out += new
        else:
            kept = without_fraction(held.astype(np.int64) * decay, DECAY_BITS)
            out[:] = limited(kept + new)
    return due


def _stay_within_limit(a: Int32, b: Int32) -> bool:
    """Whether every sum is within `LIMIT`, even if the one or the other shrinks."""
    highest = max(int(a.max()), 0) + max(int(b.max()), 0)
    lowest = min(int(a.min()), 0) + min(int(b.min()), 0)
    return lowest >= -LIMIT and highest <= LIMIT


def _decay_into(high: Int32, numbers: Int32, decay: int, scratch: NDArray[np.uint32]) -> None:
    """Numbers times the decay, in 32 bits: the halves of each are multiplied apart."""
    low, below_zero = scratch
    np.right_shift(numbers, DECAY_BITS, out=high)
    np.bitwise_and(numbers.view(np.uint32), DECAY_ONE - 1, out=low)
    low *= decay
    np.right_shift(high.view(np.uint32), DECAY_BITS, out=below_zero)  # as in `without_fraction`
    low += below_zero
    low >>= DECAY_BITS
    high *= decay
    high += low.view(np.int32)


def stepped(parameters: Int32, aggregate: Int32, alpha: int) -> Int32:
    """The outer step: parameters - alpha * aggregate, `alpha` in parts of `ONE`."""
    step = without_fraction(aggregate.astype(np.int64) * alpha, FRACTION_BITS)
    return saturated(parameters.astype(np.int64) - step)
