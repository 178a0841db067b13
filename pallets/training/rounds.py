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


def open_next(sub: Storage, run: RunId) -> None:
    """Begin the next round, unless one goes on, the run does not, or too many wait to be final."""
    state = run_of(sub, run)
    going = sub.rounds[run, state.round]
    waiting = state.round - state.final_round >= sub.config.max_open_rounds
    if state.status is not Status.RUNNING or waiting or (going and going.phase not in OVER):
        return
    number = RoundNumber(U32(state.round + 1))
    seed = randomness.parent_block_seed(sub, b"data", run, number)
    ends = agenda.schedule(sub, PhaseEnds(run, number), terms_of(sub, run).schedule.train)
    sub.rounds[run, number] = Round(Phase.TRAIN, agenda.now(sub), ends, seed, state.state_root)
    change_run(sub, run, round=number)
    sub.emit(RoundOpened(run, number, state.state_root, seed))


def _enter(sub: Storage, run: RunId, number: RoundNumber, phase: Phase, blocks: int) -> None:
    ends = agenda.schedule(sub, PhaseEnds(run, number), blocks)
    change_round(sub, run, number, phase=phase, ends=ends)
    sub.emit(PhaseChanged(run, number, phase, ends))


def _schedule(sub: Storage, run: RunId) -> Schedule:
    return terms_of(sub, run).schedule


# -- the end of phases ----------------------------------------------------------------------------


