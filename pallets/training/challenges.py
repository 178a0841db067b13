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


def challenge_of(sub: Storage, challenge: ChallengeId, *stages: Stage) -> Challenge:
    """The challenge, which must be at one of these stages.  Errors: NoSuchChallenge; WrongStage."""
    found = sub.challenges[challenge]
    if found is None:
        raise NoSuchChallenge
    ensure(found.stage in stages, WrongStage)
    return found


def challengeable(sub: Storage, run: RunId, number: RoundNumber) -> Round:
    """The round, while it can be challenged.  Errors: NoSuchRound; NotChallengeable."""
    state = round_of(sub, run, number)
    over = state.phase is Phase.CHALLENGE and state.ends <= agenda.now(sub)
    ensure(state.phase in _OPEN and not over, NotChallengeable)
    return state


def open_to_proof(sub: Storage, run: RunId, number: RoundNumber) -> None:
    """A proof may still come while a challenge goes on.  Errors: NoSuchRound; NotChallengeable."""
    if not round_of(sub, run, number).disputes:
        challengeable(sub, run, number)


# -- opening --------------------------------------------------------------------------------------


def open_challenge(
    sub: Storage, who: AccountId, run: RunId, number: RoundNumber, said: Accusation
) -> None:
    """Accuse; the deposit is lost if it is for nothing.

    Errors: NotMember; NotActive; NotSelf; NoSuchRound; NotChallengeable; AlreadyChallenged;
    TooManyChallenges; those of the balances.
    """
    member = active_member(sub, run, who)
    ensure(who != said.accused, NotSelf)
    state = challengeable(sub, run, number)
    high = _ensure_target(sub, run, number, said)
    full = state.challenges >= MAX_OPEN_CHALLENGES
    late = member.since > number
    ensure(not full or not (late or _has_accused(sub, run, number, who)), TooManyChallenges)
    ensure(matching(sub, run, number, said, who) is None, AlreadyChallenged)
    terms = terms_of(sub, run)
    escrow.deposit(sub, who, terms.bonds.challenge)
    challenge = sub.next_challenge.get()
    sub.next_challenge.put(ChallengeId(U32(challenge + 1)))
    sub.disputes[run, number] = (*sub.disputes[run, number], challenge)
    change_round(sub, run, number, challenges=U16(state.challenges + 1))
    dispute = _begin(who, run, number, said, terms.bonds.challenge, high)
    _count(sub, dispute, 1)
    sub.emit(Challenged(challenge, run, number, who, said.accused, said.ground))
    move(sub, challenge, dispute, Stage.UNFOLD if said.index == ANYWHERE else Stage.RESPOND)


def _begin(
    who: AccountId, run: RunId, number: RoundNumber, said: Accusation, deposit: Tao, high: U32
) -> Challenge:
    return Challenge(
        run=run,
        round=number,
        accuser=who,
        accused=said.accused,
        ground=said.ground,
        index=said.index,
        deposit=deposit,
        stage=Stage.RESPOND,
        deadline=BlockNumber(U32(0)),
        trace_root=said.trace_root,
        low=U32(0),
        high=high,
    )


def _ensure_target(sub: Storage, run: RunId, number: RoundNumber, said: Accusation) -> U32:
    """What is challenged must be there; gives the last leaf of a trace.

    Errors: NotChallengeable; AlreadyChallenged when the worker was found guilty before.
    """
    terms, posted = terms_of(sub, run), round_of(sub, run, number).posted
    ensure((run, said.accused) in sub.members, NotChallengeable)
    if said.ground in OF_POSTER:
        ensure(posted is not None and posted.by == said.accused, NotChallengeable)
        chunks = terms.layout.chunks
        ensure(said.index < chunks or said.index == ANYWHERE, NotChallengeable)
        return U32(merkle.height(chunks))
    kept = sub.commitments[run, number, said.accused]
    if kept is None:
        raise NotChallengeable
    ensure(not kept.convicted, AlreadyChallenged)
    last = proof_checks.leaves_of(kept.commitment.steps, terms.trace.stride) - 1
    count = last if said.ground is Ground.TRACE else terms.layout.chunks
    ensure(said.index < count, NotChallengeable)
    return U32(last)


