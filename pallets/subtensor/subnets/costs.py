"""What registrations cost, in rao: a neuron's place by burning, a subnet by locking.

A burn halves every so many blocks and jumps at each registration; a lock doubles at each and falls
back evenly.  Q32 is a proportion with 32 bits after the point.
Source: subnets/registration, utils/misc (Q32), coinbase/root (lock).
"""

from __future__ import annotations

from functools import cache

from pysubtensor.frame.arith import clamp, saturating_mul, saturating_sub
from pysubtensor.frame.fixed_point import I64F64, U64F64
from pysubtensor.frame.primitives import RAO_PER_TAO, U64_MAX

ONE_Q32 = 1 << 32
HALF_Q32 = 1 << 31


def times_q32(value: int, factor: int) -> int:
    """`value` times a Q32, rounded down, at most 2**64 - 1 (`mul_by_q32`)."""
    return min(value * factor >> 32, U64_MAX)


def power_q32(base: int, exponent: int) -> int:
    """A Q32 to an integer power, by squaring with each product rounded down (`pow_q32`)."""
    result = ONE_Q32
    while exponent:
        if exponent & 1:
            result = times_q32(result, base)
        exponent >>= 1
        if exponent:
            base = times_q32(base, base)
    return result


@cache
def decay_per_block(half_life: int) -> int:
    """The largest Q32 below 1 that is at most a half to the power of `half_life`; 1 for 0.

    In subtensor: `decay_factor_q32`.
    """
    if half_life == 0:
        return ONE_Q32
    low, high = 0, ONE_Q32
    while low + 1 < high:
        middle = (low + high) // 2
        if power_q32(middle, half_life) > HALF_Q32:
            high = middle
        else:
            low = middle
    return low


def burn_at(block: int, burn: int, half_life: int, bounds: tuple[int, int]) -> int:
    """The burn of this block, of that of the block before; it does not decay up to block 1.

    Within (least, most), where most prevails.
    """
    decays = half_life > 0 and block > 1
    return _within(times_q32(burn, decay_per_block(half_life)) if decays else burn, bounds)


def burn_after_registration(burn: int, factor: int, bounds: tuple[int, int]) -> int:
    """The burn once somebody registered: times `factor` (U64F64), which counts as at least 1.

    In subtensor: `bump_registration_price_after_registration`.
    """
    raised = U64F64.saturating_mul(U64F64.from_int(burn), max(factor, U64F64.one))
    return _within(U64F64.to_uint(raised), bounds)


def _within(burn: int, bounds: tuple[int, int]) -> int:
    least, most = bounds
    return min(max(burn, least), most)


def lock_interval(interval: int, block_emission: int) -> int:
    """Blocks in which a lock falls by what was last paid: fewer as the block emission halves.

    In subtensor: `get_lock_reduction_interval`.
    """
    share = I64F64.ratio(block_emission, RAO_PER_TAO)
    return I64F64.to_uint(I64F64.saturating_mul(I64F64.from_int(interval), share))


def lock_cost(last: int, last_block: int, block: int, interval: int, least: int) -> int:
    """What a subnet costs: twice the last lock, less a part of it per block, at least `least`.

    In subtensor: `get_network_lock_cost`.
    Once, not twice, before the first registration (`last_block` 0).  Without an interval it stays.
    """
    start = saturating_mul(last, 2 if last_block else 1, U64_MAX)
    per_block = last // interval if interval else 0
    fallen = clamp(per_block * saturating_sub(block, last_block))
    return max(saturating_sub(start, fallen), least)
