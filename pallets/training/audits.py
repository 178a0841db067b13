"""Audits: workers drawn at random must open strides of their trace that were drawn too.

Who then finds a stride wrong challenges it.  Of n strides of which b were faked, q drawn ones show
it with the probability 1 - C(n - b, q) / C(n, q).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U16, U32, AccountId
from pysubtensor.pallets.training import agenda, members, proof_checks, randomness
from pysubtensor.pallets.training.errors import BadProof, NotAudited
from pysubtensor.pallets.training.events import AuditAnswered, AuditFailed
from pysubtensor.pallets.training.records import change_round, everyone, round_of, terms_of
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import (
    Audit,
    AuditsDue,
    Commitment,
    Ground,
    Outcome,
    Round,
    RoundNumber,
    RunId,
    StepOpening,
    Verdict,
)


def strides_of(seed: bytes, worker: AccountId, strides: int, count: int) -> list[int]:
    """The strides, of so many, that a worker must open if it is audited; in order."""
    return sorted(randomness.draw(randomness.derive_seed(seed, b"strides", worker), strides, count))


def auditors_of(training: Storage, run: RunId, state: Round, worker: AccountId) -> list[AccountId]:
    """Members that should train the drawn strides of a worker again; anybody else may too."""
    listed = [who for who in everyone(training, run) if who != worker]
    seed = randomness.derive_seed(state.seed or b"", b"auditors", worker)
    count = terms_of(training, run).sizes.jury
    return [listed[place] for place in randomness.draw(seed, len(listed), count)]


def draw(training: Storage, run: RunId, number: RoundNumber, seed: bytes) -> tuple[Audit, ...]:
    """The audits of a round; their answers are due."""
    trace = terms_of(training, run).trace
    drawn = []
    for who in round_of(training, run, number).committed:
        kept = training.commitments[run, number, who]
        if kept is None or not randomness.bernoulli(
            randomness.derive_seed(seed, b"audit", who), trace.audit_rate
        ):
            continue
        strides = proof_checks.leaves_of(kept.commitment.steps, trace.stride) - 1
        found = strides_of(seed, who, strides, trace.audit_strides)
        if found:
            drawn.append(Audit(who, tuple(U16(each) for each in found), answered=False))
    if drawn:
        agenda.schedule(training, AuditsDue(run, number), terms_of(training, run).schedule.response)
    return tuple(drawn)


def answer(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    openings: Sequence[StepOpening],
) -> None:
    """Open both ends of every stride that was drawn, in order.

    Errors: NoSuchRun; NoSuchRound; NotAudited; BadProof.
    """
    state = round_of(training, run, number)
    audit = next((each for each in state.audits if each.worker == who), None)
    kept = training.commitments[run, number, who]
    if audit not in pending(state) or kept is None:
        raise NotAudited
    _ensure_answers(training, run, number, who, kept.commitment, audit, openings)
    done = tuple(replace(each, answered=True) if each is audit else each for each in state.audits)
    change_round(training, run, number, audits=done)
    training.emit(AuditAnswered(run, number, who))


def _ensure_answers(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    commitment: Commitment,
    audit: Audit,
    openings: Sequence[StepOpening],
) -> None:
    wanted = [leaf for stride in audit.strides for leaf in (stride, stride + 1)]
    ensure([each.leaf.index for each in openings] == wanted, BadProof)
    trace = proof_checks.TraceOf(run, number, who, terms_of(training, run).trace.stride, commitment)
    for each in openings:
        trace.ensure_holds(training, each, commitment.steps_root)


def pending(state: Round) -> list[Audit]:
    """Audits that may still be answered."""
    return [each for each in state.audits if not (each.answered or each.failed)]


def close(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Take the bonds of those who did not answer, unless nothing of the round counts.

    Who was found guilty of the same round before does not pay again.
    """
    state = training.rounds[run, number]
    if state is None or state.void:
        return
    late = [each.worker for each in pending(state)]
    verdicts = list(state.verdicts)
    for who in late:
        if is_convicted(training, run, number, who):
            continue
        lost = members.slash(training, run, who, None)
        convict(training, run, number, who)
        verdict = Verdict(None, who, Ground.TRACE, U32(0), Outcome.GUILTY, lost)
        verdicts.append(verdict)
        training.emit(AuditFailed(run, number, who, lost))
    if late:
        closed = tuple(replace(each, failed=not each.answered) for each in state.audits)
        change_round(training, run, number, verdicts=tuple(verdicts), audits=closed)


def is_convicted(training: Storage, run: RunId, number: RoundNumber, who: AccountId) -> bool:
    """Whether a worker was found guilty in a round."""
    kept = training.commitments[run, number, who]
    return kept is not None and kept.convicted


def convict(training: Storage, run: RunId, number: RoundNumber, who: AccountId) -> None:
    """Note that a worker was found guilty in a round."""
    kept = training.commitments[run, number, who]
    if kept is not None:
        training.commitments[run, number, who] = replace(kept, convicted=True)
