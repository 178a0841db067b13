"""Whatever a type of the chain can hold comes back from its JSON; other JSON is refused by name."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.call import Call, CallCodec
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.rpc.encoding.json import dumps
from pysubtensor.rpc.encoding.values import BadJson, from_json, to_json
from pysubtensor.runtime.chain import Build, make_runtime
from pysubtensor.runtime.runtime import OuterEnum
from tests.strategies import typed_values, values_of

RUNTIME = make_runtime(Build(), EmptyBacking())


def holds_calls(codec: Codec, seen: set[int]) -> bool:
    """Whether values may nest without end, which strategies of single types cannot follow."""
    if isinstance(codec, CallCodec | OuterEnum):
        return True
    if id(codec) in seen:
        return False
    seen.add(id(codec))
    return any(holds_calls(part, seen) for part in codec.parts())


def flat(codec: Codec) -> bool:
    return not holds_calls(codec, set())


STORED = {
    item.codec.name: item.codec
    for pallet in RUNTIME.pallets.values()
    for item in pallet.storage.values()
    if flat(item.codec)
}
CALLS = [
    spec
    for pallet in RUNTIME.pallets.values()
    for spec in pallet.dispatchables().values()
    if all(flat(codec) for codec in spec.codecs)
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def travelled(shown: object) -> Any:
    """The JSON as a client gets it and sends it back."""
    return orjson.loads(dumps(shown))


@given(typed_values())
def test_values_of_any_type_come_back(typed: tuple[Codec, Any]) -> None:
    codec, value = typed
    assert from_json(codec, travelled(to_json(codec, value))) == value


@pytest.mark.parametrize("name", sorted(STORED))
def test_stored_values_come_back(name: str) -> None:
    codec = STORED[name]

    @given(values_of(codec))
    @settings(max_examples=6)
    def check(value: Any) -> None:
        assert from_json(codec, travelled(to_json(codec, value))) == value

    check()


@given(st.data())
@settings(max_examples=200)
def test_calls_come_back(data: st.DataObject) -> None:
    spec = data.draw(st.sampled_from(CALLS))
    call = Call(spec, tuple(data.draw(values_of(codec)) for codec in spec.codecs))
    assert from_json(RUNTIME.calls, travelled(to_json(RUNTIME.calls, call))) == call


@given(st.sampled_from(sorted(STORED)), JSON)
@settings(max_examples=300)
def test_any_json_is_a_value_or_refused(name: str, data: object) -> None:
    codec = STORED[name]
    try:
        value = from_json(codec, data)
    except BadJson:
        return
    codec.check(value)


@given(JSON)
def test_any_json_is_a_call_or_refused(data: object) -> None:
    for codec in (RUNTIME.calls, RUNTIME.origins):
        try:
            codec.check(from_json(codec, data))
        except BadJson:
            continue


def test_depth_is_refused() -> None:
    call: Any = {"System": {"remark": {"remark": "0x"}}}
    for _ in range(2000):
        call = {"Utility": {"batch": {"calls": [call]}}}
    with pytest.raises(BadJson):
        from_json(RUNTIME.calls, call)
