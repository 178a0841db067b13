"""Values as JSON: what they look like, and what is read back."""

from typing import Annotated

import pytest

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.resolve import Bits, Bounded, Fixed, Resolver, Wire
from pysubtensor.frame.crypto import ss58_encode
from pysubtensor.frame.origin import Id, MultiAddress, RawOrigin, Root, Signed
from pysubtensor.frame.primitives import U8, U32, U64, U128, AccountId, Hash
from pysubtensor.rpc.encoding.values import BadJson, account, from_json, snake_case, to_json
from tests.support import ALICE, BOB, runtime_of

ADDRESS = ss58_encode(ALICE)
codecs = Resolver()


@pytest.mark.parametrize(
    ("annotation", "value", "shown"),
    [
        (U32, 7, 7),
        (U64, (1 << 53) - 1, (1 << 53) - 1),
        (U64, 1 << 53, "9007199254740992"),
        (U128, 10**30, "1" + "0" * 30),
        (bool, True, True),
        (str, "text", "text"),
        (bytes, b"\x01\x02", "0x0102"),
        (Annotated[bytes, Fixed(2)], b"\x01\x02", "0x0102"),
        (Hash, b"\x01" * 32, "0x" + "01" * 32),
        (AccountId, ALICE, ADDRESS),
        (U8 | None, None, None),
        (U8 | None, 3, 3),
        (tuple[U8, ...], (1, 2), [1, 2]),
        (tuple[U8, bytes], (1, b""), [1, "0x"]),
        (None, None, None),
        (Annotated[tuple[U8, ...], Bounded(3)], (1,), [1]),
        (Annotated[tuple[bool, ...], Bits()], (True, False), [True, False]),
        (dict[U8, str], {2: "b", 1: "a"}, [[1, "a"], [2, "b"]]),
        (frozenset[U8], frozenset({2, 1}), [1, 2]),
        (Annotated[U64, Wire("a::Bits", field="bits")], 5, {"bits": 5}),
        (RawOrigin, Root(), "Root"),
        (RawOrigin, Signed(ALICE), {"Signed": ADDRESS}),
        (MultiAddress, Id(ALICE), {"Id": ADDRESS}),
    ],
)
def test_there_and_back(annotation: object, value: object, shown: object) -> None:
    codec = codecs(annotation)
    assert to_json(codec, value) == shown
    assert from_json(codec, shown) == value


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        (U32, "7", 7),
        (U32, "0x10", 16),
        (bytes, "text", b"text"),
        (bytes, [1, 2], b"\x01\x02"),
        (AccountId, "0x" + ALICE.hex(), ALICE),
        (MultiAddress, ADDRESS, Id(ALICE)),
        (dict[str, U8], {"a": 1}, {"a": 1}),
        (RawOrigin, "root", Root()),
        (Annotated[U64, Wire("a::Bits", field="bits")], 5, 5),
    ],
)
def test_other_spellings(annotation: object, given: object, value: object) -> None:
    assert from_json(codecs(annotation), given) == value


@pytest.mark.parametrize(
    ("annotation", "given"),
    [
        (U32, True),
        (U32, -1),
        (U32, 1 << 32),
        (U32, "9" * 5000),
        (U32, 1.5),
        (U32, None),
        (bool, 1),
        (str, 1),
        (bytes, "0xz"),
        (bytes, "0x1"),
        (bytes, [256]),
        (bytes, None),
        (Annotated[bytes, Fixed(2)], "0x01"),
        (AccountId, ADDRESS[:-1]),
        (AccountId, "0x00"),
        (AccountId, 5),
        (tuple[U8, ...], {}),
        (tuple[U8, U8], [1]),
        (Annotated[tuple[U8, ...], Bounded(1)], [1, 2]),
        (dict[U8, U8], [[1]]),
        (RawOrigin, "Nothing"),
        (RawOrigin, {"Signed": ADDRESS, "Root": None}),
        (RawOrigin, 5),
        (frozenset[U8], [[1]]),
    ],
)
def test_what_does_not_fit_is_refused(annotation: object, given: object) -> None:
    with pytest.raises(BadJson):
        from_json(codecs(annotation), given)


runtime = runtime_of(balances={ALICE: 10**9})
ACCOUNT = runtime.pallets["System"].account


def test_records_by_field_name() -> None:
    shown = to_json(ACCOUNT.codec, ACCOUNT[ALICE])
    assert shown["data"]["free"] == 10**9
    assert from_json(ACCOUNT.codec, shown) == ACCOUNT[ALICE]


def test_fields_left_out_are_the_present_ones() -> None:
    changed = from_json(ACCOUNT.codec, {"data": {"reserved": 5}}, ACCOUNT[ALICE])
    assert (changed.data.free, changed.data.reserved) == (10**9, 5)
    assert changed.providers == ACCOUNT[ALICE].providers
    for incomplete in ({}, {"data": {}}, [1], "x"):
        with pytest.raises(BadJson):
            from_json(ACCOUNT.codec, incomplete)
    with pytest.raises(BadJson, match="fre"):
        from_json(ACCOUNT.codec, {"fre": 1}, ACCOUNT[ALICE])


def transfer() -> Call:
    return runtime.call("Balances", "transfer_keep_alive", dest=Id(BOB), value=5)


def test_calls_by_name() -> None:
    call = transfer()
    shown = {"Balances": {"transfer_keep_alive": {"dest": {"Id": ss58_encode(BOB)}, "value": 5}}}
    assert to_json(runtime.calls, call) == shown
    assert from_json(runtime.calls, shown) == call
    easy = {"Balances": {"transferKeepAlive": {"dest": ss58_encode(BOB), "value": "5"}}}
    assert from_json(runtime.calls, easy) == call
    assert from_json(runtime.calls, "0x" + runtime.encode_call(call).hex()) == call


@pytest.mark.parametrize(
    "given",
    ["0x", "0xffff", {"Balances": {}}, {"Balances": {"nothing": {}}}, {"Nowhere": {"remark": {}}},
     {"System": {"remark": []}}, {"System": {"remark": {}}}, 5, None],
)  # fmt: skip
def test_calls_that_are_none(given: object) -> None:
    with pytest.raises(BadJson):
        from_json(runtime.calls, given)


def test_enums_over_enums() -> None:
    for value, shown in ((Root(), {"system": "Root"}), (Signed(BOB), None)):
        made = to_json(runtime.origins, value)
        assert shown is None or made == shown
        assert from_json(runtime.origins, made) == value


def test_names() -> None:
    assert snake_case("transferKeepAlive") == "transfer_keep_alive"
    assert snake_case("transfer_keep_alive") == "transfer_keep_alive"
    assert account(ADDRESS) == ALICE
