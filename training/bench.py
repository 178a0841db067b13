"""Measurements of the codec: how small payloads are, and how quick they are made and read.

    python -m training.bench ratio --params 1e9 --k 64 --json
    python -m training.bench throughput --json

`ratio` encodes random tensors of a model's shapes, a few chunks at a time, and counts the bytes.
`throughput` gives billions of bytes of dense fp32 a second, beside a plain top-k in numpy and a
copy.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
import torch

from pallets.training.codec import CHUNK, Head, Layout, Mixing, Place, Rule, Sparse
from pallets.training.codec.layout import Tensor
from pallets.training.codec.numbers import DECAY_ONE, Int32
from pallets.training.codec.parts import chosen, coded, compressed, magnitudes
from pallets.training.codec.payload import HEADER_BYTES, size_of
from training.kernels import Codec, NumpyCodec, codec_for
from training.kernels.plain import TorchCodec

ROWS: Final = 256
"""Chunks at a time."""
SPREAD: Final = 1 << 18


# -- size -----------------------------------------------------------------------------------------


def shapes_of(params: int) -> list[tuple[int, int]]:
    """Tensors of a decoder with about so many parameters; two norms a layer are short vectors."""
    width = next(w for w in (2048, 1024, 512, 256, 128, 64) if 16 * w * w * 4 <= params or w == 64)
    hidden = 4 * width
    layer = [
        (1, width), (3 * width, width), (width, width),
        (1, width), (hidden, width), (hidden, width), (width, hidden),
    ]  # fmt: skip
    each = sum(rows * columns for rows, columns in layer)
    vocabulary = 16 * width
    layers = max(round((params - vocabulary * width) / each), 1)
    return [(vocabulary, width), *(shape for _ in range(layers) for shape in layer), (1, width)]


def encoded_bytes(layout: Layout, seed: int = 0) -> int:
    """Bytes of a payload of random values: header, heads and bodies, each of them made."""
    rng = np.random.default_rng(seed)
    return HEADER_BYTES + sum(_tensor_bytes(layout, tensor, rng) for tensor in layout.tensors)


def _tensor_bytes(layout: Layout, tensor: Tensor, rng: np.random.Generator) -> int:
    if tensor.whole:
        part = compressed(_random(rng, 1, tensor.size), layout.k, whole=True)
        return len(part.head.encode()) + part.body().nbytes
    indices, kept = [], []
    for rows in _blocks(tensor.chunks):
        values = _random(rng, rows, CHUNK)
        found = chosen(values, layout.k)
        indices.append(found)
        kept.append(np.take_along_axis(values, found.astype(np.int64), axis=1).astype(np.int64))
    low, high = magnitudes(np.abs(np.concatenate(kept)))
    bodies = (
        Sparse(Head(low, high, 0), found, coded(held, low, high)).body().nbytes
        for found, held in zip(indices, kept, strict=True)
    )
    return len(Head(low, high, 0).encode()) + sum(bodies)


def _blocks(chunks: int) -> Iterator[int]:
    for at in range(0, chunks, ROWS):
        yield min(ROWS, chunks - at)


def _random(rng: np.random.Generator, rows: int, length: int) -> Int32:
    found: Int32 = (rng.standard_normal((rows, length), np.float32) * SPREAD).astype(np.int32)
    return found


class Ratio(NamedTuple):
    """How small payloads are."""

    params: int
    k: int
    bytes: int
    ratio: float
    """Of dense fp32."""


def ratio(params: int, k: int) -> Ratio:
    """Encode a model of about so many parameters."""
    layout = Layout(shapes_of(params), k)
    found = encoded_bytes(layout)
    if found != size_of(layout):
        raise RuntimeError(f"{found} bytes were made, not {size_of(layout)}")
    return Ratio(layout.size, k, found, round(4 * layout.size / found, 2))


# -- speed ----------------------------------------------------------------------------------------


class Speed(NamedTuple):
    """Billions of bytes of dense fp32 a second, at best."""

    name: str
    compress: float
    """From updates to the bytes that travel."""
    decompress: float
    """From what travelled of several workers to their mean, counting each."""


PEERS: Final = 4


def speeds(params: int, k: int, device: str, tries: int) -> list[Speed]:
    """All that can be measured here, in one run."""
    side = max(round((params / CHUNK) ** 0.5), 1) * 64
    layout = Layout([(side, side)], k)
    rng = np.random.default_rng(1)
    update = [_random(rng, layout.tensors[0].chunks, CHUNK)]
    size = 4 * layout.size
    listed: list[tuple[str, Codec]] = [("numpy", NumpyCodec()), ("torch", TorchCodec("cpu"))]
    if torch.device(device).type == "cuda":
        listed.append((device, codec_for(device)))
    found = [_plain(update[0], k, size, tries)]
    found += [_speed(name, codec, layout, update, tries) for name, codec in listed]
    found.append(_copy("copy", torch.from_numpy(update[0]), size, tries))
    if torch.device(device).type == "cuda":
        found.append(
            _copy(f"copy on {device}", torch.from_numpy(update[0]).to(device), size, tries)
        )
    return found


def _speed(name: str, codec: Codec, layout: Layout, update: list[Int32], tries: int) -> Speed:
    nothing = [np.zeros_like(each) for each in update]
    place, decay = Place(0, 1, bytes(32)), DECAY_ONE
    payload, _ = codec.compress(place, layout, nothing, update, decay)
    mixing = Mixing(Rule.UNION_MEAN, clip=False, target_tokens=0)
    size = 4 * layout.size

    def compress() -> bytes:
        return codec.compress(place, layout, nothing, update, decay)[0].encode()

    def join() -> Any:
        return codec.joined(layout, [payload] * PEERS, [1] * PEERS, mixing)

    return Speed(name, _rate(compress, size, tries), _rate(join, PEERS * size, tries))


def _plain(values: Int32, k: int, size: int, tries: int) -> Speed:
    """Top-k as one writes it down: float32, places as they come, a byte for each value."""
    dense = values.astype(np.float32)

    def compress() -> tuple[Any, Any]:
        places = np.argpartition(-np.abs(dense), k, axis=1)[:, :k]
        kept = np.take_along_axis(dense, places, axis=1)
        return places, np.clip(np.round(kept / (kept.std() * 1.5)) + 2, 0, 3).astype(np.uint8)

    places, codes = compress()
    rows = np.arange(len(dense))[:, None]

    def join() -> Any:
        sums, counts = np.zeros_like(dense), np.zeros_like(dense)
        for _ in range(PEERS):
            sums[rows, places] += codes.astype(np.float32) - 2
            counts[rows, places] += 1
        return sums / np.maximum(counts, 1)

    return Speed("plain numpy", _rate(compress, size, tries), _rate(join, PEERS * size, tries))


def _copy(name: str, values: Any, size: int, tries: int) -> Speed:
    """How quickly the memory is copied."""
    target = torch.empty_like(values)
    found = _rate(lambda: target.copy_(values), size, tries)
    return Speed(name, found, found)


def _rate(work: Callable[[], Any], size: int, tries: int) -> float:
    seconds = []
    for _ in range(tries):
        _finish()
        began = time.perf_counter()
        work()
        _finish()
        seconds.append(time.perf_counter() - began)
    return round(size / min(seconds) / 1e9, 4)


def _finish() -> None:
    """Wait for what was given to the device."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


# -- the command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None, show: Callable[[str], Any] = print) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m training.bench")
    parser.add_argument("what", choices=("ratio", "throughput"))
    parser.add_argument("--params", type=float, help="default: 1e9 for ratio, 4e6 for throughput")
    parser.add_argument("--k", type=int, default=64)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--tries", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if given.what == "ratio":
        found = ratio(int(given.params or 1e9), given.k)
        text = f"{found.bytes:,} bytes for {found.params:,} parameters: {found.ratio} times less"
        show(orjson.dumps(found._asdict()).decode() if given.json else text)
        return 0
    listed = speeds(int(given.params or 4e6), given.k, given.device, given.tries)
    if given.json:
        show(orjson.dumps([each._asdict() for each in listed]).decode())
        return 0
    show("GB of dense fp32 a second, best of tries")
    for each in listed:
        show(f"{each.name:<14} compress {each.compress:8.3f}   decompress {each.decompress:8.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
