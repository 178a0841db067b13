"""The owner cut, and what miners, validators and root get of the rest of a subnet's alpha.

Source: coinbase/run_coinbase (emit_to_subnets).
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.pallets.subtensor.proportions import proportion_u16

minus, times, floor = U96F32.saturating_sub, U96F32.saturating_mul, U96F32.to_uint

HALF = U96F32.one // 2


class AlphaSplit(NamedTuple):
    """Who gets the alpha that is created for earning in a block, in rao, each rounded down."""

    owner: int
    server: int
    validator: int
    root: int


def split_alpha(alpha: int, owner_cut: int, root_proportion: int) -> AlphaSplit:
    """Split `alpha` rao: first the owner cut (u16), then half to servers and half to validators.

    Root takes its proportion (U96F32) of the validators' half.
    """
    rest = U96F32.from_int(alpha)
    owner = times(rest, proportion_u16(owner_cut))
    rest = minus(rest, owner)
    root = times(times(root_proportion, rest), HALF)
    server = times(rest, HALF)
    validator = minus(minus(rest, server), root)
    return AlphaSplit(*map(floor, (owner, server, validator, root)))
