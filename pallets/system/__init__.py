"""System: the pallet every other one stands on."""

from pysubtensor.pallets.system.api import AccountNonceApi
from pysubtensor.pallets.system.declarations import Config
from pysubtensor.pallets.system.pallet import CODE_KEY, System
from pysubtensor.pallets.system.types import (
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
