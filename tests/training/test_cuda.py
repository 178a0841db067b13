"""On a GPU all goes as on a processor: steps, states, and whole rounds."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pysubtensor.pallets.training.payload.numbers import ONE
from pysubtensor.training.learning import trace
from pysubtensor.training.learning.corpus import text
from pysubtensor.training.learning.data import Assignment, Corpus
from pysubtensor.training.learning.inner import InnerLoop, load, moved, read
from pysubtensor.training.learning.model import Gpt
from pysubtensor.training.roles.worker import single_thread
from tests.training.fleet import RULES, TINY, Fleet

ON = "cuda" if torch.cuda.is_available() else "cpu"
needs_cuda = pytest.mark.skipif(ON == "cpu", reason="there is no CUDA here")


def model() -> Gpt:
    return Gpt(TINY.model, seed=3)


def test_parameters_are_rounded_alike_on_each_device():
    here, there = model(), model().to(ON)
    with torch.no_grad():
        for held in (*here.parameters(), *there.parameters()):
            flat = held.reshape(-1)
            ends = torch.tensor([0.5, 1.5, -2.5, 1e12, -1e12, float("nan")]) / ONE
            flat[: len(ends)] = torch.tensor([*ends[:3], 200.0, -200.0, float("nan")])
    shared = [each - 3 for each in read(model())]
    for a, b in zip(read(here), read(there), strict=True):
        assert np.array_equal(a, b)
        assert a.reshape(-1)[:6].tolist() == [0, 2, -2, (1 << 31) - 1, -(1 << 31), 0]
    for a, b in zip(moved(shared, here), moved(shared, there), strict=True):
        assert torch.equal(a, b.cpu())


def test_shared_parameters_are_loaded_alike_on_each_device():
    shared = [each * 3 + 1 for each in read(model())]
    here, there = model(), model().to(ON)
    load(here, shared)
    load(there, shared)
    for a, b in zip(here.parameters(), there.parameters(), strict=True):
        assert torch.equal(a, b.cpu())


def test_a_state_is_captured_and_gone_back_to_on_each_device():
    single_thread()
    assigned = Assignment(Corpus(text(20_000), TINY.model.context, 4), b"s" * 32, 4)
    ends = []
    for place in ("cpu", ON):
        loop = InnerLoop(model().to(place), TINY.inner)
        loop.run(assigned.batches(0, 2))
        middle = trace.capture(loop)
        loop.run(assigned.batches(2, 4))
        again = InnerLoop(model().to(place), TINY.inner)
        trace.restore(again, middle)
        again.step = 2
        again.run(assigned.batches(2, 4))
        ends.append(trace.capture(loop))
        assert trace.capture(again).hashes() == ends[-1].hashes()
    begin = trace.capture(InnerLoop(model(), TINY.inner)).parameters
    apart, change = (np.linalg.norm(ends[0].parameters - p) for p in (ends[1].parameters, begin))
    assert apart < 1e-3 * change


@needs_cuda
def test_rounds_are_trained_audited_and_scored_on_cuda(tmp_path):
    rules = replace(RULES, audit_rate=1.0, audit_strides=2)
    fleet = Fleet(tmp_path, workers=3, validators=2, rules=rules, on="cuda")
    try:
        for _ in range(3):
            fleet.play(1)
            assert fleet.roots() == {fleet.view.run.state_root}
        losses = [each["loss"] for each in fleet.heard("scored") if each["who"] == "//V0"]
        assert losses[-1] < losses[0]
        assert len(fleet.view.round(3).contributors) == 3
        assert fleet.heard("audited")
        assert not fleet.heard("accused")
    finally:
        fleet.close()
