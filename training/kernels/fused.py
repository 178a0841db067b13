"""The codec in Triton.  Each program has one chunk of 4096 values in its registers.

`choose` adds error and update, finds the k-th magnitude bit by bit and writes what is kept in
order; `pack` codes it into the bytes that travel and takes it out of the error; `add_up` reads such
bytes and adds them to the sums.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor

from pallets.training.codec import CHUNK, Head, Part, Sparse
from pallets.training.codec.packing import unpack_codes, unpack_indices
from training.kernels.plain import TorchCodec, magnitudes, to_host, with_norm

_LIMIT: Final = tl.constexpr((1 << 30) - 1)
_LENGTH: Final = tl.constexpr(CHUNK)


@triton.jit
def choose(error, update, due, indices, kept, decay, k):  # type: ignore[no-untyped-def]
    """Due = decay * error + update; the k largest of each chunk, of equal ones the first."""
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, _LENGTH)
    held = tl.load(error + row * _LENGTH + at).to(tl.int64) * decay
    cut = tl.where(held < 0, -((-held) >> 16), held >> 16)
    wanted = cut + tl.load(update + row * _LENGTH + at).to(tl.int64)
    value = tl.minimum(tl.maximum(wanted, -_LIMIT), _LIMIT).to(tl.int32)
    tl.store(due + row * _LENGTH + at, value)
    size = tl.abs(value)
    least = 0
    for step in tl.static_range(30):
        higher = least | (1 << (29 - step))
        enough = tl.sum((size >= higher).to(tl.int32), 0) >= k
        least = tl.where(enough, higher, least)
    above = size > least
    equal = (size == least).to(tl.int32)
    room = k - tl.sum(above.to(tl.int32), 0)
    keep = above | ((equal > 0) & (tl.cumsum(equal, 0) <= room))
    place = tl.cumsum(keep.to(tl.int32), 0) - 1
    tl.store(indices + row * k + place, at, mask=keep)
    tl.store(kept + row * k + place, value, mask=keep)


@triton.jit
def _code(value, low, high):  # type: ignore[no-untyped-def]
    larger = (2 * tl.abs(value).to(tl.int64) > low + high).to(tl.int32)
    return larger + 2 * (value < 0).to(tl.int32)


@triton.jit
def pack(due, indices, kept, body, low, high, k, QUARTERS: tl.constexpr):  # type: ignore[no-untyped-def]  # noqa: N803
    """Write the bytes of a chunk, four values at a time; `due` becomes what is left."""
    row = tl.program_id(0).to(tl.int64)
    quarter = tl.arange(0, QUARTERS)
    mask = quarter < k // 4
    start = row * k + 4 * quarter
    out = body + row * (k * 14 // 8)
    codes = tl.zeros((QUARTERS,), tl.int32)
    first = tl.zeros((QUARTERS,), tl.int32)
    for place in tl.static_range(4):
        index = tl.load(indices + start + place, mask=mask, other=0)
        value = tl.load(kept + start + place, mask=mask, other=0)
        code = _code(value, low, high)
        codes = codes | (code << (2 * place))
        sent = tl.where((code & 1) > 0, high, low)
        left = value - tl.where(code > 1, -sent, sent)
        tl.store(due + row * _LENGTH + index, left.to(tl.int32), mask=mask)
        if place % 2 == 0:
            first = index
        else:
            at = out + 6 * quarter + 3 * (place // 2)
            tl.store(at, (first & 0xFF).to(tl.uint8), mask=mask)
            tl.store(at + 1, ((first >> 8) | ((index & 0xF) << 4)).to(tl.uint8), mask=mask)
            tl.store(at + 2, (index >> 4).to(tl.uint8), mask=mask)
    tl.store(out + k * 12 // 8 + quarter, codes.to(tl.uint8), mask=mask)


@triton.jit
def add_up(body, table, sums, senders, k, PAIRS: tl.constexpr):  # type: ignore[no-untyped-def]  # noqa: N803
    """Add the values of a chunk to the sums, and count who sent them.  No index comes twice."""
    row = tl.program_id(0).to(tl.int64)
    pair = tl.arange(0, PAIRS)
    mask = pair < k // 2
    begin = body + row * (k * 14 // 8)
    one = tl.load(begin + 3 * pair, mask=mask, other=0).to(tl.int32)
    two = tl.load(begin + 3 * pair + 1, mask=mask, other=0).to(tl.int32)
    three = tl.load(begin + 3 * pair + 2, mask=mask, other=0).to(tl.int32)
    codes = tl.load(begin + k * 12 // 8 + pair // 2, mask=mask, other=0).to(tl.int32)
    codes = codes >> (4 * (pair % 2))
    for half in tl.static_range(2):
        if half == 0:  # noqa: SIM108 (known when it is compiled)
            index = one | ((two & 0xF) << 8)
        else:
            index = (two >> 4) | (three << 4)
        value = tl.load(table + ((codes >> (2 * half)) & 3), mask=mask, other=0)
        at = row * _LENGTH + index
        tl.store(sums + at, tl.load(sums + at, mask=mask, other=0) + value, mask=mask)
        tl.store(senders + at, tl.load(senders + at, mask=mask, other=0) + 1, mask=mask)


class FusedCodec(TorchCodec):
    """On CUDA; small tensors, which travel whole, are left to torch."""

    def sparse(self, error: Tensor, update: Tensor, decay: int, k: int) -> tuple[Part, Tensor]:
        head, body, left = compress_chunks(error, update, decay, k)
        packed: Any = to_host(body, np.uint8)
        split = k * 12 // 8
        indices, codes = unpack_indices(packed[:, :split]), unpack_codes(packed[:, split:])
        return with_norm(Sparse(head, indices, codes)), left

    def add(self, sums: Tensor, senders: Tensor, part: Part, table: list[int]) -> None:
        if not isinstance(part, Sparse):
            super().add(sums, senders, part, table)
            return
        body = torch.from_numpy(part.body()).to(self.device)
        add_chunks(sums, senders, body, table, part.indices.shape[1])


def compress_chunks(
    error: Tensor, update: Tensor, decay: int, k: int
) -> tuple[Head, Tensor, Tensor]:
    """Head without norm, bytes of all chunks, and what is left."""
    rows = error.shape[0]
    due = torch.empty_like(error)
    indices, kept = (torch.empty(rows, k, dtype=torch.int32, device=error.device) for _ in range(2))
    choose[rows,](error, update, due, indices, kept, decay, k)
    low, high = magnitudes(kept.abs().long())
    body = torch.empty(rows, k * 14 // 8, dtype=torch.uint8, device=error.device)
    pack[rows,](due, indices, kept, body, low, high, k, triton.next_power_of_2(k // 4))
    return Head(low, high, 0), body, due


def add_chunks(sums: Tensor, senders: Tensor, body: Tensor, table: list[int], k: int) -> None:
    """Add what travelled of chunks to the sums."""
    values = torch.tensor(table, dtype=torch.int64, device=sums.device)
    pairs = triton.next_power_of_2(k // 2)
    add_up[body.shape[0],](body, values, sums, senders, k, pairs)
