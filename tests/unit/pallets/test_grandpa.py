"""Voters change when they should, and clients are told."""

import pytest

from pysubtensor.frame.codec.errors import BadTag
from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.header import GRANDPA, Consensus, Digest
from pysubtensor.frame.origin import Nobody, Origin, Signed
from pysubtensor.pallets.grandpa import (
    ChangePending,
    Grandpa,
    GrandpaApi,
    InvalidKeyOwnershipProof,
    Live,
    NewAuthorities,
    Paused,
    PausedState,
    PauseFailed,
    Resumed,
    ResumeFailed,
    TooSoon,
)
from pysubtensor.pallets.system import System
from pysubtensor.runtime.runtime import Runtime
from tests.entries import GRANDPA as ENTRY
from tests.support import ALICE, close_block, open_block, run, run_root, runtime_of

OLD, NEW = ((bytes((n,)) * 32, 1) for n in (7, 8))
NEW_BYTES = b"\4" + NEW[0] + (1).to_bytes(8, "little")


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of(ENTRY, apis=lambda rt: (GrandpaApi(rt.get(Grandpa)),))
    made.get(Grandpa).genesis_build((OLD,))
    open_block(made)
    return made


def close(runtime: Runtime) -> tuple[list[object], Digest]:
    """Close the block; gives its events and logs."""
    digest = close_block(runtime).digest
    return [record.event for record in runtime.get(System).events.get()], digest


def consensus(data: bytes) -> Consensus:
    return Consensus(GRANDPA, data)


def test_genesis(runtime):
    pallet = runtime.get(Grandpa)
    assert pallet.authorities.get() == (OLD,)
    assert pallet.current_set_id.exists()
    assert pallet.set_id_session[0] == 0
    assert not pallet.state.exists()
    assert pallet.state.get() == Live()


def test_change_without_delay(runtime):
    runtime.get(Grandpa).schedule_change((NEW,), 0)
    emitted, digest = close(runtime)
    assert digest.logs == (consensus(b"\1" + NEW_BYTES + bytes(4)),)
    assert emitted == [NewAuthorities((NEW,))]
    assert runtime.get(Grandpa).authorities.get() == (NEW,)
    assert not runtime.get(Grandpa).pending_change.exists()
    assert runtime.get(Grandpa).current_set_id.get() == 0


def test_change_with_delay(runtime):
    pallet = runtime.get(Grandpa)
    pallet.schedule_change((NEW,), 2)
    emitted, digest = close(runtime)
    assert digest.logs == (consensus(b"\1" + NEW_BYTES + b"\2\0\0\0"),)
    assert emitted == []
    for number, due in ((2, False), (3, True)):
        open_block(runtime, number)
        emitted, digest = close(runtime)
        assert digest.logs == ()
        assert emitted == ([NewAuthorities((NEW,))] if due else [])


def test_only_one_change_at_a_time(runtime):
    runtime.get(Grandpa).schedule_change((NEW,), 2)
    with pytest.raises(ChangePending):
        runtime.get(Grandpa).schedule_change((OLD,), 2)


def test_forced_changes_need_time_between_them(runtime):
    pallet = runtime.get(Grandpa)
    pallet.schedule_change((NEW,), 1, 9)
    assert pallet.next_forced.get() == 3
    _, digest = close(runtime)
    assert digest.logs == (consensus(b"\2\x09\0\0\0" + NEW_BYTES + b"\1\0\0\0"),)
    open_block(runtime, 2)
    close(runtime)
    with pytest.raises(TooSoon):
        pallet.schedule_change((OLD,), 1, 9)
    open_block(runtime, 3)
    pallet.schedule_change((OLD,), 1, 9)


def test_pause_and_resume(runtime):
    pallet = runtime.get(Grandpa)
    with pytest.raises(ResumeFailed):
        pallet.schedule_resume(1)
    pallet.schedule_pause(1)
    with pytest.raises(PauseFailed):
        pallet.schedule_pause(1)
    assert close(runtime)[1].logs == (consensus(b"\4\1\0\0\0"),)
    open_block(runtime, 2)
    assert close(runtime)[0] == [Paused()]
    assert pallet.state.get() == PausedState()
    open_block(runtime, 3)
    pallet.schedule_resume(0)
    emitted, digest = close(runtime)
    assert (emitted, digest.logs) == ([Resumed()], (consensus(b"\5" + bytes(4)),))
    assert pallet.state.get() == Live()


def test_note_stalled(runtime):
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "Grandpa", "note_stalled", delay=1, best_finalized_block_number=2)
    run_root(runtime, "Grandpa", "note_stalled", delay=1, best_finalized_block_number=2)
    assert runtime.get(Grandpa).stalled.get() == (1, 2)


@pytest.mark.parametrize("index", [0, 1])
def test_equivocation_reports_cannot_be_encoded(runtime, index):
    vote = bytes(32 + 4 + 64)
    proof = bytes(8) + b"\0" + bytes(8) + bytes(32) + vote + vote
    with pytest.raises(BadTag):
        runtime.decode_call(bytes((4, index)) + proof + b"\0")


def test_cost_of_a_report(runtime):
    spec = runtime.calls.spec("Grandpa", "report_equivocation")
    assert spec.weight.ref_time == 757_500_000 + 81 * 25_000_000 + 70 * 100_000_000


def test_no_report_can_prove_who_owns_a_key(runtime):
    pallet = runtime.get(Grandpa)
    with pytest.raises(InvalidKeyOwnershipProof):
        pallet.report_equivocation(Origin(Signed(ALICE)), None, None)
    with pytest.raises(InvalidKeyOwnershipProof):
        pallet.report_equivocation_unsigned(Origin(Nobody()), None, None)
    with pytest.raises(BadOrigin):
        pallet.report_equivocation_unsigned(Origin(Signed(ALICE)), None, None)


def test_more_voters_than_the_bound_are_kept(runtime):
    many = tuple((bytes((n,)) * 32, 1) for n in range(40))
    runtime.get(Grandpa).schedule_change(many, 0)
    close(runtime)
    assert len(runtime.get(Grandpa).authorities.get()) == 40


def test_api(runtime):
    call = runtime.methods
    assert call["GrandpaApi_grandpa_authorities"](b"") == b"\4" + OLD[0] + b"\1" + bytes(7)
    assert call["GrandpaApi_current_set_id"](b"") == bytes(8)
    assert call["GrandpaApi_generate_key_ownership_proof"](bytes(40)) == b"\0"
    votes = bytes(2 * (32 + 4 + 64))
    report = bytes(8) + b"\0" + bytes(8 + 32) + votes + b"\0"
    answer = call["GrandpaApi_submit_report_equivocation_unsigned_extrinsic"](report)
    assert answer == b"\0"
