"""Small numbers packed without gaps: 12-bit indices two in three bytes, 2-bit codes four in one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pysubtensor.pallets.training.payload.numbers import Bytes

Indices = NDArray[np.uint16]


def pack_indices(indices: Indices) -> Bytes:
    """Rows of an even number of indices below 4096 as rows of bytes.

    Of a pair (a, b): the low 8 bits of a; its high 4 below the low 4 of b; the high 8 of b.
    """
    a, b = indices[:, 0::2], indices[:, 1::2]
    out = np.empty((len(indices), indices.shape[1] * 3 // 2), dtype=np.uint8)
    out[:, 0::3] = a & 0xFF
    out[:, 1::3] = (a >> 8) | ((b & 0xF) << 4)
    out[:, 2::3] = b >> 4
    return out


def unpack_indices(data: Bytes) -> Indices:
    """The reverse of `pack_indices`."""
    wide = data.astype(np.uint16)
    middle = wide[:, 1::3]
    out = np.empty((len(data), data.shape[1] * 2 // 3), dtype=np.uint16)
    out[:, 0::2] = wide[:, 0::3] | ((middle & 0xF) << 8)
    out[:, 1::2] = (middle >> 4) | (wide[:, 2::3] << 4)
    return out


def pack_codes(codes: Bytes) -> Bytes:
    """Rows of a multiple of four codes below 4 as rows of bytes, the first in the lowest bits."""
    packed = codes[:, 0::4].copy()
    for place in range(1, 4):
        packed |= codes[:, place::4] << np.uint8(2 * place)
    return packed


def unpack_codes(data: Bytes) -> Bytes:
    """The reverse of `pack_codes`."""
    out = np.empty((len(data), data.shape[1] * 4), dtype=np.uint8)
    for place in range(4):
        out[:, place::4] = (data >> (2 * place)) & 3
    return out
