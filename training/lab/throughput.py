"""How quickly the codec works, beside a plain top-k in numpy and a copy of memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pysubtensor.pallets.training.payload import CHUNK, Layout, Mixing, PayloadId, Rule
from pysubtensor.pallets.training.payload.encoding import size_of
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE, Int32
from pysubtensor.training.kernels import Held, NumpyUpdateCodec, UpdateCodec, update_codec_for
from pysubtensor.training.kernels.plain import TorchUpdateCodec

if TYPE_CHECKING:
    from pysubtensor.training.kernels.resident import FusedUpdateCodec

PEERS: Final = 4
SPREAD: Final = 1 << 18
DECAY: Final = round(0.95 * DECAY_ONE)
PLACE: Final = PayloadId(0, 1, bytes(32))
MIXING: Final = Mixing(Rule.UNION_MEAN, clip=False, target_tokens=0)
_SETS: Final = 3
"""Inputs that take turns, so that none is in a cache."""
_BILLION: Final = 1e9


class Rate(NamedTuple):
    """Billions of bytes a second."""

    best: float
    median: float


class Speed(NamedTuple):
    """Billions of bytes of dense fp32 a second."""

    name: str
    params: int
    compress: Rate
    """From updates to the bytes that travel."""
    decompress: Rate
    """From what travelled of four workers to their mean, counting each."""
    compress_of_copy: float | None = None
    """Bytes that must be read and written (error, update, rest: 12 a parameter) to those of the
    copy, best to best."""
    decompress_of_copy: float | None = None
    """The same: what travelled is read, and 4 bytes a parameter written."""


Wait = Callable[[], object]
Sent = tuple[NDArray[np.int64], NDArray[np.uint8]]
"""Places and codes of a plain top-k."""
Floats = NDArray[np.float32]


def speeds(layouts: tuple[Layout, Layout], device: str, tries: int) -> Iterator[Speed]:
    """All that can be measured here: on the processor with the first layout, else the second."""
    layout, rng = layouts[0], np.random.default_rng(1)
    sets = [_random_chunks(rng, layout) for _ in range(_SETS + 1)]
    large = [[chunks for chunks in each if chunks.shape[1] == CHUNK] for each in sets]
    yield _plain(large, layout.k, tries)
    for name, codec in (("numpy", NumpyUpdateCodec()), ("torch", TorchUpdateCodec("cpu"))):
        yield _codec(name, codec, layout, sets, tries)
    values = torch.zeros(layout.size, dtype=torch.int32)
    copied = _rate(_copier(values), 2 * values.nbytes, tries)
    yield Speed("copy", layout.size, copied, copied)
    if torch.device(device).type == "cuda":
        yield from _on_cuda(layouts[1], device, tries)


def _random_chunks(rng: np.random.Generator, layout: Layout) -> list[Int32]:
    return [
        (rng.standard_normal((t.chunks, t.chunk_length), np.float32) * SPREAD).astype(np.int32)
        for t in layout.tensors
    ]


def _codec(
    name: str, codec: UpdateCodec, layout: Layout, sets: Sequence[list[Int32]], tries: int,
    wait: Wait | None = None,
) -> Speed:  # fmt: skip
    """From memory of the host and to it."""
    payloads = [
        codec.compress(PLACE, layout, *_held(codec, layout, sets, at), DECAY)[0]
        for at in range(PEERS)
    ]

    def compress(at: int) -> object:
        payload, left = codec.compress(PLACE, layout, *_held(codec, layout, sets, at), DECAY)
        return payload.encode(), codec.chunks(layout, left)

    def join(_: int) -> object:
        return codec.chunks(layout, codec.aggregate(layout, payloads, [1] * PEERS, MIXING))

    size = 4 * layout.size
    finish = wait or _nothing
    rates = _rate(compress, size, tries, finish), _rate(join, PEERS * size, tries, finish)
    return Speed(name, layout.size, *rates)


def _held(
    codec: UpdateCodec, layout: Layout, sets: Sequence[list[Int32]], at: int
) -> tuple[Held, Held]:
    """An error buffer and an update."""
    count = len(sets)
    return codec.hold(layout, sets[at % count]), codec.hold(layout, sets[(at + 1) % count])


def _plain(sets: Sequence[list[Int32]], k: int, tries: int) -> Speed:
    """Top-k as one writes it down: float32, places as they come, a byte for each value."""
    listed = [[chunks.astype(np.float32) for chunks in each] for each in sets]

    def compressed(dense: Floats) -> Sent:
        places = np.argpartition(-np.abs(dense), k, axis=1)[:, :k]
        kept = np.take_along_axis(dense, places, axis=1)
        return places, np.clip(np.round(kept / (kept.std() * 1.5)) + 2, 0, 3).astype(np.uint8)

    def joined(like: Floats, sent: Iterable[Sent]) -> Floats:
        sums, counts = np.zeros_like(like), np.zeros_like(like)
        rows = np.arange(len(like))[:, None]
        for places, codes in sent:
            sums[rows, places] += codes.astype(np.float32) - 2
            counts[rows, places] += 1
        return (sums / np.maximum(counts, 1)).astype(np.float32, copy=False)

    def compress(at: int) -> list[Sent]:
        return [compressed(dense) for dense in listed[at % len(listed)]]

    payloads = [compress(at) for at in range(PEERS)]

    def join(_: int) -> list[Floats]:
        pairs = zip(listed[0], zip(*payloads, strict=True), strict=True)
        return [joined(like, sent) for like, sent in pairs]

    params = sum(chunks.size for chunks in listed[0])
    rates = _rate(compress, 4 * params, tries), _rate(join, PEERS * 4 * params, tries)
    return Speed("plain numpy", params, *rates)


def _copier(values: Tensor) -> Callable[[int], object]:
    """Copies; their bytes are counted as they are read and as they are written."""
    pairs = [(values + at, torch.zeros_like(values)) for at in range(_SETS)]
    return lambda at: pairs[at % _SETS][1].copy_(pairs[at % _SETS][0])


# -- on CUDA --------------------------------------------------------------------------------------


def _on_cuda(layout: Layout, device: str, tries: int) -> Iterator[Speed]:
    from pysubtensor.training.kernels.resident import FusedUpdateCodec

    codec = update_codec_for(device)
    if isinstance(codec, FusedUpdateCodec):
        yield from fused_speeds(codec, layout, 4 * tries)
    rng = np.random.default_rng(2)
    sets = [_random_chunks(rng, layout) for _ in range(2)]
    yield _codec(f"{device}, host", codec, layout, sets, 3, torch.cuda.synchronize)


def fused_speeds(codec: FusedUpdateCodec, layout: Layout, tries: int) -> Iterator[Speed]:
    """The copy; kernels alone; and all until bytes are in memory of the host."""
    sets = [_random_rows(codec, layout, seed) for seed in range(_SETS + 1)]
    copied = _events(_copier(sets[0]), 2 * sets[0].nbytes, tries)
    yield Speed(f"{codec.device}, copy", layout.size, copied, copied)
    made = [codec.encoded(PLACE, layout, _pack(codec, layout, sets, at)) for at in range(PEERS)]
    sent = [each.copy() for each in made]  # in plain memory, as what comes from others
    weighed = codec.weights(layout, sent, [1] * PEERS, MIXING)
    wire = codec.received(sent)
    size, bandwidth = 4 * layout.size, copied.best

    def finished(name: str, compress: Rate, join: Rate) -> Speed:
        moved = (size + PEERS * size_of(layout)) / (PEERS * size)
        fractions = 3 * compress.best / bandwidth, moved * join.best / bandwidth
        return Speed(name, layout.size, compress, join, *(round(each, 3) for each in fractions))

    yield finished(
        f"{codec.device}, kernels",
        _events(lambda at: _pack(codec, layout, sets, at), size, tries),
        _events(lambda _: codec.mean(layout, wire, weighed, MIXING), PEERS * size, tries),
    )

    def compress(at: int) -> object:
        return codec.encoded(PLACE, layout, _pack(codec, layout, sets, at))

    def join(_: int) -> object:
        wire = codec.received(sent)
        return codec.mean(layout, wire, codec.weights(layout, sent, [1] * PEERS, MIXING), MIXING)

    yield finished(
        f"{codec.device}, resident",
        _rate(compress, size, tries, torch.cuda.synchronize),
        _rate(join, PEERS * size, tries, torch.cuda.synchronize),
    )


def _pack(codec: FusedUpdateCodec, layout: Layout, sets: Sequence[Tensor], at: int) -> Tensor:
    error, update = sets[at % len(sets)], sets[(at + 1) % len(sets)]
    return codec.packed(layout, error, update, DECAY)[0]


def _random_rows(codec: FusedUpdateCodec, layout: Layout, seed: int) -> Tensor:
    """Random chunks, made on the device; zeros behind the values of a tensor that travels whole."""
    generator = torch.Generator(codec.device).manual_seed(seed)
    shape = (layout.chunks, CHUNK)
    rows = torch.randn(shape, device=codec.device, generator=generator)
    rows = rows.mul_(SPREAD).int()
    for tensor in layout.tensors:
        rows[tensor.first, tensor.chunk_length :] = 0
    return rows


# -- time -----------------------------------------------------------------------------------------


def _nothing() -> None:
    """All is done already."""


def _rate(work: Callable[[int], object], size: int, tries: int, wait: Wait = _nothing) -> Rate:
    """By the clock on the wall, after one try that does not count."""
    seconds = []
    for at in range(tries + 1):
        wait()
        began = time.perf_counter()
        work(at)
        wait()
        seconds.append(time.perf_counter() - began)
    return _rate_of(seconds[1:], size)


def _events(work: Callable[[int], object], size: int, tries: int) -> Rate:
    """By the clock of the device, which no launch of the host delays: many in a row."""
    for at in range(3):
        work(at)
    marks = [torch.cuda.Event(enable_timing=True) for _ in range(tries + 1)]
    torch.cuda.synchronize()
    marks[0].record()
    for at, mark in enumerate(marks[1:]):
        work(at)
        mark.record()
    torch.cuda.synchronize()
    milliseconds = [a.elapsed_time(b) for a, b in pairwise(marks)]
    return _rate_of([each / 1e3 for each in milliseconds], size)


def _rate_of(seconds: Sequence[float], size: int) -> Rate:
    listed = min(seconds), statistics.median(seconds)
    return Rate(*(round(size / each / _BILLION, 4) for each in listed))
