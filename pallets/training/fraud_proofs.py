"""Proofs about chunks that the chain judges at once: no jury, no appeal."""

from __future__ import annotations

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.training import audits, challenges, members, proof_checks
from pysubtensor.pallets.training.errors import AlreadyChallenged, NothingWrong
from pysubtensor.pallets.training.events import FraudProven
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import ChunkProof, Outcome, RoundNumber, RunId, Verdict


def prove_chunk(
    training: Storage, who: AccountId, run: RunId, number: RoundNumber, proof: ChunkProof
) -> None:
    """Settle what is said of a chunk: the accused wins if it is right, loses its bond if not.

    Errors: NoSuchRun; NoSuchRound; NotChallengeable; BadProof; PayloadUnreadable; NothingWrong;
    AlreadyChallenged when the accused was found guilty before.
    """
    challenges.open_to_proof(training, run, number)
    found = proof_checks.check_proof(training, run, number, proof)
    challenge_id = challenges.matching(training, run, number, found)
    challenge = None if challenge_id is None else training.challenges[challenge_id]
    if challenge_id is not None and challenge is not None:
        outcome = Outcome.INNOCENT if found.fair else Outcome.GUILTY
        challenges.end(training, challenge_id, challenge, outcome)
        return
    ensure(not found.fair, NothingWrong)
    _convict(training, who, run, number, found)


def _convict(
    training: Storage,
    who: AccountId,
    run: RunId,
    number: RoundNumber,
    found: proof_checks.ProofResult,
) -> None:
    """Take the bond of somebody that nobody had accused; the prover has the reward."""
    challenges.challengeable(training, run, number)
    of_worker = found.ground not in challenges.OF_POSTER
    before = of_worker and audits.is_convicted(training, run, number, found.accused)
    ensure(not before, AlreadyChallenged)
    lost = members.slash(training, run, found.accused, who)
    about = (found.accused, found.ground, found.index)
    challenges.record(training, run, number, Verdict(who, *about, Outcome.GUILTY, lost))
    training.emit(FraudProven(run, number, found.accused, found.ground, who, lost))
    challenges.punish_work(training, run, number, found.accused, found.ground)
