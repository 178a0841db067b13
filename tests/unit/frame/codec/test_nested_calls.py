"""Calls inside calls: how deep they may go, and that too deep is an error with a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.call import MAX_CALLS, MAX_DEPTH, Call, call, nesting
from pysubtensor.frame.codec.errors import (
    BadTag,
    BadValue,
    CodecError,
    DepthExceeded,
    EndOfInput,
    TooManyParts,
)
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.validity import CallInvalid, InvalidTransaction
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.support import ALICE, PARENT, open_block, runtime_of


class Nest(Pallet[None], crate="pallet_nest"):
    """Carries calls."""

    @call(0, weight=0)
    def one(self, origin: Origin, inner: Call) -> None:
        """One."""

    @call(3, weight=0)
    def many(self, origin: Origin, calls: tuple[Call, ...]) -> None:
        """Several."""


ONE, MANY = b"\x09\x00", b"\x09\x03\x04"
REMARK = b"\x00\x00\x04a"


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return runtime_of(Entry(9, "Nest", Nest))


@pytest.mark.parametrize("step", [ONE, MANY])
def test_deepest_call(runtime, step):
    data = step * (MAX_DEPTH - 1) + REMARK
    found = runtime.decode_call(data)
    assert nesting(found) == MAX_DEPTH - 1
    assert runtime.encode_call(found) == data
    assert runtime.decode_call(data) == found


@pytest.mark.parametrize("step", [ONE, MANY])
@pytest.mark.parametrize("more", [0, 1, 10_000])
def test_too_deep(runtime, step, more):
    with pytest.raises(DepthExceeded):
        runtime.decode_call(step * (MAX_DEPTH + more) + REMARK)
    assert runtime.decode_call(REMARK).name == "remark"


def test_depth_counts_again_after_a_refusal(runtime):
    with pytest.raises(EndOfInput):
        runtime.decode_call(ONE * 200)
    assert nesting(runtime.decode_call(ONE * 200 + REMARK)) == 200


@pytest.mark.parametrize(("depth", "refused"), [(8, False), (9, True)])
def test_transactions_from_outside_nest_less(runtime, depth, refused):
    executive = open_block(runtime)
    deep = runtime.decode_call(ONE * depth + REMARK)
    with pytest.raises(Exception) as caught:  # noqa: PT011 (bare calls have no validator)
        executive.validate(runtime.extrinsics.bare(deep), PARENT)
    found = isinstance(caught.value, InvalidTransaction)
    assert (found and isinstance(caught.value.kind, CallInvalid)) is refused


def test_nesting_is_that_of_the_deepest():
    def made(*inner):
        return Call(None, (7, b"x", inner))

    flat = Call(None, ())
    assert nesting(flat) == 0
    assert nesting(made()) == 0
    assert nesting(made(flat, made(flat), flat)) == 2
    assert nesting(Call(None, (made(flat),))) == 2


def test_unknown_calls(runtime):
    for data in (b"\x09\x01", b"\x08\x00", b"\xff\xff"):
        with pytest.raises(BadTag):
            runtime.decode_call(data)
    with pytest.raises(BadValue):
        runtime.encode_call(ALICE)
    with pytest.raises(BadValue):
        runtime.call("Nest", "one", inner=b"")


@given(st.binary(max_size=60))
def test_any_bytes(data):
    runtime = _RUNTIME
    for prefix in (b"", ONE, MANY, b"\x00"):
        try:
            found = runtime.decode_call(prefix + data)
        except CodecError:
            continue
        assert runtime.encode_call(found) == prefix + data


_RUNTIME = runtime_of(Entry(9, "Nest", Nest))


def test_as_many_calls_as_may_be(runtime):
    def batch(count: int) -> bytes:
        return MANY[:2] + encode_compact(count) + REMARK * count

    assert len(runtime.decode_call(batch(MAX_CALLS - 1)).args[0]) == MAX_CALLS - 1
    for _ in range(2):
        with pytest.raises(TooManyParts, match="more than 65536 values"):
            runtime.decode_call(batch(MAX_CALLS))
    assert runtime.decode_call(REMARK).name == "remark"
    with pytest.raises(TooManyParts):  # spread over several batches
        runtime.decode_call(MANY[:2] + encode_compact(3) + batch(MAX_CALLS // 3 + 1) * 3)
