"""Decoding of parameters, and the texts of refusals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.primitives import AccountId, BlockNumber, Hash, NetUid, Tao
from pysubtensor.rpc.encoding.json import Json
from pysubtensor.rpc.errors import InvalidParams
from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.params import Params, decoder
from pysubtensor.rpc.server.setup_errors import BadHandler

CONNECTION = Connection()
HASH = bytes(range(32))
HEX = "a (both 0x-prefixed or not) hex string or byte array"


def even(value: object) -> int:
    if not isinstance(value, int) or value % 2:
        raise ValueError("expected an even number")
    return value


@pytest.mark.parametrize(
    ("hint", "given_value", "value"),
    [
        (int, 5, 5),
        (int, 2**64 - 1, 2**64 - 1),
        (NetUid, 65535, 65535),
        (Tao, 2**63, 2**63),
        (BlockNumber, 7, 7),
        (BlockNumber, "0x10", 16),
        (BlockNumber, "10", 16),
        (str, "", ""),
        (bool, True, True),
        (float, 1, 1.0),
        (bytes, "", b""),
        (bytes, "0x", b""),
        (bytes, "0xAb01", b"\xab\x01"),
        (bytes, "ab01", b"\xab\x01"),
        (bytes, "0x1", b"\x01"),
        (bytes, [1, 255], b"\x01\xff"),
        (Hash, "0x" + HASH.hex(), HASH),
        (Hash, HASH.hex(), HASH),
        (AccountId, list(HASH), HASH),
        (list[bytes], ["0x01", "02"], [b"\x01", b"\x02"]),
        (Sequence[int], [], []),
        (int | None, None, None),
        (int | None, 3, 3),
        (BlockNumber | list[BlockNumber] | None, ["0x1", 2], [1, 2]),
        (BlockNumber | list[BlockNumber] | None, "0x1", 1),
        (BlockNumber | list[BlockNumber | None] | None, [None, 2], [None, 2]),
        (dict[str, int], {"a": "b"}, {"a": "b"}),
        (Mapping[str, object], [1], [1]),
        (object, {"a": [1]}, {"a": [1]}),
        (Json, {"a": [None]}, {"a": [None]}),
        (Json, "x", "x"),
        (Json | None, [1], [1]),
        (list[dict[str, Json]], [{"key": 1}], [{"key": 1}]),
        (Annotated[int, even], 4, 4),
    ],
)
def test_values_are_decoded(hint: object, given_value: object, value: object) -> None:
    assert decoder(hint)(given_value) == value


@pytest.mark.parametrize(
    ("hint", "given_value", "text"),
    [
        (int, "x", 'invalid type: string "x", expected u64'),
        (int, True, "invalid type: boolean `true`, expected u64"),
        (int, 1.5, "invalid type: floating point `1.5`, expected u64"),
        (int, None, "invalid type: null, expected u64"),
        (int, [], "invalid type: sequence, expected u64"),
        (int, {}, "invalid type: map, expected u64"),
        (int, -1, "invalid value: integer `-1`, expected u64"),
        (NetUid, 65536, "invalid value: integer `65536`, expected u16"),
        (str, 1, "invalid type: integer `1`, expected a string"),
        (str, ["a"], "invalid type: sequence, expected a string"),
        (bool, 1, "invalid type: integer `1`, expected a boolean"),
        (float, "1", 'invalid type: string "1", expected f64'),
        (bytes, 5, f"invalid type: integer `5`, expected {HEX}"),
        (bytes, "0x0g", "invalid hex character: g, at 3"),
        (bytes, "0x 1", "invalid hex character:  , at 2"),
        (bytes, "0xé1", "invalid hex character: é, at 2"),
        (bytes, "zz", "invalid hex character: z, at 0"),
        (bytes, "0X01", "invalid hex character: X, at 1"),
        (bytes, [256], "invalid value: integer `256`, expected u8"),
        (Hash, "0x01", f"invalid length 2, expected {HEX} containing 32 bytes"),
        (Hash, "", f"invalid length 0, expected {HEX} containing 32 bytes"),
        (Hash, [1], f"invalid length 1, expected {HEX} containing 32 bytes"),
        (Hash, 1, f"invalid type: integer `1`, expected {HEX} containing 32 bytes"),
        (Hash, "g" * 64, "invalid hex character: g, at 0"),
        (BlockNumber, -1, "data did not match any variant of untagged enum NumberOrHex"),
        (BlockNumber, "0x", "data did not match any variant of untagged enum NumberOrHex"),
        (BlockNumber, "0x_1", "data did not match any variant of untagged enum NumberOrHex"),
        (BlockNumber, "z" * 3, "data did not match any variant of untagged enum NumberOrHex"),
        (list[int], 1, "invalid type: integer `1`, expected a sequence"),
        (list[int], ["a"], 'invalid type: string "a", expected u64'),
        (int | str, [], "data did not match any variant of untagged enum"),
        (Annotated[int, even], 3, "expected an even number"),
    ],
)
def test_refusals_say_why(hint: object, given_value: object, text: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the text is compared below
        decoder(hint)(given_value)
    assert str(refusal.value) == text


def test_a_long_string_is_shown_cut() -> None:
    with pytest.raises(ValueError, match=r"^.{1,150}$"):
        decoder(int)("x" * 10_000)


def handler(node: object, block_hash: Hash, count: int = 5, at: Hash | None = None) -> None:
    """Parameters as a real method has them."""


def optional(node: object, at: Hash | None, connection: Connection, more: bool = False) -> None:
    """An optional parameter without a default, and the connection between two others."""


@pytest.mark.parametrize(
    ("given_value", "arguments"),
    [
        ([HASH.hex()], [HASH, 5, None]),
        ([HASH.hex(), None, None], [HASH, 5, None]),
        ([HASH.hex(), 6, HASH.hex()], [HASH, 6, HASH]),
        ([HASH.hex(), 6, None, "surplus"], [HASH, 6, None]),
        ({"block_hash": HASH.hex()}, [HASH, 5, None]),
        ({"blockHash": HASH.hex(), "count": 6, "x": 1}, [HASH, 6, None]),
    ],
)
def test_parameters_in_order_and_by_name(given_value: object, arguments: list[object]) -> None:
    assert list(Params(handler).decode(given_value, CONNECTION)) == arguments


@pytest.mark.parametrize(
    ("given_value", "text"),
    [
        (None, "No more params"),
        ([], "No more params"),
        ({}, "missing field `block_hash`"),
        (5, "Invalid params. Expected one of '[', ']' or ',' but found \"5\""),
        ("a", "Invalid params. Expected one of '[', ']' or ',' but found \"\\\"a\\\"\""),
        ([HASH.hex(), "x"], 'invalid type: string "x", expected u64'),
    ],
)
def test_missing_parameters(given_value: object, text: str) -> None:
    with pytest.raises(InvalidParams) as refusal:
        Params(handler).decode(given_value, CONNECTION)
    assert refusal.value.to_json() == {"code": -32602, "message": "Invalid params", "data": text}


def test_what_is_handed_in_is_no_parameter() -> None:
    params = Params(optional)
    assert list(params.decode(None, CONNECTION)) == [None, CONNECTION, False]
    assert list(params.decode([HASH.hex(), True], CONNECTION)) == [HASH, CONNECTION, True]


def test_a_method_without_parameters_takes_anything() -> None:
    def nothing(node: object) -> None: ...

    for surplus in (None, [], [1], {}, 5):
        assert list(Params(nothing).decode(surplus, CONNECTION)) == []


def test_a_parameter_without_json_form_is_a_mistake_of_ours() -> None:
    def bad(node: object, call: Callable[[], None]) -> None: ...

    with pytest.raises(BadHandler, match="'call'"):
        Params(bad)


@given(st.binary(max_size=40))
def test_hex_round_trip(data: bytes) -> None:
    assert decoder(bytes)("0x" + data.hex()) == data
    assert decoder(bytes)(data.hex().upper()) == data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_decoded_or_refused(value: object) -> None:
    for hint in (int, BlockNumber, Hash, bytes, str, bool, list[bytes], int | list[str] | None):
        try:
            decoder(hint)(value)
        except ValueError:
            continue
