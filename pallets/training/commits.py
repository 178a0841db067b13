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
    training: Storage, run: RunId, number: RoundNumber, who: AccountId, commitment: Commitment
) -> None:
    """Commit to what one will send; the last of all workers to do so ends the time for it.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; WrongRole; NoSuchRound; WrongPhase;
    AlreadyCommitted; WrongStateRoot; WrongErrorRoot; WrongSize; CopiedCommitment; those of the
    balances.
    """
    open_run(training, run)
    member = active_member(training, run, who, Role.WORKER)
    state = round_in(training, run, number, Phase.TRAIN, Phase.COMMIT)
    ensure(member.since <= number, NotActive)
    ensure(who not in state.committed, AlreadyCommitted)
    terms = terms_of(training, run)
    _ensure_fits(terms, state, member, commitment)
    _claim_own(training, run, number, commitment)
    escrow.deposit(training, who, terms.bonds.commit)
    kept = Committed(commitment, agenda.now(training), terms.bonds.commit)
    training.commitments[run, number, who] = kept
    change_round(training, run, number, committed=(*state.committed, who))
    training.emit(RoundCommitted(run, number, who, commitment.payload_hash))
    if rounds.all_committed(training, run, number):
        rounds.end_phase_early(training, run, number)


def _ensure_fits(terms: Terms, state: Round, member: Member, commitment: Commitment) -> None:
    ensure(commitment.state_root == state.state_before, WrongStateRoot)
    ensure(member.error_root in (None, commitment.error_old), WrongErrorRoot)
    ensure(commitment.size == size_of(terms.layout), WrongSize)
    ensure(0 < commitment.steps <= terms.trace.steps, WrongSize)


def _claim_own(training: Storage, run: RunId, number: RoundNumber, commitment: Commitment) -> None:
    """Keep the hashes that no two workers can share.  Errors: CopiedCommitment."""
    own = [getattr(commitment, name) for name in _OWN]
    claimed = training.claimed[run, number]
    ensure(not any(each in claimed for each in own), CopiedCommitment)
    training.claimed[run, number] = (*claimed, *own)


# -- attestation ----------------------------------------------------------------------------------


def attest(training: Storage, run: RunId, number: RoundNumber, attestation: Attestation) -> None:
    """Say, for more than two thirds of the witnesses, whose payloads are available.

    Errors: NoSuchRun; IsClosed; NoSuchRound; WrongPhase; BadBitmap; NoQuorum; NotMember;
    BadSignature.
    """
    open_run(training, run)
    state = round_in(training, run, number, Phase.ATTEST)
    available = signing.selected_accounts(attestation.available, state.committed)
    message = attestation_message(training, run, number, attestation.available)
    signing.ensure_signed_by(
        training, run, state.witnesses, attestation.signers, message, attestation.signature
    )
    change_round(training, run, number, attestation=attestation)
    rounds.accept_attestation(training, run, number)
    contributors = round_of(training, run, number).contributors
    training.emit(Attested(run, number, U16(len(available)), U16(len(contributors))))


