"""Balances: the TAO of every account."""

from pysubtensor.pallets.balances.declarations import Config
from pysubtensor.pallets.balances.pallet import Balances

__all__ = ["Balances", "Config"]
