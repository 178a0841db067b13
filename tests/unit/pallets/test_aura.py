"""Slots grow, times fit them, authors take turns."""

import pytest

from pysubtensor.frame.codec.errors import BadValue
from pysubtensor.frame.error import Panic
from pysubtensor.frame.header import AURA, Consensus, PreRuntime
from pysubtensor.frame.origin import Nobody, Origin
from pysubtensor.pallets.aura import Aura, AuraApi
from pysubtensor.runtime.runtime import Runtime
from tests import entries
from tests.support import close_block, open_block, run, runtime_of

KEYS = tuple(bytes((n,)) * 32 for n in (7, 8, 9))


def in_slot(slot: int) -> list[PreRuntime]:
    return [PreRuntime(AURA, slot.to_bytes(8, "little"))]


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of(entries.TIMESTAMP, entries.AURA, apis=lambda rt: (AuraApi(rt.get(Aura)),))
    made.get(Aura).genesis_build(KEYS)
    return made


def close(runtime: Runtime, slot: int) -> None:
    run(runtime, Origin(Nobody()), "Timestamp", "set", now=slot * 12_000)
    close_block(runtime)


def test_slot_of_the_header_becomes_current(runtime):
    open_block(runtime, 1, in_slot(1_000))
    aura = runtime.get(Aura)
    assert aura.current_slot.get() == 1_000
    assert aura.author() == KEYS[1_000 % 3]


@pytest.mark.parametrize("second", [999, 1_000])
def test_slot_must_increase(runtime, second):
    open_block(runtime, 1, in_slot(1_000))
    close(runtime, 1_000)
    with pytest.raises(Panic, match="Slot must increase"):
        open_block(runtime, 2, in_slot(second))


def test_slots_may_be_left_out(runtime):
    open_block(runtime, 1, in_slot(1_000))
    close(runtime, 1_000)
    open_block(runtime, 2, in_slot(1_005))
    assert runtime.get(Aura).current_slot.get() == 1_005


@pytest.mark.parametrize("data", [b"", b"\1" * 7])
def test_unreadable_slot_is_no_slot(runtime, data):
    open_block(runtime, 1, [PreRuntime(AURA, data)])
    assert not runtime.get(Aura).current_slot.exists()
    assert runtime.get(Aura).author() is None


def test_bytes_behind_the_slot_are_ignored(runtime):
    open_block(
        runtime, 1, [PreRuntime(b"othr", b"?"), PreRuntime(AURA, b"\5" + bytes(7) + b"more")]
    )
    assert runtime.get(Aura).current_slot.get() == 5


@pytest.mark.parametrize("now", [1_000 * 12_000 - 1, 1_001 * 12_000])
def test_time_of_another_slot_panics(runtime, now):
    open_block(runtime, 1, in_slot(1_000))
    with pytest.raises(Panic, match="must match"):
        run(runtime, Origin(Nobody()), "Timestamp", "set", now=now)


def test_cost_depends_on_the_slot_being_there(runtime):
    aura = runtime.get(Aura)
    assert aura.on_initialize(1).ref_time == 25_000_000
    open_block(runtime, 1, in_slot(1_000))
    aura.current_slot.kill()
    assert aura.on_initialize(1).ref_time == 150_000_000


def test_change_of_authors_is_logged(runtime):
    open_block(runtime, 1, in_slot(1_000))
    runtime.get(Aura).change_authorities(KEYS[:1])
    runtime.get(Aura).change_authorities(())
    assert runtime.get(Aura).authorities.get() == KEYS[:1]
    close_time = 1_000 * 12_000
    run(runtime, Origin(Nobody()), "Timestamp", "set", now=close_time)
    logs = close_block(runtime).digest.logs
    assert logs[1:] == (Consensus(AURA, b"\1\4" + KEYS[0]),)


def test_too_many_authors_at_genesis():
    with pytest.raises(BadValue):
        runtime_of(entries.AURA).get(Aura).genesis_build(KEYS[:1] * 33)


def test_api(runtime):
    assert runtime.methods["AuraApi_slot_duration"](b"") == (12_000).to_bytes(8, "little")
    assert runtime.methods["AuraApi_authorities"](b"") == b"\x0c" + b"".join(KEYS)
