"""The trace of a worker's training: its state every few steps, so that others can repeat it.

A leaf of the trace is on what it trained, the loss, and the hashes of model and optimiser.  The
states themselves stay with the worker until somebody asks for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from math import isfinite
from typing import Final, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.primitives import I32, U32, Hash
from pysubtensor.pallets.training.payload import PayloadId, Tree, merkle
from pysubtensor.pallets.training.payload.numbers import ONE
from pysubtensor.pallets.training.types import StepLeaf, StepOpening
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.learning.inner import InnerLoop

Floats = NDArray[np.float32]
LEAF: Final = Resolver()(StepLeaf)
LEAF_BYTES = 4 + 32 + 4 + 32 + 32


class Snapshot(NamedTuple):
    """Model and optimiser, all tensors in order one behind the other."""

    parameters: Floats
    first: Floats
    """Adam's mean of the gradients."""
    second: Floats
    """Its mean of their squares."""
    steps: int
    """Steps that the optimiser has made."""

    def hashes(self) -> tuple[Hash, Hash]:
        """SHA-256 of the model, and of the optimiser."""
        optimiser = self.steps.to_bytes(8, "little") + self.first.tobytes() + self.second.tobytes()
        model = hashlib.sha256(self.parameters.tobytes()).digest()
        return Hash(model), Hash(hashlib.sha256(optimiser).digest())

    def is_finite(self) -> bool:
        """Whether every value is a number."""
        return all(np.isfinite(each).all() for each in self[:3])

    def encode(self) -> bytes:
        """The steps, eight bytes, then parameters and both means as float32, little end first."""
        arrays = np.concatenate(self[:3]).astype("<f4")
        return self.steps.to_bytes(8, "little") + arrays.tobytes()

    @classmethod
    def decode(cls, data: bytes, size: int) -> Self | None:
        """Read one of a model with `size` parameters; None for anything else."""
        if len(data) != bytes_of(size):
            return None
        values = np.frombuffer(data, "<f4", offset=8).astype(np.float32)
        parameters, first, second = np.split(values, 3)
        return cls(parameters, first, second, int.from_bytes(data[:8], "little"))


def bytes_of(size: int) -> int:
    """Length of an encoded snapshot of a model with so many parameters."""
    return 8 + 12 * size


def capture(loop: InnerLoop) -> Snapshot:
    """Take a snapshot of model and optimiser."""
    held = list(loop.model.parameters())
    kept = [loop.optimiser.state.get(each, {}) for each in held]
    first, second = (
        _flat([s.get(name, torch.zeros_like(each)) for s, each in zip(kept, held, strict=True)])
        for name in ("exp_avg", "exp_avg_sq")
    )
    return Snapshot(_flat(held), first, second, int(kept[0]["step"]) if kept[0] else 0)


def restore(loop: InnerLoop, snapshot: Snapshot) -> None:
    """Restore a snapshot."""
    at = 0
    loop.optimiser.state.clear()
    for held in loop.model.parameters():
        part = slice(at, at + held.numel())
        model, first, second = (
            torch.from_numpy(array[part].copy()).reshape(held.shape).to(held.device)
            for array in snapshot[:3]
        )
        with torch.no_grad():
            held.copy_(model)
        if snapshot.steps:
            step = torch.tensor(float(snapshot.steps))
            loop.optimiser.state[held] = {"step": step, "exp_avg": first, "exp_avg_sq": second}
        at = part.stop


def _flat(tensors: list[Tensor]) -> Floats:
    parts = [each.detach().cpu().reshape(-1) for each in tensors]
    found: Floats = torch.cat(parts).numpy().astype(np.float32)
    return found


class RecordedTrace(NamedTuple):
    """Leaves and snapshots of a worker's round."""

    leaves: list[StepLeaf]
    snapshots: list[Snapshot]

    def root(self, place: PayloadId) -> bytes:
        """Root of the tree of the leaves."""
        return merkle.root(place.context(Tree.STEPS), hashes_of(place, self.leaves))


def strides(steps: int, stride: int) -> list[tuple[int, int]]:
    """The first step of each stride, and the one behind its last."""
    return [(at, min(at + stride, steps)) for at in range(0, steps, stride)]


def record(
    loop: InnerLoop, assigned: Assignment, steps: int, stride: int
) -> Iterator[tuple[StepLeaf, Snapshot, list[float]]]:
    """Train for a round, stride by stride; the first leaf is of the state before any.

    With each leaf come the losses of its steps.
    """
    yield (*_leaf(loop, 0, bytes(32), 0.0), [])
    for index, (first, last) in enumerate(strides(steps, stride)):
        losses = [loop.take(batch) for batch in assigned.batches(first, last)]
        found = _leaf(loop, index + 1, assigned.digest(first, last), losses[-1])
        yield (*found, losses)


def _leaf(loop: InnerLoop, index: int, digest: bytes, loss: float) -> tuple[StepLeaf, Snapshot]:
    state = capture(loop)
    return StepLeaf(U32(index), Hash(digest), fixed_loss(loss), *state.hashes()), state


def fixed_loss(loss: float) -> I32:
    """A loss in fixed point, within the range of the chain; the largest if it is no number."""
    largest = (1 << 31) - 1
    if not isfinite(loss):
        return I32(largest)
    return I32(min(max(round(loss * ONE), -largest - 1), largest))


def hashes_of(place: PayloadId, leaves: list[StepLeaf]) -> list[bytes]:
    """The hashes of leaves in their tree."""
    context = place.context(Tree.STEPS)
    return [merkle.leaf(context, leaf.index, LEAF.to_bytes(leaf)) for leaf in leaves]


def opening(place: PayloadId, leaves: list[StepLeaf], index: int) -> StepOpening:
    """A leaf with its way to the root."""
    path = merkle.path(hashes_of(place, leaves), index)
    return StepOpening(leaves[index], tuple(Hash(each) for each in path))


def encode_leaves(leaves: list[StepLeaf]) -> bytes:
    """The leaves as a file."""
    return b"".join(LEAF.to_bytes(leaf) for leaf in leaves)


def decode_leaves(data: bytes) -> list[StepLeaf]:
    """Decode leaves; empty for data of another form."""
    if len(data) % LEAF_BYTES:
        return []
    parts = range(0, len(data), LEAF_BYTES)
    return [LEAF.from_bytes(data[at : at + LEAF_BYTES]) for at in parts]
