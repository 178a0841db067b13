"""Settings of the chain and its subnets, changed by root and by the owners of subnets."""

from pallets.admin_utils.pallet import AdminUtils
from pallets.admin_utils.services import Config

__all__ = ["AdminUtils", "Config"]
