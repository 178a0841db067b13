"""Calls about rounds.  The caller is a member's hotkey; `attest` anyone may bring."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Bounded
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.weights import PostInfo
from pysubtensor.pallets.training import audits, commits, weights
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import (
    MOST_WORKERS,
    Attestation,
    Commitment,
    Endpoint,
    RoundNumber,
    RunId,
    Score,
    Sheet,
    StepOpening,
)

Scores = Annotated[tuple[Score, ...], Bounded(MOST_WORKERS)]
StepOpenings = Annotated[tuple[StepOpening, ...], Bounded(512)]


class RoundCalls(Storage):
    """Rounds: commitments, attestation, aggregate, scores, audits, checkpoints."""

    @call(10, weight=weights.COMMIT_ROUND)
    def commit_round(
        self, origin: Origin, run: RunId, round: RoundNumber, commitment: Commitment
    ) -> None:
        """Commit to the payload that one will send in this round.

        Origin: signed by an active worker, which pays the deposit of a commitment until the round
          is final.
        - `run`: the run.
        - `round`: the open round.
        - `commitment`: hashes and roots of the payload, the update, the trace and both error
          buffers.

        Errors: NoSuchRun, IsClosed, NotMember, NotActive, WrongRole, NoSuchRound, WrongPhase,
        AlreadyCommitted, WrongStateRoot, WrongErrorRoot, WrongSize, CopiedCommitment,
        Token.FundsUnavailable.
        """
        commits.commit(self, run, round, ensure_signed(origin), commitment)

    @call(11, weight=weights.ATTEST)
    def attest(
        self, origin: Origin, run: RunId, round: RoundNumber, attestation: Attestation
    ) -> PostInfo:
        """Say which payloads are available, as the witnesses signed; free when it succeeds.

        Origin: signed by anyone.
        - `run`: the run.
        - `round`: the open round.
        - `attestation`: whose payloads could be read, and BLS signatures of more than 2/3 of the
          witnesses over `TrainingApi_attestation_message`, added up.

        Errors: NoSuchRun, IsClosed, NoSuchRound, WrongPhase, BadBitmap, NoQuorum, BadSignature.
        """
        ensure_signed(origin)
        commits.attest(self, run, round, attestation)
        return weights.FREE

    @call(12, weight=weights.POST_AGGREGATE)
    def post_aggregate(
        self,
        origin: Origin,
        run: RunId,
        round: RoundNumber,
        aggregate_root: Hash,
        state_root: Hash,
    ) -> None:
        """Say what the round makes of the parameters; the poster's bond answers for it.

        Origin: signed by the active member whose turn it is.
        - `run`: the run.
        - `round`: the open round.
        - `aggregate_root`: root over the chunks of the joined updates.
        - `state_root`: root over the chunks of the parameters after the round.

        Errors: NoSuchRun, IsClosed, NotMember, NotActive, NoSuchRound, WrongPhase, NotYourTurn.
        """
        commits.post(self, run, round, ensure_signed(origin), aggregate_root, state_root)

    @call(13, weight=weights.COMMIT_SCORES)
    def commit_scores(self, origin: Origin, run: RunId, round: RoundNumber, sealed: Hash) -> None:
        """Commit to one's scores of the round's updates.

        Origin: signed by an active validator with a permit.
        - `run`: the run.
        - `round`: the open round.
        - `sealed`: BLAKE2b-256 of the account, the SCALE bytes of the scores, `inputs` and `salt`.

        Errors: NoSuchRun, IsClosed, NotMember, NotActive, WrongRole, NotPermitted, NoSuchRound,
        WrongPhase, AlreadyCommitted.
        """
        commits.commit_scores(self, run, round, ensure_signed(origin), sealed)

    @call(14, weight=weights.reveal_scores)
    def reveal_scores(
        self,
        origin: Origin,
        run: RunId,
        round: RoundNumber,
        scores: Scores,
        inputs: Hash,
        salt: Hash,
    ) -> None:
        """Reveal the scores that one committed to.

        Origin: signed by the validator.
        - `run`: the run.
        - `round`: the open round.
        - `scores`: of each worker by how much its update lowers the loss, in parts of 2**24.
        - `inputs`: hash of the data they were made on.
        - `salt`: the random bytes that hid them.

        Errors: NoSuchRun, IsClosed, NoSuchRound, WrongPhase, WrongReveal, AlreadyCommitted,
        BadScores.
        """
        who = ensure_signed(origin)
        sealed = commits.sealed_scores(self, who, scores, inputs, salt)
        commits.reveal_scores(self, run, round, who, Sheet(sealed, inputs, scores))

    @call(15, weight=weights.ANCHOR)
    def anchor_checkpoint(
        self,
        origin: Origin,
        run: RunId,
        round: RoundNumber,
        state_root: Hash,
        locator: Endpoint,
    ) -> None:
        """Say where the parameters after a round can be fetched.

        Origin: signed by an active member.
        - `run`: the run.
        - `round`: a round after which a checkpoint is due.
        - `state_root`: root over the chunks of the parameters after it.
        - `locator`: the URL of the checkpoint, at most 256 bytes.

        Errors: NoSuchRun, IsClosed, NotMember, NotActive, NoSuchRound, NoCheckpointDue,
        WrongStateRoot.
        """
        commits.anchor(self, run, round, ensure_signed(origin), state_root, locator)

    @call(16, weight=weights.answer_audit)
    def answer_audit(
        self, origin: Origin, run: RunId, round: RoundNumber, openings: StepOpenings
    ) -> None:
        """Open both ends of every stride of one's trace that was drawn.

        Origin: signed by the worker that is audited.
        - `run`: the run.
        - `round`: the round of the audit.
        - `openings`: the leaves in order, each with its path to the root that was committed to.

        Errors: NoSuchRound, NotAudited, BadProof.
        """
        audits.answer(self, run, round, ensure_signed(origin), openings)