def matching(
    sub: Storage,
    run: RunId,
    number: RoundNumber,
    wanted: Accusation | proof_checks.ProofResult,
    accuser: AccountId | None = None,
) -> ChallengeId | None:
    """The first open challenge of the same, by this accuser or by anyone.

    Several may accuse of the same: one of them could be a friend of the accused who lets it win.
    """
    about = (wanted.accused, wanted.ground, wanted.index)
    for challenge, found in _going(sub, run, number):
        of_them = accuser in (None, found.accuser)
        if of_them and (found.accused, found.ground, found.index) == about:
            return challenge
    return None


def _going(
    sub: Storage, run: RunId, number: RoundNumber
) -> Iterator[tuple[ChallengeId, Challenge]]:
    for challenge in sub.disputes[run, number]:
        found = sub.challenges[challenge]
        if found is not None:
            yield challenge, found


def _has_accused(sub: Storage, run: RunId, number: RoundNumber, who: AccountId) -> bool:
    """Has a member challenged anything of this round before?"""
    verdicts = round_of(sub, run, number).verdicts
    going = any(each.accuser == who for _, each in _going(sub, run, number))
    return going or any(each.accuser == who for each in verdicts)


def _count(sub: Storage, dispute: Challenge, change: int) -> None:
    """Let a dispute hold the bonds of its parties and its round, or no longer."""
    for who in (dispute.accuser, dispute.accused):
        members.lock(sub, dispute.run, who, change)
    state = round_of(sub, dispute.run, dispute.round)
    change_round(sub, dispute.run, dispute.round, disputes=U16(state.disputes + change))


def move(sub: Storage, challenge: ChallengeId, after: Challenge, stage: Stage) -> None:
    """Let one of the parties move next."""
    _wait(sub, challenge, after, stage, terms_of(sub, after.run).schedule.response)


def _wait(
    sub: Storage, challenge: ChallengeId, after: Challenge, stage: Stage, blocks: int
) -> None:
    """Let the next thing be due in so many blocks."""
    deadline = agenda.schedule(sub, ChallengeDue(after.run, challenge), blocks)
    sub.challenges[challenge] = replace(after, stage=stage, deadline=deadline)
    sub.emit(ChallengeMoved(challenge, stage, deadline))


def _trace(sub: Storage, dispute: Challenge) -> proof_checks.TraceOf:
    kept = sub.commitments[dispute.run, dispute.round, dispute.accused]
    if kept is None:
        raise NoSuchChallenge
    stride = terms_of(sub, dispute.run).trace.stride
    place = (dispute.run, dispute.round, dispute.accused)
    return proof_checks.TraceOf(*place, stride, kept.commitment)


# -- moves ----------------------------------------------------------------------------------------


def respond(
    sub: Storage, who: AccountId, challenge: ChallengeId, low: StepOpening, high: StepOpening
) -> None:
    """Open both ends of the challenged stride.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    dispute = challenge_of(sub, challenge, Stage.RESPOND)
    ensure(dispute.ground is Ground.TRACE, WrongStage)
    ensure(who == dispute.accused, NotParty)
    ends = (dispute.index, dispute.index + 1)
    ensure((low.leaf.index, high.leaf.index) == ends, BadProof)
    trace = _trace(sub, dispute)
    for opening in (low, high):
        trace.ensure_holds(sub, opening, trace.commitment.steps_root)
    if dispute.trace_root is None:
        after = replace(dispute, low=U32(ends[0]), high=U32(ends[1]))
        _wait(sub, challenge, after, Stage.DRAW, 1)
    else:
        _narrow(sub, challenge, dispute)


def _narrow(sub: Storage, challenge: ChallengeId, dispute: Challenge) -> None:
    """Ask the accused for the middle, or a jury for the only stride that is left."""
    if dispute.high - dispute.low == 1:
        _wait(sub, challenge, dispute, Stage.DRAW, 1)
    else:
        move(sub, challenge, dispute, Stage.BISECT_ACCUSED)


def bisect(sub: Storage, who: AccountId, challenge: ChallengeId, opening: StepOpening) -> None:
    """Open the middle of the disputed strides, in one's own trace.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    dispute = challenge_of(sub, challenge, Stage.BISECT_ACCUSED, Stage.BISECT_ACCUSER)
    answers = dispute.stage is Stage.BISECT_ACCUSED
    ensure(who == (dispute.accused if answers else dispute.accuser), NotParty)
    middle = (dispute.low + dispute.high) // 2
    ensure(opening.leaf.index == middle, BadProof)
    trace = _trace(sub, dispute)
    root = trace.commitment.steps_root if answers else dispute.trace_root
    hashed = trace.ensure_holds(sub, opening, root or b"")
    if answers:
        move(sub, challenge, replace(dispute, middle=Hash(hashed)), Stage.BISECT_ACCUSER)
        return
    agree = hashed == dispute.middle
    ends = {"low": U32(middle)} if agree else {"high": U32(middle)}
    _narrow(sub, challenge, replace(dispute, middle=None, **ends))


