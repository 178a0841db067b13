"""What members say of a round: commitments, attestation, aggregate, checkpoints."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.error import ensure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U16, AccountId, Hash
from pysubtensor.pallets.training import agenda, escrow, randomness, rounds, scoring, signing
from pysubtensor.pallets.training.errors import (
    AlreadyCommitted,
    BadBitmap,
    BadScores,
    CopiedCommitment,
    NoCheckpointDue,
    NotActive,
    NotPermitted,
    NotYourTurn,
    WrongErrorRoot,
    WrongPhase,
    WrongReveal,
    WrongSize,
    WrongStateRoot,
)
from pysubtensor.pallets.training.events import (
    AggregatePosted,
    Attested,
    CheckpointAnchored,
    RoundCommitted,
    ScoresCommitted,
    ScoresRevealed,
)
from pysubtensor.pallets.training.payload import size_of
from pysubtensor.pallets.training.records import (
    active_member,
    change_round,
    in_role,
    in_round,
    open_run,
    round_in,
    round_of,
    run_of,
    terms_of,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Terms
from pysubtensor.pallets.training.types import (
    MOST_CHECKPOINTS,
    Attestation,
    Checkpoint,
    Commitment,
    Committed,
    Member,
    Phase,
    Posted,
    Role,
    Round,
    RoundNumber,
    RunId,
    Score,
    Sheet,
)

_OWN: Final = ("payload_hash", "payload_root")
"""Hashes that name their worker, so that two can never be equal.

