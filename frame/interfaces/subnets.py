"""What pallets share of subnets."""

from __future__ import annotations

from enum import Enum
from typing import NewType

from pysubtensor.frame.codec.struct import rust_enum
from pysubtensor.frame.primitives import U8

MechId = NewType("MechId", U8)
"""Number of a mechanism within a subnet, or how many there are."""


@rust_enum("pallet_subtensor::pallet::RecycleOrBurnEnum")
class RecycleOrBurn(Enum):
    """What becomes of the emission that the owner's neurons earn as miners."""

    BURN = 0
    """It stays issued, and nobody has it."""
    RECYCLE = 1
    """It was never issued."""
