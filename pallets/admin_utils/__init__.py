"""Hyperparameters of the chain and its subnets, changed by root and by the owners of subnets."""

from pysubtensor.pallets.admin_utils.pallet import AdminUtils
from pysubtensor.pallets.admin_utils.services import Config

__all__ = ["AdminUtils", "Config"]
