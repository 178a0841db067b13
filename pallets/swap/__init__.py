"""Pools of TAO and alpha, one per subnet."""

from pysubtensor.pallets.swap.api import SwapRuntimeApi
from pysubtensor.pallets.swap.maths.trade import LiquidityPool
from pysubtensor.pallets.swap.pallet import Config, FeeRateSet, Subnets, Swap

__all__ = [
    "Config",
    "FeeRateSet",
    "LiquidityPool",
    "Subnets",
    "Swap",
    "SwapRuntimeApi",
]
