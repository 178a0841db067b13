"""Subnets: their neurons, stakes, weights and emissions."""

from pysubtensor.pallets.subtensor.config import Config, fast
from pysubtensor.pallets.subtensor.pallet import SubtensorModule, SubtensorWithFaucet

__all__ = ["Config", "SubtensorModule", "SubtensorWithFaucet", "fast"]
