"""Chunks of int32 values: trees of them, and whether one was compressed rightly."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pysubtensor.pallets.training.payload import merkle
from pysubtensor.pallets.training.payload.merkle import Context
from pysubtensor.pallets.training.payload.numbers import Int32, fed_back
from pysubtensor.pallets.training.payload.top_k import (
    DenseTensor,
    Part,
    coded,
    dense_codes,
    places,
    take_out,
    top_k_indices,
)


def chunk_of_words(data: bytes, length: int) -> Int32 | None:
    """Chunk of int32 values from the data of its leaf; None for another length."""
    if len(data) != 4 * length:
        return None
    return np.frombuffer(data, "<i4").astype(np.int32).reshape(1, length)


def words(chunk: Int32) -> bytes:
    """Data of the leaf of a chunk of int32 values."""
    return chunk.astype("<i4").tobytes()


def leaves(context: Context, tensors: Iterable[Int32]) -> list[bytes]:
    """Hashes of the leaves of a tree of chunks: one array of chunks for each tensor."""
    rows = (row for chunks in tensors for row in chunks)
    return [merkle.leaf(context, index, words(row)) for index, row in enumerate(rows)]


def root(context: Context, tensors: Iterable[Int32]) -> bytes:
    """Root of a tree of chunks."""
    return merkle.root(context, leaves(context, tensors))


def is_compression(
    part: Part, error_old: Int32, update: Int32, error_new: Int32, decay: int
) -> bool:
    """Whether just this was sent of decay * error_old + update, with the rest in error_new.

    The magnitudes are the worker's choice; what is chosen, and which of them stands for it, is not.
    """
    wanted = fed_back(error_old, update, decay)
    if not _is_choice(part, wanted):
        return False
    take_out(part, wanted)
    return np.array_equal(wanted, error_new)


def _is_choice(part: Part, wanted: Int32) -> bool:
    if isinstance(part, DenseTensor):
        return np.array_equal(part.codes, dense_codes(wanted, part.head.low))
    if not np.array_equal(part.indices, top_k_indices(wanted, part.indices.shape[1])):
        return False
    kept = wanted.take(places(part.indices, wanted.shape[1]))
    return np.array_equal(part.codes, coded(kept, part.head.low, part.head.high))
