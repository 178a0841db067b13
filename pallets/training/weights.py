"""What calls cost: times measured by `benches/training.py`, doubled for slower machines."""

from __future__ import annotations

from typing import Final

from pallets.training.storage import Storage
from pallets.training.terms import Terms
from pallets.training.types import (
    AggregateProof,
    ChunkProof,
    CompressionProof,
    PayloadProof,
    RunId,
    StateProof,
)
from runtime.frame.weights import Weight, weight

_MS: Final = 1_000_000_000
_US: Final = 1_000_000

CLOSE_RUN: Final = weight(1 * _MS, reads=200, writes=200)
RESUME_RUN: Final = weight(200 * _US, reads=5, writes=5)
JOIN: Final = weight(5 * _MS, reads=70, writes=12)
LEAVE: Final = weight(200 * _US, reads=5, writes=4)
REJOIN: Final = weight(200 * _US, reads=5, writes=4)
CLAIM: Final = weight(300 * _US, reads=6, writes=8)
SET_ENDPOINT: Final = weight(100 * _US, reads=1, writes=1)
POST_AGGREGATE: Final = weight(2 * _MS, reads=140, writes=80)
ANCHOR: Final = weight(200 * _US, reads=6, writes=2)
OPEN_CHALLENGE: Final = weight(500 * _US, reads=75, writes=12)
APPEAL: Final = weight(300 * _US, reads=6, writes=6)
SIGNATURE: Final = weight(8 * _MS, reads=140, writes=140)


def create_run(_: Storage, _netuid: int, terms: Terms) -> Weight:
    """By the number of tensors."""
    return weight(500 * _US + 5 * _US * len(terms.codec.tensors), reads=5, writes=7)


def commit_round(*_: object) -> Weight:
    """The last of a round also ends the time for commitments."""
    return weight(2 * _MS, reads=140, writes=70)


def signed_by_many(*_: object) -> Weight:
    """One pairing, and a key for each signer."""
    return SIGNATURE


def commit_scores(*_: object) -> Weight:
    """The last of a round also ends the time for them."""
    return weight(300 * _US, reads=70, writes=5)


def reveal_scores(
    _: Storage, _run: RunId, _round: int, scores: tuple[object, ...], *_rest: object
) -> Weight:
    """The last of a round also settles the scores of all."""
    return weight(20 * _MS + 50 * _US * len(scores), reads=400, writes=200)


def answer_audit(_: Storage, _run: RunId, _round: int, openings: tuple[object, ...]) -> Weight:
    """By the number of leaves."""
    return weight(500 * _US + 100 * _US * len(openings), reads=4, writes=1)


def open_leaves(*_: object) -> Weight:
    """A leaf or two."""
    return weight(500 * _US, reads=4, writes=4)


def prove_chunk(_: Storage, _run: RunId, _round: int, proof: ChunkProof) -> Weight:
    """By what is proven, and how many payloads that takes."""
    if isinstance(proof, AggregateProof):
        own = 2 * _MS + 500 * _US * len(proof.payloads)
    else:
        own = _OF_PROOF[type(proof)]
    return weight(own, reads=150, writes=100)


_OF_PROOF: Final = {PayloadProof: _MS, CompressionProof: 4 * _MS, StateProof: 2 * _MS}
