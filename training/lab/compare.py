"""Train one model by several methods on the same tokens, to compare sparse rounds with others.

    python -m pysubtensor.training.lab.compare --out curves.json --method sparse-k64-h15 --seed 0
    python -m pysubtensor.training.lab.compare --out curves.json --device cuda --jobs 12

Each method is trained by four simulated workers in one process; the curve is the loss on text that
nobody trained on.  Results are added to the file, so that it may be filled bit by bit.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import torch
from numpy.typing import NDArray
from torch import Tensor

from pysubtensor.pallets.training.payload.encoding import Payload, PayloadId, size_of
from pysubtensor.pallets.training.payload.layout import Layout
from pysubtensor.pallets.training.payload.numbers import (
    DECAY_ONE,
    Int32,
    fed_back,
    limited,
    quotient,
)
from pysubtensor.pallets.training.payload.top_k import top_k_indices
from pysubtensor.training.kernels import NumpyUpdateCodec
from pysubtensor.training.lab.comparison_report import Result, Results
from pysubtensor.training.learning import corpus, outer
from pysubtensor.training.learning.config import (
    InnerConfig,
    ModelConfig,
    OuterConfig,
    Rule,
    RunConfig,
)
from pysubtensor.training.learning.data import Corpus, starts
from pysubtensor.training.learning.inner import InnerLoop, load, moved, read
from pysubtensor.training.learning.model import Gpt, shapes

WORKERS = 4
EVERY = 75
"""Inner steps between two points of a curve."""
NOISE = 10.0
"""How much larger than the values that an honest worker sends the garbage of a bad one is."""


@dataclass(frozen=True)
class TrainingMethod:
    """A way to train."""

    steps: int = 15
    """Inner steps a round (H)."""
    outer: OuterConfig = field(default_factory=OuterConfig)
    exact_values: bool = False
    """Values travel as they are instead of in two bits."""
    feedback: bool = True
    absent: bool = False
    """One worker is missing from every second round."""
    garbage: bool = False
    """One worker sends noise."""
    until: int = 600
    """Inner steps in all."""


def _sparse(k: int, steps: int = 15) -> TrainingMethod:
    return TrainingMethod(steps, replace(OuterConfig(), keep=k))


_K64 = _sparse(64)
_GARBAGE = replace(_K64, garbage=True, until=300)


SPARSE = {
    "sparse-k64-h15": _K64,
    "sparse-k128-h15": _sparse(128),
    "sparse-k64-h30": _sparse(64, 30),
    "sparse-k128-h30": _sparse(128, 30),
    "sparse-k256-h30": _sparse(256, 30),
    "exact-values-k64-h15": replace(_K64, exact_values=True),
    "no-feedback-k64-h15": replace(_K64, feedback=False),
    "divide-by-r-k64-h15": replace(_K64, outer=replace(_K64.outer, rule=Rule.DIVIDE_BY_R)),
    "churn-k64-h15": replace(_K64, absent=True),
    "garbage-clip-k64-h15": _GARBAGE,
    "garbage-no-clip-k64-h15": replace(_GARBAGE, outer=replace(_K64.outer, clip_norms=False)),
}
DENSE = {"synchronous": 1, "diloco-h15": 15, "diloco-h30": 30}
METHODS = (*DENSE, *SPARSE)


class LossBench:
    """The text, and the loss on what was held back."""

    def __init__(self, seed: int, device: str = "cpu") -> None:
        model = ModelConfig()
        self.device = device
        self.text = Corpus(corpus.text(), model.context, WORKERS)
        self.config = RunConfig(model, InnerConfig(), corpus=self.text.hash, seed=seed)
        self.held_back = self.text.validation(128).to(device)
        self.first = Gpt(model, seed).to(device)

    def model(self) -> Gpt:
        """A model with the first weights."""
        made = Gpt(self.config.model).to(self.device)
        made.load_state_dict(self.first.state_dict())
        return made

    def batch(self, worker: int, step: int) -> Tensor:
        """A worker's batch; the same in every method."""
        seed = self.config.seed.to_bytes(4, "little") + bytes((worker,)) + bytes(8)
        return self.text.sequences(starts(self.text, seed, worker, step, self.config.inner.batch))

    def loss(self, model: Gpt) -> float:
        """Loss on the text that was held back."""
        with torch.no_grad():
            parts = [float(model.loss(part)) for part in self.held_back.split(32)]
        return sum(parts) / len(parts)


