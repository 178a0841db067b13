"""The pace of a subnet: its tempo, its activity cutoff, and epochs that its owner asks for."""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U16, U32, U64, NetUid
from pysubtensor.pallets.subtensor import rate_limits
from pysubtensor.pallets.subtensor.errors import (
    ActivityCutoffFactorMilliOutOfBounds,
    AutoEpochAlreadyImminent,
    DynamicTempoBlockedByCommitReveal,
    EpochTriggerAlreadyPending,
    TempoOutOfBounds,
)
from pysubtensor.pallets.subtensor.events.hyperparameters import (
    ActivityCutoffFactorMilliSet,
    TempoSet,
)
from pysubtensor.pallets.subtensor.events.weights import EpochTriggered
from pysubtensor.pallets.subtensor.rate_limits import TransactionType, now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.types import Hyperparameter


def put_tempo(sub: Storage, netuid: NetUid, tempo: U16) -> None:
    """Set a tempo and let the first one begin now, without asking anybody.

    In subtensor: `apply_tempo_with_cycle_reset`.
    """
    sub.tempo[netuid] = tempo
    sub.emit(TempoSet(netuid, tempo))
    sub.last_epoch_block[netuid] = now(sub)


def set_tempo(sub: Storage, origin: Origin, netuid: NetUid, tempo: U16) -> None:
    """Set the tempo as the owner (`do_set_tempo`).

    Errors: BadOrigin; TempoOutOfBounds; AdminActionProhibitedDuringWeightsWindow;
    TxRateLimitExceeded.
    """
    who = owners.ensure_owner(sub, origin, netuid)
    if not sub.config.min_tempo <= tempo <= sub.config.max_tempo:
        raise TempoOutOfBounds
    owners.ensure_settings_open(sub, netuid)
    owners.ensure_within_limits(sub, who, netuid, TransactionType.TEMPO_UPDATE)
    put_tempo(sub, netuid, tempo)
    rate_limits.record(sub, TransactionType.TEMPO_UPDATE, who, netuid)


def set_activity_cutoff_factor(sub: Storage, origin: Origin, netuid: NetUid, factor: U32) -> None:
    """Set the activity cutoff in thousandths of a tempo; root may do so at any time.

    In subtensor: `do_set_activity_cutoff_factor`.
    Errors: BadOrigin; ActivityCutoffFactorMilliOutOfBounds;
    AdminActionProhibitedDuringWeightsWindow; TxRateLimitExceeded.
    """
    who = owners.ensure_owner_or_root(sub, origin, netuid)
    least = sub.config.min_activity_cutoff_factor_milli
    if not least <= factor <= sub.config.max_activity_cutoff_factor_milli:
        raise ActivityCutoffFactorMilliOutOfBounds
    kind = Hyperparameter.ACTIVITY_CUTOFF_FACTOR_MILLI
    if who is not None:
        owners.ensure_settings_open(sub, netuid)
        owners.ensure_within_limits(sub, who, netuid, kind)
    sub.activity_cutoff_factor_milli[netuid] = factor
    sub.emit(ActivityCutoffFactorMilliSet(netuid, factor))
    if who is not None:
        rate_limits.record(sub, kind, who, netuid)


def trigger_epoch(sub: Storage, origin: Origin, netuid: NetUid) -> None:
    """Ask for an epoch when settings have stood still for it (`do_trigger_epoch`).

    Errors: BadOrigin; DynamicTempoBlockedByCommitReveal; EpochTriggerAlreadyPending;
    AutoEpochAlreadyImminent; TxRateLimitExceeded.
    """
    who = owners.ensure_owner(sub, origin, netuid)
    if sub.commit_reveal_weights_enabled[netuid]:  # reveals count epochs
        raise DynamicTempoBlockedByCommitReveal
    if sub.pending_epoch_at[netuid] != 0:
        raise EpochTriggerAlreadyPending
    window = sub.admin_freeze_window.get()
    if owners.blocks_until_epoch(sub, netuid) < window:
        raise AutoEpochAlreadyImminent
    owners.ensure_within_limits(sub, who, netuid, Hyperparameter.TRIGGER_EPOCH)
    fires_at = U64(saturating_add(now(sub), window))
    sub.pending_epoch_at[netuid] = fires_at
    rate_limits.record(sub, Hyperparameter.TRIGGER_EPOCH, who, netuid)
    sub.emit(EpochTriggered(netuid, who, fires_at))
