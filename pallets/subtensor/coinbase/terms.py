"""A subnet's terms for a block: what enters its pool, what buys alpha, and how its alpha splits.

Fixed-point numbers are raw U96F32 unless said otherwise.
Formulas: coinbase/run_coinbase (get_subnet_terms, emit_to_subnets), coinbase/block_step.
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.fixed_point import U64F64, U96F32
from pysubtensor.pallets.subtensor.proportions import proportion_u16

fixed, add, sub = U96F32.from_int, U96F32.saturating_add, U96F32.saturating_sub
mul, div, floor = U96F32.saturating_mul, U96F32.safe_div, U96F32.to_uint

HALF = U96F32.one // 2


class Terms(NamedTuple):
    """TAO and alpha for the pool, alpha to hand out, and TAO to buy alpha with, in U96F32 rao."""

    tao_in: int
    alpha_in: int
    alpha_out: int
    excess_tao: int


class AlphaSplit(NamedTuple):
    """Who gets the alpha handed out in a block, in rao, each rounded down."""

    owner: int
    server: int
    validator: int
    root: int


def root_proportion(root_tao: int, tao_weight: int, alpha_issuance: int) -> int:
    """Weighted root stake over itself plus the subnet's alpha; 0 when there is neither.

    `root_tao` and `alpha_issuance` in rao, `tao_weight` as U96F32.
    """
    weighted = mul(fixed(root_tao), tao_weight)
    return div(weighted, add(weighted, fixed(alpha_issuance)))


def terms(tao_emission: int, price: int, root_part: int, alpha_emission: int) -> Terms:
    """Terms of a subnet that gets `tao_emission` (U96F32 rao) at the spot price (U64F64).

    Alpha enters the pool to match the TAO at the price, but no more than root's proportion of the
    `alpha_emission` (rao); the TAO that it cannot match is left to buy alpha.
    """
    price = U96F32.convert(price, U64F64)
    alpha_out = fixed(alpha_emission)
    tao_in, alpha_in = tao_emission, div(tao_emission, price)
    most = mul(root_part, alpha_out)
    if alpha_in > most:
        tao_in, alpha_in = mul(most, price), most
    return Terms(tao_in, alpha_in, alpha_out, sub(tao_emission, tao_in))


def split_alpha(alpha: int, owner_cut: int, root_part: int) -> AlphaSplit:
    """Split `alpha` rao: first the owner's cut (u16), then half to servers and half to validators.

    Root takes its proportion of the validators' half.
    """
    rest = fixed(alpha)
    owner = mul(rest, proportion_u16(owner_cut))
    rest = sub(rest, owner)
    root = mul(mul(root_part, rest), HALF)
    server = mul(rest, HALF)
    validator = sub(sub(rest, server), root)
    return AlphaSplit(*map(floor, (owner, server, validator, root)))