Point = tuple[int, float]


def train(method: str, bench: LossBench) -> Iterator[Point]:
    """(inner step, loss) along the way."""
    yield 0, bench.loss(bench.first)
    if method == "synchronous":
        yield from _synchronous(bench)
    elif method in DENSE:
        yield from _diloco(bench, DENSE[method])
    else:
        yield from SparseRounds(bench, SPARSE[method]).run()


def _synchronous(bench: LossBench) -> Iterator[Point]:
    """AdamW on the batches of all workers together, every step."""
    loop = InnerLoop(bench.model(), bench.config.inner)
    for step in range(bench.config.inner.total_steps):
        loop.take(torch.cat([bench.batch(worker, step) for worker in range(WORKERS)]))
        if (step + 1) % EVERY == 0:
            yield step + 1, bench.loss(loop.model)


def _diloco(bench: LossBench, steps: int) -> Iterator[Point]:
    """Dense updates, averaged, with Nesterov momentum 0.9 at rate 0.7."""
    shared = bench.model()
    loops = [InnerLoop(bench.model(), bench.config.inner) for _ in range(WORKERS)]
    optimiser = torch.optim.SGD(shared.parameters(), lr=0.7, momentum=0.9, nesterov=True)
    for begin in range(0, bench.config.inner.total_steps, steps):
        for worker, loop in enumerate(loops):
            loop.model.load_state_dict(shared.state_dict())
            loop.run(bench.batch(worker, begin + at) for at in range(steps))
        own = zip(*(loop.model.parameters() for loop in loops), strict=True)
        for parameter, trained in zip(shared.parameters(), own, strict=True):
            parameter.grad = parameter.detach() - torch.stack([t.detach() for t in trained]).mean(0)
        optimiser.step()
        if (begin + steps) % EVERY == 0:
            yield begin + steps, bench.loss(shared)


