"""Storage written as bytes: what is stored never depends on what was undone before."""

import pytest

from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.live_state import EmptyBacking, LiveState
from pysubtensor.frame.primitives import U32
from pysubtensor.frame.storage import Value

FIVE = b"\5\0\0\0"


class Declared:
    total = Value[U32](default=U32(0))


@pytest.fixture
def state() -> LiveState:
    return LiveState(EmptyBacking())


@pytest.fixture
def total(state: LiveState) -> Value[int]:
    return Declared.total.bind(state, "Test", Resolver())


def test_a_value_forgets_the_bytes_that_it_replaces(state, total) -> None:
    state.raw_put(total.key(), FIVE + b"more")
    assert total.get() == 5
    assert state.raw_get(total.key()) == FIVE + b"more"
    total.put(U32(5))
    assert state.raw_get(total.key()) == FIVE
    assert state.changes() == {total.key(): FIVE}


@pytest.mark.parametrize("undone", [FIVE + b"more", b"short"[:2], FIVE])
def test_undone_bytes_leave_nothing(state, total, undone: bytes) -> None:
    total.put(U32(5))
    with state.discarded():
        state.raw_put(total.key(), undone)
        assert state.raw_get(total.key()) == undone
    assert state.raw_get(total.key()) == FIVE
    assert total.get() == 5


@pytest.mark.parametrize("stored", [FIVE + b"more", b"short"[:2]])
def test_undone_writes_bring_the_bytes_back(state, total, stored: bytes) -> None:
    state.raw_put(total.key(), stored)
    before = total.get()
    with state.discarded():
        total.put(U32(7))
        state.raw_put(total.key(), b"")
        state.raw_kill(total.key())
    assert state.raw_get(total.key()) == stored
    assert total.get() == before
    assert state.changes() == {total.key(): stored}
