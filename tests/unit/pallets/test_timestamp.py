"""The time is set once in every block, within its bounds."""

import pytest

from pysubtensor.frame.error import BadOrigin, Panic
from pysubtensor.frame.inherents import InherentData
from pysubtensor.frame.origin import ROOT, Nobody, Origin
from pysubtensor.frame.primitives import Moment
from pysubtensor.frame.weights import DispatchClass
from pysubtensor.pallets.timestamp import Timestamp, TooEarly, TooFarInFuture
from pysubtensor.runtime.inherents import Inherents
from pysubtensor.runtime.runtime import Runtime
from tests.entries import TIMESTAMP
from tests.support import ALICE, close_block, open_block, run, runtime_of

NOBODY = Origin(Nobody())
FIRST = 1_700_000_000_000


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of(TIMESTAMP)
    open_block(made)
    return made


def set_time(runtime: Runtime, now: int) -> None:
    run(runtime, NOBODY, "Timestamp", "set", now=now)


def test_first_time_is_free(runtime):
    set_time(runtime, FIRST)
    pallet = runtime.get(Timestamp)
    assert pallet.now.get() == FIRST
    assert pallet.did_update.get()
    close_block(runtime)
    assert not pallet.did_update.exists()


@pytest.mark.parametrize("origin", [ALICE, ROOT])
def test_only_nobody_sets_it(runtime, origin):
    with pytest.raises(BadOrigin):
        run(runtime, origin, "Timestamp", "set", now=FIRST)


def test_twice_in_a_block_panics(runtime):
    set_time(runtime, FIRST)
    with pytest.raises(Panic, match="only once"):
        set_time(runtime, FIRST + 12_000)


def test_block_without_time_panics(runtime):
    with pytest.raises(Panic, match="must be updated once"):
        close_block(runtime)


@pytest.mark.parametrize(("step", "accepted"), [(5_999, False), (6_000, True)])
def test_time_grows_by_the_minimum_period(runtime, step, accepted):
    set_time(runtime, FIRST)
    close_block(runtime)
    open_block(runtime, 2)
    if accepted:
        set_time(runtime, FIRST + step)
    else:
        with pytest.raises(Panic, match="MinimumPeriod"):
            set_time(runtime, FIRST + step)


@pytest.mark.parametrize(
    ("clock", "chosen"), [(FIRST + 12_000, FIRST + 12_000), (FIRST + 1, FIRST + 6_000)]
)
def test_inherent_takes_the_clock_or_the_earliest_time(runtime, clock, chosen):
    runtime.get(Timestamp).now.put(FIRST)
    (made,) = Inherents(runtime.pallets).create(InherentData(Moment(clock)))
    assert made == runtime.call("Timestamp", "set", now=chosen)
    assert Inherents(runtime.pallets).provides(made)
    assert runtime.encode_call(made)[:2] == b"\x02\x00"


@pytest.mark.parametrize(
    ("time", "refusal"),
    [
        (FIRST + 5_999, TooEarly),
        (FIRST + 6_000, None),
        (FIRST + 40_000, None),
        (FIRST + 40_001, TooFarInFuture),
    ],
)
def test_check_of_an_imported_time(runtime, time, refusal):
    pallet = runtime.get(Timestamp)
    pallet.now.put(FIRST)
    call = runtime.call("Timestamp", "set", now=time)
    data = InherentData(Moment(FIRST + 10_000))
    if refusal is None:
        pallet.check_inherent(call, data)
    else:
        with pytest.raises(refusal):
            pallet.check_inherent(call, data)


def test_cost(runtime):
    info = runtime.dispatch_info(runtime.call("Timestamp", "set", now=FIRST))
    assert (info.call_weight.ref_time, info.call_weight.proof_size) == (153_816_000, 1_493)
    assert info.dispatch_class is DispatchClass.MANDATORY
    assert runtime.get(Timestamp).on_initialize(1).ref_time == 3_246_000
