"""Scores: sealed first and revealed after; their medians, and the rows of weights they become.

A validator's row on the run's subnet is its own ratings, zero for whoever was not attested, so that
the subnet's consensus sees who rates otherwise.  The medians of the losses decide within the run:
what a worker is credited, who is left out, who is evicted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import I64, U8, U16, U64, U64_MAX, AccountId, Uid
from pysubtensor.pallets.training import audits
from pysubtensor.pallets.training.events import WeightsRefused
from pysubtensor.pallets.training.payload.numbers import FRACTION_BITS, quotient_of
from pysubtensor.pallets.training.records import (
    change_member,
    change_round,
    round_of,
    run_of,
    terms_of,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import (
    Median,
    Member,
    Role,
    Round,
    RoundNumber,
    RunId,
    Score,
)

MOST_BAD: Final = 3
"""Bad rounds in a row after which a worker's update is not joined until it is good again."""
_SMOOTHING: Final = 8


def attested(state: Round) -> tuple[AccountId, ...]:
    """Workers whose payloads are available, in the order of their commitments."""
    if state.attestation is None:
        return ()
    bits = int.from_bytes(state.attestation.available, "little")
    return tuple(who for place, who in enumerate(state.committed) if bits >> place & 1)


def settle(training: Storage, run: RunId, number: RoundNumber) -> list[AccountId]:
    """Take the medians of what was revealed, credit the workers and set the rows of weights.

    Gives the validators that revealed their scores.
    """
    state = round_of(training, run, number)
    sheets = list(_revealed(training, run, number, state))
    most = _most_tokens(training, run, number, state)
    medians = tuple(_medians(training, run, number, state, [scores for _, scores in sheets]))
    for median in medians:
        counted = min(median.tokens, most) if median.worker in state.contributors else 0
        _credit(training, run, median, counted)
    change_round(training, run, number, medians=medians)
    for validator, scores in sheets:
        _set_row(training, run, number, validator, scores)
    return [validator for validator, _ in sheets]


def _revealed(
    training: Storage, run: RunId, number: RoundNumber, state: Round
) -> Iterator[tuple[AccountId, tuple[Score, ...]]]:
    for validator in state.scorers:
        sheet = training.sheets[run, number, validator]
        if sheet is not None and sheet.scores is not None:
            yield validator, sheet.scores


def _medians(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    state: Round,
    sheets: list[tuple[Score, ...]],
) -> Iterator[Median]:
    """The median of each worker that anybody scored.

    Who scored others but not this one counts as if nothing was gained: else a worker could show its
    update to a friend alone.
    """
    said: dict[AccountId, list[int]] = {}
    for score in (each for scores in sheets for each in scores):
        said.setdefault(score.worker, []).append(score.loss)
    voters = sum(bool(scores) for scores in sheets)
    for who in attested(state):
        kept = training.commitments[run, number, who]
        if who in said and kept is not None:
            losses = said[who] + [0] * (voters - len(said[who]))
            yield Median(who, I64(_middle(losses)), kept.commitment.tokens)


def _middle(numbers: Iterable[int]) -> int:
    """The median; of two middle ones the lower."""
    ordered = sorted(numbers)
    return ordered[(len(ordered) - 1) // 2]


def _most_tokens(training: Storage, run: RunId, number: RoundNumber, state: Round) -> int:
    """The most tokens that count: the run's target, or else the median of what was joined.

    Nobody sees how many there were, so a worker could say any number.
    """
    target = terms_of(training, run).codec.target_tokens
    if target:
        return target
    kept = (training.commitments[run, number, who] for who in state.contributors)
    said = [each.commitment.tokens for each in kept if each is not None]
    return _middle(said) if said else 0


def _credit(training: Storage, run: RunId, median: Median, counted: int) -> None:
    member = training.members[run, median.worker]
    if member is None:
        return
    change = quotient_of(median.loss - member.quality, _SMOOTHING)
    bad = min(member.bad + 1, 255) if median.loss < 0 else 0
    earned = counted * max(median.loss, 0) >> FRACTION_BITS
    tokens = U64(min(member.tokens + counted, U64_MAX))
    credit = U64(min(member.credit + earned, U64_MAX))
    quality = I64(member.quality + change)
    change_member(
        training, run, median.worker, quality=quality, bad=U8(bad), tokens=tokens, credit=credit
    )


def _set_row(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    validator: AccountId,
    scores: tuple[Score, ...],
) -> None:
    """Weights of all workers of the run, as the validator rates them."""
    netuid, subnets = run_of(training, run).netuid, training.config.subnets
    rating = {
        score.worker: score.rating
        for score in scores
        if not audits.is_convicted(training, run, number, score.worker)
    }
    uids: list[Uid] = []
    values: list[U16] = []
    for who in training.active[run, Role.WORKER]:
        uid = subnets.uid(netuid, who)
        if uid is not None:
            uids.append(uid)
            values.append(rating.get(who, U16(0)))
    if not any(values):
        return
    try:
        subnets.set_weights(netuid, validator, uids, values)
    except DispatchFailure as failure:
        why = training.env.dispatch_error(failure)
        training.emit(WeightsRefused(run, number, validator, why))


def rank(member: Member) -> tuple[bool, int]:
    """Whose update is joined first: the lower, the earlier."""
    return member.bad >= MOST_BAD, -member.quality
