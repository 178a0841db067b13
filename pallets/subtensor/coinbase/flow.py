"""Shares by flow: another way to divide a block's TAO, by what flows into each subnet.

The chain has it beside the shares by moving price and does not call it.  A flow is the rao that
staking brings in less what unstaking takes out; the protocol's own flow is what emission puts in.
Smoothed flows are raw I64F64, shares raw U64F64.
Source: coinbase/subnet_emissions (get_shares_flow).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pysubtensor.frame.fixed_point import I32F32, I64F64, U64F64
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.frame.transcendental import checked_sqrt, exp, ln

LARGEST_FACTOR = U64F64.from_int((1 << 31) - 1)
"""What powers, which pass through I32F32, leave room for."""
ROOT_ERROR = U64F64.ratio(1, 1_000)

plus, minus, times = I64F64.saturating_add, I64F64.saturating_sub, I64F64.saturating_mul


class Smoothed(NamedTuple):
    """A smoothed flow and the block it was last brought up to date."""

    block: int
    flow: int


class Flow(NamedTuple):
    """A flow: `since` the last update in rao, and smoothed up to then."""

    since: int = 0
    smoothed: Smoothed | None = None

    def at(self, block: int, smoothing: int) -> Flow:
        """Bring it up to date, once a block: smoothed + a * (since - smoothed) (`get_ema_flow`).

        `smoothing` stands for a in parts of 2**63 - 1.
        """
        before = self.smoothed or Smoothed(0, 0)
        if before.block == block:
            return self
        weight = I64F64.ratio(smoothing, (1 << 63) - 1)
        old = times(minus(I64F64.one, weight), before.flow)
        new = plus(old, times(weight, I64F64.from_int(self.since)))
        return Flow(0, Smoothed(block, new))

    @property
    def value(self) -> int:
        """The smoothed flow, 0 before the first update."""
        return self.smoothed.flow if self.smoothed else 0


def net_flows(users: Sequence[int], protocol: Sequence[int]) -> list[int]:
    """Users' smoothed flows less the protocol's, those above 0 scaled down to total no more."""
    positive_users, positive_protocol = (
        I64F64.saturate(sum(max(flow, 0) for flow in flows)) for flows in (users, protocol)
    )
    scale = min(I64F64.safe_div(positive_users, positive_protocol), I64F64.one)
    return [
        minus(user, times(scale, own) if own > 0 else own)
        for user, own in zip(users, protocol, strict=True)
    ]


def shares(flows: Sequence[int], cutoff: int, exponent: int) -> list[int]:
    """Each flow above the lowest, raised to `exponent` (U64F64), as a part of their sum.

    The lowest is the least flow below 0, but no lower than `cutoff` (I64F64).
    """
    lowest = max(cutoff, min((min(flow, 0) for flow in flows), default=0))
    above = [U64F64.convert(minus(flow, lowest), I64F64) if flow > lowest else 0 for flow in flows]
    return normalized_powers(above, exponent)


def normalized_powers(numbers: Sequence[int], exponent: int) -> list[int]:
    """`number ** exponent` as parts of their sum; scaled up first to lose few digits.

    When all are 0 they stay so.
    """
    to_one = U64F64.safe_div(U64F64.one, max(numbers, default=0))
    numbers = [U64F64.saturating_mul(to_one, number) for number in numbers]
    largest = max(numbers, default=0)
    room = U64F64.saturating_mul(
        U64F64.from_int(len(numbers)), U64F64.saturating_mul(largest, largest)
    )
    if room < U64F64.safe_div(LARGEST_FACTOR, U64F64.from_int(U64_MAX)):
        return numbers
    factor = checked_sqrt(U64F64, U64F64.safe_div(LARGEST_FACTOR, room), ROOT_ERROR) or 0
    powers = [power(U64F64.saturating_mul(factor, number), exponent) for number in numbers]
    total = U64F64.sum(powers)
    return [U64F64.safe_div(each, total) for each in powers]


def power(number: int, exponent: int) -> int:
    """`number ** exponent` through I32F32: 0 without a logarithm, 2**31 - 1 beyond the range."""
    logarithm = ln(I32F32, I32F32.convert(number, U64F64))
    if logarithm is None:
        return 0
    found = exp(I32F32, I32F32.saturating_mul(I32F32.convert(exponent, U64F64), logarithm))
    return LARGEST_FACTOR if found is None else U64F64.convert(found, I32F32)
