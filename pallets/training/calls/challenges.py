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
        """Say that something of a member is wrong; the deposit is lost if it is not.

        Errors: NotMember; NotActive; NotSelf; NoSuchRound; NotChallengeable; AlreadyChallenged;
        TooManyChallenges; those of the balances.
        """
        challenges.open_challenge(self, ensure_signed(origin), run, round, accusation)

    @call(21, weight=weights.OPEN_LEAVES)
    def respond(
        self, origin: Origin, challenge: ChallengeId, low: StepOpening, high: StepOpening
    ) -> None:
        """Open both ends of the challenged stride, as the accused.

        Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
        """
        challenges.respond(self, ensure_signed(origin), challenge, low, high)

    @call(22, weight=weights.OPEN_LEAVES)
    def bisect(self, origin: Origin, challenge: ChallengeId, opening: StepOpening) -> None:
        """Open the middle of the disputed strides in one's own trace, in turn.

        Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
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
        """Judge, as more than 2/3 of the jury signed.  Free.

        Errors: NoSuchChallenge; WrongStage; BadBitmap; NoQuorum; NotMember; BadSignature.
        """
        ensure_signed(origin)
        challenges.give_verdict(
            self, challenge, guilty=guilty, signers=signers, signature=signature
        )
        return weights.FREE

    @call(24, weight=weights.APPEAL)
    def appeal(self, origin: Origin, challenge: ChallengeId) -> None:
        """Ask for another jury, as the loser.

        Errors: NoSuchChallenge; WrongStage; NotParty; those of the balances.
        """
        challenges.appeal(self, ensure_signed(origin), challenge)

    @call(25, weight=weights.prove_chunk)
    def prove_chunk(
        self, origin: Origin, run: RunId, round: RoundNumber, proof: ChunkProof
    ) -> PostInfo:
        """Let the chain check a chunk: whoever is wrong loses at once.  Free.

        Errors: NoSuchRun; NoSuchRound; NotChallengeable; BadProof; PayloadUnreadable; NothingWrong;
        AlreadyChallenged.
        """
        fraud_proofs.prove_chunk(self, ensure_signed(origin), run, round, proof)
        return weights.FREE

    @call(26, weight=weights.OPEN_LEAVES)
    def unfold(self, origin: Origin, challenge: ChallengeId, row: Row) -> None:
        """Show the nodes, up to eight levels below, that the disputed one is made of.

        Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
        """
        bisection.unfold(self, ensure_signed(origin), challenge, row)

    @call(27, weight=weights.OPEN_LEAVES)
    def pick(self, origin: Origin, challenge: ChallengeId, place: U8) -> None:
        """Say which of the nodes that were shown is wrong, as the accuser.

        Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
        """
        bisection.pick(self, ensure_signed(origin), challenge, place)
