"""What travels of one tensor: the largest values of each chunk in two bits, or all in eight.

A value that is sent is one of two magnitudes with a sign: its code is 1 for the larger magnitude,
plus 2 for a negative value.  A tensor that travels whole is codes in -127..127 times a scale.
"""

from __future__ import annotations

from math import isqrt
from typing import Final, NamedTuple

import numpy as np

from pallets.training.codec.errors import BadCode, BadCodebook, UnsortedIndices, WrongNorm
from pallets.training.codec.numbers import LIMIT, Bytes, Int32, Int64
from pallets.training.codec.packing import (
    Indices,
    pack_codes,
    pack_indices,
    unpack_codes,
    unpack_indices,
)

HEAD_BYTES: Final = 16
LARGEST_CODE: Final = 127
_LARGEST_SCALE: Final = -(-LIMIT // LARGEST_CODE)
_BLOCK: Final = 256
"""Chunks that are sorted at a time; so many fit a cache."""


class Head(NamedTuple):
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
    def decode(cls, data: bytes) -> Head:
        """The head in the first 16 bytes."""
        low, high, norm = data[:4], data[4:8], data[8:HEAD_BYTES]
        return cls(*(int.from_bytes(part, "little") for part in (low, high, norm)))

    def check(self, *, whole: bool) -> None:
        """Errors: BadCodebook."""
        if whole:
            good = self.high == 0 and 0 < self.low <= _LARGEST_SCALE
        else:
            good = self.low <= self.high <= LIMIT
        if not good:
            raise BadCodebook(f"magnitudes {self.low} and {self.high}")


class Sparse(NamedTuple):
    """Some chunks of a tensor: of each the indices, which rise, and their codes, one row each."""

    head: Head
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
        counts = np.bincount(self.codes.reshape(-1), minlength=4).tolist()
        return _norm(counts, self.table)


class Whole(NamedTuple):
    """A tensor that travels whole; `codes` is one row of int8."""

    head: Head
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


Part = Sparse | Whole


def _norm(counts: list[int], table: list[int]) -> int:
    return isqrt(sum(count * value * value for count, value in zip(counts, table, strict=True)))


def values_of(part: Part, length: int) -> Int32:
    """The values of the chunks, zero where nothing was sent."""
    table = np.array(part.table, dtype=np.int32)
    if isinstance(part, Whole):
        return table[part.codes]
    out = np.zeros((len(part.indices), length), dtype=np.int32)
    np.put_along_axis(out, part.indices.astype(np.int64), table[part.codes], axis=1)
    return out


# -- from bytes -----------------------------------------------------------------------------------


def read_sparse(head: Head, body: Bytes, k: int) -> Sparse:
    """Chunks from their rows of bytes.  Errors: BadCodebook; UnsortedIndices."""
    head.check(whole=False)
    split = k * 12 // 8
    indices = unpack_indices(body[:, :split])
    if not (indices[:, 1:] > indices[:, :-1]).all():
        raise UnsortedIndices("the indices of a chunk must rise")
    return Sparse(head, indices, unpack_codes(body[:, split:]))


def read_whole(head: Head, body: Bytes) -> Whole:
    """A whole tensor from its bytes.  Errors: BadCodebook; BadCode."""
    head.check(whole=True)
    if (body == LARGEST_CODE + 1).any():
        raise BadCode("-128 is no code")
    return Whole(head, body)


def check_norm(part: Part) -> None:
    """Errors: WrongNorm, for a part that is all of its tensor."""
    if part.norm() != part.head.norm:
        raise WrongNorm(f"the norm is {part.norm()}, not {part.head.norm}")


# -- from values ----------------------------------------------------------------------------------


def compressed(values: Int32, k: int, *, whole: bool) -> Part:
    """What is sent of the chunks of a tensor, one row each.  Magnitudes are within `LIMIT`."""
    return _whole(values) if whole else _sparse(values, k)


def _whole(values: Int32) -> Whole:
    largest = int(np.abs(values).max())
    scale = max(-(-largest // LARGEST_CODE), 1)
    part = Whole(Head(scale, 0, 0), whole_codes(values, scale))
    return part._replace(head=Head(scale, 0, part.norm()))


def whole_codes(values: Int32, scale: int) -> Bytes:
    """The code of each value: magnitude by scale, rounded half up, at most 127."""
    rounded = (2 * np.abs(values.astype(np.int64)) + scale) // (2 * scale)
    limited = np.minimum(rounded, LARGEST_CODE)
    codes: Bytes = np.where(values < 0, -limited, limited).astype(np.int8).view(np.uint8)
    return codes


def _sparse(values: Int32, k: int) -> Sparse:
    indices = np.vstack(
        [chosen(values[at : at + _BLOCK], k) for at in range(0, len(values), _BLOCK)]
    )
    kept = np.take_along_axis(values, indices.astype(np.int64), axis=1).astype(np.int64)
    low, high = magnitudes(np.abs(kept))
    part = Sparse(Head(low, high, 0), indices, coded(kept, low, high))
    return part._replace(head=Head(low, high, part.norm()))


def chosen(values: Int32, k: int) -> Indices:
    """Indices of the k largest magnitudes of each row, of equal ones the first; they rise."""
    magnitudes = np.abs(values)
    place = values.shape[1] - k
    least = np.partition(magnitudes, place, axis=1)[:, place, None]
    keep = magnitudes >= least
    too_many = keep.sum(axis=1) - k
    for row in np.nonzero(too_many)[0].tolist():
        equal = np.nonzero(magnitudes[row] == least[row])[0]
        keep[row, equal[len(equal) - too_many[row] :]] = False
    return np.nonzero(keep)[1].reshape(len(values), k).astype(np.uint16)


def coded(kept: Int64, low: int, high: int) -> Bytes:
    """The code of each value: that of the nearer magnitude, of the lower one half way."""
    codes: Bytes = (2 * np.abs(kept) > low + high).astype(np.uint8)
    codes[kept < 0] |= 2
    return codes


def magnitudes(kept: Int64) -> tuple[int, int]:
    """Two magnitudes that stand for all: means of the halves, moved twice to where they belong.

    A payload may have any others; these come close to the least error.
    """
    total, count = int(kept.sum()), kept.size
    low = high = total // count
    for _ in range(3):
        larger = 2 * kept > low + high
        above = int(larger.sum())
        if above in (0, count):
            break
        sum_above = int(kept[larger].sum())
        low, high = (total - sum_above) // (count - above), sum_above // above
    return low, high