class SparseRounds:
    """Sparse rounds."""

    def __init__(self, bench: LossBench, method: TrainingMethod) -> None:
        self.bench, self.method = bench, method
        model = bench.model()
        self.parameters = read(model)
        self.layout = Layout([_two(shape) for shape in shapes(model).values()], method.outer.keep)
        self.loops = [InnerLoop(bench.model(), bench.config.inner) for _ in range(WORKERS)]
        self.feedback = [self._nothing() for _ in range(WORKERS)]
        self.shared = model

    def run(self) -> Iterator[Point]:
        """Train to the end."""
        for number in range(self.method.until // self.method.steps):
            self._round(number)
            done = (number + 1) * self.method.steps
            if done % EVERY == 0:
                load(self.shared, self.parameters)
                yield done, self.bench.loss(self.shared)

    def _round(self, number: int) -> None:
        present = [w for w in range(WORKERS) if not self._absent(w, number)]
        updates = [self._update(worker, number) for worker in present]
        if self.method.exact_values:
            aggregate = self._join_exactly(present, updates)
        else:
            sent = [
                self._payload(worker, number, update)
                for worker, update in zip(present, updates, strict=True)
            ]
            how = outer.mixing(self.method.outer)
            aggregate = NumpyUpdateCodec().aggregate(self.layout, sent, [1] * len(sent), how)
        rate = self.method.outer.learning_rate
        self.parameters = outer.step(self.layout, self.parameters, aggregate, rate)

    def _absent(self, worker: int, number: int) -> bool:
        return self.method.absent and number % 2 == 1 and worker == (number // 2) % WORKERS

    def _update(self, worker: int, number: int) -> list[Int32]:
        loop, begin = self.loops[worker], number * self.method.steps
        loop.step = begin
        load(loop.model, self.parameters)
        loop.run(self.bench.batch(worker, begin + at) for at in range(self.method.steps))
        return [each.cpu().numpy() for each in moved(self.parameters, loop.model)]

    def _payload(self, worker: int, number: int, update: Sequence[Int32]) -> Payload:
        feedback, place = self.feedback[worker], PayloadId(0, number, bytes((worker,)) * 32)
        if not self.method.feedback:
            self.feedback[worker] = feedback = self._nothing()
        honest = feedback.compress(place, outer.cut(self.layout, update))
        if self.method.garbage and worker == 0:
            return self._nothing().compress(place, _noise(honest, number))
        return honest

    def _nothing(self) -> outer.ErrorFeedback:
        decay = outer.fixed(self.method.outer.decay, DECAY_ONE)
        return outer.ErrorFeedback(self.layout, decay, outer.nothing(self.layout))

    def _join_exactly(
        self, present: Sequence[int], updates: Sequence[Sequence[Int32]]
    ) -> list[Int32]:
        """The same rounds with values that are not rounded to two bits."""
        sums = [np.zeros((t.chunks, t.chunk_length), np.int64) for t in self.layout.tensors]
        senders = [np.zeros_like(each) for each in sums]
        decay = outer.fixed(self.method.outer.decay, DECAY_ONE)
        for worker, update in zip(present, updates, strict=True):
            buffer = self.feedback[worker].buffer
            for at, (tensor, new) in enumerate(zip(self.layout.tensors, update, strict=True)):
                due = fed_back(buffer[at], tensor.cut(new), decay)
                kept = np.ones_like(due, bool) if tensor.whole else _largest(due, self.layout.k)
                sums[at] += np.where(kept, due, 0)
                senders[at] += kept
                buffer[at] = np.where(kept, 0, due).astype(np.int32)
        return [
            quotient(total, np.maximum(count, 1)).astype(np.int32)
            for total, count in zip(sums, senders, strict=True)
        ]


def _largest(values: Int32, k: int) -> NDArray[np.bool_]:
    kept = np.zeros(values.shape, bool)
    np.put_along_axis(kept, top_k_indices(values, k).astype(np.int64), True, axis=1)
    return kept


def _noise(honest: Payload, number: int) -> list[Int32]:
    generator = np.random.default_rng(number)

    def like(sent: Int32) -> Int32:
        size = NOISE * float(np.abs(sent[sent != 0]).mean())
        return limited((generator.standard_normal(sent.shape) * size).astype(np.int64))

    return [like(sent) for sent in honest.values()]


def _two(shape: Sequence[int]) -> tuple[int, int]:
    return (shape[0], shape[1]) if len(shape) == 2 else (1, shape[0])


def bytes_a_round(method: str, bench: LossBench) -> int:
    """What a worker sends in a round (in a step, when all train as one)."""
    sizes = shapes(bench.first).values()
    if method in DENSE:
        return 4 * sum(int(np.prod(shape)) for shape in sizes)
    return size_of(Layout([_two(shape) for shape in sizes], SPARSE[method].outer.keep))


class ComparisonRun(NamedTuple):
    """A method and a seed."""

    method: str
    seed: int
    device: str

    def __str__(self) -> str:
        return f"{self.method}/{self.seed}"

    def result(self) -> Result:
        """Train on one core, or on the device, and return the curve."""
        torch.set_num_threads(1)
        bench, begin, curve = LossBench(self.seed, self.device), time.perf_counter(), []
        for step, loss in train(self.method, bench):
            curve.append((step, round(loss, 4)))
            print(f"{self} step {step:4} loss {loss:.4f}", flush=True)  # noqa: T201 (progress)
        return {
            "curve": curve,
            "bytes": bytes_a_round(self.method, bench),
            "seconds": round(time.perf_counter() - begin, 1),
            "device": self.device,
        }


def in_order(results: Results) -> Results:
    """Results by method and seed."""

    def place(name: str) -> tuple[int, int]:
        method, seed = name.rsplit("/", 1)
        return METHODS.index(method), int(seed)

    return {name: results[name] for name in sorted(results, key=place)}


def main(arguments: Sequence[str] | None = None, show: Callable[[str], object] = print) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m pysubtensor.training.lab.compare"
    )
    parser.add_argument("--out", type=Path, required=True, help="file of results, JSON")
    parser.add_argument("--method", action="append", choices=METHODS, help="default: all")
    parser.add_argument("--seed", action="append", type=int, help="default: 0, 1 and 2")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time, a core each")
    given = parser.parse_args(arguments)
    methods, seeds = given.method or METHODS, given.seed or (0, 1, 2)
    results: Results = orjson.loads(given.out.read_bytes()) if given.out.exists() else {}
    runs = [ComparisonRun(method, seed, given.device) for seed in seeds for method in methods]
    due = [run for run in runs if str(run) not in results]
    # Forked processes could not use the device.
    with ProcessPoolExecutor(given.jobs, multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(run.result): run for run in due}
        for count, done in enumerate(as_completed(waiting), 1):
            results[str(waiting[done])] = done.result()
            given.out.write_bytes(orjson.dumps(in_order(results), option=orjson.OPT_INDENT_2))
            show(f"{waiting[done]} is done, {count} of {len(due)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
