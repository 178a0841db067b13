"""What SubtensorModule's runtime APIs answer with about whole subnets.

Amounts are rao, times blocks, proportions u16 with 65535 for 1.0.  Fields that the chain no longer
computes are always 0, 65535 or empty; they keep their places for old clients.
"""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import NESTED
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.fixed_point import RawI96F32
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.reads.types import (
    CompactAlpha,
    CompactTao,
    CompactText,
    CompactU16,
    CompactU64,
    CompactU128,
)
from pysubtensor.pallets.subtensor.types import (
    AxonInfo,
    ChainIdentity,
    CompactNetUid,
    SubnetIdentity,
)


class Metagraph(
    Struct,
    path="pallet_subtensor::rpc_info::metagraph::Metagraph",
    params={"AccountId": AccountId},
):
    """All of a subnet but its weights; lists are in the order of the uids."""

    netuid: CompactNetUid
    name: CompactText
    symbol: CompactText
    identity: SubnetIdentity | None
    network_registered_at: CompactU64

    owner_hotkey: AccountId
    owner_coldkey: AccountId

    block: CompactU64
    tempo: CompactU16
    last_step: CompactU64
    blocks_since_last_step: CompactU64

    subnet_emission: CompactU64
    alpha_in: CompactAlpha
    alpha_out: CompactAlpha
    tao_in: CompactTao
    alpha_out_emission: CompactAlpha
    alpha_in_emission: CompactAlpha
    tao_in_emission: CompactTao
    pending_alpha_emission: CompactAlpha
    pending_root_emission: CompactTao
    subnet_volume: CompactU128
    moving_price: RawI96F32

    rho: CompactU16
    kappa: CompactU16

    min_allowed_weights: CompactU16
    max_weights_limit: CompactU16
    weights_version: CompactU64
    weights_rate_limit: CompactU64
    activity_cutoff: CompactU64
    max_validators: CompactU16

    num_uids: CompactU16
    max_uids: CompactU16
    burn: CompactTao
    difficulty: CompactU64
    registration_allowed: bool
    pow_registration_allowed: bool
    immunity_period: CompactU16
    min_difficulty: CompactU64
    max_difficulty: CompactU64
    min_burn: CompactTao
    max_burn: CompactTao
    adjustment_alpha: CompactU64
    adjustment_interval: CompactU16
    target_regs_per_interval: CompactU16
    max_regs_per_block: CompactU16
    serving_rate_limit: CompactU64

    commit_reveal_weights_enabled: bool
    commit_reveal_period: CompactU64

    liquid_alpha_enabled: bool
    alpha_high: CompactU16
    alpha_low: CompactU16
    bonds_moving_avg: CompactU64

    hotkeys: tuple[AccountId, ...]
    coldkeys: tuple[AccountId, ...]
    identities: tuple[ChainIdentity | None, ...]
    axons: tuple[AxonInfo, ...]
    active: tuple[bool, ...]
    validator_permit: tuple[bool, ...]
    pruning_score: tuple[CompactU16, ...]
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

    tao_dividends_per_hotkey: tuple[tuple[AccountId, CompactTao], ...]
    alpha_dividends_per_hotkey: tuple[tuple[AccountId, CompactAlpha], ...]


class SelectiveMetagraph(
    Struct,
    path="pallet_subtensor::rpc_info::metagraph::SelectiveMetagraph",
    params={"AccountId": AccountId},
):
    """As much of it as was asked for, field by field; the place of a field is its index.

    `validators` are uids, the least stake first; `commitments` are those of the Commitments pallet.
    """

    netuid: CompactNetUid
    name: CompactText | None = None
    symbol: CompactText | None = None
    identity: Annotated[tuple[SubnetIdentity | None] | None, NESTED] = None
    network_registered_at: CompactU64 | None = None

    owner_hotkey: AccountId | None = None
    owner_coldkey: AccountId | None = None

    block: CompactU64 | None = None
    tempo: CompactU16 | None = None
    last_step: CompactU64 | None = None
    blocks_since_last_step: CompactU64 | None = None

    subnet_emission: CompactU64 | None = None
    alpha_in: CompactAlpha | None = None
    alpha_out: CompactAlpha | None = None
    tao_in: CompactTao | None = None
    alpha_out_emission: CompactAlpha | None = None
    alpha_in_emission: CompactAlpha | None = None
    tao_in_emission: CompactTao | None = None
    pending_alpha_emission: CompactAlpha | None = None
    pending_root_emission: CompactTao | None = None
    subnet_volume: CompactU128 | None = None
    moving_price: RawI96F32 | None = None

    rho: CompactU16 | None = None
    kappa: CompactU16 | None = None

    min_allowed_weights: CompactU16 | None = None
    max_weights_limit: CompactU16 | None = None
    weights_version: CompactU64 | None = None
    weights_rate_limit: CompactU64 | None = None
    activity_cutoff: CompactU64 | None = None
    max_validators: CompactU16 | None = None

    num_uids: CompactU16 | None = None
    max_uids: CompactU16 | None = None
    burn: CompactTao | None = None
    difficulty: CompactU64 | None = None
    registration_allowed: bool | None = None
    pow_registration_allowed: bool | None = None
    immunity_period: CompactU16 | None = None
    min_difficulty: CompactU64 | None = None
    max_difficulty: CompactU64 | None = None
    min_burn: CompactTao | None = None
    max_burn: CompactTao | None = None
    adjustment_alpha: CompactU64 | None = None
    adjustment_interval: CompactU16 | None = None
    target_regs_per_interval: CompactU16 | None = None
    max_regs_per_block: CompactU16 | None = None
    serving_rate_limit: CompactU64 | None = None

    commit_reveal_weights_enabled: bool | None = None
    commit_reveal_period: CompactU64 | None = None

    liquid_alpha_enabled: bool | None = None
    alpha_high: CompactU16 | None = None
    alpha_low: CompactU16 | None = None
    bonds_moving_avg: CompactU64 | None = None

    hotkeys: tuple[AccountId, ...] | None = None
    coldkeys: tuple[AccountId, ...] | None = None
    identities: tuple[ChainIdentity | None, ...] | None = None
    axons: tuple[AxonInfo, ...] | None = None
    active: tuple[bool, ...] | None = None
    validator_permit: tuple[bool, ...] | None = None
    pruning_score: tuple[CompactU16, ...] | None = None
    last_update: tuple[CompactU64, ...] | None = None
    emission: tuple[CompactAlpha, ...] | None = None
    dividends: tuple[CompactU16, ...] | None = None
    incentives: tuple[CompactU16, ...] | None = None
    consensus: tuple[CompactU16, ...] | None = None
    trust: tuple[CompactU16, ...] | None = None
    rank: tuple[CompactU16, ...] | None = None
    block_at_registration: tuple[CompactU64, ...] | None = None
    alpha_stake: tuple[CompactAlpha, ...] | None = None
    tao_stake: tuple[CompactTao, ...] | None = None
    total_stake: tuple[CompactTao, ...] | None = None

    tao_dividends_per_hotkey: tuple[tuple[AccountId, CompactTao], ...] | None = None
    alpha_dividends_per_hotkey: tuple[tuple[AccountId, CompactAlpha], ...] | None = None

    validators: tuple[CompactU16, ...] | None = None
    commitments: tuple[tuple[AccountId, CompactText], ...] | None = None
