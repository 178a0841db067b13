"""What a worker sends of its update: chunks that it proves right, and some that it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from pysubtensor.frame.primitives import U32
from pysubtensor.pallets.training.payload import Layout, PayloadId, compress
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE, fed_back
from pysubtensor.pallets.training.types import Accusation, Ground, Outcome
from pysubtensor.training.learning.check_compression import check_compression
from tests.training.cheats import Concealer, Hoarder, Picky
from tests.training.fleet import RULES

DEPOSIT, BOND = 10**8, 5 * 10**9
AUDITED = replace(RULES, audit_rate=1.0, audit_strides=1)
LAYOUT = Layout([(64, 128), (1, 30)], 8)
DECAY = DECAY_ONE // 2


def made() -> tuple:
    """A payload, the update and the error buffer that it was made from."""
    rng = np.random.default_rng(1)
    shapes = [(t.chunks, t.chunk_length) for t in LAYOUT.tensors]
    before, update = ([rng.normal(0, 1e6, s).astype(np.int32) for s in shapes] for _ in range(2))
    wanted = [fed_back(old, new, DECAY) for old, new in zip(before, update, strict=True)]
    return compress(PayloadId(0, 1, bytes(32)), LAYOUT, wanted), update, before


def test_an_honest_payload_is_right_and_leaves_the_rest():
    payload, update, before = made()
    found = check_compression(payload, update, before, DECAY)
    assert found.wrong is None
    sums = zip(payload.values(), found.left, update, before, strict=True)
    for sent, left, new, old in sums:
        assert np.array_equal(sent + left, fed_back(old, new, DECAY))


@pytest.mark.parametrize("chunk", [0, 1, 2])
def test_the_first_wrong_chunk_is_named(chunk):
    payload, update, before = made()
    tensor, row = (1, 0) if chunk == 2 else (0, chunk)
    update[tensor][row] = -update[tensor][row]
    assert check_compression(payload, update, before, DECAY).wrong == chunk


def test_a_challenged_worker_proves_its_chunks_and_wins(fleet_of):
    fleet = fleet_of(workers=3)
    worker, accuser = fleet.members["//W0"], fleet.members["//V0"]
    last = fleet.view.layout.chunks - 1  # of a tensor that travels whole
    fleet.play(2)
    number = fleet.view.run.round - 1
    for chunk in (0, last):
        said = Accusation(worker.account, Ground.COMPRESSION, U32(chunk), None)
        accuser.send("open_challenge", run=fleet.run, round=number, accusation=said)
    fleet.until(lambda: len(fleet.view.round(number).verdicts) == 2)
    for verdict in fleet.view.round(number).verdicts:
        assert (verdict.accused, verdict.ground) == (worker.account, Ground.COMPRESSION)
        assert (verdict.outcome, verdict.slashed) == (Outcome.INNOCENT, DEPOSIT)
    assert fleet.view.member(worker.account).bond == BOND


def test_who_was_left_out_still_proves_its_chunks(fleet_of):
    fleet = fleet_of(workers=3, rules=replace(RULES, min_workers=1, contributors=2))
    fleet.play(2)
    number = fleet.view.run.round - 1
    state = fleet.view.round(number)
    (left_out,) = set(state.committed) - set(state.contributors)
    for ground in (Ground.PAYLOAD, Ground.COMPRESSION):
        said = Accusation(left_out, ground, U32(1), None)
        fleet.members["//V0"].send("open_challenge", run=fleet.run, round=number, accusation=said)
    fleet.until(lambda: len(fleet.view.round(number).verdicts) == 2)
    outcomes = [each.outcome for each in fleet.view.round(number).verdicts]
    assert outcomes == [Outcome.INNOCENT] * 2
    assert fleet.view.member(left_out).bond == BOND
    taken_back = [each["round"] for each in fleet.heard("taken back")]
    assert taken_back.count(number) == 1


@pytest.mark.parametrize(
    ("kind", "ground", "index"),
    [(Picky, Ground.COMPRESSION, Picky.CHUNK), (Hoarder, Ground.TRACE, None),
     (Concealer, Ground.TRACE, None)],
)  # fmt: skip
def test_who_compressed_wrongly_is_accused_and_loses(fleet_of, kind, ground, index):
    fleet = fleet_of(workers=3, validators=2, rules=AUDITED, kinds={1: kind})
    cheat = fleet.members["//W1"].account
    fleet.until(lambda: fleet.view.member(cheat).bond == 0)
    guilty = {each["worker"] for each in fleet.heard("audited") if each["guilty"]}
    assert guilty == {cheat.hex()[:8]}
    verdicts = [v for n in range(1, fleet.view.run.round + 1) for v in fleet.view.round(n).verdicts]
    first = next(each for each in verdicts if each.outcome is Outcome.GUILTY)
    assert (first.accused, first.ground, first.slashed) == (cheat, ground, BOND)
    assert index in (None, first.index)
    fleet.play(1)
    assert fleet.roots() == {fleet.view.run.state_root}
