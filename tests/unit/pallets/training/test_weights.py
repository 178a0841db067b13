"""Full rounds fit into blocks many times over."""

from __future__ import annotations

from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.weights import ZERO, Weight
from pysubtensor.pallets.training import weights
from pysubtensor.pallets.training.types import (
    Accusation,
    AggregateProof,
    ChallengeDue,
    FinalDue,
    Ground,
    Opening,
    Score,
)
from pysubtensor.runtime.versions import BLOCK_WEIGHTS
from tests.training_chain import Lab

RUNS, WORKERS, VALIDATORS = 8, 64, 64
ROOM = BLOCK_WEIGHTS.per_class.normal.max_total.ref_time


def total(*parts: Weight) -> int:
    return sum((part for part in parts), start=ZERO).ref_time


def test_all_commitments_of_eight_runs_take_a_quarter_of_a_block():
    assert RUNS * WORKERS * weights.COMMIT_ROUND.ref_time * 3.9 < ROOM


def test_whole_rounds_of_eight_runs_fit_into_one_block():
    scores = (Score(bytes(32), 0, 0),) * WORKERS
    reveal = weights.reveal_scores(None, 0, 1, scores, bytes(32), bytes(32))
    audit = weights.answer_audit(None, 0, 1, (None, None))
    a_round = total(
        weights.COMMIT_ROUND * WORKERS,
        weights.ATTEST,
        weights.POST_AGGREGATE,
        (weights.COMMIT_SCORES + reveal) * VALIDATORS,
        audit * WORKERS,
    )
    assert RUNS * a_round < ROOM


def test_what_falls_due_fits_beside_it():
    lab = Lab()
    most = lab.pallet.config.max_due_per_block
    assert (weights.DUE * most).ref_time < BLOCK_WEIGHTS.max_block.ref_time // 2


def test_undoing_rounds_is_paid_by_their_number():
    lab = Lab()
    proof = AggregateProof(0, (Opening(b"", ()),) * 4, Hash(bytes(32)), ())
    one = weights.prove_chunk(lab.pallet, 0, 1, proof)
    lab.play()
    two = weights.prove_chunk(lab.pallet, 0, 1, proof)
    assert two.ref_time - one.ref_time == weights.revert(lab.pallet, 0).ref_time // 2
    assert weights.revert(lab.pallet, 9) == ZERO


def test_what_a_challenge_of_a_poster_may_undo_counts():
    lab = Lab()
    lab.play()
    poster = lab.round(1).posted.by
    accuser = next(who for who in lab.workers if who != poster)
    worker = next(who for who in lab.workers if who != accuser)
    for ground, accused in ((Ground.TRACE, worker), (Ground.STATE, poster)):
        said = Accusation(accused, ground, 0, None)
        lab.call(accuser, "open_challenge", run=0, round=1, accusation=said)
    one, two = (weights.due(lab.pallet, ChallengeDue(0, challenge)) for challenge in (0, 1))
    assert one == weights.DUE
    assert two == weights.DUE + weights.revert(lab.pallet, 0)
    assert weights.due(lab.pallet, FinalDue(0)) == weights.DUE
