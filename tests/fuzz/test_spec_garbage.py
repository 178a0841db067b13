"""Chain specifications with a part replaced: they, and their genesis, are fine or refused."""

from contextlib import suppress
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.crypto import ss58_encode
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.genesis import BadChainSpec, ChainSpec, initial_state, preset
from pysubtensor.runtime.chain import Build, make_runtime

make_runtime(Build(), EmptyBacking())  # raises the recursion limit, which Hypothesis watches

DEV = orjson.loads(preset("dev").to_json())
RAW = orjson.loads(ChainSpec("a", "b", "Local", raw={b"\1": b"\2", b":code": b""}).to_json())
LEAF = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([2**63, 2**64 - 1, 1e300, -0.5, "1e400", "9" * 5000, "0x", "0x0", "\0", "é"])
    | st.text(max_size=8)
    | st.binary(min_size=32, max_size=32).map(ss58_encode)
)
ODD = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=5,
)


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """`value` with one part of it, at any depth, replaced or removed."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 5)) == 0:
        return draw(ODD)
    places = list(value) if isinstance(value, dict) else list(range(len(value)))
    place = draw(st.sampled_from(places))
    copy = value.copy()
    if draw(st.integers(0, 7)) == 0:
        del copy[place]
    else:
        copy[place] = draw(changed(value[place]))
    return copy


@settings(max_examples=300)
@given(changed(DEV) | changed(RAW))
def test_changed_specifications(document: Any) -> None:
    try:
        spec = ChainSpec.from_json(orjson.dumps(document))
    except BadChainSpec:
        return
    assert ChainSpec.from_json(spec.to_json()) == spec
    with suppress(BadChainSpec):
        initial_state(spec)
