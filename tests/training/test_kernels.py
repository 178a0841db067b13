"""Whatever does the arithmetic of compression, every bit is that of the codec in numpy."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from pysubtensor.pallets.training.payload import LIMIT, Layout, Mixing, Payload, PayloadId, Rule
from pysubtensor.pallets.training.payload.errors import OutOfRange
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE
from pysubtensor.training.kernels import NumpyUpdateCodec, UpdateCodec, update_codec_for
from pysubtensor.training.kernels.plain import TorchUpdateCodec
from pysubtensor.training.lab.bench import shapes_of

ROOT = Path(__file__).parents[2]
LAYOUT = Layout([(64, 128), (1, 96), (100, 50)], 64)
PLACE = PayloadId(3, 5, b"w" * 32)
DECAY = round(0.95 * DECAY_ONE)


ON = "cuda" if torch.cuda.is_available() else "cpu"
"""Where kernels run; on a processor, by Triton's interpreter."""
needs_cuda = pytest.mark.skipif(ON == "cpu", reason="there is no CUDA here")


def fused() -> UpdateCodec:
    if find_spec("triton") is None:
        pytest.skip("there is no Triton here")
    from pysubtensor.training.kernels.resident import FusedUpdateCodec

    return FusedUpdateCodec(ON)


CODECS = [
    pytest.param(lambda: TorchUpdateCodec("cpu"), id="torch"),
    pytest.param(lambda: TorchUpdateCodec("cuda"), id="torch on cuda", marks=needs_cuda),
    pytest.param(fused, id="triton"),
]


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
    payload, left = NumpyUpdateCodec().compress(PLACE, LAYOUT, error, update, DECAY)
    codec = make()
    both = codec.hold(LAYOUT, error), codec.hold(LAYOUT, update)
    found, held = codec.compress(PLACE, LAYOUT, *both, DECAY)
    rest = codec.chunks(LAYOUT, held)
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
    plain = NumpyUpdateCodec()
    spreads = (1 << 20, 1 << 18, 1 << 22)
    sent = [
        plain.compress(PLACE, LAYOUT, nothing(), chunks(at, spread), DECAY)[0]
        for at, spread in enumerate(spreads)
    ]
    tokens = [100, 60, 30]
    wanted = plain.aggregate(LAYOUT, sent, tokens, mixing)
    codec = make()
    found = codec.chunks(LAYOUT, codec.aggregate(LAYOUT, sent, tokens, mixing))
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def mixed(layout: Layout, seed: int) -> list[np.ndarray]:
    """A chunk of each kind in turn: normal, few magnitudes, equal ones, zeros, the largest."""
    rng = np.random.default_rng(seed)
    kinds = (
        lambda n: rng.normal(0, 1 << 20, n),
        lambda n: rng.integers(-3, 4, n),
        lambda n: np.full(n, -5),
        np.zeros,
        lambda n: rng.choice((-LIMIT, LIMIT, 0), n),
        lambda n: rng.laplace(0, 1 << 24, n).clip(-LIMIT, LIMIT),
        lambda n: np.arange(n) - n // 2,
    )
    rows = ((t, [kinds[at % len(kinds)] for at in range(t.chunks)]) for t in layout.tensors)
    return [np.array([kind(t.chunk_length) for kind in row]).astype(np.int32) for t, row in rows]


def same(found, wanted) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def check_rounds(codec: UpdateCodec, layout: Layout, inputs, rounds: int = 2) -> list[Payload]:
    """Send and join for some rounds, each with what the last one left; gives what was sent."""
    plain, sent = NumpyUpdateCodec(), []
    error = inputs(0)
    held = codec.hold(layout, error)
    for number in range(1, rounds + 1):
        update = inputs(number)
        payload, error = plain.compress(PLACE, layout, error, update, DECAY)
        found, held = codec.compress(PLACE, layout, held, codec.hold(layout, update), DECAY)
        assert found.encode() == payload.encode()
        assert same(codec.chunks(layout, held), error)
        sent.append(payload)
    tokens = [50 * (number + 1) for number in range(len(sent))]
    for rule in Rule:
        for clip, target in ((True, 0), (False, 80), (True, 60)):
            mixing = Mixing(rule, clip, target)
            wanted = plain.aggregate(layout, sent, tokens, mixing)
            joined = codec.aggregate(layout, sent, tokens, mixing)
            assert same(codec.chunks(layout, joined), wanted)
    return sent