def _draw_jury(sub: Storage, challenge: ChallengeId, dispute: Challenge) -> None:
    """Draw a jury, unless there is nobody to judge or nothing left to judge."""
    if _is_settled(sub, dispute):
        end(sub, challenge, dispute, Outcome.DISMISSED)
        return
    seed = randomness.parent_block_seed(sub, b"jury", challenge)
    parties = (dispute.accuser, dispute.accused)
    members_then = in_round(sub, dispute.run, dispute.round)
    listed = [who for who in members_then if who not in parties]
    terms = terms_of(sub, dispute.run)
    size = terms.sizes.jury * (1 if dispute.appellant is None else 2)
    jury = tuple(listed[place] for place in randomness.draw(seed, len(listed), size))
    if not jury:
        _judged_by_nobody(sub, challenge, dispute)
        return
    after = replace(dispute, seed=seed, jury=jury)
    _wait(sub, challenge, after, Stage.JURY, terms.schedule.verdict)


def give_verdict(
    sub: Storage, challenge: ChallengeId, *, guilty: bool, signers: bytes, signature: bytes
) -> None:
    """More than two thirds of the jury judge.

    Errors: NoSuchChallenge; WrongStage; those of `signing.ensure_signed_by`.
    """
    dispute = challenge_of(sub, challenge, Stage.JURY)
    message = signing.verdict_message(dispute.seed or b"", challenge, guilty=guilty)
    signing.ensure_signed_by(sub, dispute.run, dispute.jury, signers, message, signature)
    sub.emit(Ruled(challenge, guilty))
    after = replace(dispute, ruling=guilty)
    if dispute.appellant is None:
        blocks = terms_of(sub, dispute.run).schedule.appeal
        _wait(sub, challenge, after, Stage.RULED, blocks)
    else:
        end(sub, challenge, after, _outcome(guilty))


def appeal(sub: Storage, who: AccountId, challenge: ChallengeId) -> None:
    """Ask for another jury, as the loser.

    Errors: NoSuchChallenge; WrongStage; NotParty; those of the balances.
    """
    dispute = challenge_of(sub, challenge, Stage.RULED)
    ensure(who == (dispute.accused if dispute.ruling else dispute.accuser), NotParty)
    escrow.deposit(sub, who, dispute.deposit)
    sub.emit(Appealed(challenge, who))
    _wait(sub, challenge, replace(dispute, appellant=who, jury=()), Stage.DRAW, 1)


def due(sub: Storage, challenge: ChallengeId) -> None:
    """Draw a jury, or let whoever did not move in time lose."""
    dispute = sub.challenges[challenge]
    if dispute is None or dispute.deadline != agenda.now(sub):
        return
    if dispute.stage is Stage.DRAW:
        _draw_jury(sub, challenge, dispute)
    elif dispute.stage in _OF_ACCUSED:
        end(sub, challenge, dispute, Outcome.GUILTY)
    elif dispute.stage in _OF_ACCUSER:
        end(sub, challenge, dispute, Outcome.INNOCENT)
    elif dispute.stage is Stage.RULED and dispute.ruling is not None:
        end(sub, challenge, dispute, _outcome(dispute.ruling))
    else:
        _judged_by_nobody(sub, challenge, dispute)


