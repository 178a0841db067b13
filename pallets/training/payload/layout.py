"""How tensors are cut into chunks.

A tensor is named by its two dimensions; one of a single dimension has one row.  With fewer than
4096 values it is one chunk and travels whole.  If both dimensions are multiples of 64 its chunks
are the blocks of 64 x 64, row by row; otherwise the runs of 4096 values, zeros behind the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.pallets.training.payload.errors import BadLayout
from pysubtensor.pallets.training.payload.numbers import Int32

SIDE: Final = 64
CHUNK: Final = SIDE * SIDE
"""Values of a chunk; an index takes 12 bits."""
MOST_TENSORS: Final = 1 << 16
MOST_CHUNKS: Final = 1 << 32

Shape = tuple[int, int]


class Tensor(NamedTuple):
    """One tensor: its shape, and the chunks it takes of all."""

    rows: int
    columns: int
    first: int
    chunks: int

    @property
    def size(self) -> int:
        """Number of values."""
        return self.rows * self.columns

    @property
    def whole(self) -> bool:
        """Whether it travels whole."""
        return self.size < CHUNK

    @property
    def blocks(self) -> bool:
        """Whether its chunks are blocks."""
        return not self.whole and self.rows % SIDE == 0 and self.columns % SIDE == 0

    @property
    def chunk_length(self) -> int:
        """Values of each of its chunks."""
        return self.size if self.whole else CHUNK

    def cut(self, values: Int32) -> Int32:
        """The values as one row for each chunk."""
        if self.whole:
            return values.reshape(1, self.size)
        if self.blocks:
            grid = (self.rows // SIDE, SIDE, self.columns // SIDE, SIDE)
            return values.reshape(grid).transpose(0, 2, 1, 3).reshape(-1, CHUNK)
        padded = np.zeros(self.chunks * CHUNK, dtype=values.dtype)
        padded[: self.size] = values.reshape(-1)
        return padded.reshape(-1, CHUNK)

    def join(self, chunks: Int32) -> Int32:
        """The reverse of `cut`, of shape (rows, columns)."""
        if self.blocks:
            grid = (self.rows // SIDE, self.columns // SIDE, SIDE, SIDE)
            return chunks.reshape(grid).transpose(0, 2, 1, 3).reshape(self.rows, self.columns)
        return chunks.reshape(-1)[: self.size].reshape(self.rows, self.columns)


class Layout:
    """The tensors of a model in order, and how many values of a chunk are sent."""

    def __init__(self, shapes: Iterable[Shape], k: int) -> None:
        """Cut tensors of these shapes into chunks.  Errors: BadLayout."""
        self.k = k
        self.tensors: tuple[Tensor, ...] = tuple(_tensors(list(shapes)))
        if k % 4 or not 0 < k < CHUNK:
            raise BadLayout(f"k is {k}, not a multiple of 4 below {CHUNK}")

    @property
    def chunks(self) -> int:
        """Number of chunks of all tensors."""
        last = self.tensors[-1]
        return last.first + last.chunks

    @property
    def size(self) -> int:
        """Number of values of all tensors."""
        return sum(tensor.size for tensor in self.tensors)

    @property
    def chunk_bytes(self) -> int:
        """Bytes of a chunk of k values."""
        return self.k * 14 // 8

    @cached_property
    def table_hash(self) -> bytes:
        """BLAKE2b-256 of k and the shapes, each number as four bytes, little end first."""
        numbers = [self.k, *(n for each in self.tensors for n in (each.rows, each.columns))]
        return blake2_256(b"".join(n.to_bytes(4, "little") for n in numbers))

    def tensor_of(self, chunk: int) -> Tensor:
        """The tensor that a chunk is of.  Errors: BadLayout."""
        for tensor in self.tensors:
            if tensor.first <= chunk < tensor.first + tensor.chunks:
                return tensor
        raise BadLayout(f"there is no chunk {chunk}")


def _tensors(shapes: Sequence[Shape]) -> Iterable[Tensor]:
    if not 0 < len(shapes) <= MOST_TENSORS:
        raise BadLayout(f"{len(shapes)} tensors")
    first = 0
    for rows, columns in shapes:
        if not (0 < rows < MOST_CHUNKS and 0 < columns < MOST_CHUNKS):
            raise BadLayout(f"a tensor of {rows} x {columns}")
        chunks = 1 if rows * columns < CHUNK else -(-rows * columns // CHUNK)
        yield Tensor(rows, columns, first, chunks)
        first += chunks
    if first >= MOST_CHUNKS:
        raise BadLayout(f"{first} chunks")
