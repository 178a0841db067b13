"""Recorded epochs as the inputs they were run on."""

from pysubtensor.pallets.subtensor.epoch_schedule import EpochSchedule
from pysubtensor.pallets.subtensor.yuma.commits import oldest_commits
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, stored_row

SAME = (
    "n", "last_update", "validator_permit", "alpha_stake", "tao_stake", "owner_uid", "tempo",
    "stake_threshold", "tao_weight", "kappa", "bonds_moving_average", "bonds_penalty", "alpha_low",
    "alpha_high", "alpha_sigmoid_steepness",
)  # fmt: skip
RENAMED = {
    "block": "current_block",
    "emission": "rao_emission",
    "registered_at": "block_at_registration",
    "last_step_block": "last_mechanism_step_block",
    "activity_cutoff_factor": "activity_cutoff_factor_milli",
    "max_validators": "max_allowed_validators",
    "yuma3": "yuma3_on",
    "liquid_alpha": "liquid_alpha_on",
}


def rows(recorded):
    return {uid: stored_row(pairs) for uid, pairs in recorded}


def commits(given):
    if not given["commit_reveal_enabled"]:
        return None
    schedule = EpochSchedule(
        given["tempo"],
        given["last_epoch_block"],
        given["pending_epoch_at"],
        given["blocks_since_last_step"],
        given["subnet_epoch_index"],
    )
    return oldest_commits(
        given["n"],
        given["commits_v2"],
        given["commits_timelocked"],
        schedule.epoch_index + schedule.due(given["current_block"]),
        given["reveal_period_epochs"],
    )


def epoch_input(given, **changes):
    """The input recorded; `changes` are recorded values to take instead."""
    given = {**given, **changes}
    return EpochInput(
        **{name: given[name] for name in SAME},
        **{name: given[source] for name, source in RENAMED.items()},
        weights=rows(given["weights"]),
        bonds=rows(given["bonds"]),
        oldest_commit=commits(given),
    )
