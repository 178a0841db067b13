"""What the runtime supplies to AdminUtils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pysubtensor.frame.fixed_point import RawI64F64, RawI96F32, RawU64F64
from pysubtensor.frame.interfaces.authorities import Voter
from pysubtensor.frame.interfaces.subnets import MechId, RecycleOrBurn
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import I16, U8, U16, U64, AccountId, BlockNumber, NetUid, Tao
from pysubtensor.frame.storage import Map, Value

V = TypeVar("V")


class Items(Protocol):
    """Storage items of SubtensorModule that AdminUtils changes: of the chain, then of subnets."""

    max_delegate_take: Value[U16]
    min_delegate_take: Value[U16]
    tx_rate_limit: Value[U64]
    tx_delegate_take_rate_limit: Value[U64]
    subnet_owner_cut: Value[U16]
    network_rate_limit: Value[U64]
    network_immunity_period: Value[U64]
    network_min_lock_cost: Value[Tao]
    network_lock_reduction_interval: Value[U64]
    subnet_limit: Value[U16]
    start_call_delay: Value[U64]
    stake_threshold: Value[U64]
    dissolve_network_schedule_duration: Value[BlockNumber]
    coldkey_swap_announcement_delay: Value[BlockNumber]
    coldkey_swap_reannouncement_delay: Value[BlockNumber]
    commit_reveal_weights_version: Value[U16]
    admin_freeze_window: Value[U16]
    owner_hyperparam_rate_limit: Value[U16]
    max_epochs_per_block: Value[U8]
    max_mechanism_count: Value[MechId]
    subnet_moving_alpha: Value[RawI96F32]
    nominator_min_required_stake: Value[U64]
    ck_burn: Value[U64]
    tao_flow_cutoff: Value[RawI64F64]
    flow_norm_exponent: Value[RawU64F64]
    flow_ema_smoothing_factor: Value[U64]
    net_tao_flow_enabled: Value[bool]
    min_childkey_take: Value[U16]
    max_childkey_take: Value[U16]

    serving_rate_limit: Map[NetUid, U64]
    min_difficulty: Map[NetUid, U64]
    max_difficulty: Map[NetUid, U64]
    difficulty: Map[NetUid, U64]
    weights_version_key: Map[NetUid, U64]
    weights_set_rate_limit: Map[NetUid, U64]
    adjustment_interval: Map[NetUid, U16]
    adjustment_alpha: Map[NetUid, U64]
    immunity_period: Map[NetUid, U16]
    min_allowed_weights: Map[NetUid, U16]
    max_allowed_uids: Map[NetUid, U16]
    min_allowed_uids: Map[NetUid, U16]
    min_non_immune_uids: Map[NetUid, U16]
    kappa: Map[NetUid, U16]
    rho: Map[NetUid, U16]
    activity_cutoff: Map[NetUid, U16]
    network_registration_allowed: Map[NetUid, bool]
    target_registrations_per_interval: Map[NetUid, U16]
    max_registrations_per_block: Map[NetUid, U16]
    rao_recycled_for_registration: Map[NetUid, Tao]
    min_burn: Map[NetUid, Tao]
    max_burn: Map[NetUid, Tao]
    burn_half_life: Map[NetUid, U16]
    burn_increase_mult: Map[NetUid, RawU64F64]
    max_allowed_validators: Map[NetUid, U16]
    bonds_moving_average: Map[NetUid, U64]
    bonds_penalty: Map[NetUid, U16]
    bonds_reset_on: Map[NetUid, bool]
    tempo: Map[NetUid, U16]
    min_childkey_take_per_subnet: Map[NetUid, U16]
    commit_reveal_weights_enabled: Map[NetUid, bool]
    reveal_period_epochs: Map[NetUid, U64]
    liquid_alpha_on: Map[NetUid, bool]
    alpha_values: Map[NetUid, tuple[U16, U16]]
    alpha_sigmoid_steepness: Map[NetUid, I16]
    yuma3_on: Map[NetUid, bool]
    transfer_toggle: Map[NetUid, bool]
    recycle_or_burn: Map[NetUid, RecycleOrBurn]
    subnet_owner_hotkey: Map[NetUid, AccountId]
    ema_price_halving_blocks: Map[NetUid, U64]
    subtoken_enabled: Map[NetUid, bool]
    immune_owner_uids_limit: Map[NetUid, U16]
    mechanism_count_current: Map[NetUid, MechId]
    mechanism_emission_split: Map[NetUid, tuple[U16, ...] | None]
    subnetwork_n: Map[NetUid, U16]
    owner_cut_enabled: Map[NetUid, bool]
    owner_cut_auto_lock_enabled: Map[NetUid, bool]
    subnet_emission_enabled: Map[NetUid, bool]


class Constants(Protocol):
    """What SubtensorModule was built with."""

    @property
    def initial_max_allowed_uids(self) -> U16:
        """Most neurons of a subnet."""

    @property
    def min_burn_upper_bound(self) -> Tao:
        """Largest value that an owner may choose for the least price of a registration."""

    @property
    def max_burn_lower_bound(self) -> Tao:
        """Least value that an owner may choose for the largest price of a registration."""


class Hyperparameters(Protocol):
    """The hyperparameters of the chain and its subnets, and who may change them when."""

    @property
    def items(self) -> Items:
        """Where they are kept: what the methods below are given."""

    @property
    def constants(self) -> Constants:
        """What the runtime was built with."""

    def exists(self, netuid: NetUid) -> bool:
        """Whether there is such a subnet."""

    def ensure_owner_or_root(self, origin: Origin, netuid: NetUid) -> AccountId | None:
        """The owner who signed, None for root.  Errors: BadOrigin."""

    def ensure_open(self, netuid: NetUid) -> None:
        """Refuse changes shortly before an epoch."""

    def allow(self, origin: Origin, netuid: NetUid, item: Map[NetUid, V]) -> AccountId | None:
        """The owner who may change an item now, None for root.  Errors: BadOrigin; others."""

    def put(self, item: Value[V], value: V) -> None:
        """Change a hyperparameter of the chain, and emit its event."""

    def put_for(
        self, netuid: NetUid, item: Map[NetUid, V], value: V, owner: AccountId | None = None
    ) -> None:
        """Change one of a subnet, and emit its event; remember when its `owner` did so."""


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    hyperparameters: Hyperparameters
    change_authors: Callable[[tuple[bytes, ...]], None]
    """Let others write the blocks."""
    schedule_voters: Callable[[tuple[Voter, ...], BlockNumber, BlockNumber | None], None]
    """Let others vote on finality, that many blocks from now."""
    set_evm_chain_id: Callable[[U64], None]
    """Set the number of the chain that Ethereum transactions name."""
