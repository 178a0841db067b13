"""Challenges: one member says that something of another is wrong, and one of them pays for it.

Of a chunk the chain itself is the judge (`fraud_proofs`): the accused must prove it right in time.
Which chunk of a posted root it is may first be found together (`bisection`).  Of training, the
accused opens the stride; if the accuser has another trace, both narrow it down to the first stride
that differs; then a jury of members trains that stride again.  The loser may appeal once, to a jury
twice as large.  Whoever does not move in time loses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U16, U32, U64, AccountId, BlockNumber, Hash, Tao
from pysubtensor.pallets.training import (
    agenda,
    audits,
    escrow,
    members,
    proof_checks,
    randomness,
    rounds,
    signing,
)
from pysubtensor.pallets.training.errors import (
    AlreadyChallenged,
    BadProof,
    NoSuchChallenge,
    NotChallengeable,
    NotParty,
    NotSelf,
    TooManyChallenges,
    WrongStage,
)
from pysubtensor.pallets.training.events import (
    Appealed,
    Challenged,
    ChallengeEnded,
    ChallengeMoved,
    Ruled,
)
from pysubtensor.pallets.training.payload import merkle
from pysubtensor.pallets.training.records import (
    active_member,
    change_round,
    in_round,
    round_of,
    terms_of,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import (
    ANYWHERE,
    MAX_OPEN_CHALLENGES,
    Accusation,
    Challenge,
    ChallengeDue,
    ChallengeId,
    Ground,
    Outcome,
    Phase,
    Round,
    RoundNumber,
    RunId,
    Stage,
    StepOpening,
    Verdict,
)

OF_POSTER: Final = (Ground.AGGREGATE, Ground.STATE)
_OF_ACCUSED: Final = (Stage.RESPOND, Stage.BISECT_ACCUSED, Stage.UNFOLD)
_OF_ACCUSER: Final = (Stage.BISECT_ACCUSER, Stage.PICK)
_OPEN: Final = (Phase.AGGREGATE, Phase.SCORE, Phase.REVEAL, Phase.CHALLENGE)


def challenge_of(training: Storage, challenge_id: ChallengeId, *stages: Stage) -> Challenge:
    """The challenge, which must be at one of these stages.  Errors: NoSuchChallenge; WrongStage."""
    found = training.challenges[challenge_id]
    if found is None:
        raise NoSuchChallenge
    ensure(found.stage in stages, WrongStage)
    return found


def challengeable(training: Storage, run: RunId, number: RoundNumber) -> Round:
    """The round, while it can be challenged.  Errors: NoSuchRound; NotChallengeable."""
    state = round_of(training, run, number)
    over = state.phase is Phase.CHALLENGE and state.ends <= agenda.now(training)
    ensure(state.phase in _OPEN and not over, NotChallengeable)
    return state


def open_to_proof(training: Storage, run: RunId, number: RoundNumber) -> None:
    """A proof may still come while a challenge goes on.  Errors: NoSuchRound; NotChallengeable."""
    if not round_of(training, run, number).disputes:
        challengeable(training, run, number)


# -- opening --------------------------------------------------------------------------------------


def open_challenge(
    training: Storage, who: AccountId, run: RunId, number: RoundNumber, accusation: Accusation
) -> None:
    """Accuse; the deposit is lost if it is for nothing.

    Errors: NotMember; NotActive; NotSelf; NoSuchRound; NotChallengeable; AlreadyChallenged;
    TooManyChallenges; those of the balances.
    """
    member = active_member(training, run, who)
    ensure(who != accusation.accused, NotSelf)
    state = challengeable(training, run, number)
    high = _ensure_target(training, run, number, accusation)
    full = state.challenges >= MAX_OPEN_CHALLENGES
    late = member.since > number
    ensure(not full or not (late or _has_challenged(training, run, number, who)), TooManyChallenges)
    ensure(matching(training, run, number, accusation, who) is None, AlreadyChallenged)
    terms = terms_of(training, run)
    escrow.deposit(training, who, terms.bonds.challenge)
    challenge_id = training.next_challenge.get()
    training.next_challenge.put(ChallengeId(U32(challenge_id + 1)))
    training.disputes[run, number] = (*training.disputes[run, number], challenge_id)
    change_round(training, run, number, challenges=U16(state.challenges + 1))
    challenge = _begin(who, run, number, accusation, terms.bonds.challenge, high)
    _count(training, challenge, 1)
    training.emit(Challenged(challenge_id, run, number, who, accusation.accused, accusation.ground))
    move(
        training,
        challenge_id,
        challenge,
        Stage.UNFOLD if accusation.index == ANYWHERE else Stage.RESPOND,
    )


def _begin(
    who: AccountId, run: RunId, number: RoundNumber, accusation: Accusation, deposit: Tao, high: U32
) -> Challenge:
    return Challenge(
        run=run,
        round=number,
        accuser=who,
        accused=accusation.accused,
        ground=accusation.ground,
        index=accusation.index,
        deposit=deposit,
        stage=Stage.RESPOND,
        deadline=BlockNumber(U32(0)),
        trace_root=accusation.trace_root,
        low=U32(0),
        high=high,
    )


def _ensure_target(
    training: Storage, run: RunId, number: RoundNumber, accusation: Accusation
) -> U32:
    """What is challenged must be there; gives the last leaf of a trace.

    Errors: NotChallengeable; AlreadyChallenged when the worker was found guilty before.
    """
    terms, posted = terms_of(training, run), round_of(training, run, number).posted
    ensure((run, accusation.accused) in training.members, NotChallengeable)
    if accusation.ground in OF_POSTER:
        ensure(posted is not None and posted.by == accusation.accused, NotChallengeable)
        chunks = terms.layout.chunks
        ensure(accusation.index < chunks or accusation.index == ANYWHERE, NotChallengeable)
        return U32(merkle.height(chunks))
    kept = training.commitments[run, number, accusation.accused]
    if kept is None:
        raise NotChallengeable
    ensure(not kept.convicted, AlreadyChallenged)
    last = proof_checks.leaves_of(kept.commitment.steps, terms.trace.stride) - 1
    count = last if accusation.ground is Ground.TRACE else terms.layout.chunks
    ensure(accusation.index < count, NotChallengeable)
    return U32(last)


def matching(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    wanted: Accusation | proof_checks.ProofResult,
    accuser: AccountId | None = None,
) -> ChallengeId | None:
    """The first open challenge of the same, by this accuser or by anyone.

    Several may accuse of the same: one of them could be a friend of the accused who lets it win.
    """
    about = (wanted.accused, wanted.ground, wanted.index)
    for challenge_id, found in _going(training, run, number):
        of_them = accuser in (None, found.accuser)
        if of_them and (found.accused, found.ground, found.index) == about:
            return challenge_id
    return None


def _going(
    training: Storage, run: RunId, number: RoundNumber
) -> Iterator[tuple[ChallengeId, Challenge]]:
    for challenge_id in training.disputes[run, number]:
        found = training.challenges[challenge_id]
        if found is not None:
            yield challenge_id, found


def _has_challenged(training: Storage, run: RunId, number: RoundNumber, who: AccountId) -> bool:
    """Whether a member challenged anything of this round before."""
    verdicts = round_of(training, run, number).verdicts
    going = any(each.accuser == who for _, each in _going(training, run, number))
    return going or any(each.accuser == who for each in verdicts)


def _count(training: Storage, challenge: Challenge, change: int) -> None:
    """Let a dispute hold the bonds of its parties and its round, or no longer."""
    for who in (challenge.accuser, challenge.accused):
        members.lock(training, challenge.run, who, change)
    state = round_of(training, challenge.run, challenge.round)
    change_round(training, challenge.run, challenge.round, disputes=U16(state.disputes + change))


def move(training: Storage, challenge_id: ChallengeId, after: Challenge, stage: Stage) -> None:
    """Let one of the parties move next."""
    _wait(training, challenge_id, after, stage, terms_of(training, after.run).schedule.response)


def _wait(
    training: Storage, challenge_id: ChallengeId, after: Challenge, stage: Stage, blocks: int
) -> None:
    """Let the next thing be due in so many blocks."""
    deadline = agenda.schedule(training, ChallengeDue(after.run, challenge_id), blocks)
    training.challenges[challenge_id] = replace(after, stage=stage, deadline=deadline)
    training.emit(ChallengeMoved(challenge_id, stage, deadline))


def _trace(training: Storage, challenge: Challenge) -> proof_checks.TraceOf:
    kept = training.commitments[challenge.run, challenge.round, challenge.accused]
    if kept is None:
        raise NoSuchChallenge
    stride = terms_of(training, challenge.run).trace.stride
    place = (challenge.run, challenge.round, challenge.accused)
    return proof_checks.TraceOf(*place, stride, kept.commitment)


# -- moves ----------------------------------------------------------------------------------------


def respond(
    training: Storage,
    who: AccountId,
    challenge_id: ChallengeId,
    low: StepOpening,
    high: StepOpening,
) -> None:
    """Open both ends of the challenged stride.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    challenge = challenge_of(training, challenge_id, Stage.RESPOND)
    ensure(challenge.ground is Ground.TRACE, WrongStage)
    ensure(who == challenge.accused, NotParty)
    ends = (challenge.index, challenge.index + 1)
    ensure((low.leaf.index, high.leaf.index) == ends, BadProof)
    trace = _trace(training, challenge)
    for opening in (low, high):
        trace.ensure_holds(training, opening, trace.commitment.steps_root)
    if challenge.trace_root is None:
        after = replace(challenge, low=U32(ends[0]), high=U32(ends[1]))
        _wait(training, challenge_id, after, Stage.DRAW, 1)
    else:
        _narrow(training, challenge_id, challenge)


