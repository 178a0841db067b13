"""TrainingApi: runs, members, rounds and challenges, as members and auditors need them."""

from __future__ import annotations

from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.pallets.training import (
    audits,
    commits,
    folding,
    proof_checks,
    randomness,
    runs,
    signing,
)
from pysubtensor.pallets.training.folding import RoundExport
from pysubtensor.pallets.training.pallet import Training
from pysubtensor.pallets.training.terms import Run, Terms
from pysubtensor.pallets.training.types import (
    Audit,
    Bitmap,
    Challenge,
    ChallengeId,
    Checkpoint,
    ChunkProof,
    Ground,
    Member,
    Role,
    Round,
    RoundNumber,
    RunId,
    Stage,
)

_PATH = "pallet_training::api::"


class RunInfo(Struct, path=_PATH + "RunInfo"):
    """A run, what it is fixed to, and who takes part."""

    id: RunId
    run: Run
    terms: Terms
    workers: tuple[AccountId, ...]
    validators: tuple[AccountId, ...]


class ChunkFinding(Struct, path=_PATH + "ChunkFinding"):
    """What a proof about a chunk shows."""

    accused: AccountId
    ground: Ground
    index: U32
    fair: bool


class TrainingApi(RuntimeApi, version=1):
    """Training runs; what is not there, or not any more, is None."""

    def __init__(self, training: Training) -> None:
        self.training = training

    @view
    def runs(self) -> tuple[tuple[RunId, Run], ...]:
        """All runs that are not forgotten, by number."""
        kept = ((each, self.training.runs[each]) for each in sorted(self.training.runs.keys()))
        return tuple((each, run) for each, run in kept if run is not None)

    @view
    def run_info(self, run: RunId) -> RunInfo | None:
        """A run."""
        pallet = self.training
        state, terms = pallet.runs[run], pallet.terms[run]
        if state is None or terms is None:
            return None
        workers, validators = (pallet.active[run, role] for role in Role)
        return RunInfo(run, state, terms, workers, validators)

    @view
    def ended(self, run: RunId) -> tuple[Hash, Hash] | None:
        """Of a forgotten run: the root of its parameters, and the root over all rounds."""
        return self.training.ended[run]

    @view
    def members(self, run: RunId) -> tuple[tuple[AccountId, Member], ...]:
        """Whoever has a bond in a run, by account."""
        found = self.training.members.items(run)
        named = [(who, member) for (_, who), member in found if member is not None]
        return tuple(sorted(named, key=lambda pair: pair[0]))

    @view
    def member(self, run: RunId, who: AccountId) -> Member | None:
        """One of them."""
        return self.training.members[run, who]

    @view
    def round(self, run: RunId, round: RoundNumber) -> Round | None:
        """A round that is kept; 0 is the newest."""
        state = self.training.runs[run]
        if state is None:
            return None
        return self.training.rounds[run, round or state.round]

    @view
    def export_round(self, run: RunId, round: RoundNumber) -> RoundExport | None:
        """All that the chain knows of a round."""
        if self.training.rounds[run, round] is None:
            return None
        return folding.export(self.training, run, round)

    @view
    def checkpoints(self, run: RunId) -> tuple[Checkpoint, ...]:
        """Where the parameters of a run can be fetched, the newest last."""
        return self.training.checkpoints[run]

    @view
    def challenges(self, run: RunId) -> tuple[tuple[ChallengeId, Challenge], ...]:
        """Open challenges of a run, by number."""
        found = self.training.challenges.items()
        ours = [(key, each) for key, each in found if each is not None and each.run == run]
        return tuple(sorted(ours, key=lambda pair: pair[0]))

    @view
    def challenge(self, challenge: ChallengeId) -> Challenge | None:
        """An open challenge."""
        return self.training.challenges[challenge]

    @view
    def posters(self, run: RunId, round: RoundNumber) -> tuple[AccountId, ...]:
        """Who may post the aggregate, in turn; nobody before the seed is drawn."""
        state = self.training.rounds[run, round]
        if state is None or state.seed is None:
            return ()
        return tuple(commits.posters(self.training, run, state))

    @view
    def auditors(
        self, run: RunId, round: RoundNumber
    ) -> tuple[tuple[Audit, tuple[AccountId, ...]], ...]:
        """The audits of a round, and who should look at what was opened."""
        state = self.training.rounds[run, round]
        if state is None:
            return ()
        return tuple(
            (each, tuple(audits.auditors_of(self.training, run, state, each.worker)))
            for each in state.audits
        )

    @view
    def attestation_message(self, run: RunId, round: RoundNumber, available: Bitmap) -> Hash | None:
        """What witnesses sign for these payloads; None when it is not their time."""
        try:
            message = commits.attestation_message(self.training, run, round, available)
        except DispatchFailure:
            return None
        return Hash(message)

    @view
    def verdict_message(self, challenge: ChallengeId, guilty: bool) -> Hash | None:
        """What a jury signs; None when it is not its time."""
        found = self.training.challenges[challenge]
        if found is None or found.seed is None or found.stage is not Stage.JURY:
            return None
        return Hash(signing.verdict_message(found.seed, challenge, guilty=guilty))

    @view
    def rollback_message(self, run: RunId, target: RoundNumber) -> Hash | None:
        """What validators sign to go back to the checkpoint of a round; None without one."""
        kept = self.training.checkpoints[run]
        found = next((each for each in kept if each.round == target), None)
        if found is None:
            return None
        return Hash(runs.rollback_message(self.training, run, found))

    @view
    def data_seed(self, run: RunId, round: RoundNumber, worker: AccountId) -> Hash | None:
        """What decides which samples a worker trains on in a round."""
        state = self.training.rounds[run, round]
        return (
            None if state is None else randomness.derive_seed(state.data_seed, b"samples", worker)
        )

    @view
    def check_chunk(self, run: RunId, round: RoundNumber, proof: ChunkProof) -> ChunkFinding | None:
        """What `prove_chunk` would find; None for a proof that proves nothing."""
        try:
            found = proof_checks.check_proof(self.training, run, round, proof)
        except DispatchFailure:
            return None
        return ChunkFinding(found.accused, found.ground, found.index, found.fair)
