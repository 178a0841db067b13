"""The codec in torch: integers only, and ties broken by position, so that no device differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as f

from pysubtensor.pallets.training.payload import (
    CHUNK,
    DenseTensor,
    Layout,
    Mixing,
    Part,
    Payload,
    PayloadId,
    Share,
    TensorHead,
    TopKTensor,
)
from pysubtensor.pallets.training.payload.aggregate import Rule, median_norm, weakened
from pysubtensor.pallets.training.payload.errors import OutOfRange
from pysubtensor.pallets.training.payload.layout import SIDE
from pysubtensor.pallets.training.payload.layout import Tensor as Shape
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE, LIMIT, Int32
from pysubtensor.pallets.training.payload.top_k import LARGEST_CODE
from pysubtensor.training.kernels.base import Chunks

Kind = TypeVar("Kind", bound=np.generic)


def due_of(error: Tensor, update: Tensor, decay: int) -> Tensor:
    """Error buffer and update together, before compression."""
    kept = torch.div(error.long() * decay, DECAY_ONE, rounding_mode="trunc")
    return (kept + update).clamp(-LIMIT, LIMIT).int()


def chosen(values: Tensor, k: int) -> Tensor:
    """Indices of the k largest magnitudes of each row, of equal ones the first; they rise."""
    length = values.shape[1]
    backwards = torch.arange(length - 1, -1, -1, device=values.device)
    keys = values.abs().long() * length + backwards  # no two are equal
    top = keys.topk(k, dim=1, sorted=False).values
    return (length - 1 - top % length).sort(dim=1).values


def magnitudes(kept: Tensor) -> tuple[int, int]:
    """Two magnitudes that stand for all, as in the codec."""
    total, count = int(kept.sum()), kept.numel()
    low = high = total // count
    for _ in range(3):
        larger = 2 * kept > low + high
        above = int(larger.sum())
        if above in (0, count):
            break
        sum_above = int(torch.where(larger, kept, 0).sum())
        low, high = (total - sum_above) // (count - above), sum_above // above
    return low, high


def coded(kept: Tensor, low: int, high: int) -> Tensor:
    """The code of each value."""
    larger = 2 * kept.abs() > low + high
    return larger.to(torch.uint8) + 2 * (kept < 0).to(torch.uint8)


def whole_codes(values: Tensor, scale: int) -> Tensor:
    """The code of each value of a tensor that travels whole."""
    rounded = (2 * values.long().abs() + scale) // (2 * scale)
    held = rounded.clamp(max=LARGEST_CODE)
    return torch.where(values < 0, -held, held).to(torch.int8)


def cut_of(shape: Shape, values: Tensor) -> Tensor:
    """A tensor of (rows, columns) as one row for each chunk, as `Tensor.cut` of a layout does."""
    if shape.whole:
        return values.reshape(1, shape.size)
    if shape.blocks:
        grid = (shape.rows // SIDE, SIDE, shape.columns // SIDE, SIDE)
        return values.reshape(grid).transpose(1, 2).reshape(-1, CHUNK)
    padded = f.pad(values.reshape(-1), (0, shape.chunks * CHUNK - shape.size))
    return padded.reshape(-1, CHUNK)


def to_host(values: Tensor, kind: type[Kind]) -> NDArray[Kind]:
    """A tensor as an array."""
    return values.cpu().numpy().astype(kind)


def with_norm(part: Part) -> Part:
    """The part with the norm of its values."""
    return part._replace(head=part.head._replace(norm=part.norm()))


class TorchUpdateCodec:
    """On any device."""

    def __init__(self, device: str = "cpu") -> None:
        self.device = device

    def hold(self, layout: Layout, chunks: Sequence[Int32]) -> list[Tensor]:
        return [torch.from_numpy(np.ascontiguousarray(each)).to(self.device) for each in chunks]

    def cut(self, layout: Layout, values: Sequence[Tensor]) -> list[Tensor]:
        return [cut_of(t, each) for t, each in zip(layout.tensors, values, strict=True)]

    def chunks(self, layout: Layout, held: Sequence[Tensor]) -> Chunks:
        return [to_host(each, np.int32) for each in held]

    def compress(
        self, place: PayloadId, layout: Layout, error: Sequence[Tensor], update: Sequence[Tensor],
        decay: int,
    ) -> tuple[Payload, list[Tensor]]:  # fmt: skip
        parts, left = [], []
        for tensor, held, new in zip(layout.tensors, error, update, strict=True):
            part, rest = (
                self.whole(held, new, decay)
                if tensor.whole
                else self.sparse(held, new, decay, layout.k)
            )
            parts.append(part)
            left.append(rest)
        return Payload(place, layout, tuple(parts)), left

    def whole(self, error: Tensor, update: Tensor, decay: int) -> tuple[Part, Tensor]:
        """A tensor that travels whole, and what is left of it."""
        due = due_of(error, update, decay)
        scale = max(-(-int(due.abs().max()) // LARGEST_CODE), 1)
        codes = whole_codes(due, scale)
        part = with_norm(
            DenseTensor(TensorHead(scale, 0, 0), to_host(codes, np.int8).view(np.uint8))
        )
        return part, due - codes.int() * scale

    def sparse(self, error: Tensor, update: Tensor, decay: int, k: int) -> tuple[Part, Tensor]:
        """The largest values of each chunk, and what is left of all."""
        due = due_of(error, update, decay)
        indices = chosen(due, k)
        kept = due.gather(1, indices).long()
        low, high = magnitudes(kept.abs())
        codes = coded(kept, low, high)
        table = torch.tensor([low, high, -low, -high], dtype=torch.int32, device=due.device)
        sent = torch.zeros_like(due).scatter_(1, indices, table[codes.long()])
        packed = to_host(indices, np.uint16), to_host(codes, np.uint8)
        return with_norm(TopKTensor(TensorHead(low, high, 0), *packed)), due - sent

    def aggregate(
        self, layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], mixing: Mixing
    ) -> list[Tensor]:
        if not payloads:
            raise OutOfRange("nobody takes part")
        listed = []
        for at, tensor in enumerate(layout.tensors):
            shares = [Share(p.parts[at], count) for p, count in zip(payloads, tokens, strict=True)]
            listed.append(self.mean(tensor, shares, mixing))
        return listed

    def mean(self, tensor: Shape, shares: Sequence[Share], mixing: Mixing) -> Tensor:
        """The aggregate of one tensor."""
        sums = torch.zeros(
            tensor.chunks, tensor.chunk_length, dtype=torch.int64, device=self.device
        )
        senders = torch.zeros_like(sums)
        middle = median_norm([share.part.head.norm for share in shares])
        for share in shares:
            self.add(sums, senders, share.part, weakened(share, middle, mixing))
        by = len(shares) if mixing.rule is Rule.DIVIDE_BY_ALL else senders.clamp(min=1)
        return torch.div(sums, by, rounding_mode="trunc").int()

    def add(self, sums: Tensor, senders: Tensor, part: Part, table: list[int]) -> None:
        """Add a part to the sums, and count it."""
        values = torch.tensor(table, dtype=torch.int64, device=self.device)
        codes = torch.from_numpy(part.codes.astype(np.int64)).to(self.device)
        if isinstance(part, DenseTensor):
            sums += values[codes]
            senders += 1
            return
        indices = torch.from_numpy(part.indices.astype(np.int64)).to(self.device)
        sums.scatter_add_(1, indices, values[codes])
        senders.scatter_add_(1, indices, torch.ones_like(indices))
