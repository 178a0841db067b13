"""What SubtensorModule's runtime APIs answer with.

Amounts are rao, times blocks, proportions u16 with 65535 for 1.0.  Fields that the chain no longer
computes are always 0, 65535 or empty; they keep their places for old clients.
"""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import COMPACT, Fixed
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.fixed_point import RawI32F32, RawI96F32, RawU64F64
from pysubtensor.frame.primitives import U8, U16, U32, U64, U128, AccountId, Alpha, Tao
from pysubtensor.pallets.subtensor.types import CompactNetUid, SubnetIdentity

CompactU16 = Annotated[U16, COMPACT]
CompactU32 = Annotated[U32, COMPACT]
CompactU64 = Annotated[U64, COMPACT]
CompactU128 = Annotated[U128, COMPACT]
CompactTao = Annotated[Tao, COMPACT]
CompactAlpha = Annotated[Alpha, COMPACT]
CompactText = tuple[Annotated[U8, COMPACT], ...]
"""UTF-8, each byte in compact form."""
NetworkConnection = Annotated[tuple[U16, ...], Fixed(2)]


# -- subnets --------------------------------------------------------------------------------------


class SubnetInfo(
    Struct,
    path="pallet_subtensor::rpc_info::subnet_info::SubnetInfo",
    params={"AccountId": AccountId},
):
    """A subnet."""

    netuid: CompactNetUid
    rho: CompactU16
    kappa: CompactU16
    difficulty: CompactU64
    immunity_period: CompactU16
    max_allowed_validators: CompactU16
    min_allowed_weights: CompactU16
    max_weights_limit: CompactU16
    scaling_law_power: CompactU16
    subnetwork_n: CompactU16
    max_allowed_uids: CompactU16
    blocks_since_last_step: CompactU64
    tempo: CompactU16
    network_modality: CompactU16
    """Always 0, as `emission_values`."""
    network_connect: tuple[NetworkConnection, ...]
    """Always empty."""
    emission_values: CompactU64
    burn: CompactTao
    owner: AccountId


class SubnetInfoV2(
    Struct,
    path="pallet_subtensor::rpc_info::subnet_info::SubnetInfov2",
    params={"AccountId": AccountId},
):
    """A subnet, with what its owner says of it."""

    netuid: CompactNetUid
    rho: CompactU16
    kappa: CompactU16
    difficulty: CompactU64
    immunity_period: CompactU16
    max_allowed_validators: CompactU16
    min_allowed_weights: CompactU16
    max_weights_limit: CompactU16
    scaling_law_power: CompactU16
    subnetwork_n: CompactU16
    max_allowed_uids: CompactU16
    blocks_since_last_step: CompactU64
    tempo: CompactU16
    network_modality: CompactU16
    """Always 0, as `emission_value`."""
    network_connect: tuple[NetworkConnection, ...]
    """Always empty."""
    emission_value: CompactU64
    burn: CompactTao
    owner: AccountId
    identity: SubnetIdentity | None


class DynamicInfo(
    Struct,
    path="pallet_subtensor::rpc_info::dynamic_info::DynamicInfo",
    params={"AccountId": AccountId},
):
    """A subnet and its pool."""

    netuid: CompactNetUid
    owner_hotkey: AccountId
    owner_coldkey: AccountId
    subnet_name: CompactText
    token_symbol: CompactText
    tempo: CompactU16
    last_step: CompactU64
    blocks_since_last_step: CompactU64
    emission: CompactU64
    """Always 0, as `pending_root_emission`."""
    alpha_in: CompactAlpha
    alpha_out: CompactAlpha
    tao_in: CompactTao
    alpha_out_emission: CompactAlpha
    alpha_in_emission: CompactAlpha
    tao_in_emission: CompactTao
    pending_alpha_emission: CompactAlpha
    pending_root_emission: CompactTao
    subnet_volume: CompactU128
    network_registered_at: CompactU64
    subnet_identity: SubnetIdentity | None
    moving_price: RawI96F32


class SubnetState(
    Struct,
    path="pallet_subtensor::rpc_info::show_subnet::SubnetState",
    params={"AccountId": AccountId},
):
    """The neurons of a subnet; lists are in the order of the uids."""

    netuid: CompactNetUid
    hotkeys: tuple[AccountId, ...]
    coldkeys: tuple[AccountId, ...]
    active: tuple[bool, ...]
    validator_permit: tuple[bool, ...]
    pruning_score: tuple[CompactU16, ...]
    """Always empty, as `trust` and `rank`."""
    last_update: tuple[CompactU64, ...]
    emission: tuple[CompactAlpha, ...]
    dividends: tuple[CompactU16, ...]
    incentives: tuple[CompactU16, ...]
    consensus: tuple[CompactU16, ...]
    trust: tuple[CompactU16, ...]
    rank: tuple[CompactU16, ...]
    block_at_registration: tuple[CompactU64, ...]
    alpha_stake: tuple[CompactAlpha, ...]
    tao_stake: tuple[CompactTao, ...]
    total_stake: tuple[CompactTao, ...]
    emission_history: tuple[tuple[CompactAlpha, ...], ...]
    """One list per subnet of the chain: what each hotkey last earned there."""


