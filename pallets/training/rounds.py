"""The rounds of a run, phase by phase.

    TRAIN -> COMMIT -> ATTEST -> AGGREGATE -> SCORE -> REVEAL -> CHALLENGE -> FINAL

A phase ends at its deadline, or in the block after everybody did their part.  A round in which too
few took part, that nobody attested or for which nobody posted an aggregate is void: the parameters
stay.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.primitives import U8, U32, AccountId, Hash
from pysubtensor.pallets.training import (
    agenda,
    audits,
    members,
    randomness,
    round_finality,
    scoring,
)
from pysubtensor.pallets.training.events import (
    PhaseChanged,
    RoundOpened,
    RoundReverted,
    RoundVoid,
    RunPaused,
    SeedDrawn,
)
from pysubtensor.pallets.training.records import (
    change_member,
    change_round,
    change_run,
    in_role,
    in_round,
    member_of,
    round_of,
    run_of,
    terms_of,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Schedule, Status
from pysubtensor.pallets.training.types import (
    FinalDue,
    Phase,
    PhaseEnds,
    Posted,
    Role,
    Round,
    RoundNumber,
    RunId,
)

VOIDS_TO_PAUSE: Final = 2
OVER: Final = (Phase.CHALLENGE, Phase.VOID, Phase.FINAL)
"""Phases in which the next round goes on."""


# -- beginning ------------------------------------------------------------------------------------


def open_next(training: Storage, run: RunId) -> None:
    """Begin the next round, unless one goes on, the run does not, or too many wait to be final."""
    state = run_of(training, run)
    going = training.rounds[run, state.round]
    waiting = state.round - state.final_round >= training.config.max_open_rounds
    if state.status is not Status.RUNNING or waiting or (going and going.phase not in OVER):
        return
    number = RoundNumber(U32(state.round + 1))
    seed = randomness.parent_block_seed(training, b"data", run, number)
    ends = agenda.schedule(training, PhaseEnds(run, number), terms_of(training, run).schedule.train)
    training.rounds[run, number] = Round(
        Phase.TRAIN, agenda.now(training), ends, seed, state.state_root
    )
    change_run(training, run, round=number)
    training.emit(RoundOpened(run, number, state.state_root, seed))


def _enter(training: Storage, run: RunId, number: RoundNumber, phase: Phase, blocks: int) -> None:
    ends = agenda.schedule(training, PhaseEnds(run, number), blocks)
    change_round(training, run, number, phase=phase, ends=ends)
    training.emit(PhaseChanged(run, number, phase, ends))


def _schedule(training: Storage, run: RunId) -> Schedule:
    return terms_of(training, run).schedule


# -- the end of phases ----------------------------------------------------------------------------


def phase_ends(training: Storage, run: RunId, number: RoundNumber) -> None:
    """End a phase whose time is over; those that ended early are left alone."""
    state = training.rounds[run, number]
    if state is None or state.ends != agenda.now(training):
        return
    everybody_committed = state.phase is Phase.TRAIN and all_committed(training, run, number)
    if state.phase is Phase.TRAIN and not everybody_committed:
        _enter(training, run, number, Phase.COMMIT, _schedule(training, run).commit)
    elif everybody_committed or state.phase is Phase.COMMIT:
        close_commits(training, run, number)
    elif state.phase in (Phase.ATTEST, Phase.AGGREGATE):
        void(training, run, number)
    elif state.phase is Phase.SCORE:
        close_scores(training, run, number)
    elif state.phase is Phase.REVEAL:
        close_reveals(training, run, number)


def end_phase_early(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Let the phase end in the next block."""
    change_round(training, run, number, ends=agenda.schedule(training, PhaseEnds(run, number), 1))


def all_committed(training: Storage, run: RunId, number: RoundNumber) -> bool:
    """Whether every worker of the round has committed."""
    committed = round_of(training, run, number).committed
    workers = in_role(training, run, number, Role.WORKER)
    return bool(committed) and all(who in committed for who in workers)


def close_commits(training: Storage, run: RunId, number: RoundNumber) -> None:
    """End the time for commitments: whoever did not commit missed the round.

    This is done before anything else of a block, so that the hash of the last one, which holds the
    last commitment, decides about witnesses and audits.
    """
    committed = round_of(training, run, number).committed
    for who in in_role(training, run, number, Role.WORKER):
        if who not in committed:
            members.miss(training, run, who)
    if len(committed) < terms_of(training, run).sizes.min_workers:
        void(training, run, number)
        return
    _draw(training, run, number)
    _enter(training, run, number, Phase.ATTEST, _schedule(training, run).attest)


