"""Pools of TAO and alpha, one per subnet."""

from pallets.swap.api import SwapRuntimeApi
from pallets.swap.maths.trade import Pool
from pallets.swap.pallet import Config, FeeRateSet, Subnets, Swap

__all__ = [
    "Config",
    "FeeRateSet",
    "Pool",
    "Subnets",
    "Swap",
    "SwapRuntimeApi",
]
