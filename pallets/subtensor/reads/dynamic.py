"""A subnet with its pool, in one record."""

from __future__ import annotations

from pysubtensor.pallets.subtensor.reads.fields import filled
from pysubtensor.pallets.subtensor.reads.subnet import Subnet
from pysubtensor.pallets.subtensor.reads.types import DynamicInfo


def dynamic_info(subnet: Subnet) -> DynamicInfo:
    """The subnet and its pool; `emission` is no longer computed."""
    return filled(DynamicInfo, subnet, emission=0)
