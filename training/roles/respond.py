"""Respond to audits and challenges, each before its deadline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training.audits import pending
from pysubtensor.pallets.training.payload import Context, Payload, Tree, checks, merkle
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.types import (
    LEVELS_AT_A_TIME,
    AggregateProof,
    Audit,
    Challenge,
    ChallengeId,
    CompressionProof,
    Ground,
    Opening,
    PayloadProof,
    Round,
    Stage,
    StateProof,
)
from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import FileStoreError
from pysubtensor.training.files.run_files import encode_chunks
from pysubtensor.training.learning import trace
from pysubtensor.training.learning.trace import RecordedTrace
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.replica import CannotReach
from pysubtensor.training.roles.worker import Worker
from pysubtensor.training.roles.worker_state import SentRound


class ProofBuilder:
    """Builds fraud proofs, which the chain checks by itself."""

    def __init__(self, member: MemberAgent) -> None:
        self.member = member

    def payload(self, number: int, who: AccountId, chunk: int) -> Opening:
        """Open a chunk of a worker's payload.  Errors: CannotReach."""
        found = self.member.library.payload(self.member.view, number, who)
        if found is None:
            raise CannotReach(f"a payload of round {number} cannot be read")
        return _opened(found, chunk)

    def aggregate(self, number: int, chunk: int, posted: Sequence[Int32]) -> AggregateProof:
        """Prove one chunk of an aggregate from all payloads.  Errors: CannotReach."""
        state = self.member.view.round(number)
        contributors = () if state is None else state.contributors
        payloads = tuple(self.payload(number, who, chunk) for who in contributors)
        context = Context(Tree.AGGREGATE, self.member.view.id, number)
        hashed = checks.leaves(context, posted)
        return AggregateProof(U32(chunk), payloads, Hash(hashed[chunk]), _path(hashed, chunk))

    def state(self, number: int, chunk: int) -> StateProof:
        """Prove one chunk of the outer step: before, aggregate, after.  Errors: CannotReach."""
        replica = self.member.replica
        joined = replica.outer_step_of(number)
        if joined is None:
            raise CannotReach(f"the payloads of round {number} cannot be read")
        context = Context(Tree.STATE, self.member.view.id)
        before = replica.chunks(replica.before(number))
        after = checks.leaves(context, replica.chunks(joined.parameters))
        of_round = Context(Tree.AGGREGATE, self.member.view.id, number)
        return StateProof(
            U32(chunk),
            _opening(context, before, chunk),
            _opening(of_round, joined.aggregate, chunk),
            Hash(after[chunk]),
            _path(after, chunk),
        )

    def nodes(self, challenge: Challenge, level: int, first: int, count: int) -> tuple[Hash, ...]:
        """Nodes of the tree that a challenge is about, as it should be.  Errors: CannotReach."""
        joined = self.member.replica.outer_step_of(challenge.round)
        if joined is None:
            raise CannotReach(f"the payloads of round {challenge.round} cannot be read")
        if challenge.ground is Ground.AGGREGATE:
            context = Context(Tree.AGGREGATE, self.member.view.id, challenge.round)
            hashed = checks.leaves(context, joined.aggregate)
        else:
            context = Context(Tree.STATE, self.member.view.id)
            hashed = checks.leaves(context, self.member.replica.chunks(joined.parameters))
        last = min(first + count, merkle.width(len(hashed), level))
        below = (hashed[at << level : (at + 1) << level] for at in range(first, last))
        return tuple(Hash(merkle.folded(row, level)) for row in below)

    def compression(
        self, number: int, sent: SentRound, error_new: Sequence[Int32], chunk: int
    ) -> CompressionProof:
        """Prove one chunk of the own payload from update and error buffer."""
        place, who = self.member.view.payload_id(number, self.member.account), self.member.account
        buffers = Context(Tree.ERROR, self.member.view.id, 0, who)
        return CompressionProof(
            who,
            U32(chunk),
            _opened(sent.payload, chunk),
            _opening(place.context(Tree.UPDATE), sent.update, chunk),
            _opening(buffers, sent.before, chunk),
            _opening(buffers, error_new, chunk),
        )