@pytest.mark.parametrize("k", [32, 64, 96, 128, 256])
def test_chunks_of_all_kinds_are_sent_and_joined_alike(k):
    layout = Layout([(64, 64 * 7), (1, 300), (7, 1)], k)
    check_rounds(fused(), layout, lambda seed: mixed(layout, seed))


@pytest.mark.parametrize(
    "shapes",
    [[(64, 64)], [(1, 1), (1, 4095)], [(1, 4096), (3, 5000)]],
    ids=["one", "whole", "runs"],
)
def test_small_and_odd_models_are_sent_and_joined_alike(shapes):
    layout = Layout(shapes, 64)
    check_rounds(fused(), layout, lambda seed: mixed(layout, seed))


@pytest.mark.parametrize("rule", Rule)
def test_many_are_joined_alike(rule):
    """More pairs of indices than a program takes at a time, and most places sent by several."""
    layout, plain, codec = Layout([(64, 128)], 64), NumpyUpdateCodec(), fused()
    rng = np.random.default_rng(rule)
    common = rng.integers(1, 1 << 20, (2, 4096))
    noise = (rng.integers(-1000, 1000, (2, 4096)) for _ in range(20))
    made = [[(common + each).astype(np.int32)] for each in noise]
    none = [np.zeros((2, 4096), np.int32)]
    sent = [plain.compress(PLACE, layout, none, each, DECAY)[0] for each in made]
    mixing = Mixing(rule, clip=True, target_tokens=0)
    wanted = plain.aggregate(layout, sent, [1] * 20, mixing)
    found = codec.aggregate(layout, sent, [1] * 20, mixing)
    assert np.count_nonzero(wanted[0]) < 2 * 64 * 20 / 4
    assert same(codec.chunks(layout, found), wanted)


def test_a_codec_cuts_a_model_as_its_layout_does():
    values = [np.arange(t.size, dtype=np.int32).reshape(t.rows, -1) for t in LAYOUT.tensors]
    wanted = [t.cut(each) for t, each in zip(LAYOUT.tensors, values, strict=True)]
    for make in (NumpyUpdateCodec, lambda: TorchUpdateCodec(ON), fused):
        codec = make()
        held = codec.cut(LAYOUT, [torch.from_numpy(each).to(ON) for each in values])
        assert same(codec.chunks(LAYOUT, held), wanted)
        assert same(codec.chunks(LAYOUT, codec.hold(LAYOUT, wanted)), wanted)


def test_nobody_makes_no_aggregate():
    mixing = Mixing(Rule.UNION_MEAN, clip=True, target_tokens=0)
    for make in (NumpyUpdateCodec, lambda: TorchUpdateCodec(ON), fused):
        with pytest.raises(OutOfRange):
            make().aggregate(LAYOUT, [], [], mixing)


@needs_cuda
@pytest.mark.parametrize("k", [64, 128])
def test_a_model_is_sent_and_joined_alike_on_cuda(k):
    layout = Layout(shapes_of(3 * 10**6), k)
    rng = np.random.default_rng(k)

    def inputs(_: int) -> list[np.ndarray]:
        shapes = [(t.chunks, t.chunk_length) for t in layout.tensors]
        return [rng.normal(0, 1 << 18, shape).astype(np.int32) for shape in shapes]

    sent = check_rounds(fused(), layout, inputs, rounds=9)
    assert len(sent) == 9


def test_the_processor_is_left_to_numpy():
    assert isinstance(update_codec_for("cpu"), NumpyUpdateCodec)


COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from pysubtensor.training.kernels import fused

kinds = {
    **dict.fromkeys(("factor", "k", "tensors", "length", "peers", "slots", "divisor"), "i32"),
    **dict.fromkeys(("kept", "counts", "sums", "offsets", "scales", "squares", "scratch"), "*i64"),
    "wire": "*u8",
}
kernels = {
    fused.choose: {"SOME": 128}, fused.split: {"LEVEL": 3, "VALUES": 2048},
    fused.pack: {"QUARTERS": 512}, fused.pack_whole: {}, fused.join: {"PAIRS": 128},
    fused.join_whole: {},
}
for kernel, constants in kernels.items():
    names = {
        name: "constexpr" if name in constants else kinds.get(name, "*i32")
        for name in kernel.arg_names
    }
    source = ASTSource(fn=kernel, signature=names, constexprs=constants)
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
