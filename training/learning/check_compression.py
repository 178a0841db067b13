"""Check that a payload has the k largest values of each chunk, each in the nearer code.

The payload alone does not show it.  A worker that is audited also publishes what the payload was
made from: its update and its error buffer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pysubtensor.pallets.training.payload import Part, Payload
from pysubtensor.pallets.training.payload.checks import is_compression
from pysubtensor.pallets.training.payload.numbers import Int32, fed_back
from pysubtensor.pallets.training.payload.top_k import (
    TensorHead,
    TopKTensor,
    coded,
    places,
    values_of,
)


class CompressionCheck(NamedTuple):
    """The first wrong chunk, if any, and the error buffer that must be left."""

    wrong: int | None
    """The first chunk of which other values were to be sent."""
    left: list[Int32]
    """What the error buffer must hold after what was sent, as chunks of each tensor."""


def check_compression(
    payload: Payload, update: Sequence[Int32], before: Sequence[Int32], decay: int
) -> CompressionCheck:
    """Compare a payload with what it was made from."""
    left, wrong, first = [], None, 0
    parts = zip(payload.layout.tensors, payload.parts, update, before, strict=True)
    for tensor, part, new, old in parts:
        wanted = fed_back(old, new, decay).astype(np.int64)
        left.append((wanted - values_of(part, tensor.chunk_length)).astype(np.int32))
        if wrong is None:
            found = _wrong_row(part, old, new, left[-1], decay)
            wrong = None if found is None else first + found
        first += tensor.chunks
    return CompressionCheck(wrong, left)


def reencode(payload: Payload, due: Sequence[Int32]) -> Payload:
    """The same values of `due` in codes of other magnitudes, so that all hashes are others.

    A worker is free to choose them.  The payload as it is, if it has no tensor that is cut.
    """
    parts = list(payload.parts)
    for at, part in enumerate(parts):
        if isinstance(part, TopKTensor):
            low, high, _ = part.head
            low, high = (low - 1, high) if low else (low, high + 1)
            kept = due[at].take(places(part.indices, due[at].shape[1]))
            anew = TopKTensor(TensorHead(low, high, 0), part.indices, coded(kept, low, high))
            parts[at] = anew._replace(head=TensorHead(low, high, anew.norm()))
            break
    return payload._replace(parts=tuple(parts))


def _wrong_row(part: Part, old: Int32, new: Int32, left: Int32, decay: int) -> int | None:
    """The first chunk of a tensor that is wrong."""
    if is_compression(part, old, new, left, decay):
        return None
    for row, one in enumerate(_rows(part)):
        at = slice(row, row + 1)
        if not is_compression(one, old[at], new[at], left[at], decay):
            return row
    return None


def _rows(part: Part) -> Iterator[Part]:
    """The chunks of a tensor, each by itself."""
    if not isinstance(part, TopKTensor):
        yield part
        return
    for indices, codes in zip(part.indices, part.codes, strict=True):
        yield TopKTensor(part.head, indices[None], codes[None])
