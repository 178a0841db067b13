"""Repeat a stride of a worker's training and its compression, and compare the results.

A worker opens on the chain the hashes of its states; the states themselves must lie in its
store.  Whoever repeats the stride from the first state must come to the second: to the same bits on
the same kind of machine, close to them on another.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.training.payload import Context, Tree, checks, merkle
from pysubtensor.pallets.training.types import Commitment, StepLeaf
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import RunFiles
from pysubtensor.training.learning import trace
from pysubtensor.training.learning.check_compression import CompressionCheck, check_compression
from pysubtensor.training.learning.config import RunConfig
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.learning.inner import InnerLoop, load, moved
from pysubtensor.training.learning.model import Gpt
from pysubtensor.training.learning.trace import Snapshot, bytes_of
from pysubtensor.training.roles.replica import Replica

LARGEST_TRACE: Final = 1 << 17


class Device(IntEnum):
    """What a worker trains on; results are equal bit for bit within EXACT alone."""

    EXACT = 0
    """The run's own machine image: states must be equal bit for bit."""
    FP32 = 1
    """Single precision on any machine."""
    MIXED = 2
    """Half precision where torch chooses it."""


TOLERANCE: Final = {Device.EXACT: 0.0, Device.FP32: 1e-4, Device.MIXED: 2e-2}
"""Largest distance of two results of a stride, relative to what the stride changed.

Honest single precision differs by 6e-7, half precision by 5e-3; the mildest fraud, one step of
fifteen left out, by 1e-1.
"""


NO_TRACE: Final = "the trace cannot be read"
NO_EARLIER_TRACE: Final = "the trace of the round before cannot be read"
NO_STATE: Final = "a state cannot be read"
NOT_SHOWN: Final = "what it sent, or made it from, cannot be read"


class StrideCheck(NamedTuple):
    """What repeating a stride showed."""

    guilty: bool
    why: str
    distance: float | None = None
    """How far apart the results are, relative to the stride's change."""
    chunk: int | None = None
    """Of the payload: one that the worker cannot prove right."""

    @property
    def may_be_late(self) -> bool:
        """Whether files were missing and nothing else was wrong; they may still appear."""
        return self.why in (NO_TRACE, NO_EARLIER_TRACE, NO_STATE, NOT_SHOWN)


