"""What a worker does with chunks, whatever does the arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

import torch

from pallets.training.codec import Layout, Mixing, Payload, Place, Share, aggregated, fed_back
from pallets.training.codec import compress as compress_with_numpy
from pallets.training.codec.numbers import Int32
from pallets.training.codec.parts import take_out

Chunks = list[Int32]
"""Of each tensor of a model, one row for each chunk."""


class Codec(Protocol):
    """The arithmetic of compression."""

    def compress(
        self, place: Place, layout: Layout, error: Sequence[Int32], update: Sequence[Int32],
        decay: int,
    ) -> tuple[Payload, Chunks]:  # fmt: skip
        """What to send of an update and of what was left before, and what is left after."""

    def joined(
        self, layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], mixing: Mixing
    ) -> Chunks:
        """The aggregate of payloads.  Errors: OutOfRange when there are none."""


class NumpyCodec:
    """On the processor."""

    def compress(
        self, place: Place, layout: Layout, error: Sequence[Int32], update: Sequence[Int32],
        decay: int,
    ) -> tuple[Payload, Chunks]:  # fmt: skip
        due = [fed_back(held, new, decay) for held, new in zip(error, update, strict=True)]
        payload = compress_with_numpy(place, layout, due)
        for part, values in zip(payload.parts, due, strict=True):
            take_out(part, values)
        return payload, due

    def joined(
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


def codec_for(device: str) -> Codec:
    """The quickest for a device."""
    if torch.device(device).type != "cuda":
        return NumpyCodec()
    if find_spec("triton") is None:
        from training.kernels.plain import TorchCodec

        return TorchCodec(device)
    from training.kernels.fused import FusedCodec

    return FusedCodec(device)
