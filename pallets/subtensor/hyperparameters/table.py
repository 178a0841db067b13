"""The settings by name: where each is kept, what tells of it, how often an owner may change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pysubtensor.frame.event import Event
from pysubtensor.pallets.subtensor import tempo
from pysubtensor.pallets.subtensor.events import hyperparameters as told
from pysubtensor.pallets.subtensor.events import networks as told_of_networks
from pysubtensor.pallets.subtensor.hyperparameters import checks, mechanisms, trimming
from pysubtensor.pallets.subtensor.rate_limits import Kind, Transaction
from pysubtensor.pallets.subtensor.staking import nominations
from pysubtensor.pallets.subtensor.types import Hyperparameter

H = Hyperparameter


@dataclass(frozen=True)
class Setting:
    """What becomes of a new value: `check`ed, then stored or given to `put`, then told of.

    `limit` is None where only root may change it, or the owner as often as they like.
    """

    event: type[Event] | None = None
    limit: Kind | None = None
    check: Callable[..., None] | None = None
    put: Callable[..., None] | None = None


EVERYWHERE: Final = {
    "max_delegate_take": Setting(told.MaxDelegateTakeSet),
    "min_delegate_take": Setting(told.MinDelegateTakeSet),
    "tx_rate_limit": Setting(told.TxRateLimitSet),
    "tx_delegate_take_rate_limit": Setting(told.TxDelegateTakeRateLimitSet),
    "subnet_owner_cut": Setting(told.SubnetOwnerCutSet),
    "network_rate_limit": Setting(told_of_networks.NetworkRateLimitSet),
    "network_immunity_period": Setting(told_of_networks.NetworkImmunityPeriodSet),
    "network_min_lock_cost": Setting(told_of_networks.NetworkMinLockCostSet),
    "network_lock_reduction_interval": Setting(
        told_of_networks.NetworkLockCostReductionIntervalSet
    ),
    "subnet_limit": Setting(told_of_networks.SubnetLimitSet),
    "start_call_delay": Setting(told_of_networks.StartCallDelaySet),
    "stake_threshold": Setting(told.StakeThresholdSet),
    "dissolve_network_schedule_duration": Setting(
        told_of_networks.DissolveNetworkScheduleDurationSet
    ),
    "coldkey_swap_announcement_delay": Setting(told.ColdkeySwapAnnouncementDelaySet),
    "coldkey_swap_reannouncement_delay": Setting(told.ColdkeySwapReannouncementDelaySet),
    "commit_reveal_weights_version": Setting(told.CommitRevealVersionSet),
    "admin_freeze_window": Setting(told.AdminFreezeWindowSet),
    "owner_hyperparam_rate_limit": Setting(told.OwnerHyperparamRateLimitSet),
    "max_epochs_per_block": Setting(told.MaxEpochsPerBlockSet),
    "max_mechanism_count": Setting(check=mechanisms.ensure_most),
    "subnet_moving_alpha": Setting(),
    "nominator_min_required_stake": Setting(put=nominations.set_least),
    "ck_burn": Setting(),
    "tao_flow_cutoff": Setting(),
    "flow_norm_exponent": Setting(),
    "flow_ema_smoothing_factor": Setting(),
    "net_tao_flow_enabled": Setting(),
}
"""Settings of the whole chain."""

PER_SUBNET: Final = {
    "serving_rate_limit": Setting(told.ServingRateLimitSet, H.SERVING_RATE_LIMIT),
    "min_difficulty": Setting(told.MinDifficultySet),
    "max_difficulty": Setting(told.MaxDifficultySet, H.MAX_DIFFICULTY),
    "difficulty": Setting(told.DifficultySet),
    "weights_version_key": Setting(told.WeightsVersionKeySet, Transaction.SET_WEIGHTS_VERSION_KEY),
    "weights_set_rate_limit": Setting(told.WeightsSetRateLimitSet),
    "adjustment_interval": Setting(told.AdjustmentIntervalSet),
    "adjustment_alpha": Setting(told.AdjustmentAlphaSet, H.ADJUSTMENT_ALPHA),
    "immunity_period": Setting(told.ImmunityPeriodSet, H.IMMUNITY_PERIOD),
    "min_allowed_weights": Setting(told.MinAllowedWeightSet, H.MIN_ALLOWED_WEIGHTS),
    "max_allowed_uids": Setting(
        told.MaxAllowedUidsSet, H.MAX_ALLOWED_UIDS, checks.max_allowed_uids
    ),
    "min_allowed_uids": Setting(told.MinAllowedUidsSet),
    "min_non_immune_uids": Setting(told.MinNonImmuneUidsSet),
    "kappa": Setting(told.KappaSet),
    "rho": Setting(limit=H.RHO),
    "activity_cutoff": Setting(told.ActivityCutoffSet, H.ACTIVITY_CUTOFF, checks.activity_cutoff),
    "network_registration_allowed": Setting(told.RegistrationAllowed),
    "target_registrations_per_interval": Setting(told.RegistrationPerIntervalSet),
    "max_registrations_per_block": Setting(told.MaxRegistrationsPerBlockSet),
    "rao_recycled_for_registration": Setting(told.RAORecycledForRegistrationSet),
    "min_burn": Setting(told.MinBurnSet, H.MIN_BURN),
    "max_burn": Setting(told.MaxBurnSet, H.MAX_BURN),
    "burn_half_life": Setting(limit=H.BURN_HALF_LIFE),
    "burn_increase_mult": Setting(limit=H.BURN_INCREASE_MULT),
    "max_allowed_validators": Setting(told.MaxAllowedValidatorsSet),
    "bonds_moving_average": Setting(told.BondsMovingAverageSet, H.BONDS_MOVING_AVERAGE),
    "bonds_penalty": Setting(told.BondsPenaltySet, H.BONDS_PENALTY),
    "bonds_reset_on": Setting(told.BondsResetOnSet, H.BONDS_RESET_ENABLED),
    "tempo": Setting(put=tempo.put_tempo),
    "min_childkey_take_per_subnet": Setting(told.MinChildKeyTakePerSubnetSet, H.MIN_CHILDKEY_TAKE),
    "commit_reveal_weights_enabled": Setting(told.CommitRevealEnabled, H.COMMIT_REVEAL_ENABLED),
    "reveal_period_epochs": Setting(
        told.CommitRevealPeriodsSet, H.WEIGHT_COMMIT_INTERVAL, checks.reveal_period
    ),
    "liquid_alpha_on": Setting(limit=H.LIQUID_ALPHA_ENABLED),
    "alpha_values": Setting(limit=H.ALPHA_VALUES, check=checks.alpha_values),
    "alpha_sigmoid_steepness": Setting(limit=H.ALPHA_SIGMOID_STEEPNESS),
    "yuma3_on": Setting(limit=H.YUMA3_ENABLED),
    "transfer_toggle": Setting(told.TransferToggle, H.TRANSFER_ENABLED),
    "recycle_or_burn": Setting(limit=H.RECYCLE_OR_BURN),
    "subnet_owner_hotkey": Setting(check=checks.owner_hotkey, put=checks.put_owner_hotkey),
    "ema_price_halving_blocks": Setting(),
    "subtoken_enabled": Setting(),
    "immune_owner_uids_limit": Setting(limit=H.IMMUNE_NEURON_LIMIT, check=checks.immune_owner_uids),
    "mechanism_count_current": Setting(
        None, Transaction.MECHANISM_COUNT_UPDATE, mechanisms.ensure_count, mechanisms.put_count
    ),
    "mechanism_emission_split": Setting(
        None, Transaction.MECHANISM_EMISSION, mechanisms.ensure_split, mechanisms.put_split
    ),
    "size": Setting(None, Transaction.MAX_UIDS_TRIMMING, trimming.ensure_size, trimming.trim),
    "owner_cut_enabled": Setting(),
    "owner_cut_auto_lock_enabled": Setting(),
    "subnet_emission_enabled": Setting(),
}
"""Settings of each subnet."""