def _narrow(training: Storage, challenge_id: ChallengeId, challenge: Challenge) -> None:
    """Ask the accused for the middle, or a jury for the only stride that is left."""
    if challenge.high - challenge.low == 1:
        _wait(training, challenge_id, challenge, Stage.DRAW, 1)
    else:
        move(training, challenge_id, challenge, Stage.BISECT_ACCUSED)


def bisect(
    training: Storage, who: AccountId, challenge_id: ChallengeId, opening: StepOpening
) -> None:
    """Open the middle of the strides in question, in one's own trace.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    challenge = challenge_of(training, challenge_id, Stage.BISECT_ACCUSED, Stage.BISECT_ACCUSER)
    answers = challenge.stage is Stage.BISECT_ACCUSED
    ensure(who == (challenge.accused if answers else challenge.accuser), NotParty)
    middle = (challenge.low + challenge.high) // 2
    ensure(opening.leaf.index == middle, BadProof)
    trace = _trace(training, challenge)
    root = trace.commitment.steps_root if answers else challenge.trace_root
    hashed = trace.ensure_holds(training, opening, root or b"")
    if answers:
        move(training, challenge_id, replace(challenge, middle=Hash(hashed)), Stage.BISECT_ACCUSER)
        return
    agree = hashed == challenge.middle
    ends = {"low": U32(middle)} if agree else {"high": U32(middle)}
    _narrow(training, challenge_id, replace(challenge, middle=None, **ends))


def _draw_jury(training: Storage, challenge_id: ChallengeId, challenge: Challenge) -> None:
    """Draw a jury, unless there is nobody to judge or nothing left to judge."""
    if _is_settled(training, challenge):
        end(training, challenge_id, challenge, Outcome.DISMISSED)
        return
    seed = randomness.parent_block_seed(training, b"jury", challenge_id)
    parties = (challenge.accuser, challenge.accused)
    members_then = in_round(training, challenge.run, challenge.round)
    listed = [who for who in members_then if who not in parties]
    terms = terms_of(training, challenge.run)
    size = terms.sizes.jury * (1 if challenge.appellant is None else 2)
    jury = tuple(listed[place] for place in randomness.draw(seed, len(listed), size))
    if not jury:
        _judged_by_nobody(training, challenge_id, challenge)
        return
    after = replace(challenge, seed=seed, jury=jury)
    _wait(training, challenge_id, after, Stage.JURY, terms.schedule.verdict)


def give_verdict(
    training: Storage, challenge_id: ChallengeId, *, guilty: bool, signers: bytes, signature: bytes
) -> None:
    """More than two thirds of the jury judge.

    Errors: NoSuchChallenge; WrongStage; those of `signing.ensure_signed_by`.
    """
    challenge = challenge_of(training, challenge_id, Stage.JURY)
    message = signing.verdict_message(challenge.seed or b"", challenge_id, guilty=guilty)
    signing.ensure_signed_by(training, challenge.run, challenge.jury, signers, message, signature)
    training.emit(Ruled(challenge_id, guilty))
    after = replace(challenge, ruling=guilty)
    if challenge.appellant is None:
        blocks = terms_of(training, challenge.run).schedule.appeal
        _wait(training, challenge_id, after, Stage.RULED, blocks)
    else:
        end(training, challenge_id, after, _outcome(guilty))


def appeal(training: Storage, who: AccountId, challenge_id: ChallengeId) -> None:
    """Ask for another jury, as the loser.

    Errors: NoSuchChallenge; WrongStage; NotParty; those of the balances.
    """
    challenge = challenge_of(training, challenge_id, Stage.RULED)
    ensure(who == (challenge.accused if challenge.ruling else challenge.accuser), NotParty)
    escrow.deposit(training, who, challenge.deposit)
    training.emit(Appealed(challenge_id, who))
    _wait(training, challenge_id, replace(challenge, appellant=who, jury=()), Stage.DRAW, 1)


def due(training: Storage, challenge_id: ChallengeId) -> None:
    """Draw a jury, or let whoever did not move in time lose."""
    challenge = training.challenges[challenge_id]
    if challenge is None or challenge.deadline != agenda.now(training):
        return
    if challenge.stage is Stage.DRAW:
        _draw_jury(training, challenge_id, challenge)
    elif challenge.stage in _OF_ACCUSED:
        end(training, challenge_id, challenge, Outcome.GUILTY)
    elif challenge.stage in _OF_ACCUSER:
        end(training, challenge_id, challenge, Outcome.INNOCENT)
    elif challenge.stage is Stage.RULED and challenge.ruling is not None:
        end(training, challenge_id, challenge, _outcome(challenge.ruling))
    else:
        _judged_by_nobody(training, challenge_id, challenge)


def _judged_by_nobody(training: Storage, challenge_id: ChallengeId, challenge: Challenge) -> None:
    """Then the first ruling stands, if there is one."""
    first = challenge.ruling
    end(training, challenge_id, challenge, Outcome.DISMISSED if first is None else _outcome(first))


def _outcome(guilty: object) -> Outcome:
    return Outcome.GUILTY if guilty else Outcome.INNOCENT


# -- the end --------------------------------------------------------------------------------------


def end(
    training: Storage, challenge_id: ChallengeId, challenge: Challenge, outcome: Outcome
) -> None:
    """Settle a challenge: the loser pays the winner, and the rest is burned.

    Who was found guilty of the same round before, or whose round is void by now, does not pay
    again; then it is dismissed.
    """
    run, number = challenge.run, challenge.round
    if outcome is Outcome.GUILTY and _is_settled(training, challenge):
        outcome = Outcome.DISMISSED
    lost = _settle(training, challenge, outcome)
    del training.challenges[challenge_id]
    others = tuple(each for each in training.disputes[run, number] if each != challenge_id)
    training.disputes[run, number] = others
    if not others:
        del training.disputes[run, number]
    _count(training, challenge, -1)
    record(training, run, number, _verdict(challenge, outcome, lost))
    training.emit(ChallengeEnded(challenge_id, outcome, lost))
    if outcome is Outcome.GUILTY:
        punish_work(training, run, number, challenge.accused, challenge.ground)
    rounds.schedule_finality(training, run, number)


def _is_settled(training: Storage, challenge: Challenge) -> bool:
    if challenge.ground in OF_POSTER:
        return round_of(training, challenge.run, challenge.round).void
    kept = training.commitments[challenge.run, challenge.round, challenge.accused]
    return kept is None or kept.convicted


def _verdict(challenge: Challenge, outcome: Outcome, lost: Tao) -> Verdict:
    about = (challenge.accused, challenge.ground, challenge.index)
    return Verdict(challenge.accuser, *about, outcome, lost)


def _settle(training: Storage, challenge: Challenge, outcome: Outcome) -> Tao:
    """Move bonds and deposits; gives what the loser of the challenge lost."""
    reward = terms_of(training, challenge.run).bonds.reward
    accuser, accused, deposit = challenge.accuser, challenge.accused, challenge.deposit
    _settle_appeal(training, challenge, outcome, reward)
    if outcome is Outcome.INNOCENT:
        escrow.forfeit(training, deposit, accused, reward)
        return deposit
    escrow.release(training, accuser, deposit)
    if outcome is Outcome.GUILTY:
        return members.slash(training, challenge.run, accused, accuser)
    return Tao(U64(0))


def _settle_appeal(training: Storage, challenge: Challenge, outcome: Outcome, reward: int) -> None:
    """The deposit of an appeal goes the way of the challenge it was for."""
    who = challenge.appellant
    if who is None:
        return
    lost = Outcome.GUILTY if who == challenge.accused else Outcome.INNOCENT
    if outcome is lost:
        other = challenge.accuser if who == challenge.accused else challenge.accused
        escrow.forfeit(training, challenge.deposit, other, reward)
    else:
        escrow.release(training, who, challenge.deposit)


def record(training: Storage, run: RunId, number: RoundNumber, verdict: Verdict) -> None:
    """Keep a verdict with its round."""
    verdicts = (*round_of(training, run, number).verdicts, verdict)
    change_round(training, run, number, verdicts=verdicts)


def punish_work(
    training: Storage, run: RunId, number: RoundNumber, accused: AccountId, ground: Ground
) -> None:
    """What was wrong does not count: a worker's rating, or a poster's parameters."""
    if ground not in OF_POSTER:
        audits.convict(training, run, number, accused)
    else:
        rounds.revert(training, run, number, round_of(training, run, number).state_before)
