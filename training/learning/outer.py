"""The outer step: error feedback, aggregation and the shared parameters.

All of it is integers (`pallets/training/payload`), so all members end a round with the same state.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pysubtensor.pallets.training.payload.aggregate import Mixing
from pysubtensor.pallets.training.payload.aggregate import Rule as WireRule
from pysubtensor.pallets.training.payload.encoding import Payload, PayloadId
from pysubtensor.pallets.training.payload.layout import Layout
from pysubtensor.pallets.training.payload.numbers import ONE, Int32, limited, stepped
from pysubtensor.training.kernels import Chunks, Held, NumpyUpdateCodec, UpdateCodec
from pysubtensor.training.learning.config import OuterConfig, Rule

_RULES = {Rule.UNION_MEAN: WireRule.UNION_MEAN, Rule.DIVIDE_BY_R: WireRule.DIVIDE_BY_ALL}


def mixing(config: OuterConfig, target_tokens: int = 0) -> Mixing:
    """The rule by which updates become an aggregate."""
    return Mixing(_RULES[config.rule], config.clip_norms, target_tokens)


def fixed(proportion: float, one: int = ONE) -> int:
    """A proportion as the integer that stands for it on the chain."""
    return round(proportion * one)


def nothing(layout: Layout) -> list[Int32]:
    """Zeros, as chunks of each tensor."""
    return [np.zeros((t.chunks, t.chunk_length), np.int32) for t in layout.tensors]


class ErrorFeedback:
    """The error buffer of a worker; it stays on the device of its codec."""

    def __init__(
        self, layout: Layout, decay: int, buffer: Sequence[Int32], codec: UpdateCodec | None = None
    ) -> None:
        """`decay` is how much of it stays a round, in parts of 65536."""
        self.layout, self.decay, self.codec = layout, decay, codec or NumpyUpdateCodec()
        self._held: Held = self.codec.hold(layout, buffer)
        self._buffer: Chunks | None = list(buffer)

    @property
    def buffer(self) -> Chunks:
        """All of it, as chunks of each tensor; the same list as long as it does not change."""
        if self._buffer is None:
            self._buffer = self.codec.chunks(self.layout, self._held)
        return self._buffer

    def compress(self, place: PayloadId, update: Held) -> Payload:
        """Compress an update and the error buffer, and keep what is left."""
        payload, self._held = self.codec.compress(
            place, self.layout, self._held, update, self.decay
        )
        self._buffer = None
        return payload

    def take_back(self, payload: Payload) -> None:
        """Add a payload back to the error buffer, when the round went on without it."""
        pairs = zip(self.buffer, payload.values(), strict=True)
        self._buffer = [limited(kept.astype(np.int64) + sent) for kept, sent in pairs]
        self._held = self.codec.hold(self.layout, self._buffer)


def step(
    layout: Layout, parameters: Sequence[Int32], aggregate: Sequence[Int32], rate: float
) -> list[Int32]:
    """The parameters after the outer step."""
    alpha = fixed(rate)
    return [
        stepped(held, tensor.join(chunks), alpha)
        for held, tensor, chunks in zip(parameters, layout.tensors, aggregate, strict=True)
    ]


def cut(layout: Layout, values: Sequence[Int32]) -> list[Int32]:
    """Tensors as chunks."""
    return [tensor.cut(each) for tensor, each in zip(layout.tensors, values, strict=True)]
