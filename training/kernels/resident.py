"""The codec on CUDA: what there is to send stays on the device, and only what travels leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import Final, NamedTuple

import numpy as np
import torch
import triton
from numpy.typing import ArrayLike, DTypeLike, NDArray
from torch import Tensor

from pysubtensor.pallets.training.payload import (
    CHUNK,
    Layout,
    Mixing,
    Payload,
    PayloadId,
    Rule,
    decode,
)
from pysubtensor.pallets.training.payload.encoding import HEADER_BYTES, MAGIC, size_of
from pysubtensor.pallets.training.payload.errors import OutOfRange
from pysubtensor.pallets.training.payload.layout import Tensor as Shape
from pysubtensor.pallets.training.payload.numbers import Bytes, Int32
from pysubtensor.pallets.training.payload.top_k import HEAD_BYTES
from pysubtensor.training.kernels import fused
from pysubtensor.training.kernels.base import Chunks
from pysubtensor.training.kernels.plain import cut_of

_TASK: Final = 2048
"""Values that a program splits or packs, about."""
_CODES: Final = 128
"""Magnitudes of a tensor that travels whole."""
_CHOOSE_WARPS: Final = 4
_JOIN_WARPS: Final = 4
_JOIN_PROGRAMS: Final = 8
"""Programs of each multiprocessor that join: more of them find their chunks in no cache."""
_ALIGNED: Final = 16
Numbers = NDArray[np.int64]
Heads = NDArray[np.void]
_HEAD: Final = np.dtype([("low", "<u4"), ("high", "<u4"), ("norm", "<u8")])


class MemoryPlan:
    """Where all is, of a layout, in memory of the device and in what travels."""

    def __init__(self, layout: Layout, device: str) -> None:
        self.layout, self.device = layout, device
        self.size = size_of(layout)
        heads, at = [], HEADER_BYTES
        for tensor in layout.tensors:
            heads.append(at)
            body = tensor.size if tensor.whole else tensor.chunks * layout.chunk_bytes
            at += HEAD_BYTES + body
        self.heads = np.array(heads, np.int64)
        self.head_bytes = self.heads[:, None] + np.arange(HEAD_BYTES)
        whole = np.array([tensor.whole for tensor in layout.tensors])
        self.sparse, self.whole = np.flatnonzero(~whole), np.flatnonzero(whole)
        self._fill_sparse([layout.tensors[at] for at in self.sparse])
        self._fill_whole([layout.tensors[at] for at in self.whole])
        self.numbers = -(-self.size // _ALIGNED) * _ALIGNED
        sums, wholes = fused.LEVELS * len(self.sparse), len(self.whole)
        self.splits = [sums, sums, wholes, wholes]

    def _fill_sparse(self, tensors: Sequence[Shape]) -> None:
        layout, most = self.layout, max(_TASK // self.layout.k, 1)
        chunks = [np.arange(tensor.chunks) for tensor in tensors]
        bodies = self.heads[self.sparse] + HEAD_BYTES
        rows = [tensor.first + each for tensor, each in zip(tensors, chunks, strict=True)]
        offsets = [
            start + each * layout.chunk_bytes for start, each in zip(bodies, chunks, strict=True)
        ]
        tasks, self.slots = [], 0
        for number, tensor in enumerate(tensors):
            starts = range(0, tensor.chunks, most)
            tasks += [(self.slots + at, min(most, tensor.chunks - at), number) for at in starts]
            self.slots += tensor.chunks
        self.tasks, self.task_table = len(tasks), self._table(tasks)
        self.rows, self.offsets = self._joined(rows), self._joined(offsets, np.int64)
        counts = [tensor.chunks for tensor in tensors]
        self.tensor_of = self._table(np.repeat(np.arange(len(tensors)), counts))

    def _fill_whole(self, tensors: Sequence[Shape]) -> None:
        self.whole_rows = self._table([tensor.first for tensor in tensors])
        self.whole_sizes = self._table([tensor.size for tensor in tensors])
        self.whole_offsets = self._table(self.heads[self.whole] + HEAD_BYTES, np.int64)

    def buffer(self) -> tuple[Tensor, list[Tensor]]:
        """Memory of the device for what travels and, behind it, for what heads are made of.

        These are, of each level and tensor, how many values it counts, and their sums; and of each
        tensor that travels whole its scale, and the sum of its squared codes.
        """
        size = self.numbers + 8 * sum(self.splits)
        buffer = torch.empty(size, dtype=torch.uint8, device=self.device)
        numbers = buffer[self.numbers :].view(torch.int64).zero_()
        return buffer, list(numbers.split(self.splits))

    def finished(self, buffer: Bytes, header: bytes) -> Bytes:
        """What travels, with header and heads, of such memory as the kernels left it."""
        data, numbers = buffer[: self.size], buffer[self.numbers :].view(np.int64)
        counts, totals, scales, squares = np.split(numbers, np.cumsum(self.splits[:-1]))
        heads = np.zeros(len(self.heads), _HEAD)
        heads[self.sparse] = _sparse_heads(
            counts.reshape(fused.LEVELS, -1), totals.reshape(fused.LEVELS, -1)
        )
        nothing = np.zeros_like(scales)
        heads[self.whole] = _heads(scales, nothing, squares, nothing)
        data[: len(header)] = np.frombuffer(header, np.uint8)
        data[self.head_bytes] = heads.view(np.uint8).reshape(self.head_bytes.shape)
        return data

    def _joined(self, listed: Sequence[NDArray[np.int64]], kind: DTypeLike = np.int32) -> Tensor:
        return self._table(np.concatenate(listed) if listed else [], kind)

    def _table(self, values: ArrayLike, kind: DTypeLike = np.int32) -> Tensor:
        return torch.from_numpy(np.array(values, kind)).to(self.device)


class CodeWeights(NamedTuple):
    """The magnitudes of the codes after all limits, (worker, tensor, code)."""

    sparse: Tensor
    whole: Tensor


class FusedUpdateCodec:
    """On CUDA, with Triton.  Chunks are rows of 4096 values, a tensor that travels whole is one."""

    def __init__(self, device: str) -> None:
        self.device, processors = device, 1
        self._plan: MemoryPlan | None = None
        if self._on_cuda:
            processors = torch.cuda.get_device_properties(device).multi_processor_count
        self._joining = _JOIN_PROGRAMS * processors

    @property
    def _on_cuda(self) -> bool:
        return torch.device(self.device).type == "cuda"

    def plan(self, layout: Layout) -> MemoryPlan:
        """Where all is."""
        if self._plan is None or self._plan.layout.table_hash != layout.table_hash:
            self._plan = MemoryPlan(layout, self.device)
        return self._plan

    def hold(self, layout: Layout, chunks: Sequence[Int32]) -> Tensor:
        """Chunks in memory of the device."""
        return self._rows(layout, [torch.from_numpy(np.ascontiguousarray(each)) for each in chunks])

    def cut(self, layout: Layout, values: Sequence[Tensor]) -> Tensor:
        """Tensors of a model as chunks."""
        pairs = zip(layout.tensors, values, strict=True)
        return self._rows(layout, [cut_of(shape, each.to(self.device)) for shape, each in pairs])

    def _rows(self, layout: Layout, chunks: Sequence[Tensor]) -> Tensor:
        rows = torch.empty(layout.chunks, CHUNK, dtype=torch.int32, device=self.device)
        for tensor, each in zip(layout.tensors, chunks, strict=True):
            to = rows[tensor.first : tensor.first + tensor.chunks]
            to[:, tensor.chunk_length :] = 0
            to[:, : tensor.chunk_length].copy_(each)
        return rows

    def chunks(self, layout: Layout, held: Tensor) -> Chunks:
        """The chunks of each tensor in memory of the host."""
        rows = held.cpu().numpy()
        return [rows[t.first : t.first + t.chunks, : t.chunk_length] for t in layout.tensors]

    # -- sending ------------------------------------------------------------------------------

    def compress(
        self, place: PayloadId, layout: Layout, error: Tensor, update: Tensor, decay: int
    ) -> tuple[Payload, Tensor]:
        """What to send of an update and of what was left before, and what is left after."""
        sent, left = self.packed(layout, error, update, decay)
        return decode(self.encoded(place, layout, sent).tobytes(), place, layout), left

    def packed(
        self, layout: Layout, error: Tensor, update: Tensor, decay: int
    ) -> tuple[Tensor, Tensor]:
        """What `encoded` takes, and what is left, on the device; nothing waits for it."""
        plan, left = self.plan(layout), torch.empty_like(error)
        buffer, (counts, sums, scales, squares) = plan.buffer()
        if plan.slots:
            self._cut_down(plan, error, update, left, buffer, counts, sums, decay)
        if len(plan.whole):
            tables = plan.whole_rows, plan.whole_sizes, plan.whole_offsets
            fused.pack_whole[len(plan.whole),](
                error, update, left, *tables, buffer, scales, squares, decay << 14
            )
        return buffer, left

    def encoded(self, place: PayloadId, layout: Layout, sent: Tensor) -> Bytes:
        """The bytes that travel, in memory of the host."""
        header = MAGIC + place.encode() + layout.table_hash
        return self.plan(layout).finished(self._to_host(sent), header)

    def _to_host(self, values: Tensor) -> Bytes:
        """A copy in memory of the host, of such that the device reaches by itself."""
        host = torch.empty(values.shape, dtype=values.dtype, pin_memory=self._on_cuda)
        found: Bytes = host.copy_(values).numpy()
        return found

    def _cut_down(
        self, plan: MemoryPlan, error: Tensor, update: Tensor, left: Tensor, wire: Tensor,
        counts: Tensor, sums: Tensor, decay: int,
    ) -> None:  # fmt: skip
        k, tensors = plan.layout.k, len(plan.sparse)
        some, values = candidates(k), triton.next_power_of_2(max(_TASK, k))
        few = torch.empty(plan.slots * some, dtype=torch.int32, device=error.device)
        kept = torch.empty(plan.slots * k, dtype=torch.int64, device=error.device)
        fused.choose[plan.slots,](
            error, update, left, plan.rows, few, kept, decay << 14, k, SOME=some,
            num_warps=_CHOOSE_WARPS,
        )  # fmt: skip
        for level in range(fused.LEVELS - 1):
            fused.split[plan.tasks,](
                kept, plan.task_table, counts, sums, tensors, k, LEVEL=level, VALUES=values
            )
        fused.pack[plan.tasks,](
            left, plan.rows, kept, plan.task_table, plan.offsets, wire, counts, sums, tensors, k,
            QUARTERS=values // 4,
        )  # fmt: skip

    # -- joining ------------------------------------------------------------------------------

    def aggregate(
        self, layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], mixing: Mixing
    ) -> Tensor:
        """The aggregate of payloads.  Errors: OutOfRange when there are none."""
        if not payloads:
            raise OutOfRange("nobody takes part")
        sent = [np.frombuffer(bytearray(each.encode()), np.uint8) for each in payloads]
        wire = self.received(sent)
        return self.mean(layout, wire, self.weights(layout, sent, tokens, mixing), mixing)

    def received(self, sent: Sequence[Bytes]) -> Tensor:
        """What travelled, one row each, in memory of the device, or soon."""
        shape = len(sent), len(sent[0])
        wire = torch.empty(shape, dtype=torch.uint8, device=self.device)
        host = torch.empty(shape, dtype=torch.uint8, pin_memory=self._on_cuda)
        for row, held, each in zip(wire, host, sent, strict=True):
            held.copy_(torch.from_numpy(each))
            row.copy_(held, non_blocking=True)  # while the next one is copied here
        return wire

    def mean(self, layout: Layout, wire: Tensor, weighed: CodeWeights, mixing: Mixing) -> Tensor:
        """The aggregate of what is in memory of the device, one row for each peer."""
        plan, peers = self.plan(layout), len(wire)
        out = torch.empty(layout.chunks, CHUNK, dtype=torch.int32, device=wire.device)
        divisor = peers if mixing.rule is Rule.DIVIDE_BY_ALL else 0
        if plan.slots:
            programs = min(self._joining, plan.slots)
            scratch = torch.empty(programs, peers * layout.k, dtype=torch.int64, device=wire.device)
            fused.join[programs,](
                wire, plan.size, peers, plan.rows, plan.offsets, plan.tensor_of, weighed.sparse,
                len(plan.sparse), scratch, out, plan.slots, layout.k, divisor,
                PAIRS=_pairs_at_once(peers, layout.k), num_warps=_JOIN_WARPS,
            )  # fmt: skip
        if len(plan.whole):
            tables = plan.whole_rows, plan.whole_sizes, plan.whole_offsets
            fused.join_whole[len(plan.whole),](
                wire, plan.size, peers, *tables, weighed.whole, len(plan.whole), out
            )
        return out

    def weights(
        self, layout: Layout, sent: Sequence[Bytes], tokens: Sequence[int], mixing: Mixing
    ) -> CodeWeights:
        """What the codes of each worker count for."""
        plan = self.plan(layout)
        heads = np.stack([each[plan.head_bytes] for each in sent]).view(_HEAD)[:, :, 0]
        pairs = np.stack([heads["low"], heads["high"]], axis=2).astype(np.int64)
        scales = pairs[:, plan.whole, :1] * np.arange(_CODES)
        norms = heads["norm"].astype(np.int64)
        listed = [
            _weakened(values, norms[:, of], tokens, mixing)
            for values, of in ((pairs[:, plan.sparse], plan.sparse), (scales, plan.whole))
        ]
        both = torch.from_numpy(np.concatenate([each.reshape(-1) for each in listed]))
        parts = both.to(self.device).split([each.size for each in listed])
        return CodeWeights(*parts)


def _weakened(
    values: NDArray[np.int64], norms: NDArray[np.int64], tokens: Sequence[int], mixing: Mixing
) -> Int32:
    """The values of each worker and tensor after the limits on norms and tokens, cut."""
    whole = mixing.target_tokens or 1
    most = int(values.max(initial=0)) * (int(norms.max(initial=1)) if mixing.clip else 1) * whole
    kind: DTypeLike = np.int64 if most < 1 << 63 else object
    middle = np.sort(norms, axis=0)[(len(norms) - 1) // 2]
    clipped = (norms > middle) & mixing.clip
    shares = [min(count, whole) if mixing.target_tokens else 1 for count in tokens]
    times = np.where(clipped, middle, 1).astype(kind) * np.array(shares, kind)[:, None]
    by = np.where(clipped, norms, 1).astype(kind) * whole
    found = values.astype(kind) * times[:, :, None] // by[:, :, None]
    return found.astype(np.int32)


def _sparse_heads(counts: NDArray[np.int64], totals: NDArray[np.int64]) -> Heads:
    """The heads of tensors from their sums, (level, tensor), as the kernels made them."""
    count, larger = counts[0], counts[-1]
    low = high = totals[0] // count
    for above, total in zip(counts[1:-1], totals[1:-1], strict=True):
        splits = (above > 0) & (above < count)
        low = np.where(splits, (totals[0] - total) // np.maximum(count - above, 1), low)
        high = np.where(splits, total // np.maximum(above, 1), high)
    return _heads(low, high, count - larger, larger)


def _heads(low: Numbers, high: Numbers, lows: Numbers, highs: Numbers) -> Heads:
    """Heads of tensors of which so many values, or their squares, count as the one or the other."""
    heads = np.zeros(len(low), _HEAD)
    heads["low"], heads["high"] = low, high
    listed = (each.tolist() for each in (low, high, lows, highs))  # squares exceed 64 bits
    heads["norm"] = [isqrt(m * a * a + n * b * b) for a, b, m, n in zip(*listed, strict=True)]
    return heads


def candidates(k: int) -> int:
    """Groups of four values of a chunk that are looked at more closely, at most."""
    return int(min(triton.next_power_of_2(2 * k), CHUNK // 4))


def _pairs_at_once(peers: int, k: int) -> int:
    """Pairs of indices that a program joins at a time."""
    return int(min(triton.next_power_of_2(peers * k // 2), 512))
