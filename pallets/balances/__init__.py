"""Balances: the TAO of every account."""

from pallets.balances.declarations import Config
from pallets.balances.pallet import Balances

__all__ = ["Balances", "Config"]
