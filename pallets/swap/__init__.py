"""Pools of TAO and alpha, one per subnet."""

from pallets.swap.api import SwapRuntimeApi
from pallets.swap.maths.trade import HIGHEST_LIMIT, LOWEST_LIMIT, Pool, Side, Trade
from pallets.swap.pallet import Config, FeeRateSet, Subnets, Swap

__all__ = [
    "HIGHEST_LIMIT",
    "LOWEST_LIMIT",
    "Config",
    "FeeRateSet",
    "Pool",
    "Side",
    "Subnets",
    "Swap",
    "SwapRuntimeApi",
    "Trade",
]
