"""The measurements of the codec measure what they say."""

import orjson
import pytest

from pysubtensor.pallets.training.payload import Layout
from pysubtensor.pallets.training.payload.encoding import size_of
from pysubtensor.training.lab.bench import encoded_bytes, main, ratio, shapes_of


@pytest.mark.parametrize("params", [10**6, 2 * 10**7, 10**9])
def test_shapes_come_close_to_what_is_asked_for(params):
    size = sum(rows * columns for rows, columns in shapes_of(params))
    assert abs(size / params - 1) < 0.25


@pytest.mark.parametrize("k", [64, 128])
def test_all_bytes_are_made(k):
    layout = Layout([(128, 64), (1, 70), (100, 50)], k)
    assert encoded_bytes(layout) == size_of(layout)


def test_a_billion_parameters_travel_146_times_smaller():
    layout = Layout(shapes_of(10**9), 64)
    assert 4 * layout.size / size_of(layout) >= 145  # the benchmark makes the bytes


def test_ratio():
    found = ratio(10**6, 64)
    assert found.ratio == round(4 * found.params / found.bytes, 2)
    assert found.ratio >= 127


SPEED = {
    "name", "params", "compress", "decompress", "compress_of_copy", "decompress_of_copy",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["ratio", "--params", "1e5"], {"params", "k", "bytes", "ratio"}),
        (["throughput", "--params", "2e4", "--tries", "1"], SPEED),
    ],
)
def test_results_are_json(arguments, keys):
    said: list[str] = []
    assert main([*arguments, "--json"], said.append) == 0
    found = orjson.loads(said[0])
    assert (found if isinstance(found, dict) else found[0]).keys() == keys
    assert main(arguments, said.append) == 0
