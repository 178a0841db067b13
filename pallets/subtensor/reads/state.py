"""The neurons of a subnet, column by column."""

from __future__ import annotations

from pysubtensor.pallets.subtensor.reads.fields import filled
from pysubtensor.pallets.subtensor.reads.subnet import Subnet
from pysubtensor.pallets.subtensor.reads.types import SubnetState


def subnet_state(subnet: Subnet) -> SubnetState:
    """The columns."""
    return filled(SubnetState, subnet)
