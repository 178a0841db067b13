"""System: the pallet every other one stands on."""

from pallets.system.api import AccountNonceApi
from pallets.system.declarations import Config
from pallets.system.pallet import CODE_KEY, System
from pallets.system.types import (
    AccountInfo,
    BlockLength,
    BlockWeights,
    DbWeight,
    LengthPerClass,
    LimitsPerClass,
    RuntimeVersion,
    WeightPerClass,
    WeightsPerClass,
)

__all__ = [
    "CODE_KEY",
    "AccountInfo",
    "AccountNonceApi",
    "BlockLength",
    "BlockWeights",
    "Config",
    "DbWeight",
    "LengthPerClass",
    "LimitsPerClass",
    "RuntimeVersion",
    "System",
    "WeightPerClass",
    "WeightsPerClass",
]
