"""Each hyperparameter: its check, its event, and how often an owner may change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pysubtensor.frame.event import Event
from pysubtensor.frame.storage import Item
from pysubtensor.pallets.subtensor import tempo
from pysubtensor.pallets.subtensor.events import hyperparameters as events
from pysubtensor.pallets.subtensor.events import networks as network_events
from pysubtensor.pallets.subtensor.hyperparameters import checks, mechanisms, trimming
from pysubtensor.pallets.subtensor.rate_limits import Kind, TransactionType
from pysubtensor.pallets.subtensor.staking import nominations
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import Hyperparameter

H = Hyperparameter


@dataclass(frozen=True)
class Setting:
    """What becomes of a new value: `check`ed, then stored or given to `put`, then an event.

    `limit` is None where only root may change it, or the owner as often as they like.
    """

    event: type[Event] | None = None
    limit: Kind | None = None
    check: Callable[..., None] | None = None
    put: Callable[..., None] | None = None


EVERYWHERE: Final[Mapping[Item[Any], Setting]] = {
    Storage.max_delegate_take: Setting(events.MaxDelegateTakeSet),
    Storage.min_delegate_take: Setting(events.MinDelegateTakeSet),
    Storage.tx_rate_limit: Setting(events.TxRateLimitSet),
    Storage.tx_delegate_take_rate_limit: Setting(events.TxDelegateTakeRateLimitSet),
    Storage.subnet_owner_cut: Setting(events.SubnetOwnerCutSet),
    Storage.network_rate_limit: Setting(network_events.NetworkRateLimitSet),
    Storage.network_immunity_period: Setting(network_events.NetworkImmunityPeriodSet),
    Storage.network_min_lock_cost: Setting(network_events.NetworkMinLockCostSet),
    Storage.network_lock_reduction_interval: Setting(
        network_events.NetworkLockCostReductionIntervalSet
    ),
    Storage.subnet_limit: Setting(network_events.SubnetLimitSet),
    Storage.start_call_delay: Setting(network_events.StartCallDelaySet),
    Storage.stake_threshold: Setting(events.StakeThresholdSet),
    Storage.dissolve_network_schedule_duration: Setting(
        network_events.DissolveNetworkScheduleDurationSet
    ),
    Storage.coldkey_swap_announcement_delay: Setting(events.ColdkeySwapAnnouncementDelaySet),
    Storage.coldkey_swap_reannouncement_delay: Setting(events.ColdkeySwapReannouncementDelaySet),
    Storage.commit_reveal_weights_version: Setting(events.CommitRevealVersionSet),
    Storage.admin_freeze_window: Setting(events.AdminFreezeWindowSet),
    Storage.owner_hyperparam_rate_limit: Setting(events.OwnerHyperparamRateLimitSet),
    Storage.max_epochs_per_block: Setting(events.MaxEpochsPerBlockSet),
    Storage.max_mechanism_count: Setting(check=mechanisms.ensure_most),
    Storage.subnet_moving_alpha: Setting(),
    Storage.nominator_min_required_stake: Setting(put=nominations.set_least),
    Storage.ck_burn: Setting(),
    Storage.tao_flow_cutoff: Setting(),
    Storage.flow_norm_exponent: Setting(),
    Storage.flow_ema_smoothing_factor: Setting(),
    Storage.net_tao_flow_enabled: Setting(),
}
"""Those of the whole chain."""

PER_SUBNET: Final[Mapping[Item[Any], Setting]] = {
    Storage.serving_rate_limit: Setting(events.ServingRateLimitSet, H.SERVING_RATE_LIMIT),
    Storage.min_difficulty: Setting(events.MinDifficultySet),
    Storage.max_difficulty: Setting(events.MaxDifficultySet, H.MAX_DIFFICULTY),
    Storage.difficulty: Setting(events.DifficultySet),
    Storage.weights_version_key: Setting(
        events.WeightsVersionKeySet, TransactionType.SET_WEIGHTS_VERSION_KEY
    ),
    Storage.weights_set_rate_limit: Setting(events.WeightsSetRateLimitSet),
    Storage.adjustment_interval: Setting(events.AdjustmentIntervalSet),
    Storage.adjustment_alpha: Setting(events.AdjustmentAlphaSet, H.ADJUSTMENT_ALPHA),
    Storage.immunity_period: Setting(events.ImmunityPeriodSet, H.IMMUNITY_PERIOD),
    Storage.min_allowed_weights: Setting(events.MinAllowedWeightSet, H.MIN_ALLOWED_WEIGHTS),
    Storage.max_allowed_uids: Setting(
        events.MaxAllowedUidsSet, H.MAX_ALLOWED_UIDS, checks.max_allowed_uids
    ),
    Storage.min_allowed_uids: Setting(events.MinAllowedUidsSet),
    Storage.min_non_immune_uids: Setting(events.MinNonImmuneUidsSet),
    Storage.kappa: Setting(events.KappaSet),
    Storage.rho: Setting(limit=H.RHO),
    Storage.activity_cutoff: Setting(
        events.ActivityCutoffSet, H.ACTIVITY_CUTOFF, checks.activity_cutoff
    ),
    Storage.network_registration_allowed: Setting(events.RegistrationAllowed),
    Storage.target_registrations_per_interval: Setting(events.RegistrationPerIntervalSet),
    Storage.max_registrations_per_block: Setting(events.MaxRegistrationsPerBlockSet),
    Storage.rao_recycled_for_registration: Setting(events.RAORecycledForRegistrationSet),
    Storage.min_burn: Setting(events.MinBurnSet, H.MIN_BURN),
    Storage.max_burn: Setting(events.MaxBurnSet, H.MAX_BURN),
    Storage.burn_half_life: Setting(limit=H.BURN_HALF_LIFE),
    Storage.burn_increase_mult: Setting(limit=H.BURN_INCREASE_MULT),
    Storage.max_allowed_validators: Setting(events.MaxAllowedValidatorsSet),
    Storage.bonds_moving_average: Setting(events.BondsMovingAverageSet, H.BONDS_MOVING_AVERAGE),
    Storage.bonds_penalty: Setting(events.BondsPenaltySet, H.BONDS_PENALTY),
    Storage.bonds_reset_on: Setting(events.BondsResetOnSet, H.BONDS_RESET_ENABLED),
    Storage.tempo: Setting(put=tempo.put_tempo),
    Storage.min_childkey_take_per_subnet: Setting(
        events.MinChildKeyTakePerSubnetSet, H.MIN_CHILDKEY_TAKE
    ),
    Storage.commit_reveal_weights_enabled: Setting(
        events.CommitRevealEnabled, H.COMMIT_REVEAL_ENABLED
    ),
    Storage.reveal_period_epochs: Setting(
        events.CommitRevealPeriodsSet, H.WEIGHT_COMMIT_INTERVAL, checks.reveal_period
    ),
    Storage.liquid_alpha_on: Setting(limit=H.LIQUID_ALPHA_ENABLED),
    Storage.alpha_values: Setting(limit=H.ALPHA_VALUES, check=checks.alpha_values),
    Storage.alpha_sigmoid_steepness: Setting(limit=H.ALPHA_SIGMOID_STEEPNESS),
    Storage.yuma3_on: Setting(limit=H.YUMA3_ENABLED),
    Storage.transfer_toggle: Setting(events.TransferToggle, H.TRANSFER_ENABLED),
    Storage.recycle_or_burn: Setting(limit=H.RECYCLE_OR_BURN),
    Storage.subnet_owner_hotkey: Setting(check=checks.owner_hotkey, put=checks.put_owner_hotkey),
    Storage.ema_price_halving_blocks: Setting(),
    Storage.subtoken_enabled: Setting(),
    Storage.immune_owner_uids_limit: Setting(
        limit=H.IMMUNE_NEURON_LIMIT, check=checks.immune_owner_uids
    ),
    Storage.mechanism_count_current: Setting(
        None, TransactionType.MECHANISM_COUNT_UPDATE, mechanisms.ensure_count, mechanisms.put_count
    ),
    Storage.mechanism_emission_split: Setting(
        None, TransactionType.MECHANISM_EMISSION, mechanisms.ensure_split, mechanisms.put_split
    ),
    Storage.subnetwork_n: Setting(
        None, TransactionType.MAX_UIDS_TRIMMING, trimming.ensure_size, trimming.trim
    ),
    Storage.owner_cut_enabled: Setting(),
    Storage.owner_cut_auto_lock_enabled: Setting(),
    Storage.subnet_emission_enabled: Setting(),
}
"""Those of each subnet; `subnetwork_n` is changed by trimming."""
