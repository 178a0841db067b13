"""Calls about challenges.  The caller is a member's hotkey; `verdict` and `prove_chunk` anyone may
bring.
"""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U8
from pysubtensor.frame.weights import PostInfo
from pysubtensor.pallets.training import bisection, challenges, fraud_proofs, weights
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import (
    Accusation,
    Bitmap,
    BlsSignature,
    ChallengeId,
    ChunkProof,
    RoundNumber,
    Row,
    RunId,
    StepOpening,
)


class ChallengeCalls(Storage):
    """Challenges, their moves and their end."""

    @call(20, weight=weights.OPEN_CHALLENGE)
    def open_challenge(
        self, origin: Origin, run: RunId, round: RoundNumber, accusation: Accusation
    ) -> None:
        """Say that something of a member is wrong.

        Origin: signed by an active member, which pays the deposit of a challenge; it is lost if
          nothing is wrong.
        - `run`: the run.
        - `round`: the round in question, while it can be challenged.
        - `accusation`: whom it is about, on what ground, and which stride or chunk.

        Errors: NotMember, NotActive, NotSelf, NoSuchRound, NotChallengeable, AlreadyChallenged,
        TooManyChallenges, Token.FundsUnavailable.
        """
        challenges.open_challenge(self, ensure_signed(origin), run, round, accusation)

    @call(21, weight=weights.OPEN_LEAVES)
    def respond(
        self, origin: Origin, challenge: ChallengeId, low: StepOpening, high: StepOpening
    ) -> None:
        """Open both ends of the challenged stride.

        Origin: signed by the accused.
        - `challenge`: its number.
        - `low`: the leaf before the stride, with its path.
        - `high`: the leaf after it, with its path.

        Errors: NoSuchChallenge, WrongStage, NotParty, BadProof.
        """
        challenges.respond(self, ensure_signed(origin), challenge, low, high)

    @call(22, weight=weights.OPEN_LEAVES)
    def bisect(self, origin: Origin, challenge: ChallengeId, opening: StepOpening) -> None:
        """Open the middle of the strides in question in one's own trace.

        Origin: signed by the accused or the accuser, in turn.
        - `challenge`: its number.
        - `opening`: the leaf in the middle, with its path.

        Errors: NoSuchChallenge, WrongStage, NotParty, BadProof.
        """
        challenges.bisect(self, ensure_signed(origin), challenge, opening)

    @call(23, weight=weights.VERDICT)
    def verdict(
        self,
        origin: Origin,
        challenge: ChallengeId,
        guilty: bool,
        signers: Bitmap,
        signature: BlsSignature,
    ) -> PostInfo:
        """End a challenge as its jury signed; free when it succeeds.

        Origin: signed by anyone.
        - `challenge`: its number.
        - `guilty`: whether the accused is guilty.
        - `signers`: one bit for each of the jury in their order, lowest first.
        - `signature`: BLS signatures of more than 2/3 of them over `TrainingApi_verdict_message`,
          added up.

        Errors: NoSuchChallenge, WrongStage, BadBitmap, NoQuorum, NotMember, BadSignature.
        """
        ensure_signed(origin)
        challenges.give_verdict(
            self, challenge, guilty=guilty, signers=signers, signature=signature
        )
        return weights.FREE

    @call(24, weight=weights.APPEAL)
    def appeal(self, origin: Origin, challenge: ChallengeId) -> None:
        """Ask for another jury, twice as large.

        Origin: signed by whoever lost, who pays the deposit of a challenge once more.
        - `challenge`: its number.

        Errors: NoSuchChallenge, WrongStage, NotParty, Token.FundsUnavailable.
        """
        challenges.appeal(self, ensure_signed(origin), challenge)

    @call(25, weight=weights.prove_chunk)
    def prove_chunk(
        self, origin: Origin, run: RunId, round: RoundNumber, proof: ChunkProof
    ) -> PostInfo:
        """Let the chain check a chunk: whoever is wrong loses at once; free when it succeeds.

        Origin: signed by anyone.
        - `run`: the run.
        - `round`: the round in question, while it can be challenged or a challenge goes on.
        - `proof`: the chunk with all that the chain needs to check it.

        Errors: NoSuchRound, NotChallengeable, BadProof, PayloadUnreadable, NothingWrong,
        AlreadyChallenged.
        """
        fraud_proofs.prove_chunk(self, ensure_signed(origin), run, round, proof)
        return weights.FREE

    @call(26, weight=weights.OPEN_LEAVES)
    def unfold(self, origin: Origin, challenge: ChallengeId, row: Row) -> None:
        """Show the nodes, up to eight levels below, that the node in question is made of.

        Origin: signed by the accused.
        - `challenge`: its number.
        - `row`: their hashes, from left to right.

        Errors: NoSuchChallenge, WrongStage, NotParty, BadProof.
        """
        bisection.unfold(self, ensure_signed(origin), challenge, row)

    @call(27, weight=weights.OPEN_LEAVES)
    def pick(self, origin: Origin, challenge: ChallengeId, place: U8) -> None:
        """Say which of the nodes that were shown is wrong.

        Origin: signed by the accuser.
        - `challenge`: its number.
        - `place`: its place in the row; the first is 0.

        Errors: NoSuchChallenge, WrongStage, NotParty, BadProof.
        """
        bisection.pick(self, ensure_signed(origin), challenge, place)
