"""Option<Option<T>> tells a present None from an absent one."""

from __future__ import annotations

from typing import Annotated

import pytest

from pysubtensor.frame.codec.errors import BadTag, BadValue, EndOfInput
from pysubtensor.frame.codec.resolve import NESTED, Resolver
from pysubtensor.frame.primitives import U8

CODEC = Resolver()(Annotated[tuple[U8 | None] | None, NESTED])


@pytest.mark.parametrize(("value", "wire"), [(None, "00"), ((None,), "0100"), ((U8(7),), "010107")])
def test_round_trip(value, wire):
    assert CODEC.to_bytes(value).hex() == wire
    assert CODEC.from_bytes(bytes.fromhex(wire)) == value


def test_name():
    assert CODEC.name == "Option<Option<u8>>"


@pytest.mark.parametrize("value", [U8(7), (), (None, None), (300,), [None]])
def test_other_values_are_refused(value):
    with pytest.raises(BadValue):
        CODEC.check(value)


@pytest.mark.parametrize(("wire", "error"), [("", EndOfInput), ("01", EndOfInput), ("02", BadTag)])
def test_bad_bytes_are_refused(wire, error):
    with pytest.raises(error):
        CODEC.from_bytes(bytes.fromhex(wire))
