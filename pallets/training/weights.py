"""What calls cost: times measured by `benches/training.py`, doubled for slower machines.

Lists are taken to be as long as they may be, unless their length is known.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.weights import ZERO, Pays, PostInfo, Weight, weight
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Terms
from pysubtensor.pallets.training.types import (
    MOST_WORKERS,
    AggregateProof,
    ChallengeDue,
    ChunkProof,
    CompressionProof,
    Due,
    Ground,
    PayloadProof,
    RunId,
    StateProof,
)

_MS: Final = 1_000_000_000
_US: Final = 1_000_000

CLOSE_RUN: Final = weight(2 * _MS, reads=80, writes=80)
RESUME_RUN: Final = weight(300 * _US, reads=5, writes=3)
JOIN: Final = weight(6 * _MS, reads=75, writes=12)
LEAVE: Final = weight(300 * _US, reads=4, writes=2)
REJOIN: Final = weight(300 * _US, reads=4, writes=2)
CLAIM: Final = weight(500 * _US, reads=7, writes=8)
SET_ENDPOINT: Final = weight(200 * _US, reads=1, writes=1)
COMMIT_ROUND: Final = weight(600 * _US, reads=11, writes=6)
POST_AGGREGATE: Final = weight(1_400 * _US, reads=8, writes=4)
COMMIT_SCORES: Final = weight(400 * _US, reads=12, writes=3)
ANCHOR: Final = weight(300 * _US, reads=6, writes=1)
OPEN_LEAVES: Final = weight(700 * _US, reads=6, writes=2)
OPEN_CHALLENGE: Final = weight(2 * _MS, reads=400, writes=10)
APPEAL: Final = weight(400 * _US, reads=6, writes=6)
ATTEST: Final = weight(11 * _MS, reads=200, writes=70)
VERDICT: Final = weight(9 * _MS, reads=140, writes=15)

FREE: Final = PostInfo(pays_fee=Pays.NO)
"""Of calls that serve all: whoever brings them gets the fee back when they succeed."""

LOOK: Final = weight(2 * _US, reads=1)
"""A block in which nothing is due."""
DUE: Final = weight(10 * _MS, reads=200, writes=100)
"""One thing that is due; settling the scores of 64 validators takes longest."""


def due(training: Storage, item: Due) -> Weight:
    """One thing that is due; a challenge of what was posted may make rounds void."""
    found = training.challenges[item.challenge] if isinstance(item, ChallengeDue) else None
    undone = found is not None and found.ground in (Ground.AGGREGATE, Ground.STATE)
    return DUE + (revert(training, item.run) if undone else ZERO)


def create_run(_: Storage, _netuid: int, terms: Terms) -> Weight:
    """By the number of tensors."""
    return weight(1_600 * _US + 5 * _US * len(terms.codec.tensors), reads=6, writes=8)


def reveal_scores(
    _: Storage, _run: RunId, _round: int, scores: tuple[object, ...], *_rest: object
) -> Weight:
    """By the number of scores."""
    return weight(400 * _US + 10 * _US * len(scores), reads=4, writes=2)


def answer_audit(_: Storage, _run: RunId, _round: int, openings: tuple[object, ...]) -> Weight:
    """By the number of leaves."""
    return weight(300 * _US + 60 * _US * len(openings), reads=4, writes=1)


def roll_back(training: Storage, run: RunId, *_: object) -> Weight:
    """By the number of rounds that become void."""
    return VERDICT + revert(training, run)


def revert(training: Storage, run: RunId) -> Weight:
    """All rounds of a run that are not final become void."""
    state = training.runs[run]
    if state is None:
        return ZERO
    touched = (state.round - state.final_round) * MOST_WORKERS
    return weight(20 * _US * touched, reads=2 * touched, writes=touched)


def prove_chunk(training: Storage, run: RunId, _round: int, proof: ChunkProof) -> Weight:
    """By what is proven, and how many payloads that takes; a poster's fault makes rounds void."""
    settled = weight(0, reads=200, writes=20)
    if isinstance(proof, AggregateProof):
        own = weight(2 * _MS + 200 * _US * len(proof.payloads), reads=2 * len(proof.payloads))
    else:
        own = weight(_OF_PROOF[type(proof)])
    undone = revert(training, run) if isinstance(proof, AggregateProof | StateProof) else ZERO
    return own + settled + undone


_OF_PROOF: Final = {PayloadProof: 4 * _MS, CompressionProof: 5 * _MS, StateProof: 3 * _MS}
