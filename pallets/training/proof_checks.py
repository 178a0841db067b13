"""What the chain can check by itself: leaves of Merkle trees, and chunks by the integer codec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U32, AccountId
from pysubtensor.pallets.training.errors import BadProof, NotChallengeable, PayloadUnreadable
from pysubtensor.pallets.training.payload import (
    Context,
    Malformed,
    Part,
    PayloadId,
    Share,
    Tensor,
    Tree,
    aggregated,
    merkle,
    read_chunk,
    stepped,
)
from pysubtensor.pallets.training.payload.checks import chunk_of_words, is_compression, words
from pysubtensor.pallets.training.payload.errors import BadLayout
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.records import round_of, terms_of
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Terms
from pysubtensor.pallets.training.types import (
    AggregateProof,
    ChunkProof,
    Commitment,
    CompressionProof,
    Ground,
    Opening,
    PayloadProof,
    Posted,
    RoundNumber,
    RunId,
    StateProof,
    StepLeaf,
    StepOpening,
)


def leaves_of(steps: int, stride: int) -> int:
    """Leaves of a trace of so many steps; the first is of the state before any."""
    return -(-steps // stride) + 1


class TraceOf(NamedTuple):
    """The trace of a worker's training in a round."""

    run: RunId
    round: RoundNumber
    worker: AccountId
    stride: int
    commitment: Commitment

    @property
    def leaves(self) -> int:
        """Number of leaves."""
        return leaves_of(self.commitment.steps, self.stride)

    def hashed(self, training: Storage, leaf: StepLeaf) -> bytes:
        """Hash of a leaf, the same in anybody's tree of this trace."""
        context = Context(Tree.STEPS, self.run, self.round, self.worker)
        return merkle.leaf(context, leaf.index, training.env.codecs(StepLeaf).to_bytes(leaf))

    def ensure_holds(self, training: Storage, opening: StepOpening, root: bytes) -> bytes:
        """The hash of the leaf, which must be in the tree.  Errors: BadProof."""
        context = Context(Tree.STEPS, self.run, self.round, self.worker)
        hashed = self.hashed(training, opening.leaf)
        found = merkle.root_from(context, self.leaves, opening.leaf.index, hashed, opening.path)
        ensure(found == root, BadProof)
        return hashed


# -- chunks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What a proof is about, and whether all is right there."""

    accused: AccountId
    ground: Ground
    index: U32
    fair: bool


class _ProofContext(NamedTuple):
    """A proof with all that it is checked against."""

    training: Storage
    run: RunId
    round: RoundNumber
    terms: Terms
    chunk: U32
    tensor: Tensor

    def ensure_leaf(self, context: Context, opening: Opening, root: bytes) -> None:
        """Ensure that a chunk is a leaf of the tree with this root.  Errors: BadProof."""
        hashed = merkle.leaf(context, self.chunk, opening.data)
        self.ensure_hash(context, hashed, opening.path, root)

    def ensure_hash(
        self, context: Context, hashed: bytes, path: tuple[bytes, ...], root: bytes
    ) -> None:
        """Ensure that this hash is of the chunk in the tree with this root.  Errors: BadProof."""
        count = self.terms.layout.chunks
        ensure(merkle.root_from(context, count, self.chunk, hashed, path) == root, BadProof)

    def words(self, opening: Opening) -> Int32:
        """Values of a chunk of int32 numbers.  Errors: BadProof."""
        found = chunk_of_words(opening.data, self.tensor.chunk_length)
        if found is None:
            raise BadProof
        return found

    def commitment(self, worker: AccountId) -> Commitment:
        """What a worker committed to in the round.  Errors: BadProof without a commitment."""
        found = self.training.commitments[self.run, self.round, worker]
        if found is None:
            raise BadProof
        return found.commitment

    def payload(self, worker: AccountId, opening: Opening) -> Part | None:
        """A chunk that the worker committed to; None when it is malformed.  Errors: BadProof."""
        context = PayloadId(self.run, self.round, worker).context(Tree.PAYLOAD)
        self.ensure_leaf(context, opening, self.commitment(worker).payload_root)
        try:
            return read_chunk(opening.data, self.tensor, self.terms.layout.k)
        except Malformed:
            return None

    def posted(self) -> Posted:
        """The roots that were posted for the round.  Errors: NotChallengeable before that."""
        found = round_of(self.training, self.run, self.round).posted
        if found is None:
            raise NotChallengeable
        return found


