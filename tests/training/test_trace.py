"""A worker's record of its training, and repeating a part of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pysubtensor.pallets.training.payload import PayloadId
from pysubtensor.training.create_run import prepare
from pysubtensor.training.learning import trace
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.learning.inner import InnerLoop, rate_at
from pysubtensor.training.learning.model import Gpt
from pysubtensor.training.learning.trace import RecordedTrace, Snapshot
from pysubtensor.training.roles.audit import TOLERANCE, Device, compare_stride
from pysubtensor.training.roles.worker import single_thread
from tests.training.fleet import TINY

STEPS, STRIDE = 6, 2


@pytest.fixture(scope="module")
def work() -> tuple[RecordedTrace, Assignment]:
    single_thread()
    new_run = prepare(TINY)
    assigned = Assignment(new_run.text, b"seed", TINY.inner.batch)
    done = list(trace.record(loop(), assigned, STEPS, STRIDE))
    return RecordedTrace([leaf for leaf, _, _ in done], [state for _, state, _ in done]), assigned


def loop() -> InnerLoop:
    return InnerLoop(Gpt(TINY.model, 3), TINY.inner)


def repeated(work: tuple[RecordedTrace, Assignment], stride: int, **changed: float) -> Snapshot:
    done, assigned = work
    again = InnerLoop(Gpt(TINY.model), replace(TINY.inner, **changed))
    trace.restore(again, done.snapshots[stride])
    again.step = stride * STRIDE
    for batch in assigned.batches(stride * STRIDE, (stride + 1) * STRIDE):
        again.take(batch)
    return trace.capture(again)


@pytest.mark.parametrize("stride", [0, 1, 2])
def test_a_stride_comes_to_the_same_bits_again(work, stride):
    claimed = work[0].snapshots[stride + 1]
    assert repeated(work, stride).hashes() == claimed.hashes()


def test_other_rates_are_told_from_other_machines(work):
    begin, claimed = work[0].snapshots[1:3]
    faster = repeated(work, 1, learning_rate=TINY.inner.learning_rate * 1.01)
    found = compare_stride(begin, claimed, faster, Device.FP32)
    assert found.guilty
    assert found.distance > 5e-3
    noisy = claimed._replace(parameters=claimed.parameters + np.float32(1e-9))
    assert not compare_stride(begin, noisy, repeated(work, 1), Device.FP32).guilty
    assert compare_stride(begin, noisy, repeated(work, 1), Device.EXACT).guilty


def test_an_optimiser_that_was_reset_is_found(work):
    begin, claimed = work[0].snapshots[1:3]
    fresh = claimed._replace(first=np.zeros_like(claimed.first), steps=2)
    assert compare_stride(begin, fresh, repeated(work, 1), Device.MIXED).guilty


def test_no_class_of_machine_lets_a_skipped_step_through():
    assert max(TOLERANCE.values()) < 9.7e-2 / 4


def test_a_snapshot_is_read_as_it_was_written(work):
    state = work[0].snapshots[2]
    found = Snapshot.decode(state.encode(), state.parameters.size)
    assert found is not None
    assert found.hashes() == state.hashes()
    assert Snapshot.decode(state.encode()[:-1], state.parameters.size) is None


def test_a_loss_that_is_no_number_is_the_largest():
    assert trace.fixed_loss(1.5) == 3 << 23
    assert {trace.fixed_loss(loss) for loss in (float("nan"), float("inf"), 1e9)} == {2**31 - 1}


def test_leaves_are_read_as_they_were_written(work):
    data = trace.encode_leaves(work[0].leaves)
    assert trace.decode_leaves(data) == work[0].leaves
    assert trace.decode_leaves(data + b"x") == []


def test_the_root_names_the_worker(work):
    roots = {work[0].root(PayloadId(0, 1, bytes((who,)) * 32)) for who in range(3)}
    assert len(roots) == 3


def test_strides_end_with_the_steps():
    assert trace.strides(7, 3) == [(0, 3), (3, 6), (6, 7)]


def test_the_rate_rises_and_falls():
    inner = replace(TINY.inner, warm_up=2, total_steps=10, learning_rate=1.0)
    rates = [rate_at(inner, step) for step in range(12)]
    assert rates[:3] == [0.5, 1.0, 1.0]
    assert rates[10] == rates[11] == pytest.approx(0.1)
    assert rates[2:] == sorted(rates[2:], reverse=True)


def test_the_first_weights_are_the_same_everywhere():
    one, two = Gpt(TINY.model, 5), Gpt(TINY.model, 5)
    pairs = zip(one.parameters(), two.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
