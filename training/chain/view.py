"""The chain view: what a member reads of its run at one block."""

from __future__ import annotations

from collections.abc import Iterator

from pysubtensor.frame.call import Call
from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training import Training, proof_checks, randomness
from pysubtensor.pallets.training.payload import Layout, PayloadId
from pysubtensor.pallets.training.records import everyone, run_of, terms_of
from pysubtensor.pallets.training.round_finality import state_after
from pysubtensor.pallets.training.terms import Run, Terms
from pysubtensor.pallets.training.types import (
    Challenge,
    ChallengeId,
    Checkpoint,
    Commitment,
    Member,
    Phase,
    Role,
    Round,
    RoundNumber,
    RunId,
)
from pysubtensor.training.chain.link import Link, LinkError

COMMITTING = (Phase.TRAIN, Phase.COMMIT)
OPEN = (*COMMITTING, Phase.ATTEST, Phase.AGGREGATE, Phase.SCORE, Phase.REVEAL)


class ChainView:
    """A run, its rounds, members and challenges at one block."""

    def __init__(self, link: Link, run: int) -> None:
        """Errors: LinkError, also when there is no such run."""
        self.link, self.id = link, RunId(U32(run))
        self.now = link.look()
        self.pallet = link.runtime.get(Training)
        if self.pallet.runs[self.id] is None:
            raise LinkError(f"there is no run {run}")
        self.terms: Terms = terms_of(self.pallet, self.id)

    def look(self) -> None:
        """Move on to the newest block."""
        self.now = self.link.look()

    def step(self) -> None:
        """Move on to the next block, if there is one."""
        self.now = self.link.step()

    @property
    def run(self) -> Run:
        """The run as it stands.  Errors: NoSuchRun."""
        return run_of(self.pallet, self.id)

    @property
    def layout(self) -> Layout:
        """The tensors of the model."""
        return self.terms.layout

    def round(self, number: int) -> Round | None:
        """A round, unless it was folded or never began."""
        found: Round | None = self.pallet.rounds[self.id, RoundNumber(U32(number))]
        return found

    @property
    def newest(self) -> Round | None:
        """The newest round; None before the first."""
        return self.round(self.run.round)

    def lineage(self) -> Iterator[tuple[int, Round]]:
        """The rounds that made the run's parameters, the newest first.

        Void rounds are left out, and rounds that a rollback took back.
        """
        run = self.run
        root = run.state_root
        for number in range(run.round, run.oldest - 1, -1):
            state = self.round(number)
            if state is None or state.void or state.posted is None:
                continue
            if state.posted.state_root == root:
                yield number, state
                root = state.state_before

    def stands_on(self, root: bytes) -> bool:
        """Whether the run's parameters are these, or were made from them."""
        befores = [state.state_before for _, state in self.lineage()]
        return root in (self.run.state_root, *befores)

    def unsettled(self) -> list[tuple[int, Round]]:
        """Rounds that are not final, the oldest first."""
        run = self.run
        numbers = range(run.final_round + 1, run.round + 1)
        found = ((number, self.round(number)) for number in numbers)
        return [(number, state) for number, state in found if state is not None]

    def commitment(self, number: int, who: AccountId) -> Commitment | None:
        """What a worker committed to in a round."""
        kept = self.pallet.commitments[self.id, RoundNumber(U32(number)), who]
        return None if kept is None else kept.commitment

    def member(self, who: AccountId) -> Member | None:
        """A member; None for any other account."""
        found: Member | None = self.pallet.members[self.id, who]
        return found

    def members(self) -> list[tuple[AccountId, Member]]:
        """All accounts that have a bond in the run."""
        found = self.pallet.members.items(self.id)
        return [(who, member) for (_, who), member in found if member is not None]

    def active(self, role: Role) -> tuple[AccountId, ...]:
        """The members of a role that take part."""
        found: tuple[AccountId, ...] = self.pallet.active[self.id, role]
        return found

    def everyone(self) -> tuple[AccountId, ...]:
        """All that take part."""
        return everyone(self.pallet, self.id)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Where parameters can be fetched, the newest last."""
        found: tuple[Checkpoint, ...] = self.pallet.checkpoints[self.id]
        return found

    def challenges(self) -> list[tuple[ChallengeId, Challenge]]:
        """Open challenges, by number."""
        numbers = [number for number, state in self.unsettled() if state.disputes]
        ids = [
            each
            for number in numbers
            for each in self.pallet.disputes[self.id, RoundNumber(U32(number))]
        ]
        found = ((each, self.pallet.challenges[each]) for each in ids)
        return [(each, challenge) for each, challenge in found if challenge is not None]

    def seed(self, number: int, who: AccountId) -> bytes:
        """The seed that decides which sequences a worker trains on."""
        state = self.round(number)
        if state is None:
            return bytes(32)
        return randomness.derive_seed(state.data_seed, b"samples", who)

    def payload_id(self, number: int, who: AccountId) -> PayloadId:
        """Run, round and worker, as they stand in the payload."""
        return PayloadId(self.id, number, who)

    def leaves_of(self, commitment: Commitment) -> int:
        """How many leaves the trace of a commitment has."""
        return proof_checks.leaves_of(commitment.steps, self.terms.trace.stride)

    def endpoints(self, *first: AccountId | None) -> list[str]:
        """URLs of the stores that may have a file: its owners' first, then the validators'."""
        listed = [*first, *self.active(Role.VALIDATOR)]
        members = (None if who is None else self.member(who) for who in listed)
        urls = (member.endpoint.decode(errors="replace") for member in members if member)
        return list(dict.fromkeys(urls))

    def state_before(self, number: int) -> Hash:
        """Root of the parameters that a round, or the next one, begins with."""
        state = self.round(number)
        return self.run.state_root if state is None else state.state_before

    def state_after(self, number: int) -> Hash | None:
        """Root of the parameters after a round that is kept."""
        state = self.round(number)
        return None if state is None else state_after(state)

    def call(self, name: str, **arguments: object) -> Call:
        """A call of the pallet about this run."""
        return self.link.runtime.call("Training", name, **arguments)
