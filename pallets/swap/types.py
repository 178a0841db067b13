"""Types of the Swap pallet and of its runtime API."""

from __future__ import annotations

from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import Named, Prelude, Wire
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.primitives import I32, U64, U128, Alpha, NetUid, Tao
from pysubtensor.pallets.swap.maths.balancer import EVEN

_PALLET: Final = "pallet_subtensor_swap::pallet"
_API: Final = "pallet_subtensor_swap_runtime_api"

NonZeroU64 = Annotated[U64, Prelude("NonZeroU64"), Named("NonZeroU64")]
Perquintill = Annotated[
    U64, Wire("sp_arithmetic::per_things::Perquintill", type_name="Perquintill")
]
"""Parts of 10**18."""
TickIndex = Annotated[I32, Wire(f"{_PALLET}::TickIndex", type_name="TickIndex")]
"""A step of the price; only calls that do nothing any more take one."""
PositionId = Annotated[U128, Wire(f"{_PALLET}::PositionId", type_name="PositionId")]
"""Liquidity of a user; only calls that do nothing any more take one."""


class Balancer(Struct, path=f"{_PALLET}::balancer::Balancer"):
    """The weights of a pool: that of TAO, alpha has the rest."""

    quote: Perquintill


EVEN_WEIGHTS: Final = Balancer(U64(EVEN))


class SubnetPrice(Struct, path=f"{_API}::SubnetPrice"):
    """What alpha costs: rao of TAO for 10**9 rao of alpha."""

    netuid: NetUid
    price: U64


class SimSwapResult(Struct, path=f"{_API}::SimSwapResult"):
    """What a swap would pay, in rao; the fee comes on top of what is paid in.

    The slippage is how much less it pays out than at the price before it, the fee included.
    """

    tao_amount: Annotated[Tao, Named("TaoBalance")]
    alpha_amount: Annotated[Alpha, Named("AlphaBalance")]
    tao_fee: Annotated[Tao, Named("TaoBalance")]
    alpha_fee: Annotated[Alpha, Named("AlphaBalance")]
    tao_slippage: Annotated[Tao, Named("TaoBalance")]
    alpha_slippage: Annotated[Alpha, Named("AlphaBalance")]
