"""The settings of a subnet, as three versions of the chain's interface show them."""

from __future__ import annotations

from typing import Any, Final

from pysubtensor.pallets.subtensor.reads.fields import SETTINGS, filled
from pysubtensor.pallets.subtensor.reads.subnet import Subnet
from pysubtensor.pallets.subtensor.reads.types import (
    BoolParam,
    HyperparamEntry,
    I32F32Param,
    SubnetHyperparams,
    SubnetHyperparamsV2,
    TaoParam,
    U16Param,
    U32Param,
    U64F64Param,
    U64Param,
)

ENTRIES: Final[dict[str, Any]] = {
    "kappa": U16Param,
    "immunity_period": U16Param,
    "min_allowed_weights": U16Param,
    "max_weights_limit": U16Param,
    "tempo": U16Param,
    "weights_version": U64Param,
    "weights_rate_limit": U64Param,
    "activity_cutoff": U64Param,
    "activity_cutoff_factor": U32Param,
    "registration_allowed": BoolParam,
    "target_regs_per_interval": U16Param,
    "min_burn": TaoParam,
    "max_burn": TaoParam,
    "burn_half_life": U16Param,
    "burn_increase_mult": U64F64Param,
    "bonds_moving_avg": U64Param,
    "max_regs_per_block": U16Param,
    "serving_rate_limit": U64Param,
    "max_validators": U16Param,
    "commit_reveal_period": U64Param,
    "commit_reveal_weights_enabled": BoolParam,
    "alpha_high": U16Param,
    "alpha_low": U16Param,
    "liquid_alpha_enabled": BoolParam,
    "alpha_sigmoid_steepness": I32F32Param,
    "yuma_version": U16Param,
    "subnet_is_active": BoolParam,
    "transfers_enabled": BoolParam,
    "bonds_reset_enabled": BoolParam,
    "user_liquidity_enabled": BoolParam,
    "owner_cut_enabled": BoolParam,
    "owner_cut_auto_lock_enabled": BoolParam,
    "min_childkey_take": U16Param,
}
"""The settings of the third version in its order, with their types."""


def hyperparameters(subnet: Subnet) -> SubnetHyperparams:
    """The first version."""
    return filled(SubnetHyperparams, subnet)


def hyperparameters_v2(subnet: Subnet) -> SubnetHyperparamsV2:
    """The second version."""
    return filled(SubnetHyperparamsV2, subnet)


def hyperparameters_v3(subnet: Subnet) -> tuple[HyperparamEntry, ...]:
    """The third version: a list of names and values."""
    return tuple(
        HyperparamEntry(name.encode(), kind(SETTINGS[name](subnet)))
        for name, kind in ENTRIES.items()
    )
