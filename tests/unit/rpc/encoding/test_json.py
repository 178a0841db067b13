"""The JSON forms of bytes, heights and headers."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Raw, dumps, header_json, quantity, to_hex
from pysubtensor.rpc.server.connections import Connection


@dataclass
class Digest:
    logs: list[bytes] = field(default_factory=list)


@dataclass
class Header:
    parent_hash: Hash
    number: int
    state_root: Hash
    extrinsics_root: Hash
    digest: Digest


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


def test_a_header() -> None:
    header = Header(Hash(b"\x01"), 0, Hash(b"\x02"), Hash(b"\x03"), Digest([b"\x04\x05"]))
    assert header_json(header) == {
        "parentHash": "0x01",
        "number": "0x0",
        "stateRoot": "0x02",
        "extrinsicsRoot": "0x03",
        "digest": {"logs": ["0x0405"]},
    }
    assert to_hex(b"") == "0x"


def test_watchers_of_a_connection_are_called_once() -> None:
    calls: list[str] = []
    connection = Connection(lambda message: calls.append(message.decode()))
    connection.on_close(lambda: calls.append("closed"))
    connection.post(b"hello")
    connection.close()
    connection.close()
    connection.post(b"too late")
    assert calls == ["hello", "closed"]
