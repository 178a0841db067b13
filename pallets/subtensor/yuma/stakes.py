"""How much validators weigh in an epoch, which neurons may validate, and which are active."""

from __future__ import annotations

from dataclasses import dataclass

from pysubtensor.frame.fixed_point import I32F32, I64F64, U96F32
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput
from pysubtensor.pallets.subtensor.yuma.vectors import among_highest, normalize


@dataclass(frozen=True)
class Stakes:
    """By uid.  Proportions are I32F32."""

    total: list[int]
    """Alpha and weighted TAO in rao, I64F64."""
    share: list[int]
    """Share of `total` among those above the threshold."""
    active: list[bool]
    """Set weights within the activity cutoff."""
    permits: list[bool]
    """Has a permit until this epoch."""
    new_permits: list[bool]
    voting: list[int]
    """Share among those who are active and have a permit until this epoch."""


def stakes(inputs: EpochInput) -> Stakes:
    """Weigh the neurons of a subnet."""
    total = total_stakes(inputs)
    share = stake_shares(inputs, total)
    active = active_neurons(inputs)
    permits = with_owner(inputs, padded([bool(each) for each in inputs.validator_permit], inputs.n))
    new_permits = with_owner(inputs, best_staked(inputs, share), new=True)
    return Stakes(
        total, share, active, permits, new_permits, voting_shares(inputs, share, active, permits)
    )


def padded(values: list[bool], n: int) -> list[bool]:
    """The first `n`, false where there are fewer."""
    return (values + [False] * n)[:n]


def total_stakes(inputs: EpochInput) -> list[int]:
    """Alpha plus TAO times its weight, saturating.  The weight has 32 fractional bits only."""
    narrow = U96F32.safe_div(U96F32.from_int(inputs.tao_weight), U96F32.from_int(U64_MAX))
    weight = I64F64.convert(narrow, U96F32)
    alpha = I64F64.saturate_all([each << I64F64.fraction for each in inputs.alpha_stake])
    tao = I64F64.saturate_all([each << I64F64.fraction for each in inputs.tao_stake])
    weighted = [each * weight >> I64F64.fraction for each in tao]
    return I64F64.saturate_all([a + b for a, b in zip(alpha, weighted, strict=True)])


def stake_shares(inputs: EpochInput, total: list[int]) -> list[int]:
    """Shares of what is not below the threshold; the owner's is never below."""
    threshold = inputs.stake_threshold << I64F64.fraction
    counted = [
        stake if stake >= threshold or uid == inputs.owner_uid else 0
        for uid, stake in enumerate(total)
    ]
    shift = I64F64.fraction - I32F32.fraction
    return I32F32.saturate_all([share >> shift for share in normalize(counted, I64F64)])


def activity_cutoff(factor: int, tempo: int) -> int:
    """Blocks without a weight set after which a neuron is inactive; `factor` in thousandths."""
    return max(min(factor * tempo, U64_MAX) // 1000, 1)


def active_neurons(inputs: EpochInput) -> list[bool]:
    """True for each neuron whose last update lies no more than the cutoff back."""
    cutoff = activity_cutoff(inputs.activity_cutoff_factor, inputs.tempo)
    updates = [*inputs.last_update, *[0] * inputs.n][: inputs.n]
    return [updated + cutoff >= inputs.block for updated in updates]


def best_staked(inputs: EpochInput, share: list[int]) -> list[bool]:
    """Those who have a share, and one of the highest."""
    highest = among_highest(share, inputs.max_validators)
    return [high and each != 0 for high, each in zip(highest, share, strict=True)]


def with_owner(inputs: EpochInput, permits: list[bool], *, new: bool = False) -> list[bool]:
    """The owner has a permit, an old one only where the stored permits reach its uid."""
    owner, reach = (
        inputs.owner_uid,
        inputs.n if new else min(len(inputs.validator_permit), inputs.n),
    )
    return [permit or (uid == owner and uid < reach) for uid, permit in enumerate(permits)]


def voting_shares(
    inputs: EpochInput, share: list[int], active: list[bool], permits: list[bool]
) -> list[int]:
    """Shares without the inactive and the unpermitted; no stored permits at all exclude nobody."""
    permitted = permits if inputs.validator_permit else [True] * inputs.n
    votes = zip(share, active, permitted, strict=True)
    return normalize([each if awake and may else 0 for each, awake, may in votes])