def _draw(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Draw the seed of a round, its witnesses and its audits."""
    seed = randomness.parent_block_seed(training, b"seed", run, number)
    listed = in_round(training, run, number)
    count = terms_of(training, run).sizes.witnesses
    places = randomness.draw(randomness.derive_seed(seed, b"witnesses"), len(listed), count)
    witnesses = tuple(listed[place] for place in places)
    drawn = audits.draw(training, run, number, seed)
    change_round(training, run, number, seed=seed, witnesses=witnesses, audits=drawn)
    training.emit(SeedDrawn(run, number, seed))


def accept_attestation(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Choose whose updates are joined, of those that were attested, the best first."""
    state = round_of(training, run, number)
    available = [who for who in scoring.attested(state) if training.members[run, who] is not None]
    sizes = terms_of(training, run).sizes
    if len(available) < sizes.min_workers:
        void(training, run, number)
        return
    ranked = sorted(available, key=lambda who: scoring.rank(member_of(training, run, who)))
    good = [who for who in ranked if member_of(training, run, who).bad < scoring.MOST_BAD]
    chosen = ranked[: max(min(len(good), sizes.contributors), sizes.min_workers)]
    contributors = tuple(who for who in state.committed if who in chosen)
    for who in state.committed:
        _set_error_root(training, run, number, who, accepted=who in chosen)
        members.record_participation(training, run, who, came=who in available)
    change_round(training, run, number, contributors=contributors)
    _enter(training, run, number, Phase.AGGREGATE, _schedule(training, run).aggregate)


def _set_error_root(
    training: Storage, run: RunId, number: RoundNumber, who: AccountId, *, accepted: bool
) -> None:
    """What was accepted has left the error buffer; what was not is put back into it."""
    kept = training.commitments[run, number, who]
    if kept is not None and training.members[run, who] is not None:
        root = kept.commitment.error_new if accepted else None
        change_member(training, run, who, error_root=root)


def accept_post(training: Storage, run: RunId, number: RoundNumber, posted: Posted) -> None:
    """Take the posted roots for right until somebody challenges them."""
    change_round(training, run, number, posted=posted)
    change_run(training, run, state_root=posted.state_root, voids=U8(0))
    if in_role(training, run, number, Role.VALIDATOR):
        _enter(training, run, number, Phase.SCORE, _schedule(training, run).score)
    else:
        close_reveals(training, run, number)


def close_scores(training: Storage, run: RunId, number: RoundNumber) -> None:
    """End the time for sealed scores."""
    if round_of(training, run, number).scorers:
        _enter(training, run, number, Phase.REVEAL, _schedule(training, run).reveal)
    else:
        close_reveals(training, run, number)


def close_reveals(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Settle the scores, open the time for challenges and begin the next round.

    Validators that did not reveal scores missed the round.
    """
    revealed = scoring.settle(training, run, number)
    for who in in_role(training, run, number, Role.VALIDATOR):
        members.record_participation(training, run, who, came=who in revealed)
    ends = agenda.schedule(training, FinalDue(run), _schedule(training, run).challenge)
    change_round(training, run, number, phase=Phase.CHALLENGE, ends=ends)
    training.emit(PhaseChanged(run, number, Phase.CHALLENGE, ends))
    open_next(training, run)


# -- when things go wrong -------------------------------------------------------------------------


def void(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Let nothing of the open round count; after two in a row the run pauses."""
    _make_void(training, run, number)
    state = run_of(training, run)
    voids = U8(min(state.voids + 1, 255))
    pauses = voids >= VOIDS_TO_PAUSE and state.status is Status.RUNNING
    change_run(training, run, voids=voids, status=Status.PAUSED if pauses else state.status)
    if pauses:
        training.emit(RunPaused(run))
    open_next(training, run)


def _make_void(training: Storage, run: RunId, number: RoundNumber) -> None:
    for who in round_of(training, run, number).committed:
        _set_error_root(training, run, number, who, accepted=False)
    ends = agenda.schedule(training, FinalDue(run), 1)
    change_round(training, run, number, phase=Phase.VOID, void=True, ends=ends)
    training.emit(RoundVoid(run, number))


def revert(training: Storage, run: RunId, first: RoundNumber, root: Hash) -> None:
    """Void `first` and all later rounds; the run goes on from the parameters `root`.

    Rounds of these that are final stay so, but it does not end in their parameters.
    """
    state = change_run(training, run, state_root=root)
    if first <= state.final_round:
        change_run(training, run, final_root=root)
    for each in range(max(first, state.final_round + 1), state.round + 1):
        number = RoundNumber(U32(each))
        found = training.rounds[run, number]
        if found is not None and found.phase not in (Phase.VOID, Phase.FINAL):
            _make_void(training, run, number)
    kept = tuple(each for each in training.checkpoints[run] if each.round < first)
    training.checkpoints[run] = kept
    training.emit(RoundReverted(run, first, root))
    open_next(training, run)


def schedule_finality(training: Storage, run: RunId, number: RoundNumber) -> None:
    """Look once more whether a round can be final, when a challenge of it is over."""
    state = training.rounds[run, number]
    if state is not None and state.disputes == 0 and state.ends <= agenda.now(training):
        agenda.schedule(training, FinalDue(run), 1)


def advance_finality(training: Storage, run: RunId) -> None:
    """Make rounds final, and begin one that waited for it."""
    round_finality.advance(training, run)
    if training.runs[run] is not None:
        open_next(training, run)
