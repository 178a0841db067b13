"""The interface of compression and aggregation, and the one in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch

from pysubtensor.pallets.training.payload import (
    Layout,
    Mixing,
    Payload,
    PayloadId,
    Share,
    aggregated,
    fed_back,
)
from pysubtensor.pallets.training.payload import compress as compress_with_numpy
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.payload.top_k import take_out

Chunks = list[Int32]
"""Of each tensor of a model, one row for each chunk."""
Held = Any
"""Chunks of all tensors where a codec does its arithmetic, in a form of its own."""


class UpdateCodec(Protocol):
    """The arithmetic of compression."""

    def hold(self, layout: Layout, chunks: Sequence[Int32]) -> Held:
        """Move chunks to the device."""

    def chunks(self, layout: Layout, held: Held) -> Chunks:
        """Move chunks back to the host."""

    def cut(self, layout: Layout, values: Sequence[torch.Tensor]) -> Held:
        """Tensors of a model, (rows, columns) each, as chunks, on whatever device they are."""

    def compress(
        self, place: PayloadId, layout: Layout, error: Held, update: Held, decay: int
    ) -> tuple[Payload, Held]:
        """Compress update and error buffer; returns the payload and the new error buffer.

        All values are within `LIMIT`; decay is in parts of `DECAY_ONE`, and not above it.
        """

    def aggregate(
        self, layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], mixing: Mixing
    ) -> Held:
        """The aggregate of payloads.  Errors: OutOfRange when there are none."""


class NumpyUpdateCodec:
    """On the processor."""

    def hold(self, layout: Layout, chunks: Sequence[Int32]) -> Chunks:
        return list(chunks)

    def chunks(self, layout: Layout, held: Chunks) -> Chunks:
        return held

    def cut(self, layout: Layout, values: Sequence[torch.Tensor]) -> Chunks:
        pairs = zip(layout.tensors, values, strict=True)
        return [tensor.cut(each.cpu().numpy()) for tensor, each in pairs]

    def compress(
        self, place: PayloadId, layout: Layout, error: Sequence[Int32], update: Sequence[Int32],
        decay: int,
    ) -> tuple[Payload, Chunks]:  # fmt: skip
        due = [fed_back(held, new, decay) for held, new in zip(error, update, strict=True)]
        payload = compress_with_numpy(place, layout, due)
        for part, values in zip(payload.parts, due, strict=True):
            take_out(part, values)
        return payload, due

    def aggregate(
        self, layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], mixing: Mixing
    ) -> Chunks:
        return [
            aggregated(
                [Share(p.parts[at], count) for p, count in zip(payloads, tokens, strict=True)],
                tensor.chunk_length,
                mixing,
            )
            for at, tensor in enumerate(layout.tensors)
        ]
