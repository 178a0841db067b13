"""The JSON forms of bytes and block numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Raw, dumps, quantity, to_hex


def test_bytes_become_hex_anywhere() -> None:
    value = {"a": [b"", b"\x01", None], "b": Hash(bytes(2)), "c": bytearray(b"\xff")}
    assert dumps(value) == b'{"a":["0x","0x01",null],"b":"0x0000","c":"0xff"}'


def test_ready_json_is_put_in_as_it_is() -> None:
    assert dumps({"big": Raw(b'["0x00", 1]')}) == b'{"big":["0x00", 1]}'


@pytest.mark.parametrize("value", [object(), {1, 2}, 2**64, {"a": object()}, {1: 2}])
def test_what_has_no_json_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        dumps(value)


@given(st.integers(0, 2**256))
def test_quantities_are_minimal(number: int) -> None:
    text = quantity(number)
    assert int(text, 16) == number
    assert text == "0x0" or text[2] != "0"


def test_no_bytes() -> None:
    assert to_hex(b"") == "0x"
