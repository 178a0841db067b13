"""Whatever does the arithmetic of compression, every bit is that of the codec in numpy."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from pallets.training.codec import LIMIT, Layout, Mixing, Place, Rule
from pallets.training.codec.numbers import DECAY_ONE
from training.kernels import Codec, NumpyCodec, codec_for
from training.kernels.plain import TorchCodec

ROOT = Path(__file__).parents[2]
LAYOUT = Layout([(64, 128), (1, 96), (100, 50)], 64)
PLACE = Place(3, 5, b"w" * 32)
DECAY = round(0.95 * DECAY_ONE)


def fused() -> Codec:
    """On a processor, by Triton's interpreter."""
    if find_spec("triton") is None:
        pytest.skip("there is no Triton here")
    from training.kernels.fused import FusedCodec

    return FusedCodec("cpu")


CODECS = [pytest.param(lambda: TorchCodec("cpu"), id="torch"), pytest.param(fused, id="triton")]


def chunks(seed: int, spread: float = 1 << 20) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [
        rng.normal(0, spread, (t.chunks, t.chunk_length)).astype(np.int32) for t in LAYOUT.tensors
    ]


def ties() -> list[np.ndarray]:
    """Few different magnitudes, so that many are equal."""
    rng = np.random.default_rng(9)
    return [
        rng.integers(-2, 3, (t.chunks, t.chunk_length)).astype(np.int32) for t in LAYOUT.tensors
    ]


def nothing() -> list[np.ndarray]:
    return [np.zeros((t.chunks, t.chunk_length), np.int32) for t in LAYOUT.tensors]


def largest() -> list[np.ndarray]:
    return [np.where(each > 0, LIMIT, -LIMIT).astype(np.int32) for each in chunks(4)]


def few() -> list[np.ndarray]:
    """Fewer values than are sent."""
    listed = nothing()
    for each in listed:
        each[:, 5:9] = -7
    return listed


@pytest.mark.parametrize("make", CODECS)
@pytest.mark.parametrize(
    ("error", "update"),
    [
        (nothing(), chunks(1)),
        (chunks(2), chunks(3)),
        (nothing(), ties()),
        (nothing(), nothing()),
        (largest(), largest()),
        (nothing(), few()),
    ],
    ids=["fresh", "fed back", "ties", "nothing", "largest", "few"],
)
def test_the_same_bits_are_sent_and_left(make, error, update):
    payload, left = NumpyCodec().compress(PLACE, LAYOUT, error, update, DECAY)
    found, rest = make().compress(PLACE, LAYOUT, error, update, DECAY)
    assert found.encode() == payload.encode()
    assert all(np.array_equal(a, b) for a, b in zip(rest, left, strict=True))


@pytest.mark.parametrize("make", CODECS)
@pytest.mark.parametrize(
    "mixing",
    [
        Mixing(Rule.UNION_MEAN, clip=True, target_tokens=0),
        Mixing(Rule.UNION_MEAN, clip=False, target_tokens=90),
        Mixing(Rule.DIVIDE_BY_ALL, clip=True, target_tokens=0),
    ],
)
def test_the_same_bits_are_joined(make, mixing):
    plain = NumpyCodec()
    spreads = (1 << 20, 1 << 18, 1 << 22)
    sent = [
        plain.compress(PLACE, LAYOUT, nothing(), chunks(at, spread), DECAY)[0]
        for at, spread in enumerate(spreads)
    ]
    tokens = [100, 60, 30]
    wanted = plain.joined(LAYOUT, sent, tokens, mixing)
    found = make().joined(LAYOUT, sent, tokens, mixing)
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_the_processor_is_left_to_numpy():
    assert isinstance(codec_for("cpu"), NumpyCodec)


COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from training.kernels import fused

integers = {"decay": "i32", "k": "i32", "low": "i32", "high": "i32"}
wide, narrow = ("table", "sums", "senders"), ("body",)
for kernel, constants in (
    (fused.choose, {}), (fused.pack, {"QUARTERS": 16}), (fused.add_up, {"PAIRS": 32})
):
    kinds = {
        name: "constexpr" if name in constants else integers.get(name)
        or ("*i64" if name in wide else "*u8" if name in narrow else "*i32")
        for name in kernel.arg_names
    }
    source = ASTSource(fn=kernel, signature=kinds, constexprs=constants)
    made = triton.compile(source, target=GPUTarget("cuda", 90, 32))
    assert made.asm["cubin"], kernel
"""


@pytest.mark.skipif(find_spec("triton") is None, reason="there is no Triton here")
def test_the_kernels_compile_for_cuda_where_there_is_none():
    environment = {name: text for name, text in os.environ.items() if name != "TRITON_INTERPRET"}
    done = subprocess.run(
        [sys.executable, "-c", COMPILE], cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
