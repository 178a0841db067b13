"""What SubtensorModule's runtime APIs answer with about neurons, delegates and stakes.

Amounts are rao, times blocks, proportions u16 with 65535 for 1.0.  Fields that the chain no longer
computes are always 0, 65535 or empty; they keep their places for old clients.
"""

from __future__ import annotations

from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.reads.types import (
    CompactAlpha,
    CompactTao,
    CompactU16,
    CompactU64,
)
from pysubtensor.pallets.subtensor.types import AxonInfo, CompactNetUid, PrometheusInfo

CompactRow = tuple[tuple[CompactU16, CompactU16], ...]
"""(uid, proportion) of those above 0."""


class NeuronInfo(
    Struct,
    path="pallet_subtensor::rpc_info::neuron_info::NeuronInfo",
    params={"AccountId": AccountId},
):
    """A neuron."""

    hotkey: AccountId
    coldkey: AccountId
    uid: CompactU16
    netuid: CompactNetUid
    active: bool
    axon_info: AxonInfo
    prometheus_info: PrometheusInfo
    stake: tuple[tuple[AccountId, CompactAlpha], ...]
    """The hotkey's whole stake on the subnet, as if its coldkey's alone."""
    rank: CompactU16
    """Always 0, as `trust`."""
    emission: CompactAlpha
    incentive: CompactU16
    consensus: CompactU16
    trust: CompactU16
    validator_trust: CompactU16
    dividends: CompactU16
    last_update: CompactU64
    validator_permit: bool
    weights: CompactRow
    bonds: CompactRow
    pruning_score: CompactU16
    """Always 65535."""


class NeuronInfoLite(
    Struct,
    path="pallet_subtensor::rpc_info::neuron_info::NeuronInfoLite",
    params={"AccountId": AccountId},
):
    """A neuron without weights and bonds."""

    hotkey: AccountId
    coldkey: AccountId
    uid: CompactU16
    netuid: CompactNetUid
    active: bool
    axon_info: AxonInfo
    prometheus_info: PrometheusInfo
    stake: tuple[tuple[AccountId, CompactAlpha], ...]
    rank: CompactU16
    emission: CompactAlpha
    incentive: CompactU16
    consensus: CompactU16
    trust: CompactU16
    validator_trust: CompactU16
    dividends: CompactU16
    last_update: CompactU64
    validator_permit: bool
    pruning_score: CompactU16


class DelegateInfo(
    Struct,
    path="pallet_subtensor::rpc_info::delegate_info::DelegateInfo",
    params={"AccountId": AccountId},
):
    """A hotkey that is open to nominators."""

    delegate_ss58: AccountId
    take: CompactU16
    nominators: tuple[tuple[AccountId, tuple[tuple[CompactNetUid, CompactU64], ...]], ...]
    """(coldkey, its stakes as (subnet, alpha))."""
    owner_ss58: AccountId
    registrations: tuple[CompactNetUid, ...]
    validator_permits: tuple[CompactNetUid, ...]
    return_per_1000: CompactU64
    """Rao that 1000 TAO of stake on root earn in a day, less the take."""
    total_daily_return: CompactU64
    """What the hotkey earns in a day on all subnets."""


class StakeInfo(
    Struct,
    path="pallet_subtensor::rpc_info::stake_info::StakeInfo",
    params={"AccountId": AccountId},
):
    """What a coldkey has staked with a hotkey on a subnet."""

    hotkey: AccountId
    coldkey: AccountId
    netuid: CompactNetUid
    stake: CompactAlpha
    locked: CompactU64
    """Always 0, as `tao_emission` and `drain`."""
    emission: CompactAlpha
    """Alpha that the hotkey earned as a validator in the last epoch."""
    tao_emission: CompactTao
    drain: CompactU64
    is_registered: bool


class StakeAvailability(Struct, path="pallet_subtensor::rpc_info::stake_info::StakeAvailability"):
    """What a coldkey may unstake on a subnet."""

    total: CompactAlpha
    locked: CompactAlpha
    available: CompactAlpha
