"""The codec on CUDA: what there is to send stays on the device, and only what travels leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import Any, Final, NamedTuple

import numpy as np
import torch
import triton
from numpy.typing import NDArray
from torch import Tensor

from pallets.training.codec import CHUNK, Head, Layout, Mixing, Payload, Place, Rule, decode
from pallets.training.codec.errors import OutOfRange
from pallets.training.codec.layout import Tensor as Shape
from pallets.training.codec.numbers import Bytes, Int32
from pallets.training.codec.parts import HEAD_BYTES
from pallets.training.codec.payload import HEADER_BYTES, MAGIC, size_of
from training.kernels import fused
from training.kernels.codec import Chunks
from training.kernels.plain import cut_of

_TASK: Final = 2048
"""Values that a program splits or packs, about."""
_CODES: Final = 128
"""Magnitudes of a tensor that travels whole."""


class Tuning(NamedTuple):
    """How kernels are launched."""

    choose_warps: int = 8
    some: int = 1
    join_warps: int = 4
    join_programs: int = 4
    """For each multiprocessor."""


class Plan:
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
        whole = np.array([tensor.whole for tensor in layout.tensors])
        self.sparse, self.whole = np.flatnonzero(~whole), np.flatnonzero(whole)
        self._fill_sparse([layout.tensors[at] for at in self.sparse])
        self._fill_whole([layout.tensors[at] for at in self.whole])

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

    def _joined(self, listed: Sequence[NDArray[np.int64]], kind: Any = np.int32) -> Tensor:
        return self._table(np.concatenate(listed) if listed else [], kind)

    def _table(self, values: Any, kind: Any = np.int32) -> Tensor:
        return torch.from_numpy(np.array(values, kind)).to(self.device)


class Packed(NamedTuple):
    """What travels, without header and heads, and the sums that heads are made of."""

    wire: Tensor
    sums: Tensor
    """Of each level and tensor how many values it counts; then their sums."""
    scales: Tensor
    """Of each tensor that travels whole the scale; then the sums of the squared codes."""


class Weights(NamedTuple):
    """The magnitudes of the codes after all limits, (worker, tensor, code)."""

    sparse: Tensor
    whole: Tensor


class FusedCodec:
    """On CUDA, with Triton.  Chunks are rows of 4096 values, a tensor that travels whole is one."""

    def __init__(self, device: str, tuning: Tuning | None = None) -> None:
        self.device, self.tuning = device, tuning or Tuning()
        self._plan: Plan | None = None
        self._scratch: Tensor | None = None

    def plan(self, layout: Layout) -> Plan:
        """Where all is."""
        if self._plan is None or self._plan.layout.table_hash != layout.table_hash:
            self._plan = Plan(layout, self.device)
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
        self, place: Place, layout: Layout, error: Tensor, update: Tensor, decay: int
    ) -> tuple[Payload, Tensor]:
        """What to send of an update and of what was left before, and what is left after."""
        sent, left = self.packed(layout, error, update, decay)
        return decode(self.encoded(place, layout, sent).tobytes(), place, layout), left

    def packed(
        self, layout: Layout, error: Tensor, update: Tensor, decay: int
    ) -> tuple[Packed, Tensor]:
        """What travels, and what is left, on the device; nothing waits for it."""
        plan = self.plan(layout)
        left = torch.empty_like(error)
        sums = torch.zeros(
            2 * fused.LEVELS * len(plan.sparse), dtype=torch.int64, device=error.device
        )
        scales = torch.empty(2 * len(plan.whole), dtype=torch.int64, device=error.device)
        wire = torch.empty(plan.size, dtype=torch.uint8, device=error.device)
        if plan.slots:
            self._cut_down(plan, error, update, left, wire, sums, decay)
        if len(plan.whole):
            halves = scales.split(len(plan.whole))
            tables = plan.whole_rows, plan.whole_sizes, plan.whole_offsets
            fused.pack_whole[len(plan.whole),](
                error, update, left, *tables, wire, *halves, decay << 14
            )
        return Packed(wire, sums, scales), left

    def encoded(self, place: Place, layout: Layout, sent: Packed) -> Bytes:
        """The bytes that travel, in memory of the host."""
        plan = self.plan(layout)
        copies = [_to_host(each) for each in sent]
        if sent.wire.is_cuda:
            torch.cuda.current_stream(sent.wire.device).synchronize()
        data: Bytes = copies[0].numpy()
        header = MAGIC + place.encode() + layout.table_hash
        data[:HEADER_BYTES] = np.frombuffer(header, np.uint8)
        _write_heads(plan, data, copies[1].tolist(), copies[2].tolist())
        return data

    def _cut_down(
        self, plan: Plan, error: Tensor, update: Tensor, left: Tensor, wire: Tensor, sums: Tensor,
        decay: int,
    ) -> None:  # fmt: skip
        k, tensors = plan.layout.k, len(plan.sparse)
        some = candidates(k) if self.tuning.some else 0
        few = torch.empty(plan.slots * some, dtype=torch.int32, device=error.device)
        kept = torch.empty(plan.slots * k, dtype=torch.int64, device=error.device)
        fused.choose[plan.slots,](
            error, update, left, plan.rows, few, kept, decay << 14, k, SOME=some,
            num_warps=self.tuning.choose_warps,
        )  # fmt: skip
        halves = sums.split(len(sums) // 2)
        values = triton.next_power_of_2(max(_TASK, k))
        for level in range(fused.LEVELS - 1):
            fused.split[plan.tasks,](
                kept, plan.task_table, *halves, tensors, k, LEVEL=level, VALUES=values
            )
        fused.pack[plan.tasks,](
            left, plan.rows, kept, plan.task_table, plan.offsets, wire, *halves, tensors, k,
            QUARTERS=values // 4,
        )  # fmt: skip

    # -- joining ------------------------------------------------------------------------------

    def joined(
        self, layout: Layout, payloads: Sequence[Payload], tokens: Sequence[int], mixing: Mixing
    ) -> Tensor:
        """The aggregate of payloads.  Errors: OutOfRange when there are none."""
        if not payloads:
            raise OutOfRange("nobody takes part")
        sent = [np.frombuffer(each.encode(), np.uint8) for each in payloads]
        weighed = self.weights(layout, sent, tokens, mixing)
        return self.mean(layout, self.received(sent), weighed, mixing)

    def received(self, sent: Sequence[Bytes]) -> Tensor:
        """What travelled, one row each, in memory of the device."""
        return torch.from_numpy(np.stack(sent)).to(self.device)

    def mean(self, layout: Layout, wire: Tensor, weighed: Weights, mixing: Mixing) -> Tensor:
        """The aggregate of what is in memory of the device, one row for each peer."""
        plan, peers = self.plan(layout), len(wire)
        out = torch.empty(layout.chunks, CHUNK, dtype=torch.int32, device=wire.device)
        divisor = peers if mixing.rule is Rule.DIVIDE_BY_ALL else 0
        if plan.slots:
            scratch = self._zeros()
            programs = min(len(scratch), plan.slots)
            fused.join[programs,](
                wire, plan.size, peers, plan.rows, plan.offsets, plan.tensor_of, weighed.sparse,
                len(plan.sparse), scratch, out, plan.slots, layout.k, divisor,
                PAIRS=_pairs_at_once(peers, layout.k), num_warps=self.tuning.join_warps,
            )  # fmt: skip
        if len(plan.whole):
            tables = plan.whole_rows, plan.whole_sizes, plan.whole_offsets
            fused.join_whole[len(plan.whole),](
                wire, plan.size, peers, *tables, weighed.whole, len(plan.whole), out
            )
        return out

    def weights(
        self, layout: Layout, sent: Sequence[Bytes], tokens: Sequence[int], mixing: Mixing
    ) -> Weights:
        """What the codes of each worker count for."""
        plan = self.plan(layout)
        heads = np.stack([each[plan.heads[:, None] + np.arange(HEAD_BYTES)] for each in sent])
        norms = heads[:, :, 8:].copy().view("<u8")[:, :, 0]
        pairs = heads[:, :, :8].copy().view("<u4").astype(np.int64)
        times, by = _weakening(norms, tokens, mixing)
        scales = pairs[:, plan.whole, :1] * np.arange(_CODES)
        return Weights(*(
            torch.from_numpy(_weakened(values, times[:, of], by[:, of])).to(self.device)
            for values, of in ((pairs[:, plan.sparse], plan.sparse), (scales, plan.whole))
        ))  # fmt: skip

    def _zeros(self) -> Tensor:
        """Rows of sums for the programs that join; they leave them as they find them."""
        if self._scratch is None:
            processors = 1
            if torch.device(self.device).type == "cuda":
                processors = torch.cuda.get_device_properties(self.device).multi_processor_count
            rows = processors * self.tuning.join_programs
            self._scratch = torch.zeros(rows, CHUNK, dtype=torch.int64, device=self.device)
        return self._scratch


def _weakening(norms: Any, tokens: Sequence[int], mixing: Mixing) -> tuple[Any, Any]:
    """By what the values of each worker and tensor are multiplied and divided."""
    middle = np.sort(norms, axis=0)[(len(norms) - 1) // 2]
    clipped = (norms > middle) & mixing.clip
    times = np.where(clipped, middle, 1).astype(object)
    by = np.where(clipped, norms, 1).astype(object)
    for row, count in enumerate(tokens):
        if mixing.target_tokens and count < mixing.target_tokens:
            times[row] *= count
            by[row] *= mixing.target_tokens
    return times, by


def _weakened(values: NDArray[np.int64], times: Any, by: Any) -> Int32:
    """Values * times / by, cut, in integers of the machine where they suffice."""
    largest = int(values.max(initial=0)) * int(times.max(initial=1))
    kind: Any = np.int64 if max(largest, int(by.max(initial=1))) < 1 << 63 else object
    found = values.astype(kind) * times.astype(kind)[:, :, None] // by.astype(kind)[:, :, None]
    return np.ascontiguousarray(found, np.int32)


def _write_heads(plan: Plan, data: Bytes, sums: list[int], scales: list[int]) -> None:
    """Write the head of each tensor."""
    tensors, counted = len(plan.sparse), len(sums) // 2
    for number, of in enumerate(plan.sparse):
        counts, totals = sums[number:counted:tensors], sums[counted + number :: tensors]
        _write(data, int(plan.heads[of]), _head(counts, totals))
    for number, of in enumerate(plan.whole):
        scale, squares = scales[number], scales[len(plan.whole) + number]
        _write(data, int(plan.heads[of]), Head(scale, 0, isqrt(squares * scale * scale)))


def _head(counts: list[int], totals: list[int]) -> Head:
    """The head of a tensor from its sums, as the kernels made them."""
    count = counts[0]
    low = high = totals[0] // count
    for larger, total in zip(counts[1:-1], totals[1:-1], strict=True):
        if 0 < larger < count:
            low, high = (totals[0] - total) // (count - larger), total // larger
    squares = (count - counts[-1]) * low * low + counts[-1] * high * high
    return Head(low, high, isqrt(squares))


def _write(data: Bytes, at: int, head: Head) -> None:
    data[at : at + HEAD_BYTES] = np.frombuffer(head.encode(), np.uint8)


def candidates(k: int) -> int:
    """Groups of four values of a chunk that are looked at more closely, at most."""
    return int(min(triton.next_power_of_2(2 * k), CHUNK // 4))


def _pairs_at_once(peers: int, k: int) -> int:
    """Pairs of indices that a program joins at a time."""
    return int(min(triton.next_power_of_2(peers * k // 2), 512))


def _to_host(values: Tensor) -> Tensor:
    """Begin to copy to memory of the host, which the device reaches by itself."""
    if values.device.type != "cuda":
        return values
    host = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    return host.copy_(values, non_blocking=True)
