"""The emission of a subnet in a block: TAO and alpha for its pool, TAO to buy with, alpha to earn.

Fixed-point numbers are raw U96F32 unless said otherwise.
Source: coinbase/run_coinbase (get_subnet_terms).
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.fixed_point import U64F64, U96F32

minus, times, over = U96F32.saturating_sub, U96F32.saturating_mul, U96F32.safe_div


class SubnetEmission(NamedTuple):
    """What one subnet gets in a block, in U96F32 rao."""

    tao_in: int
    """TAO for the liquidity pool."""
    alpha_in: int
    """Alpha for the liquidity pool."""
    alpha_out: int
    """Alpha that owner, miners, validators and root earn."""
    excess_tao: int
    """TAO to buy alpha with, since it cannot enter the pool."""


def subnet_emission(
    tao_emission: int, price: int, root_proportion: int, alpha_emission: int
) -> SubnetEmission:
    """The emission of a subnet (`get_subnet_terms`) that gets `tao_emission` (U96F32 rao).

    Alpha enters the pool to match the TAO at the spot price (U64F64), but no more than root's
    proportion of the `alpha_emission` (rao); the TAO that it cannot match is left to buy alpha.
    """
    price = U96F32.convert(price, U64F64)
    alpha_out = U96F32.from_int(alpha_emission)
    tao_in, alpha_in = tao_emission, over(tao_emission, price)
    cap = times(root_proportion, alpha_out)
    if alpha_in > cap:
        tao_in, alpha_in = times(cap, price), cap
    return SubnetEmission(tao_in, alpha_in, alpha_out, minus(tao_emission, tao_in))
