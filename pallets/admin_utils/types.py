"""Types of AdminUtils."""

from __future__ import annotations

from enum import Enum

from pysubtensor.frame.codec.struct import rust_enum


@rust_enum("pallet_admin_utils::pallet::PrecompileEnum")
class Precompile(Enum):
    """Contracts that the chain itself offers to those of the EVM."""

    BALANCE_TRANSFER = 0
    STAKING = 1
    SUBNET = 2
    METAGRAPH = 3
    NEURON = 4
    UID_LOOKUP = 5
    ALPHA = 6
    CROWDLOAN = 7
    PROXY = 8
    LEASING = 9
    ADDRESS_MAPPING = 10
    VOTING_POWER = 11