def _judged_by_nobody(sub: Storage, challenge: ChallengeId, dispute: Challenge) -> None:
    """Then the first ruling stands, if there is one."""
    first = dispute.ruling
    end(sub, challenge, dispute, Outcome.DISMISSED if first is None else _outcome(first))


def _outcome(guilty: object) -> Outcome:
    return Outcome.GUILTY if guilty else Outcome.INNOCENT


# -- the end --------------------------------------------------------------------------------------


def end(sub: Storage, challenge: ChallengeId, dispute: Challenge, outcome: Outcome) -> None:
    """Settle a challenge: the loser pays the winner and the fire.

    Who was found guilty of the same round before, or whose round is void by now, does not pay
    again; then it is dismissed.
    """
    run, number = dispute.run, dispute.round
    if outcome is Outcome.GUILTY and _is_settled(sub, dispute):
        outcome = Outcome.DISMISSED
    lost = _settle(sub, dispute, outcome)
    del sub.challenges[challenge]
    others = tuple(each for each in sub.disputes[run, number] if each != challenge)
    sub.disputes[run, number] = others
    if not others:
        del sub.disputes[run, number]
    _count(sub, dispute, -1)
    record(sub, run, number, _verdict(dispute, outcome, lost))
    sub.emit(ChallengeEnded(challenge, outcome, lost))
    if outcome is Outcome.GUILTY:
        punish_work(sub, run, number, dispute.accused, dispute.ground)
    rounds.schedule_finality(sub, run, number)


def _is_settled(sub: Storage, dispute: Challenge) -> bool:
    if dispute.ground in OF_POSTER:
        return round_of(sub, dispute.run, dispute.round).void
    kept = sub.commitments[dispute.run, dispute.round, dispute.accused]
    return kept is None or kept.convicted


def _verdict(dispute: Challenge, outcome: Outcome, lost: Tao) -> Verdict:
    about = (dispute.accused, dispute.ground, dispute.index)
    return Verdict(dispute.accuser, *about, outcome, lost)


def _settle(sub: Storage, dispute: Challenge, outcome: Outcome) -> Tao:
    """Move bonds and deposits; gives what the loser of the challenge lost."""
    reward = terms_of(sub, dispute.run).bonds.reward
    accuser, accused, deposit = dispute.accuser, dispute.accused, dispute.deposit
    _settle_appeal(sub, dispute, outcome, reward)
    if outcome is Outcome.INNOCENT:
        escrow.forfeit(sub, deposit, accused, reward)
        return deposit
    escrow.release(sub, accuser, deposit)
    if outcome is Outcome.GUILTY:
        return members.slash(sub, dispute.run, accused, accuser)
    return Tao(U64(0))


def _settle_appeal(sub: Storage, dispute: Challenge, outcome: Outcome, reward: int) -> None:
    """The deposit of an appeal goes the way of the challenge it was for."""
    who = dispute.appellant
    if who is None:
        return
    lost = Outcome.GUILTY if who == dispute.accused else Outcome.INNOCENT
    if outcome is lost:
        other = dispute.accuser if who == dispute.accused else dispute.accused
        escrow.forfeit(sub, dispute.deposit, other, reward)
    else:
        escrow.release(sub, who, dispute.deposit)


def record(sub: Storage, run: RunId, number: RoundNumber, verdict: Verdict) -> None:
    """Keep a verdict with its round."""
    verdicts = (*round_of(sub, run, number).verdicts, verdict)
    change_round(sub, run, number, verdicts=verdicts)


def punish_work(
    sub: Storage, run: RunId, number: RoundNumber, accused: AccountId, ground: Ground
) -> None:
    """What was wrong does not count: a worker's rating, or a poster's parameters."""
    if ground not in OF_POSTER:
        audits.convict(sub, run, number, accused)
    else:
        rounds.revert(sub, run, number, round_of(sub, run, number).state_before)
