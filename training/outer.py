"""Between rounds: what a worker sends, what all workers make of it, and the shared parameters.

All of it is integers (`pallets.training.codec`), so everybody ends a round with the same state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pallets.training.codec import payload as wire
from pallets.training.codec.aggregate import Mixing, Share, aggregated
from pallets.training.codec.aggregate import Rule as WireRule
from pallets.training.codec.layout import Layout
from pallets.training.codec.numbers import ONE, Int32, fed_back, limited, stepped
from pallets.training.codec.payload import Payload, Place
from training.config import OuterConfig, Rule

_RULES = {Rule.UNION_MEAN: WireRule.UNION_MEAN, Rule.DIVIDE_BY_R: WireRule.DIVIDE_BY_ALL}


def mixing(config: OuterConfig, target_tokens: int = 0) -> Mixing:
    """How updates are joined."""
    return Mixing(_RULES[config.rule], config.clip_norms, target_tokens)


def fixed(proportion: float, one: int = ONE) -> int:
    """A setting as the integer it stands for on the wire."""
    return round(proportion * one)


def nothing(layout: Layout) -> list[Int32]:
    """Zeros, as chunks of each tensor."""
    return [np.zeros((t.chunks, t.chunk_length), np.int32) for t in layout.tensors]


@dataclass
class ErrorFeedback:
    """What a worker has not sent yet, as chunks of each tensor."""

    layout: Layout
    decay: int
    """How much of it stays a round, in parts of 65536."""
    buffer: list[Int32]

    def compress(self, place: Place, update: Sequence[Int32]) -> Payload:
        """What to send of an update and of what was left; the rest stays."""
        chunks = [t.cut(new) for t, new in zip(self.layout.tensors, update, strict=True)]
        payload = wire.compress(place, self.layout, self._due(chunks))
        self.buffer = self.left(chunks, payload)
        return payload

    def left(self, update: Sequence[Int32], payload: Payload) -> list[Int32]:
        """What is left of an update, in chunks, when that was sent."""
        pairs = zip(self._due(update), payload.values(), strict=True)
        return [_less(due, sent) for due, sent in pairs]

    def _due(self, update: Sequence[Int32]) -> list[Int32]:
        return [fed_back(e, new, self.decay) for e, new in zip(self.buffer, update, strict=True)]

    def take_back(self, payload: Payload) -> None:
        """Count what was sent as not sent, when the round went on without it."""
        self.buffer = [
            _plus(kept, sent) for kept, sent in zip(self.buffer, payload.values(), strict=True)
        ]


def _less(a: Int32, b: Int32) -> Int32:
    return limited(a.astype(np.int64) - b)


def _plus(a: Int32, b: Int32) -> Int32:
    return limited(a.astype(np.int64) + b)


def joined(
    layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], how: Mixing
) -> list[Int32]:
    """The aggregate of all payloads, as chunks of each tensor."""
    return [
        aggregated(
            [Share(each.parts[at], count) for each, count in zip(payloads, tokens, strict=True)],
            tensor.chunk_length,
            how,
        )
        for at, tensor in enumerate(layout.tensors)
    ]


def step(
    layout: Layout, parameters: Sequence[Int32], aggregate: Sequence[Int32], rate: float
) -> list[Int32]:
    """The parameters after the outer step."""
    alpha = fixed(rate)
    return [
        stepped(held, tensor.join(chunks), alpha)
        for held, tensor, chunks in zip(parameters, layout.tensors, aggregate, strict=True)
    ]