class SubnetHyperparams(Struct, path="pallet_subtensor::rpc_info::subnet_info::SubnetHyperparams"):
    """Settings of a subnet."""

    rho: CompactU16
    kappa: CompactU16
    immunity_period: CompactU16
    min_allowed_weights: CompactU16
    max_weights_limit: CompactU16
    tempo: CompactU16
    min_difficulty: CompactU64
    max_difficulty: CompactU64
    weights_version: CompactU64
    weights_rate_limit: CompactU64
    adjustment_interval: CompactU16
    activity_cutoff: CompactU64
    registration_allowed: bool
    target_regs_per_interval: CompactU16
    min_burn: CompactTao
    max_burn: CompactTao
    bonds_moving_avg: CompactU64
    max_regs_per_block: CompactU16
    serving_rate_limit: CompactU64
    max_validators: CompactU16
    adjustment_alpha: CompactU64
    difficulty: CompactU64
    commit_reveal_period: CompactU64
    commit_reveal_weights_enabled: bool
    alpha_high: CompactU16
    alpha_low: CompactU16
    liquid_alpha_enabled: bool


class SubnetHyperparamsV2(
    Struct,
    path="pallet_subtensor::rpc_info::subnet_info::SubnetHyperparamsV2",
):
    """Settings of a subnet, with those of later versions."""

    rho: CompactU16
    kappa: CompactU16
    immunity_period: CompactU16
    min_allowed_weights: CompactU16
    max_weights_limit: CompactU16
    tempo: CompactU16
    min_difficulty: CompactU64
    max_difficulty: CompactU64
    weights_version: CompactU64
    weights_rate_limit: CompactU64
    adjustment_interval: CompactU16
    activity_cutoff: CompactU64
    registration_allowed: bool
    target_regs_per_interval: CompactU16
    min_burn: CompactTao
    max_burn: CompactTao
    bonds_moving_avg: CompactU64
    max_regs_per_block: CompactU16
    serving_rate_limit: CompactU64
    max_validators: CompactU16
    adjustment_alpha: CompactU64
    difficulty: CompactU64
    commit_reveal_period: CompactU64
    commit_reveal_weights_enabled: bool
    alpha_high: CompactU16
    alpha_low: CompactU16
    liquid_alpha_enabled: bool
    alpha_sigmoid_steepness: RawI32F32
    yuma_version: CompactU16
    subnet_is_active: bool
    transfers_enabled: bool
    bonds_reset_enabled: bool
    user_liquidity_enabled: bool


class HyperparamValue(Variant, path="pallet_subtensor::rpc_info::subnet_info::HyperparamValue"):
    """A setting of any kind."""


class BoolParam(HyperparamValue, index=0, unnamed=True, rust_name="Bool"):
    """A switch."""

    value: bool


class U16Param(HyperparamValue, index=1, unnamed=True, rust_name="U16"):
    """A small number or a proportion."""

    value: CompactU16


class U32Param(HyperparamValue, index=2, unnamed=True, rust_name="U32"):
    """A number."""

    value: CompactU32


class U64Param(HyperparamValue, index=3, unnamed=True, rust_name="U64"):
    """A number."""

    value: CompactU64


class U128Param(HyperparamValue, index=4, unnamed=True, rust_name="U128"):
    """A large number."""

    value: CompactU128


class TaoParam(HyperparamValue, index=5, unnamed=True, rust_name="TaoBalance"):
    """Rao."""

    value: CompactTao


class I32F32Param(HyperparamValue, index=6, unnamed=True, rust_name="I32F32"):
    """A number with a fraction."""

    value: RawI32F32


class U64F64Param(HyperparamValue, index=7, unnamed=True, rust_name="U64F64"):
    """A number with a fine fraction, at least 0."""

    value: RawU64F64


class HyperparamEntry(Struct, path="pallet_subtensor::rpc_info::subnet_info::HyperparamEntry"):
    """A setting under its name."""

    name: bytes
    """ASCII."""
    value: HyperparamValue
