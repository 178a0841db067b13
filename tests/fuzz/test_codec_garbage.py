"""Extrinsics, metadata and storage that went wrong on the way: refused by name, never otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.storage import Map
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.metadata import decode_metadata, metadata
from pysubtensor.runtime.runtime import Runtime

EXAMPLES = settings(max_examples=150)
RUNTIME: Runtime = make_runtime(Build(Constants.PROD, Variety.EXACT), EmptyBacking())
TAGS = sorted(RUNTIME.calls._tags.values())
ITEMS = [item for pallet in RUNTIME.pallets.values() for item in pallet.storage.values()]
METADATA = [metadata(RUNTIME, version) or b"" for version in (14, 15, 16)]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """`whole` with a few bytes replaced, cut or put in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 4))
        data[start : start + cut] = draw(st.binary(max_size=4))
    return bytes(data)


def with_length(body: bytes) -> bytes:
    return encode_compact(len(body)) + body


bodies = st.builds(
    lambda preamble, tag, rest: preamble + tag + rest,
    st.sampled_from([b"\x04", b"\x05", b"\x45\0", b"\x84\0" + bytes(32) + b"\1" + bytes(64), b""]),
    st.sampled_from(TAGS) | st.binary(max_size=2),
    st.binary(max_size=150),
)


@EXAMPLES
@given(bodies.map(with_length) | st.binary(max_size=200))
def test_extrinsics(data: bytes) -> None:
    try:
        found = RUNTIME.extrinsics.decode(data)
    except CodecError:
        return
    assert found.data == data
    assert RUNTIME.decode_call(RUNTIME.encode_call(found.call)) == found.call


@EXAMPLES
@given(st.sampled_from(TAGS), st.binary(max_size=200))
def test_calls(tag: bytes, rest: bytes) -> None:
    try:
        found = RUNTIME.decode_call(tag + rest)
    except CodecError:
        return
    assert RUNTIME.decode_call(RUNTIME.encode_call(found)) == found


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.live.name)
@settings(max_examples=10)
@given(data=st.binary(max_size=200), suffix=st.binary(max_size=80))
def test_storage(item: Any, data: bytes, suffix: bytes) -> None:
    try:
        value, _ = item.codec.decode(data, 0)
    except CodecError:
        pass
    else:
        item.codec.check(value)
        assert item.codec.decode(item.codec.encode(value), 0)[0] == value
    if isinstance(item, Map):
        try:
            key = item.keys_codec.decode(suffix)
        except CodecError:
            return
        assert item.keys_codec.encode(key) == suffix


@pytest.mark.parametrize("whole", METADATA, ids=["v14", "v15", "v16"])
@settings(max_examples=15)
@given(data=st.data())
def test_metadata(whole: bytes, data: st.DataObject) -> None:
    broken = data.draw(damaged(whole))
    try:
        decode_metadata(broken)
    except CodecError:
        return