class Responder:
    """Answers audits and challenges of a worker."""

    logged_as: Final = "defence"

    def __init__(self, member: MemberAgent, worker: Worker) -> None:
        self.member, self.worker = member, worker
        self.proofs = ProofBuilder(member)
        self._unpublished: dict[int, list[int]] = {}
        """Leaves that were opened on the chain while the store could not be written."""

    def tick(self) -> bool:
        for number, state in self.member.view.unsettled():
            for audit in pending(state):
                if audit.worker == self.member.account:
                    self._answer(number, state, audit)
        for challenge_id, challenge in self.member.view.challenges():
            if challenge.accused == self.member.account:
                self._defend(challenge_id, challenge)
        for number, wanted in list(self._unpublished.items()):
            done = self.worker.file.read_trace(number)
            if done is not None:
                self._publish(number, done, wanted)
            del self._unpublished[number]
        return False

    # -- training -----------------------------------------------------------------------------

    def _answer(self, number: int, state: Round, audit: Audit) -> None:
        done = self.worker.file.read_trace(number)
        if done is None or state.void:
            return
        wanted = [leaf for stride in audit.strides for leaf in (stride, stride + 1)]
        try:
            self._publish(number, done, wanted)
        except FileStoreError:  # comes later; the chain does not wait
            self._unpublished[number] = wanted
        place = self.member.view.payload_id(number, self.member.account)
        openings = tuple(trace.opening(place, done.leaves, leaf) for leaf in wanted)
        self.member.send("answer_audit", run=self.member.view.id, round=number, openings=openings)
        self.member.log("answered", round=number, strides=[int(each) for each in audit.strides])

    def _publish(self, number: int, done: RecordedTrace, wanted: Sequence[int]) -> None:
        """Write states, update and error buffer into the store, for auditors and jurors."""
        own, run, who = self.member.library.own, self.member.view.id, self.member.account
        own.put(file_names.trace(run, number, who), trace.encode_leaves(done.leaves))
        for leaf in set(wanted):
            own.put(file_names.snapshot(run, number, who, leaf), done.snapshots[leaf].encode())
        sent = self.worker.state.sent.get(number)
        if sent is not None:
            own.put(file_names.update(run, number, who), encode_chunks(sent.update))
            own.put(file_names.buffer(run, number, who), encode_chunks(sent.before))

    def _defend(self, challenge_id: ChallengeId, challenge: Challenge) -> None:
        if challenge.ground is not Ground.TRACE:
            if challenge.stage is Stage.RESPOND:
                self._prove(challenge)
            elif challenge.stage is Stage.UNFOLD:
                self._unfold(challenge_id, challenge)
            return
        done = self.worker.file.read_trace(challenge.round)
        if done is None:
            return
        place = self.member.view.payload_id(challenge.round, self.member.account)
        if challenge.stage is Stage.RESPOND:
            ends = (challenge.index, challenge.index + 1)
            self._publish(challenge.round, done, ends)
            low, high = (trace.opening(place, done.leaves, leaf) for leaf in ends)
            self.member.send("respond", challenge=challenge_id, low=low, high=high)
        elif challenge.stage is Stage.BISECT_ACCUSED:
            middle = (challenge.low + challenge.high) // 2
            self._publish(challenge.round, done, range(challenge.low, challenge.high + 1))
            found = trace.opening(place, done.leaves, middle)
            self.member.send("bisect", challenge=challenge_id, opening=found)

    # -- chunks -------------------------------------------------------------------------------

    def _unfold(self, challenge_id: ChallengeId, challenge: Challenge) -> None:
        """Send `unfold` with the children of the challenged node."""
        steps = min(int(challenge.high), LEVELS_AT_A_TIME)
        level, first = int(challenge.high) - steps, int(challenge.low) << steps
        row = self.proofs.nodes(challenge, level, first, 1 << steps)
        self.member.send("unfold", challenge=challenge_id, row=row)

    def _prove(self, challenge: Challenge) -> None:
        proof = self._proof(challenge)
        if proof is not None:
            run = self.member.view.id
            self.member.send("prove_chunk", run=run, round=challenge.round, proof=proof)

    def _proof(
        self, challenge: Challenge
    ) -> PayloadProof | CompressionProof | AggregateProof | StateProof | None:
        number, chunk = int(challenge.round), int(challenge.index)
        if challenge.ground is Ground.AGGREGATE:
            joined = self.member.replica.outer_step_of(number)
            return (
                None if joined is None else self.proofs.aggregate(number, chunk, joined.aggregate)
            )
        if challenge.ground is Ground.STATE:
            return self.proofs.state(number, chunk)
        sent = self.worker.state.sent.get(number)
        if sent is None:
            return None
        if challenge.ground is Ground.PAYLOAD:
            return PayloadProof(self.member.account, U32(chunk), _opened(sent.payload, chunk))
        left = sent.after(self.member.view.terms.codec.decay)
        return self.proofs.compression(number, sent, left, chunk)


def _hashes(path: Sequence[bytes]) -> tuple[Hash, ...]:
    return tuple(Hash(each) for each in path)


def _opened(payload: Payload, chunk: int) -> Opening:
    data = next(islice(payload.chunk_data(), chunk, None))
    return Opening(data, _hashes(merkle.path(payload.leaves(), chunk)))


def _path(hashed: Sequence[bytes], chunk: int) -> tuple[Hash, ...]:
    return _hashes(merkle.path(hashed, chunk))


def _opening(context: Context, chunks: Sequence[Int32], chunk: int) -> Opening:
    data = next(islice((row for tensor in chunks for row in tensor), chunk, None))
    return Opening(checks.words(data), _path(checks.leaves(context, chunks), chunk))
