"""Hashes are kept in their places and mixed as defined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import BlockNumber
from pysubtensor.pallets.randomness_collective_flip import RandomnessCollectiveFlip, triplet_mix
from pysubtensor.runtime.runtime import Runtime
from tests.entries import RANDOMNESS
from tests.support import runtime_of


def noted(count: int) -> Runtime:
    """A runtime that saw `count` blocks, the hash of block n being n in 32 bytes."""
    runtime = runtime_of(RANDOMNESS)
    system = runtime.pallets["System"]
    for number in range(1, count + 1):
        system.number.put(BlockNumber(number))
        system.parent_hash.put((number - 1).to_bytes(32, "big"))
        runtime.get(RandomnessCollectiveFlip).on_initialize(number)
    return runtime


@pytest.mark.parametrize("count", [1, 80, 81, 82, 200])
def test_material_is_a_ring(count):
    kept = noted(count).get(RandomnessCollectiveFlip).random_material.get()
    numbers = [int.from_bytes(each, "big") for each in kept]
    expected = list(range(max(count - 81, 0), count))
    assert sorted(numbers) == expected
    assert count < 82 or all(n % 81 == place for place, n in enumerate(numbers))


@pytest.mark.parametrize(
    ("seeds", "mixed"),
    [
        ("000", 0),
        ("010", 0),
        ("011", 1),
        ("110", 1),
        ("000001010", 0),
        ("011100101", 1),
        ("110111000", 1),
        ("000001010011100101110111000", 1),
    ],
)
def test_published_mixes(seeds, mixed):
    assert triplet_mix([bytes((int(seed),)) for seed in seeds]) == bytes((mixed,))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=27, max_size=27))
def test_mix_is_the_majority_of_each_bit(seeds):
    def majority(bits: list[int]) -> int:
        if len(bits) == 1:
            return bits[0]
        threes = zip(bits[::3], bits[1::3], bits[2::3], strict=True)
        return majority([int(sum(three) >= 2) for three in threes])

    mixed = int.from_bytes(triplet_mix(seeds), "little")
    numbers = [int.from_bytes(seed, "little") for seed in seeds]
    assert mixed == sum(majority([n >> bit & 1 for n in numbers]) << bit for bit in range(256))


def test_draw_starts_at_the_present_place():
    runtime = noted(5)
    seed, since = runtime.get(RandomnessCollectiveFlip).draw(b"subject")
    hashes = [n.to_bytes(32, "big") for n in range(5)]
    turned = [hashes[(4 + i) % 5] for i in range(81)]
    expected = [blake2_256(bytes((i,)) + b"\x1csubject" + h) for i, h in enumerate(turned)]
    assert (seed, since) == (triplet_mix(expected), 0)
    assert noted(100).get(RandomnessCollectiveFlip).draw(b"")[1] == 19


def test_no_material_draws_nothing():
    runtime = runtime_of(RANDOMNESS)
    assert runtime.get(RandomnessCollectiveFlip).draw(b"x")[0] == bytes(32)