def attestation_message(
    training: Storage, run: RunId, number: RoundNumber, available: bytes
) -> bytes:
    """What the witnesses of a round sign.  Errors: NoSuchRound; WrongPhase; BadBitmap."""
    state = round_of(training, run, number)
    if state.seed is None:
        raise WrongPhase
    ensure(len(available) == (len(state.committed) + 7) // 8, BadBitmap)
    kept = [training.commitments[run, number, who] for who in state.committed]
    hashes = signing.payload_hashes([each for each in kept if each is not None])
    return signing.attestation_message(state.seed, run, number, available, hashes)


# -- the aggregate --------------------------------------------------------------------------------


def posters(training: Storage, run: RunId, state: Round) -> list[AccountId]:
    """All that take part in the open round, in the order in which they may post."""
    listed = in_round(training, run, run_of(training, run).round)
    seed = randomness.derive_seed(state.seed or b"", b"posters")
    return [listed[place] for place in randomness.draw(seed, len(listed), len(listed))]


def post(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    aggregate_root: Hash,
    state_root: Hash,
) -> None:
    """Say what the round makes of the parameters; the poster's bond answers for it.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; NoSuchRound; WrongPhase; NotYourTurn.
    """
    open_run(training, run)
    active_member(training, run, who)
    state = round_in(training, run, number, Phase.AGGREGATE)
    schedule = terms_of(training, run).schedule
    waited = agenda.now(training) - (state.ends - schedule.aggregate)
    turns = 1 + max(waited, 0) // schedule.poster_turn
    ensure(who in posters(training, run, state)[:turns], NotYourTurn)
    posted = Posted(who, aggregate_root, state_root, agenda.now(training))
    training.emit(AggregatePosted(run, number, who, aggregate_root, state_root))
    rounds.accept_post(training, run, number, posted)


def anchor(
    training: Storage,
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
    open_run(training, run)
    active_member(training, run, who)
    state = round_of(training, run, number)
    kept = training.checkpoints[run]
    due = number % terms_of(training, run).checkpoint_every == 0
    fresh = all(each.round < number for each in kept)
    if state.posted is None or state.void or not due or not fresh:
        raise NoCheckpointDue
    ensure(state.posted.state_root == state_root, WrongStateRoot)
    found = Checkpoint(number, state_root, locator, who)
    training.checkpoints[run] = (*kept, found)[-MOST_CHECKPOINTS:]
    training.emit(CheckpointAnchored(run, number, state_root, locator))


# -- scores ---------------------------------------------------------------------------------------


def commit_scores(
    training: Storage, run: RunId, number: RoundNumber, who: AccountId, sealed: Hash
) -> None:
    """Commit to one's scores; the last validator to do so ends the time for it.

    Errors: NoSuchRun; IsClosed; NotMember; NotActive; WrongRole; NotPermitted; NoSuchRound;
    WrongPhase; AlreadyCommitted.
    """
    netuid = open_run(training, run).netuid
    member = active_member(training, run, who, Role.VALIDATOR)
    ensure(training.config.subnets.may_validate(netuid, who), NotPermitted)
    state = round_in(training, run, number, Phase.SCORE)
    ensure(member.since <= number, NotActive)
    ensure(who not in state.scorers, AlreadyCommitted)
    scorers = (*state.scorers, who)
    change_round(training, run, number, scorers=scorers)
    training.sheets[run, number, who] = Sheet(sealed)
    training.emit(ScoresCommitted(run, number, who))
    if all(each in scorers for each in in_role(training, run, number, Role.VALIDATOR)):
        rounds.end_phase_early(training, run, number)


def sealed_scores(
    training: Storage, who: AccountId, scores: tuple[Score, ...], inputs: Hash, salt: Hash
) -> Hash:
    """What a validator commits to: BLAKE2b-256 of its account, the scores, the inputs, a salt."""
    encoded = training.env.codecs(tuple[Score, ...]).to_bytes(scores)
    return Hash(blake2_256(who + encoded + inputs + salt))


def reveal_scores(
    training: Storage,
    run: RunId,
    number: RoundNumber,
    who: AccountId,
    sheet: Sheet,
) -> None:
    """Reveal one's scores; the last to do so ends the round.

    Errors: NoSuchRun; IsClosed; NoSuchRound; WrongPhase; WrongReveal; AlreadyCommitted; BadScores.
    """
    open_run(training, run)
    state = round_in(training, run, number, Phase.REVEAL)
    kept = training.sheets[run, number, who]
    ensure(kept is not None and kept.sealed == sheet.sealed, WrongReveal)
    ensure(kept is None or kept.scores is None, AlreadyCommitted)
    _ensure_scores(state, sheet.scores or ())
    training.sheets[run, number, who] = sheet
    change_round(training, run, number, revealed=U16(state.revealed + 1))
    training.emit(ScoresRevealed(run, number, who))
    if state.revealed + 1 == len(state.scorers):
        rounds.end_phase_early(training, run, number)


def _ensure_scores(state: Round, scores: tuple[Score, ...]) -> None:
    """Only who was attested has a score, and one.  Errors: BadScores."""
    scored = [score.worker for score in scores]
    known = scoring.attested(state)
    ensure(all(who in known for who in scored) and len(set(scored)) == len(scored), BadScores)