class StrideChecker:
    """Repeats strides of a run."""

    def __init__(
        self, view: ChainView, library: RunFiles, replica: Replica, on: str = "cpu"
    ) -> None:
        self.view, self.library, self.replica, self.on = view, library, replica, on
        self.config: RunConfig = library.source.config
        self._good: set[tuple[int, AccountId]] = set()
        """Rounds of workers that sent what they were to send."""

    def check(self, number: int, worker: AccountId, stride: int) -> StrideCheck:
        """Repeat a stride of a worker's round, and what it sent in it.  Errors: CannotReach."""
        said = self.view.commitment(number, worker)
        if said is None:
            return StrideCheck(False, "nothing was committed to")
        found = self._check_training(number, worker, stride, said)
        return found if found.guilty else self._check_compression(number, worker, said) or found

    # -- training -----------------------------------------------------------------------------

    def _check_training(
        self, number: int, worker: AccountId, stride: int, said: Commitment
    ) -> StrideCheck:
        listed = self._leaves(number, worker, said)
        if not 0 <= stride < len(listed) - 1:
            return StrideCheck(True, NO_TRACE)
        why = self._wrong_begin(number, worker, listed[0])
        if why:
            return StrideCheck(True, why)
        size = sum(tensor.size for tensor in self.view.layout.tensors)
        ends = [self._snapshot(number, worker, leaf, size) for leaf in listed[stride : stride + 2]]
        if ends[0] is None or ends[1] is None:
            return StrideCheck(True, NO_STATE)
        assigned = self._assigned(number, worker)
        first, last = trace.strides(said.steps, self.view.terms.trace.stride)[stride]
        if listed[stride + 1].data_digest != assigned.digest(first, last):
            return StrideCheck(True, "it trained on other data")
        why = self._wrong_end(number, worker, said, stride, ends[0], ends[1], len(listed))
        if why:
            return StrideCheck(True, why)
        base = (number - 1) * self.config.inner.steps
        half = int(said.device) == Device.MIXED
        loop = InnerLoop(Gpt(self.config.model).to(self.on), self.config.inner, half=half)
        again = repeat_stride(loop, ends[0], base + first, assigned.batches(first, last))
        return compare_stride(ends[0], ends[1], again, said.device)

    def _leaves(self, number: int, worker: AccountId, said: Commitment) -> list[StepLeaf]:
        """The leaves of the trace, if they are those of the commitment."""
        name = file_names.trace(self.view.id, number, worker)
        data = self.library.fetch(self.view, name, LARGEST_TRACE, worker)
        listed = trace.decode_leaves(data or b"")
        if len(listed) != self.view.leaves_of(said):
            return []
        place = self.view.payload_id(number, worker)
        root = merkle.root(place.context(Tree.STEPS), trace.hashes_of(place, listed))
        return listed if root == said.steps_root else []

    def _wrong_begin(self, number: int, worker: AccountId, begin: StepLeaf) -> str:
        """Why the optimiser at the beginning is wrong; empty if it is right.

        It must be the one that the last round ended with.  A worker that missed that round, or
        whose update was left out, may begin with a new one; the chain accepts any error buffer
        then, too.
        """
        said = self.view.commitment(number - 1, worker)
        if said is None:
            return ""
        before = self._leaves(number - 1, worker, said)
        if before:
            same = before[-1].optimiser == begin.optimiser
            return "" if same else "its optimiser is not the one that the round before left"
        joined = self._was_joined(number - 1, worker)
        return NO_EARLIER_TRACE if joined else ""

    def _was_joined(self, number: int, worker: AccountId) -> bool:
        state = self.view.round(number)
        return state is not None and not state.void and worker in state.contributors

    def _snapshot(
        self, number: int, worker: AccountId, leaf: StepLeaf, size: int
    ) -> Snapshot | None:
        name = file_names.snapshot(self.view.id, number, worker, leaf.index)
        data = self.library.fetch(self.view, name, bytes_of(size), worker)
        found = None if data is None else Snapshot.decode(data, size)
        if found is None or found.hashes() != (leaf.parameters, leaf.optimiser):
            return None
        return found

    def _assigned(self, number: int, worker: AccountId) -> Assignment:
        seed = self.view.seed(number, worker)
        return Assignment(self.library.source.corpus, seed, self.config.inner.batch)

    def _wrong_end(
        self, number: int, worker: AccountId, said: Commitment, stride: int,
        begin: Snapshot, end: Snapshot, count: int,
    ) -> str:  # fmt: skip
        """Why the first or last state of the round is wrong; empty if it is right."""
        shared = self.replica.before(number)
        model = Gpt(self.config.model)
        load(model, shared)
        if stride == 0:
            flat = torch.cat([each.detach().reshape(-1) for each in model.parameters()]).numpy()
            if not np.array_equal(flat, begin.parameters):
                return "it did not begin with the shared parameters"
        if stride == count - 2:
            loop = InnerLoop(model, self.config.inner)
            trace.restore(loop, end)
            change = self.replica.chunks([each.numpy() for each in moved(shared, model)])
            context = Context(Tree.UPDATE, self.view.id, number, worker)
            if checks.root(context, change) != said.update_root:
                return "its update is not what its training changed"
        return ""

    # -- what was sent ------------------------------------------------------------------------

    def _check_compression(
        self, number: int, worker: AccountId, said: Commitment
    ) -> StrideCheck | None:
        """What is wrong with the payload; an update that was left out is not checked."""
        key = (number, worker)
        if key in self._good or not self._was_joined(number, worker):
            return None
        found = self._recompress(number, worker, said)
        if found is None:
            return StrideCheck(True, NOT_SHOWN)
        if found.wrong is not None:
            return StrideCheck(True, "it did not send what it was to send", chunk=found.wrong)
        if checks.root(self._buffers(worker), found.left) != said.error_new:
            return StrideCheck(True, "its error buffer is not what was left")
        self._good = {each for each in self._good if each[0] > self.view.run.final_round}
        self._good.add(key)
        return None

    def _recompress(
        self, number: int, worker: AccountId, said: Commitment
    ) -> CompressionCheck | None:
        view, library, run = self.view, self.library, self.view.id
        context = Context(Tree.UPDATE, run, number, worker)
        name = file_names.update(run, number, worker)
        update = library.chunks(view, name, said.update_root, context, worker)
        name, context = file_names.buffer(run, number, worker), self._buffers(worker)
        before = library.chunks(view, name, said.error_old, context, worker)
        payload = library.payload(view, number, worker)
        if update is None or before is None or payload is None:
            return None
        return check_compression(payload, update, before, view.terms.codec.decay)

    def _buffers(self, worker: AccountId) -> Context:
        return Context(Tree.ERROR, self.view.id, 0, worker)


def repeat_stride(
    loop: InnerLoop, begin: Snapshot, before: int, batches: Iterable[Tensor]
) -> Snapshot:
    """The state after training on `batches`, with so many steps before them."""
    trace.restore(loop, begin)
    loop.step = before
    loop.run(batches)
    return trace.capture(loop)


def compare_stride(begin: Snapshot, claimed: Snapshot, again: Snapshot, device: int) -> StrideCheck:
    """Compare two results of a stride under the tolerance of the worker's class of device."""
    if claimed.hashes() == again.hashes():
        return StrideCheck(False, "equal bit for bit", 0.0)
    if device not in list(Device):
        return StrideCheck(True, "there is no such class of machine")
    apart = max(
        _distance(claimed.parameters, again.parameters, again.parameters - begin.parameters),
        _distance(claimed.first, again.first, again.first),
        _distance(claimed.second, again.second, again.second),
    )
    wrong_count = claimed.steps != again.steps
    guilty = wrong_count or not apart <= TOLERANCE[Device(device)]
    return StrideCheck(guilty, f"{apart:.2g} apart", apart)


def _distance(a: trace.Floats, b: trace.Floats, scale: trace.Floats) -> float:
    """Length of the difference, relative to that of `scale`."""
    wide = a.astype(np.float64) - b
    length = float(np.linalg.norm(scale.astype(np.float64)))
    return float(np.linalg.norm(wide)) / max(length, 1e-30)
