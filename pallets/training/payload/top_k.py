"""What travels of one tensor: the largest values of each chunk in two bits, or all in eight.

A value that is sent is one of two magnitudes with a sign: its code is 1 for the larger magnitude,
plus 2 for a negative value.  A tensor that travels whole is codes in -127..127 times a scale.
"""

from __future__ import annotations

from math import isqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pysubtensor.pallets.training.payload.errors import (
    BadCode,
    BadCodebook,
    UnsortedIndices,
    WrongNorm,
)
from pysubtensor.pallets.training.payload.numbers import LIMIT, Bytes, Int32, Int64
from pysubtensor.pallets.training.payload.packing import (
    Indices,
    pack_codes,
    pack_indices,
    unpack_codes,
    unpack_indices,
)

HEAD_BYTES: Final = 16
LARGEST_CODE: Final = 127
_LARGEST_SCALE: Final = -(-LIMIT // LARGEST_CODE)
_BLOCK: Final = 64
"""Chunks that are sorted at a time; so many fit a cache."""


class TensorHead(NamedTuple):
    """What stands before the chunks of a tensor.

    `low` and `high` are its magnitudes, of a whole tensor the scale and 0; `norm` is the root,
    rounded down, of the sum of all its squared values.
    """

    low: int
    high: int
    norm: int

    def encode(self) -> bytes:
        """16 bytes: two u32 and a u64, little end first."""
        return (
            self.low.to_bytes(4, "little")
            + self.high.to_bytes(4, "little")
            + self.norm.to_bytes(8, "little")
        )

    @classmethod
    def decode(cls, data: bytes) -> TensorHead:
        """The head in the first 16 bytes."""
        low, high, norm = data[:4], data[4:8], data[8:HEAD_BYTES]
        return cls(*(int.from_bytes(part, "little") for part in (low, high, norm)))

    def check(self, *, whole: bool) -> None:
        """Ensure that the magnitudes can be.  Errors: BadCodebook."""
        if whole:
            good = self.high == 0 and 0 < self.low <= _LARGEST_SCALE
        else:
            good = self.low <= self.high <= LIMIT
        if not good:
            raise BadCodebook(f"magnitudes {self.low} and {self.high}")


class TopKTensor(NamedTuple):
    """Some chunks of a tensor: of each the indices, which rise, and their codes, one row each."""

    head: TensorHead
    indices: Indices
    codes: Bytes

    @property
    def table(self) -> list[int]:
        """The value of each code."""
        low, high, _ = self.head
        return [low, high, -low, -high]

    def body(self) -> Bytes:
        """The chunks as they travel, one row each."""
        return np.hstack([pack_indices(self.indices), pack_codes(self.codes)])

    def norm(self) -> int:
        """The norm of the values at hand."""
        counts = [int(np.count_nonzero(self.codes == code)) for code in range(4)]
        return _norm(counts, self.table)


class DenseTensor(NamedTuple):
    """A tensor that travels whole; `codes` is one row of int8."""

    head: TensorHead
    codes: Bytes

    @property
    def table(self) -> list[int]:
        """The value of each code, read as an unsigned byte."""
        return [self.head.low * (code - 256 * (code > LARGEST_CODE)) for code in range(256)]

    def body(self) -> Bytes:
        """The codes as they travel."""
        return self.codes

    def norm(self) -> int:
        """The norm of the values."""
        counts = np.bincount(self.codes.reshape(-1), minlength=256).tolist()
        return _norm(counts, self.table)


Part = TopKTensor | DenseTensor


def _norm(counts: list[int], table: list[int]) -> int:
    return isqrt(sum(count * value * value for count, value in zip(counts, table, strict=True)))


def values_of(part: Part, length: int) -> Int32:
    """The values of the chunks, zero where nothing was sent."""
    table = np.array(part.table, dtype=np.int32)
    if isinstance(part, DenseTensor):
        return table[part.codes]
    out = np.zeros(len(part.indices) * length, dtype=np.int32)
    out[places(part.indices, length)] = table[part.codes]
    return out.reshape(-1, length)


def places(indices: Indices, length: int) -> Int64:
    """Where the values are, if chunks of `length` lie one behind the other."""
    return _starts(len(indices), length) + indices


def _starts(rows: int, length: int) -> Int64:
    return np.arange(0, rows * length, length, dtype=np.int64)[:, None]


def take_out(part: Part, values: Int32) -> None:
    """Take what is sent of chunks out of them, in place; they are the ones it was made of."""
    if isinstance(part, DenseTensor):
        values -= values_of(part, values.shape[1])
        return
    at = places(part.indices, values.shape[1])
    np.put(values, at, values.take(at) - np.array(part.table, dtype=np.int32)[part.codes])


# -- from bytes -----------------------------------------------------------------------------------


def read_top_k(head: TensorHead, body: Bytes, k: int) -> TopKTensor:
    """Chunks from their rows of bytes.  Errors: BadCodebook; UnsortedIndices."""
    head.check(whole=False)
    split = k * 12 // 8
    indices = unpack_indices(body[:, :split])
    if not (indices[:, 1:] > indices[:, :-1]).all():
        raise UnsortedIndices("the indices of a chunk must rise")
    return TopKTensor(head, indices, unpack_codes(body[:, split:]))


def read_dense(head: TensorHead, body: Bytes) -> DenseTensor:
    """A whole tensor from its bytes.  Errors: BadCodebook; BadCode."""
    head.check(whole=True)
    if (body == LARGEST_CODE + 1).any():
        raise BadCode("-128 is no code")
    return DenseTensor(head, body)


def check_norm(part: Part) -> None:
    """Ensure that the norm is that of the values, all of a tensor.  Errors: WrongNorm."""
    if part.norm() != part.head.norm:
        raise WrongNorm(f"the norm is {part.norm()}, not {part.head.norm}")


# -- from values ----------------------------------------------------------------------------------


def compressed(values: Int32, k: int, *, whole: bool) -> Part:
    """What is sent of the chunks of a tensor, one row each.  Magnitudes are within `LIMIT`."""
    return _whole(values) if whole else _sparse(values, k)


def _whole(values: Int32) -> DenseTensor:
    largest = int(np.abs(values).max())
    scale = max(-(-largest // LARGEST_CODE), 1)
    part = DenseTensor(TensorHead(scale, 0, 0), dense_codes(values, scale))
    return part._replace(head=TensorHead(scale, 0, part.norm()))


def dense_codes(values: Int32, scale: int) -> Bytes:
    """The code of each value: magnitude by scale, rounded half up, at most 127."""
    rounded = (2 * np.abs(values.astype(np.int64)) + scale) // (2 * scale)
    limited = np.minimum(rounded, LARGEST_CODE)
    codes: Bytes = np.where(values < 0, -limited, limited).astype(np.int8).view(np.uint8)
    return codes


def _sparse(values: Int32, k: int) -> TopKTensor:
    indices = top_k_indices(values, k)
    kept = values.take(places(indices, values.shape[1]))
    low, high = magnitudes(np.abs(kept))
    part = TopKTensor(TensorHead(low, high, 0), indices, coded(kept, low, high))
    return part._replace(head=TensorHead(low, high, part.norm()))


def top_k_indices(values: Int32, k: int) -> Indices:
    """Indices of the k largest magnitudes of each row, of equal ones the first; they rise."""
    out = np.empty((len(values), k), dtype=np.uint16)
    scratch = np.empty((2, min(len(values), _BLOCK), values.shape[1]), dtype=np.int32)
    for at in range(0, len(values), _BLOCK):
        block = values[at : at + _BLOCK]
        out[at : at + _BLOCK] = _chosen(block, k, scratch[:, : len(block)])
    return out


def _chosen(values: Int32, k: int, scratch: Int32) -> Int64:
    rows, length = values.shape
    sizes, parted = scratch
    np.abs(values, out=sizes)
    parted[:] = sizes
    parted.partition(length - k, axis=1)
    least = parted[:, length - k]
    found = _true_places(sizes >= least[:, None])
    if len(found) > rows * k:
        found = _without_surplus(found, sizes, least, k)
    return found.reshape(rows, k) - _starts(rows, length)


def _true_places(rare: NDArray[np.bool_]) -> Int64:
    """`np.flatnonzero` of a multiple of eight values, several times as quick on many rows."""
    if len(rare) == 1:
        return np.flatnonzero(rare)
    eights = rare.reshape(-1).view(np.uint64)
    some = np.flatnonzero(eights != 0)
    among = np.flatnonzero(eights.take(some).view(np.bool_))
    found: Int64 = (some << 3).take(among >> 3) + (among & 7)
    return found


def _without_surplus(found: Int64, sizes: Int32, least: Int32, k: int) -> Int64:
    """The first k places of each row, of those that are as large as its `least` or larger."""
    rows, length = sizes.shape
    ends = np.searchsorted(found, np.arange(1, rows + 1) * length)
    counts = ends.copy()
    counts[1:] -= ends[:-1]
    equal = sizes.take(found) == least.repeat(counts)
    so_far = equal.cumsum()
    allowed = so_far[ends - 1] - (counts - k)  # the last so_far of its equals that a row keeps
    kept: Int64 = found[~equal | (so_far <= allowed.repeat(counts))]
    return kept


def coded(kept: Int32 | Int64, low: int, high: int) -> Bytes:
    """The code of each value: that of the nearer magnitude, of the lower one half way."""
    larger = np.abs(kept) > (low + high) // 2
    codes: Bytes = larger.view(np.uint8) + 2 * (kept < 0).view(np.uint8)
    return codes


def magnitudes(kept: Int32 | Int64) -> tuple[int, int]:
    """Two magnitudes that stand for all: means of the halves, moved twice to where they belong.

    A payload may have any others; these come close to the least error.
    """
    total, count = int(kept.sum(dtype=np.int64)), kept.size
    low = high = total // count
    for _ in range(3):
        larger = kept > (low + high) // 2
        above = int(np.count_nonzero(larger))
        if above in (0, count):
            break
        sum_above = int((kept * larger).sum(dtype=np.int64))
        low, high = (total - sum_above) // (count - above), sum_above // above
    return low, high
