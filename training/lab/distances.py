"""Measure how far apart results of the same training are, to choose the tolerances of audits.

    python -m pysubtensor.training.lab.distances --rounds 17 --device cuda

One worker trains rounds on one core.  Honest machines repeat every stride: again, with more
threads, on the device, in half precision.  Cheats do the whole round in ways of their own, and are
compared with the worker's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import orjson
import torch
from torch import Tensor

from pysubtensor.training.learning import corpus, trace
from pysubtensor.training.learning.config import InnerConfig, ModelConfig
from pysubtensor.training.learning.data import Assignment, Corpus
from pysubtensor.training.learning.inner import InnerLoop
from pysubtensor.training.learning.model import Gpt
from pysubtensor.training.learning.trace import Snapshot
from pysubtensor.training.roles.audit import TOLERANCE, Device, compare_stride, repeat_stride

STRIDE: Final = 5
THREADS: Final = 2


@dataclass(frozen=True)
class TrainingSteps:
    """Some steps of training."""

    begin: Snapshot
    before: int
    """Steps before them; they decide the learning rate."""
    batches: Sequence[Tensor]

    def done(
        self, config: InnerConfig, *, device: str = "cpu", threads: int = 1, half: bool = False
    ) -> Snapshot:
        """The state after them."""
        torch.set_num_threads(threads)
        loop = InnerLoop(Gpt(ModelConfig()).to(device), config, half=half)
        return repeat_stride(loop, self.begin, self.before, self.batches)


class RepeatKind(NamedTuple):
    """A way to repeat work, or to cheat."""

    name: str
    device: Device
    """The class that says how far apart results may be."""
    act: Callable[[TrainingSteps, InnerConfig], Snapshot]


def honest(device: str) -> list[RepeatKind]:
    """Machines that do as they should."""
    kinds = [
        RepeatKind("once more", Device.EXACT, lambda work, config: work.done(config)),
        RepeatKind(
            "two threads", Device.FP32, lambda work, config: work.done(config, threads=THREADS)
        ),
    ]
    if device != "cpu":
        kinds.append(
            RepeatKind(device, Device.FP32, lambda w, config: w.done(config, device=device))
        )
    half = RepeatKind(
        "bf16", Device.MIXED, lambda w, config: w.done(config, device=device, half=True)
    )
    return [*kinds, half]


CHEATS: Final = (
    RepeatKind(
        "rate 1 % higher",
        Device.FP32,
        lambda w, c: w.done(replace(c, learning_rate=c.learning_rate * 1.01)),
    ),
    RepeatKind(
        "1 of 15 steps left out",
        Device.MIXED,
        lambda w, c: replace(w, batches=w.batches[1:]).done(c),
    ),
    RepeatKind(
        "5 of 15 steps left out",
        Device.MIXED,
        lambda w, c: replace(w, batches=w.batches[5:]).done(c),
    ),
    RepeatKind(
        "half of each batch",
        Device.MIXED,
        lambda w, c: replace(w, batches=[each[::2] for each in w.batches]).done(c),
    ),
    RepeatKind(
        "other data",
        Device.MIXED,
        lambda w, c: replace(w, batches=[each.roll(1, 1) % 256 for each in w.batches]).done(c),
    ),
    RepeatKind(
        "optimiser reset", Device.MIXED, lambda w, c: replace(w, begin=_fresh(w.begin)).done(c)
    ),
)


def _fresh(state: Snapshot) -> Snapshot:
    return Snapshot(state.parameters, np.zeros_like(state.first), np.zeros_like(state.second), 0)


class Distances(NamedTuple):
    """What comparing showed."""

    name: str
    honest: bool
    tolerance: float
    distances: list[float]
    convicted: int

    @property
    def separation(self) -> float:
        """The largest distance of honest work, the smallest of a cheat."""
        return max(self.distances) if self.honest else min(self.distances)


def measure(rounds: int, device: str, config: InnerConfig | None = None) -> Iterator[Distances]:
    """Train, repeat and cheat; the kinds one after the other."""
    config = config or InnerConfig()
    strides, whole = _played(rounds, config)
    for kind in honest(device):
        yield _found(kind, strides, config, honest=True)
    for kind in CHEATS:
        # A first round has no optimiser that could be reset.
        yield _found(kind, whole[1:], config, honest=False)


Pairs = list[tuple[TrainingSteps, Snapshot]]


def _played(rounds: int, config: InnerConfig) -> tuple[Pairs, Pairs]:
    """The strides and the whole rounds of a worker, each with the state it came to."""
    torch.set_num_threads(1)
    text = Corpus(corpus.text(), ModelConfig().context, 4)
    loop = InnerLoop(Gpt(ModelConfig()), config)
    strides: Pairs = []
    whole: Pairs = []
    for number in range(rounds):
        assigned = Assignment(text, number.to_bytes(4, "little"), config.batch)
        batches, before = list(assigned.batches(0, config.steps)), number * config.steps
        states = [trace.capture(loop)]
        for first, last in trace.strides(config.steps, STRIDE):
            loop.run(batches[first:last])
            states.append(trace.capture(loop))
            strides.append(
                (TrainingSteps(states[-2], before + first, batches[first:last]), states[-1])
            )
        whole.append((TrainingSteps(states[0], before, batches), states[-1]))
    return strides, whole


def _found(kind: RepeatKind, pairs: Pairs, config: InnerConfig, *, honest: bool) -> Distances:
    distances, convicted = [], 0
    for work, end in pairs:
        claimed = kind.act(work, config)._replace(steps=end.steps)
        said = compare_stride(work.begin, claimed, end, kind.device)
        distances.append(said.distance or 0.0)
        convicted += said.guilty
    return Distances(kind.name, honest, TOLERANCE[kind.device], distances, convicted)


def main(arguments: Sequence[str] | None = None, show: Callable[[str], object] = print) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m pysubtensor.training.lab.distances"
    )
    parser.add_argument("--rounds", type=int, default=5, help="at least two")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if given.rounds < 2:
        parser.error("at least two rounds are needed")
    if not given.json:
        show("| | audits | largest or smallest distance | allowed | convicted |")
        show("|---|---|---|---|---|")
    listed = []
    for each in measure(given.rounds, given.device):
        listed.append(each._asdict())
        if not given.json:
            show(
                f"| {each.name} | {len(each.distances)} | {each.separation:.1e} "
                f"| {each.tolerance:g} | {each.convicted} |"
            )
    if given.json:
        show(orjson.dumps(listed).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
