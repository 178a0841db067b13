"""What validators weigh in an epoch, who may validate, and who is active."""

from __future__ import annotations

from dataclasses import dataclass

from pysubtensor.frame.fixed_point import I32F32, I64F64, U96F32
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput
from pysubtensor.pallets.subtensor.yuma.schedule import activity_cutoff
from pysubtensor.pallets.subtensor.yuma.vectors import among_highest, normalize

U64_MAX = 2**64 - 1


@dataclass(frozen=True)
class Stakes:
    """By uid.  Proportions are I32F32."""

    total: list[int]
    """Alpha and weighted TAO in rao, I64F64."""
    share: list[int]
    """Share of `total` among those above the threshold."""
    active: list[bool]
    """Who set weights of late."""
    permits: list[bool]
    """Who might validate until now."""
    new_permits: list[bool]
    voting: list[int]
    """Share among those who are active and might validate until now."""


def stakes(given: EpochInput) -> Stakes:
    """Weigh the neurons of a subnet."""
    total = total_stakes(given)
    share = stake_shares(given, total)
    active = active_neurons(given)
    permits = with_owner(given, padded([bool(each) for each in given.validator_permit], given.n))
    new_permits = with_owner(given, best_staked(given, share), new=True)
    return Stakes(
        total, share, active, permits, new_permits, voting_shares(given, share, active, permits)
    )


def padded(values: list[bool], n: int) -> list[bool]:
    """The first `n`, false where there are fewer."""
    return (values + [False] * n)[:n]


def total_stakes(given: EpochInput) -> list[int]:
    """Alpha plus TAO times its weight, saturating.  The weight has 32 fractional bits only."""
    narrow = U96F32.safe_div(U96F32.from_int(given.tao_weight), U96F32.from_int(U64_MAX))
    weight = I64F64.convert(narrow, U96F32)
    alpha = I64F64.saturate_all([each << I64F64.fraction for each in given.alpha_stake])
    tao = I64F64.saturate_all([each << I64F64.fraction for each in given.tao_stake])
    weighted = [each * weight >> I64F64.fraction for each in tao]
    return I64F64.saturate_all([a + b for a, b in zip(alpha, weighted, strict=True)])


def stake_shares(given: EpochInput, total: list[int]) -> list[int]:
    """Shares of what is not below the threshold; the owner's is never below."""
    threshold = given.stake_threshold << I64F64.fraction
    counted = [
        stake if stake >= threshold or uid == given.owner_uid else 0
        for uid, stake in enumerate(total)
    ]
    shift = I64F64.fraction - I32F32.fraction
    return I32F32.saturate_all([share >> shift for share in normalize(counted, I64F64)])


def active_neurons(given: EpochInput) -> list[bool]:
    """Whose last update lies no more than the cutoff back."""
    cutoff = activity_cutoff(given.activity_cutoff_factor, given.tempo)
    updates = [*given.last_update, *[0] * given.n][: given.n]
    return [updated + cutoff >= given.block for updated in updates]


def best_staked(given: EpochInput, share: list[int]) -> list[bool]:
    """Those who have a share, and one of the highest."""
    highest = among_highest(share, given.max_validators)
    return [high and each != 0 for high, each in zip(highest, share, strict=True)]


def with_owner(given: EpochInput, permits: list[bool], *, new: bool = False) -> list[bool]:
    """The owner has a permit, an old one only where the stored permits reach its uid."""
    owner, reach = given.owner_uid, given.n if new else min(len(given.validator_permit), given.n)
    return [permit or (uid == owner and uid < reach) for uid, permit in enumerate(permits)]


def voting_shares(
    given: EpochInput, share: list[int], active: list[bool], permits: list[bool]
) -> list[int]:
    """Shares without the inactive and the unpermitted; no stored permits at all exclude nobody."""
    permitted = permits if given.validator_permit else [True] * given.n
    votes = zip(share, active, permitted, strict=True)
    return normalize([each if awake and may else 0 for each, awake, may in votes])
