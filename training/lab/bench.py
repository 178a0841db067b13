"""Measurements of the codec: how small payloads are, and how quick they are made and read.

    python -m pysubtensor.training.lab.bench ratio --params 1e9 --k 64 --json
    python -m pysubtensor.training.lab.bench throughput --json

`ratio` encodes random tensors of a model's shapes, a few chunks at a time, and counts the bytes.
`throughput` gives billions of bytes of dense fp32 a second, beside a plain top-k in numpy and
copies of memory, whose bytes are counted as they are read and as they are written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import orjson
import torch

from pysubtensor.pallets.training.payload import CHUNK, Layout, TensorHead, TopKTensor
from pysubtensor.pallets.training.payload.encoding import HEADER_BYTES, size_of
from pysubtensor.pallets.training.payload.layout import Tensor
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.payload.top_k import coded, compressed, magnitudes, top_k_indices
from pysubtensor.training.lab.throughput import SPREAD, Speed, speeds

ROWS: Final = 256
"""Chunks at a time."""
ON_DEVICE: Final = 10**8
ON_PROCESSOR: Final = 4 * 10**6
"""Parameters to measure throughput with, at most, where a billion takes minutes."""


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
        found = top_k_indices(values, layout.k)
        indices.append(found)
        kept.append(np.take_along_axis(values, found.astype(np.int64), axis=1).astype(np.int64))
    low, high = magnitudes(np.abs(np.concatenate(kept)))
    bodies = (
        TopKTensor(TensorHead(low, high, 0), found, coded(held, low, high)).body().nbytes
        for found, held in zip(indices, kept, strict=True)
    )
    return len(TensorHead(low, high, 0).encode()) + sum(bodies)


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


# -- the command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None, show: Callable[[str], object] = print) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m pysubtensor.training.lab.bench"
    )
    parser.add_argument("what", choices=("ratio", "throughput"))
    parser.add_argument("--params", type=float, help="default: 1e9 for ratio, 1e8 for throughput")
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
    small, large = (
        Layout(shapes_of(int(size)), given.k)
        for size in (min(given.params or ON_PROCESSOR, ON_PROCESSOR), given.params or ON_DEVICE)
    )
    listed = list(speeds((small, large), given.device, given.tries))
    if given.json:
        show(orjson.dumps([_as_dict(each) for each in listed]).decode())
        return 0
    show("GB of dense fp32 a second, best (median) of tries; of a copy, GB read and written")
    for each in listed:
        show(_line(each))
    return 0


def _as_dict(speed: Speed) -> dict[str, object]:
    rates = {"compress": speed.compress._asdict(), "decompress": speed.decompress._asdict()}
    return speed._asdict() | rates


def _line(speed: Speed) -> str:
    compress, decompress = (
        f"{rate.best:9.3f} ({rate.median:.3f})" for rate in (speed.compress, speed.decompress)
    )
    fractions = (speed.compress_of_copy, speed.decompress_of_copy)
    listed = ["" if each is None else f" = {each:.0%} of the copy" for each in fractions]
    return (
        f"{speed.name:<15} {speed.params:>11,}   compress {compress}{listed[0]}"
        f"   decompress {decompress}{listed[1]}"
    )


if __name__ == "__main__":
    sys.exit(main())
