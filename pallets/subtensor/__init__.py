"""Subnets: their neurons, stakes, weights and emissions."""

from pallets.subtensor.config import Config, fast
from pallets.subtensor.pallet import SubtensorModule, SubtensorWithFaucet

__all__ = ["Config", "SubtensorModule", "SubtensorWithFaucet", "fast"]