Other roots do so too.  But who finds these taken can encode its payload anew; whose trace was
copied could only train again, and so the copy, which can never be opened, is let in.
"""


# -- commitments ----------------------------------------------------------------------------------


def commit(
    sub: Storage, run: RunId, number: RoundNumber, who: AccountId, commitment: Commitment
) -> None:
    """Commit to what one will send; the last of all workers to do so ends the time for it.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; WrongRole; NoSuchRound; WrongPhase;
    AlreadyCommitted; WrongStateRoot; WrongErrorRoot; WrongSize; CopiedCommitment; those of the
    balances.
    """
    open_run(sub, run)
    member = active_member(sub, run, who, Role.WORKER)
    state = round_in(sub, run, number, Phase.TRAIN, Phase.COMMIT)
    ensure(member.since <= number, NotActive)
    ensure(who not in state.committed, AlreadyCommitted)
    terms = terms_of(sub, run)
    _ensure_fits(terms, state, member, commitment)
    _claim_own(sub, run, number, commitment)
    escrow.deposit(sub, who, terms.bonds.commit)
    kept = Committed(commitment, agenda.now(sub), terms.bonds.commit)
    sub.commitments[run, number, who] = kept
    change_round(sub, run, number, committed=(*state.committed, who))
    sub.emit(RoundCommitted(run, number, who, commitment.payload_hash))
    if rounds.all_committed(sub, run, number):
        rounds.end_phase_early(sub, run, number)


def _ensure_fits(terms: Terms, state: Round, member: Member, commitment: Commitment) -> None:
    ensure(commitment.state_root == state.state_before, WrongStateRoot)
    ensure(member.error_root in (None, commitment.error_old), WrongErrorRoot)
    ensure(commitment.size == size_of(terms.layout), WrongSize)
    ensure(0 < commitment.steps <= terms.trace.steps, WrongSize)


def _claim_own(sub: Storage, run: RunId, number: RoundNumber, commitment: Commitment) -> None:
    """Errors: CopiedCommitment."""
    own = [getattr(commitment, name) for name in _OWN]
    claimed = sub.claimed[run, number]
    ensure(not any(each in claimed for each in own), CopiedCommitment)
    sub.claimed[run, number] = (*claimed, *own)


# -- attestation ----------------------------------------------------------------------------------


def attest(sub: Storage, run: RunId, number: RoundNumber, attestation: Attestation) -> None:
    """Say, for more than two thirds of the witnesses, whose payloads are available.

    Errors: NoSuchRun; IsClosed; NoSuchRound; WrongPhase; BadBitmap; NoQuorum; NotMember;
    BadSignature.
    """
    open_run(sub, run)
    state = round_in(sub, run, number, Phase.ATTEST)
    available = signing.selected_accounts(attestation.available, state.committed)
    message = attestation_message(sub, run, number, attestation.available)
    signing.ensure_signed_by(
        sub, run, state.witnesses, attestation.signers, message, attestation.signature
    )
    change_round(sub, run, number, attestation=attestation)
    rounds.accept_attestation(sub, run, number)
    contributors = round_of(sub, run, number).contributors
    sub.emit(Attested(run, number, U16(len(available)), U16(len(contributors))))


def attestation_message(sub: Storage, run: RunId, number: RoundNumber, available: bytes) -> bytes:
    """What the witnesses of a round sign.  Errors: NoSuchRound; WrongPhase; BadBitmap."""
    state = round_of(sub, run, number)
    if state.seed is None:
        raise WrongPhase
    ensure(len(available) == (len(state.committed) + 7) // 8, BadBitmap)
    kept = [sub.commitments[run, number, who] for who in state.committed]
    hashes = signing.payload_hashes([each for each in kept if each is not None])
    return signing.attestation_message(state.seed, run, number, available, hashes)


# -- the aggregate --------------------------------------------------------------------------------


def posters(sub: Storage, run: RunId, state: Round) -> list[AccountId]:
    """All that take part in the open round, in the order in which they may post."""
    listed = in_round(sub, run, run_of(sub, run).round)
    seed = randomness.derive_seed(state.seed or b"", b"posters")
    return [listed[place] for place in randomness.draw(seed, len(listed), len(listed))]


def post(
    sub: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    aggregate_root: Hash,
    state_root: Hash,
) -> None:
    """Say what the round makes of the parameters; the poster's bond answers for it.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; NoSuchRound; WrongPhase; NotYourTurn.
    """
    open_run(sub, run)
    active_member(sub, run, who)
    state = round_in(sub, run, number, Phase.AGGREGATE)
    schedule = terms_of(sub, run).schedule
    waited = agenda.now(sub) - (state.ends - schedule.aggregate)
    turns = 1 + max(waited, 0) // schedule.poster_turn
    ensure(who in posters(sub, run, state)[:turns], NotYourTurn)
    posted = Posted(who, aggregate_root, state_root, agenda.now(sub))
    sub.emit(AggregatePosted(run, number, who, aggregate_root, state_root))
    rounds.accept_post(sub, run, number, posted)


def anchor(
    sub: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    state_root: Hash,
    locator: bytes,
) -> None:
    """Say where the parameters after a round can be fetched.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; NoSuchRound; NoCheckpointDue;
    WrongStateRoot.
    """
    open_run(sub, run)
    active_member(sub, run, who)
    state = round_of(sub, run, number)
    kept = sub.checkpoints[run]
    due = number % terms_of(sub, run).checkpoint_every == 0
    fresh = all(each.round < number for each in kept)
    if state.posted is None or state.void or not due or not fresh:
        raise NoCheckpointDue
    ensure(state.posted.state_root == state_root, WrongStateRoot)
    found = Checkpoint(number, state_root, locator, who)
    sub.checkpoints[run] = (*kept, found)[-MOST_CHECKPOINTS:]
    sub.emit(CheckpointAnchored(run, number, state_root, locator))


# -- scores ---------------------------------------------------------------------------------------


def commit_scores(
    sub: Storage, run: RunId, number: RoundNumber, who: AccountId, sealed: Hash
) -> None:
    """Commit to one's scores; the last validator to do so ends the time for it.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; WrongRole; NotPermitted; NoSuchRound;
    WrongPhase; AlreadyCommitted.
    """
    netuid = open_run(sub, run).netuid
    member = active_member(sub, run, who, Role.VALIDATOR)
    ensure(sub.config.subnets.may_validate(netuid, who), NotPermitted)
    state = round_in(sub, run, number, Phase.SCORE)
    ensure(member.since <= number, NotActive)
    ensure(who not in state.scorers, AlreadyCommitted)
    scorers = (*state.scorers, who)
    change_round(sub, run, number, scorers=scorers)
    sub.sheets[run, number, who] = Sheet(sealed)
    sub.emit(ScoresCommitted(run, number, who))
    if all(each in scorers for each in in_role(sub, run, number, Role.VALIDATOR)):
        rounds.end_phase_early(sub, run, number)


def sealed_scores(
    sub: Storage, who: AccountId, scores: tuple[Score, ...], inputs: Hash, salt: Hash
) -> Hash:
    """What a validator commits to: BLAKE2b-256 of its account, the scores, the inputs, a salt."""
    encoded = sub.env.codecs(tuple[Score, ...]).to_bytes(scores)
    return Hash(blake2_256(who + encoded + inputs + salt))


def reveal_scores(
    sub: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    sheet: Sheet,
) -> None:
    """Reveal one's scores; the last to do so ends the round.

    Errors: NoSuchRun; IsClosed; NoSuchRound; WrongPhase; WrongReveal; AlreadyCommitted; BadScores.
    """
    open_run(sub, run)
    state = round_in(sub, run, number, Phase.REVEAL)
    kept = sub.sheets[run, number, who]
    ensure(kept is not None and kept.sealed == sheet.sealed, WrongReveal)
    ensure(kept is None or kept.scores is None, AlreadyCommitted)
    _ensure_scores(state, sheet.scores or ())
    sub.sheets[run, number, who] = sheet
    change_round(sub, run, number, revealed=U16(state.revealed + 1))
    sub.emit(ScoresRevealed(run, number, who))
    if state.revealed + 1 == len(state.scorers):
        rounds.end_phase_early(sub, run, number)


def _ensure_scores(state: Round, scores: tuple[Score, ...]) -> None:
    """Only who was attested has a score, and one.  Errors: BadScores."""
    scored = [score.worker for score in scores]
    known = scoring.attested(state)
    ensure(all(who in known for who in scored) and len(set(scored)) == len(scored), BadScores)