def check_proof(
    training: Storage, run: RunId, number: RoundNumber, proof: ChunkProof
) -> ProofResult:
    """Check a proof and say what it shows.

    Errors: NoSuchRun; NoSuchRound; BadProof; NotChallengeable; PayloadUnreadable.
    """
    terms = terms_of(training, run)
    chunk: U32 = proof.chunk  # type: ignore[attr-defined]
    try:
        tensor = terms.layout.tensor_of(chunk)
    except BadLayout:
        raise BadProof from None
    return _CHECKS[type(proof)](_ProofContext(training, run, number, terms, chunk, tensor), proof)


def _payload(case: _ProofContext, proof: PayloadProof) -> ProofResult:
    fair = case.payload(proof.worker, proof.payload) is not None
    return ProofResult(proof.worker, Ground.PAYLOAD, case.chunk, fair)


def _compression(case: _ProofContext, proof: CompressionProof) -> ProofResult:
    worker = proof.worker
    known = case.commitment(worker)
    part = case.payload(worker, proof.payload)
    place = PayloadId(case.run, case.round, worker)
    buffers = Context(Tree.ERROR, case.run, 0, worker)
    case.ensure_leaf(place.context(Tree.UPDATE), proof.update, known.update_root)
    case.ensure_leaf(buffers, proof.error_old, known.error_old)
    case.ensure_leaf(buffers, proof.error_new, known.error_new)
    old, update, new = map(case.words, (proof.error_old, proof.update, proof.error_new))
    decay = case.terms.codec.decay
    fair = part is not None and is_compression(part, old, update, new, decay)
    return ProofResult(worker, Ground.COMPRESSION, case.chunk, fair)


def _aggregate(case: _ProofContext, proof: AggregateProof) -> ProofResult:
    state, posted = round_of(case.training, case.run, case.round), case.posted()
    ensure(len(proof.payloads) == len(state.contributors), BadProof)
    shares = []
    for worker, opening in zip(state.contributors, proof.payloads, strict=True):
        part = case.payload(worker, opening)
        if part is None:
            raise PayloadUnreadable
        shares.append(Share(part, case.commitment(worker).tokens))
    joined = aggregated(shares, case.tensor.chunk_length, case.terms.mixing)
    context = Context(Tree.AGGREGATE, case.run, case.round)
    case.ensure_hash(context, proof.posted, proof.path, posted.aggregate_root)
    fair = merkle.leaf(context, case.chunk, words(joined)) == proof.posted
    return ProofResult(posted.by, Ground.AGGREGATE, case.chunk, fair)


def _state(case: _ProofContext, proof: StateProof) -> ProofResult:
    state, posted = round_of(case.training, case.run, case.round), case.posted()
    context = Context(Tree.STATE, case.run)
    case.ensure_leaf(context, proof.before, state.state_before)
    of_round = Context(Tree.AGGREGATE, case.run, case.round)
    case.ensure_leaf(of_round, proof.aggregate, posted.aggregate_root)
    case.ensure_hash(context, proof.posted, proof.path, posted.state_root)
    before, change = case.words(proof.before), case.words(proof.aggregate)
    after = stepped(before, change, case.terms.codec.alpha)
    fair = merkle.leaf(context, case.chunk, words(after)) == proof.posted
    return ProofResult(posted.by, Ground.STATE, case.chunk, fair)


_CHECKS: Final[dict[type, Callable[..., ProofResult]]] = {
    PayloadProof: _payload,
    CompressionProof: _compression,
    AggregateProof: _aggregate,
    StateProof: _state,
}