def phase_ends(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """End a phase whose time is over; those that ended early are left alone."""
    state = sub.rounds[run, number]
    if state is None or state.ends != agenda.now(sub):
        return
    everybody_committed = state.phase is Phase.TRAIN and all_committed(sub, run, number)
    if state.phase is Phase.TRAIN and not everybody_committed:
        _enter(sub, run, number, Phase.COMMIT, _schedule(sub, run).commit)
    elif everybody_committed or state.phase is Phase.COMMIT:
        close_commits(sub, run, number)
    elif state.phase in (Phase.ATTEST, Phase.AGGREGATE):
        void(sub, run, number)
    elif state.phase is Phase.SCORE:
        close_scores(sub, run, number)
    elif state.phase is Phase.REVEAL:
        close_reveals(sub, run, number)


def end_phase_early(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """Let the phase end in the next block."""
    change_round(sub, run, number, ends=agenda.schedule(sub, PhaseEnds(run, number), 1))


def all_committed(sub: Storage, run: RunId, number: RoundNumber) -> bool:
    """Has every worker of the round committed?"""
    committed = round_of(sub, run, number).committed
    workers = in_role(sub, run, number, Role.WORKER)
    return bool(committed) and all(who in committed for who in workers)


def close_commits(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """End the time for commitments: whoever did not commit missed the round.

    This is done before anything else of a block, so that the hash of the last one, which holds the
    last commitment, decides about witnesses and audits.
    """
    committed = round_of(sub, run, number).committed
    for who in in_role(sub, run, number, Role.WORKER):
        if who not in committed:
            members.miss(sub, run, who)
    if len(committed) < terms_of(sub, run).sizes.min_workers:
        void(sub, run, number)
        return
    _draw(sub, run, number)
    _enter(sub, run, number, Phase.ATTEST, _schedule(sub, run).attest)


def _draw(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """Draw the seed of a round, its witnesses and its audits."""
    seed = randomness.parent_block_seed(sub, b"seed", run, number)
    listed = in_round(sub, run, number)
    count = terms_of(sub, run).sizes.witnesses
    places = randomness.draw(randomness.derive_seed(seed, b"witnesses"), len(listed), count)
    witnesses = tuple(listed[place] for place in places)
    drawn = audits.draw(sub, run, number, seed)
    change_round(sub, run, number, seed=seed, witnesses=witnesses, audits=drawn)
    sub.emit(SeedDrawn(run, number, seed))


def accept_attestation(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """Choose whose updates are joined, of those that were attested, the best first."""
    state = round_of(sub, run, number)
    available = [who for who in scoring.attested(state) if sub.members[run, who] is not None]
    sizes = terms_of(sub, run).sizes
    if len(available) < sizes.min_workers:
        void(sub, run, number)
        return
    ranked = sorted(available, key=lambda who: scoring.rank(member_of(sub, run, who)))
    good = [who for who in ranked if member_of(sub, run, who).bad < scoring.MOST_BAD]
    chosen = ranked[: max(min(len(good), sizes.contributors), sizes.min_workers)]
    contributors = tuple(who for who in state.committed if who in chosen)
    for who in state.committed:
        _set_error_root(sub, run, number, who, accepted=who in chosen)
        members.record_participation(sub, run, who, came=who in available)
    change_round(sub, run, number, contributors=contributors)
    _enter(sub, run, number, Phase.AGGREGATE, _schedule(sub, run).aggregate)


def _set_error_root(
    sub: Storage, run: RunId, number: RoundNumber, who: AccountId, *, accepted: bool
) -> None:
    """What was accepted has left the error buffer; what was not is put back into it."""
    kept = sub.commitments[run, number, who]
    if kept is not None and sub.members[run, who] is not None:
        root = kept.commitment.error_new if accepted else None
        change_member(sub, run, who, error_root=root)


def accept_post(sub: Storage, run: RunId, number: RoundNumber, posted: Posted) -> None:
    """Take the posted roots for right until somebody challenges them."""
    change_round(sub, run, number, posted=posted)
    change_run(sub, run, state_root=posted.state_root, voids=U8(0))
    if in_role(sub, run, number, Role.VALIDATOR):
        _enter(sub, run, number, Phase.SCORE, _schedule(sub, run).score)
    else:
        close_reveals(sub, run, number)


def close_scores(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """End the time for sealed scores."""
    if round_of(sub, run, number).scorers:
        _enter(sub, run, number, Phase.REVEAL, _schedule(sub, run).reveal)
    else:
        close_reveals(sub, run, number)


def close_reveals(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """Settle the scores, open the time for challenges and begin the next round.

    Validators that did not reveal scores missed the round.
    """
    revealed = scoring.settle(sub, run, number)
    for who in in_role(sub, run, number, Role.VALIDATOR):
        members.record_participation(sub, run, who, came=who in revealed)
    ends = agenda.schedule(sub, FinalDue(run), _schedule(sub, run).challenge)
    change_round(sub, run, number, phase=Phase.CHALLENGE, ends=ends)
    sub.emit(PhaseChanged(run, number, Phase.CHALLENGE, ends))
    open_next(sub, run)


# -- when things go wrong -------------------------------------------------------------------------


def void(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """Let nothing of the open round count; after two in a row the run pauses."""
    _make_void(sub, run, number)
    state = run_of(sub, run)
    voids = U8(min(state.voids + 1, 255))
    pauses = voids >= VOIDS_TO_PAUSE and state.status is Status.RUNNING
    change_run(sub, run, voids=voids, status=Status.PAUSED if pauses else state.status)
    if pauses:
        sub.emit(RunPaused(run))
    open_next(sub, run)


def _make_void(sub: Storage, run: RunId, number: RoundNumber) -> None:
    for who in round_of(sub, run, number).committed:
        _set_error_root(sub, run, number, who, accepted=False)
    ends = agenda.schedule(sub, FinalDue(run), 1)
    change_round(sub, run, number, phase=Phase.VOID, void=True, ends=ends)
    sub.emit(RoundVoid(run, number))


def revert(sub: Storage, run: RunId, first: RoundNumber, root: Hash) -> None:
    """Void `first` and all later rounds; the run goes on from the parameters `root`.

    Rounds of these that are final stay so, but it does not end in their parameters.
    """
    state = change_run(sub, run, state_root=root)
    if first <= state.final_round:
        change_run(sub, run, final_root=root)
    for each in range(max(first, state.final_round + 1), state.round + 1):
        number = RoundNumber(U32(each))
        found = sub.rounds[run, number]
        if found is not None and found.phase not in (Phase.VOID, Phase.FINAL):
            _make_void(sub, run, number)
    kept = tuple(each for each in sub.checkpoints[run] if each.round < first)
    sub.checkpoints[run] = kept
    sub.emit(RoundReverted(run, first, root))
    open_next(sub, run)


def schedule_finality(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """Look once more whether a round can be final, when a dispute of it is over."""
    state = sub.rounds[run, number]
    if state is not None and state.disputes == 0 and state.ends <= agenda.now(sub):
        agenda.schedule(sub, FinalDue(run), 1)


def advance_finality(sub: Storage, run: RunId) -> None:
    """Make rounds final, and begin one that waited for it."""
    round_finality.advance(sub, run)
    if sub.runs[run] is not None:
        open_next(sub, run)
