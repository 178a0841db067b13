"""Eras: wire form, birth and death."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.codec.errors import BadValue, EndOfInput
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.era import IMMORTAL, BadEra, Era, EraCodec
from pysubtensor.frame.primitives import U64_MAX
from tests.catalog import definition
from tests.support import catalog

CODEC = EraCodec()
periods = st.sampled_from([1 << n for n in range(2, 17)])


def test_described_as_in_the_catalog():
    codec = Resolver()(Era)
    known = catalog()["types"]["sp_runtime::generic::era::Era"]
    assert definition(codec)["variants"] == known["variants"]
    assert codec.name == "sp_runtime::generic::era::Era"


@pytest.mark.parametrize(
    ("era", "wire"),
    [
        (IMMORTAL, "00"),
        (Era(64, 42), "a502"),
        (Era(32768, 20000), "4e9c"),
        (Era(4, 3), "3100"),
        (Era(65536, 65520), "ffff"),
    ],
)
def test_wire(era, wire):
    assert CODEC.to_bytes(era).hex() == wire
    assert CODEC.from_bytes(bytes.fromhex(wire)) == era


@given(periods, st.integers(0, U64_MAX >> 1))
def test_made_eras_travel_and_hold_their_block(period, current):
    era = Era.mortal(period, current)
    assert CODEC.from_bytes(CODEC.to_bytes(era)) == era
    step = max(period >> 12, 1)
    assert era.birth(current) == current - current % step
    assert era.death(current) == era.birth(current) + period


def test_periods_are_rounded_up():
    assert [Era.mortal(n, 0).period for n in (0, 1, 5, 64, 65, 10**9)] == [4, 4, 8, 64, 128, 65536]


def test_lifetimes():
    assert IMMORTAL.is_immortal
    assert (IMMORTAL.birth(9), IMMORTAL.death(9)) == (0, U64_MAX)
    era = Era(4, 1)
    assert [era.birth(n) for n in range(1, 11)] == [1, 1, 1, 1, 5, 5, 5, 5, 9, 9]
    assert era.birth(0) == 1
    assert era.death(6) == 9


@pytest.mark.parametrize("wire", ["1000", "f100", "4100"])
def test_impossible_eras(wire):
    with pytest.raises(BadEra):
        CODEC.from_bytes(bytes.fromhex(wire))


@pytest.mark.parametrize("wire", ["", "45"])
def test_cut_off(wire):
    with pytest.raises(EndOfInput):
        CODEC.from_bytes(bytes.fromhex(wire))


@pytest.mark.parametrize("bad", [None, Era(0, 1), Era(3), Era(2), Era(64, 64), Era(1 << 14, 1)])
def test_values_that_cannot_travel(bad):
    with pytest.raises(BadValue):
        CODEC.to_bytes(bad)
