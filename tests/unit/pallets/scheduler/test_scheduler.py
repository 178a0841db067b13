"""Tasks run in their block, in order, within the weight; names, repeats and retries."""

import pytest

from pysubtensor.frame.error import BadOrigin, BadOriginError, BuiltinFailure, Exhausted
from pysubtensor.frame.interfaces.preimages import Inline, Lookup
from pysubtensor.frame.origin import ROOT_CALLER, Signed
from pysubtensor.frame.result import OK, Err
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets import scheduler
from pysubtensor.pallets.preimage import Preimage, RequestedStatus
from pysubtensor.pallets.scheduler import weights
from pysubtensor.pallets.scheduler.pallet import Scheduler
from pysubtensor.pallets.scheduler.types import (
    AgendaIncomplete,
    CallUnavailable,
    Canceled,
    Dispatched,
    FailedToSchedule,
    NotFound,
    PeriodicFailed,
    PermanentlyOverweight,
    RetryCancelled,
    RetryConfig,
    RetryFailed,
    RetrySet,
    Scheduled,
    TargetBlockNumberInPast,
    Task,
)
from pysubtensor.pallets.scheduler.weights import Meter
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.declarations import Remarked
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.entries import PREIMAGE, SCHEDULER, UTILITY
from tests.support import (
    ALICE,
    events,
    open_block,
    roll_to,
    run,
    run_root,
    runtime_of,
    take_events,
)

NAME, OTHER = b"name".ljust(32, b"."), b"other".ljust(32, b".")
REFUSED = Err(BadOriginError())


def compose(limit: Weight | None = None) -> Runtime:
    """The scheduler with the chain's limit, or another."""

    def config(runtime: Runtime) -> scheduler.Config:
        services = (runtime.get(System), runtime.get(Preimage))
        return scheduler.Config(*services) if limit is None else scheduler.Config(*services, limit)

    runtime = runtime_of(UTILITY, PREIMAGE, Entry(15, "Scheduler", Scheduler, config))
    open_block(runtime)
    return runtime


@pytest.fixture
def runtime() -> Runtime:
    return compose()


@pytest.fixture
def pallet(runtime: Runtime) -> Scheduler:
    return runtime.get(Scheduler)


def store(runtime, key=b"key"):
    return runtime.call("System", "set_storage", items=((key, b"1"),))


def signed_only(runtime):
    """A call that root may not make."""
    return runtime.call("System", "remark_with_event", remark=b"x")


def plan(runtime, when, call=None, *, periodic=None, priority=127, name=None, after=False):
    args = {
        "after" if after else "when": when,
        "maybe_periodic": periodic,
        "priority": priority,
        "call": call or store(runtime),
    }
    plain = "schedule_after" if after else "schedule"
    named = "schedule_named_after" if after else "schedule_named"
    id_ = {"id": name} if name else {}
    run_root(runtime, "Scheduler", named if name else plain, **args, **id_)


def ran(runtime) -> list[tuple[int, int]]:
    """Places of the tasks that ran in the open block, in order."""
    return [event.task for event in events(runtime) if isinstance(event, Dispatched)]


# -- scheduling ---------------------------------------------------------------------------------


def test_task_runs_in_its_block(runtime, pallet):
    plan(runtime, 4)
    assert events(runtime) == [Scheduled(4, 0)]
    task = Task(None, 127, Inline(runtime.encode_call(store(runtime))), None, ROOT_CALLER)
    assert pallet.agenda[4] == (task,)
    roll_to(runtime, 3)
    assert runtime.state.raw_get(b"key") is None
    roll_to(runtime, 4)
    assert runtime.state.raw_get(b"key") == b"1"
    assert events(runtime) == [Dispatched((4, 0), None, OK)]
    assert 4 not in pallet.agenda
    assert not pallet.incomplete_since.exists()


def test_after_counts_from_the_next_block(runtime):
    plan(runtime, 2, after=True)
    plan(runtime, 0, after=True, name=NAME)
    assert events(runtime) == [Scheduled(4, 0), Scheduled(2, 0)]


@pytest.mark.parametrize("when", [0, 1])
@pytest.mark.parametrize("name", [None, NAME])
def test_the_past_is_over(runtime, when, name):
    with pytest.raises(TargetBlockNumberInPast):
        plan(runtime, when, name=name)


def test_only_root(runtime):
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "Scheduler", "schedule", when=4, maybe_periodic=None, priority=0,
            call=store(runtime))  # fmt: skip


def test_names_are_unique(runtime, pallet):
    plan(runtime, 4, name=NAME)
    assert pallet.lookup[NAME] == (4, 0)
    for after in (False, True):
        with pytest.raises(FailedToSchedule):
            plan(runtime, 0, name=NAME, after=after)
    roll_to(runtime, 4)
    assert NAME not in pallet.lookup
    assert events(runtime) == [Dispatched((4, 0), NAME, OK)]


def test_priority_then_place(runtime):
    for priority in (9, 5, 9, 0, 5):
        plan(runtime, 2, priority=priority)
    roll_to(runtime, 2)
    assert ran(runtime) == [(2, 3), (2, 1), (2, 4), (2, 0), (2, 2)]


@pytest.mark.parametrize("name", [None, NAME])
@pytest.mark.parametrize(("number", "after"), [(4, False), (2, True)])
def test_full_agenda(runtime, number, after, name):
    for _ in range(50):
        plan(runtime, 4)
    with pytest.raises(BuiltinFailure) as refusal:
        plan(runtime, number, name=name, after=after)
    assert refusal.value.error == Exhausted()
    run_root(runtime, "Scheduler", "cancel", when=4, index=7)
    plan(runtime, 4)
    assert events(runtime)[-1] == Scheduled(4, 7)


# -- cancelling ---------------------------------------------------------------------------------


def test_cancel(runtime, pallet):
    plan(runtime, 4)
    plan(runtime, 4, name=NAME)
    run_root(runtime, "Scheduler", "cancel", when=4, index=0)
    assert events(runtime)[-1] == Canceled(4, 0)
    assert pallet.agenda[4][0] is None
    run_root(runtime, "Scheduler", "cancel", when=4, index=1)
    assert 4 not in pallet.agenda
    assert NAME not in pallet.lookup
    for index in (0, 9):
        with pytest.raises(NotFound):
            run_root(runtime, "Scheduler", "cancel", when=4, index=index)


def test_cancel_trims_the_end(runtime, pallet):
    for _ in range(3):
        plan(runtime, 4)
    for index in (1, 2):
        run_root(runtime, "Scheduler", "cancel", when=4, index=index)
    assert len(pallet.agenda[4]) == 1


def test_cancel_named(runtime, pallet):
    plan(runtime, 4, name=NAME)
    run_root(runtime, "Scheduler", "set_retry_named", id=NAME, retries=1, period=1)
    run_root(runtime, "Scheduler", "cancel_named", id=NAME)
    assert events(runtime)[-1] == Canceled(4, 0)
    assert (4 in pallet.agenda, NAME in pallet.lookup, (4, 0) in pallet.retries) == (False,) * 3
    with pytest.raises(NotFound):
        run_root(runtime, "Scheduler", "cancel_named", id=NAME)


# -- repeating ----------------------------------------------------------------------------------


def test_periodic(runtime, pallet):
    plan(runtime, 4, periodic=(3, 3), name=NAME)
    assert pallet.agenda[4][0].maybe_periodic == (3, 2)
    seen = []
    for number in range(2, 14):
        roll_to(runtime, number)
        seen += [number] * len(ran(runtime))
    assert seen == [4, 7, 10]
    assert NAME not in pallet.lookup


def test_repeat_is_announced_behind_the_run(runtime, pallet):
    plan(runtime, 4, periodic=(3, 2), name=NAME)
    roll_to(runtime, 4)
    assert events(runtime) == [Dispatched((4, 0), NAME, OK), Scheduled(7, 0)]
    assert pallet.lookup[NAME] == (7, 0)
    assert pallet.agenda[7][0].maybe_periodic is None


@pytest.mark.parametrize("periodic", [(0, 5), (3, 1), (3, 0)])
def test_no_repeat(runtime, pallet, periodic):
    plan(runtime, 4, periodic=periodic)
    assert pallet.agenda[4][0].maybe_periodic is None


def test_repeat_without_room(runtime):
    plan(runtime, 2, periodic=(1, 2), name=NAME)
    for _ in range(50):
        plan(runtime, 3)
    roll_to(runtime, 2)
    assert events(runtime)[-1] == PeriodicFailed((2, 0), NAME)


# -- retrying -----------------------------------------------------------------------------------


def test_retries(runtime, pallet):
    plan(runtime, 4, signed_only(runtime), name=NAME)
    run_root(runtime, "Scheduler", "set_retry", task=(4, 0), retries=2, period=3)
    assert events(runtime)[-1] == RetrySet((4, 0), None, 3, 2)
    roll_to(runtime, 4)
    assert events(runtime) == [Dispatched((4, 0), NAME, REFUSED), Scheduled(7, 0)]
    assert pallet.retries[7, 0] == RetryConfig(2, 1, 3)
    assert (4, 0) not in pallet.retries
    roll_to(runtime, 7)
    assert events(runtime) == [Dispatched((7, 0), None, REFUSED), Scheduled(10, 0)]
    roll_to(runtime, 10)
    assert events(runtime) == [Dispatched((10, 0), None, REFUSED)]
    assert not list(pallet.retries.keys())
    assert not list(pallet.agenda.keys())


def test_no_retry_of_what_went_through(runtime, pallet):
    plan(runtime, 4)
    run_root(runtime, "Scheduler", "set_retry", task=(4, 0), retries=2, period=3)
    roll_to(runtime, 4)
    assert events(runtime) == [Dispatched((4, 0), None, OK)]
    assert not list(pallet.retries.keys())


def test_repeat_carries_the_retries_on(runtime, pallet):
    plan(runtime, 4, signed_only(runtime), periodic=(10, 2), name=NAME)
    run_root(runtime, "Scheduler", "set_retry_named", id=NAME, retries=2, period=3)
    assert events(runtime)[-1] == RetrySet((4, 0), NAME, 3, 2)
    roll_to(runtime, 4)
    assert events(runtime)[1:] == [Scheduled(7, 0), Scheduled(14, 0)]
    assert pallet.retries[7, 0] == RetryConfig(2, 1, 3)
    assert pallet.retries[14, 0] == RetryConfig(2, 2, 3)


def test_retry_without_room(runtime):
    plan(runtime, 2, signed_only(runtime), name=NAME)
    run_root(runtime, "Scheduler", "set_retry", task=(2, 0), retries=1, period=1)
    for _ in range(50):
        plan(runtime, 3)
    roll_to(runtime, 2)
    assert events(runtime)[-1] == RetryFailed((2, 0), None)


def test_cancel_retry(runtime, pallet):
    plan(runtime, 4, name=NAME)
    for name, key in (("", {"task": (4, 0)}), ("_named", {"id": NAME})):
        run_root(runtime, "Scheduler", f"set_retry{name}", retries=1, period=1, **key)
        run_root(runtime, "Scheduler", f"cancel_retry{name}", **key)
        assert events(runtime)[-1] == RetryCancelled((4, 0), NAME if name else None)
        assert (4, 0) not in pallet.retries
    for name, key in (("", {"task": (4, 1)}), ("_named", {"id": OTHER})):
        with pytest.raises(NotFound):
            run_root(runtime, "Scheduler", f"set_retry{name}", retries=1, period=1, **key)
        with pytest.raises(NotFound):
            run_root(runtime, "Scheduler", f"cancel_retry{name}", **key)


# -- weight -------------------------------------------------------------------------------------

IDLE = weights.SERVICE_AGENDAS + weights.service_agenda(50)


def test_cost_of_an_idle_block(runtime, pallet):
    used = pallet.on_initialize(2)
    assert (used.ref_time, used.proof_size) == (253_744_000, 111_976)


def test_cost_of_a_task(runtime, pallet):
    call = store(runtime)
    plan(runtime, 4, call, periodic=(9, 9), name=NAME)
    runtime.get(System).number.put(4)
    used = pallet.on_initialize(4)
    task = weight(2_991_000 + (104_292_000 - 2_991_000))  # repeating costs less than nothing
    whole = weights.SERVICE_AGENDAS + weights.service_agenda(1) + task + weights.DISPATCH_UNSIGNED
    assert used == whole + runtime.dispatch_info(call).call_weight


def heavy(runtime, share):
    """A call of a share of the scheduler's weight, per mille."""
    limit = runtime.get(Scheduler).config.maximum_weight
    wanted = Weight(limit.ref_time * share // 1_000, 0)
    return runtime.call("Utility", "with_weight", call=store(runtime), weight=wanted)


def test_what_does_not_fit_waits(runtime, pallet):
    for _ in range(3):
        plan(runtime, 2, heavy(runtime, 400), name=None)
    plan(runtime, 3)
    roll_to(runtime, 2)
    assert ran(runtime) == [(2, 0), (2, 1)]
    assert events(runtime)[-1] == AgendaIncomplete(2)
    assert pallet.incomplete_since.get() == 2
    assert [task is None for task in pallet.agenda[2]] == [True, True, False]
    roll_to(runtime, 3)
    assert ran(runtime) == [(2, 2), (3, 0)]
    assert not pallet.incomplete_since.exists()
    assert not list(pallet.agenda.keys())


def test_a_light_task_overtakes_a_heavy_one(runtime):
    for share in (600, 600, 100):
        plan(runtime, 2, heavy(runtime, share))
    roll_to(runtime, 2)
    assert ran(runtime) == [(2, 0), (2, 2)]


def test_too_heavy_for_any_block(runtime, pallet):
    plan(runtime, 2, heavy(runtime, 1_001), name=NAME)
    plan(runtime, 2)
    roll_to(runtime, 2)
    assert events(runtime) == [PermanentlyOverweight((2, 0), NAME), Dispatched((2, 1), None, OK)]
    assert pallet.agenda[2][0] is not None
    assert NAME not in pallet.lookup
    roll_to(runtime, 3)
    assert events(runtime) == []


def test_no_weight_at_all():
    runtime = compose(Weight(1, 1))
    runtime.get(Scheduler).agenda[2] = ()
    assert runtime.get(Scheduler).on_initialize(2) == Weight(0, 0)
    assert not runtime.get(Scheduler).incomplete_since.exists()


def test_weight_for_one_agenda_only():
    runtime = compose(IDLE)
    runtime.get(Scheduler).incomplete_since.put(5)
    used = runtime.get(Scheduler).on_initialize(7)
    assert used == weights.SERVICE_AGENDAS + weights.service_agenda(0)
    assert runtime.get(Scheduler).incomplete_since.get() == 6
    assert events(runtime)[-1] == AgendaIncomplete(6)


def test_retry_without_weight():
    other = runtime_of()
    needed = other.dispatch_info(signed_only(other)).call_weight
    runtime = compose(IDLE + weights.DISPATCH_UNSIGNED + needed)
    plan(runtime, 2, signed_only(runtime))
    run_root(runtime, "Scheduler", "set_retry", task=(2, 0), retries=1, period=1)
    roll_to(runtime, 2)
    assert RetryFailed((2, 0), None) in events(runtime)


def test_meter():
    meter = Meter(Weight(10, 20))
    assert meter.try_consume(Weight(5, 20))
    assert not meter.try_consume(Weight(5, 1))
    assert not meter.try_consume(Weight(6, 0))
    assert meter.try_consume(Weight(5, 0))
    assert meter.consumed == Weight(10, 20)


# -- calls kept apart ---------------------------------------------------------------------------


def long_call(runtime):
    return runtime.call("System", "set_storage", items=((b"key", bytes(200)),))


def test_long_call_is_a_preimage(runtime, pallet):
    call = long_call(runtime)
    data = runtime.encode_call(call)
    plan(runtime, 2, call)
    bounded = pallet.agenda[2][0].call
    assert isinstance(bounded, Lookup)
    assert bounded.len == len(data)
    status = runtime.get(Preimage).request_status_for
    assert status[bounded.hash] == RequestedStatus(None, 2, len(data))
    roll_to(runtime, 2)
    assert events(runtime) == [Dispatched((2, 0), None, OK)]
    assert status[bounded.hash] == RequestedStatus(None, 1, len(data))


def test_missing_call(runtime, pallet):
    plan(runtime, 2, long_call(runtime), name=NAME)
    preimages = runtime.get(Preimage)
    for key in list(preimages.preimage_for.keys()):
        del preimages.preimage_for[key]
    roll_to(runtime, 2)
    assert take_events(runtime) == [CallUnavailable((2, 0), NAME)]
    assert pallet.agenda[2][0].maybe_id == NAME
    assert not pallet.incomplete_since.exists()


def test_unreadable_call(runtime, pallet):
    plan(runtime, 3)
    pallet.add(2, Inline(b"\xff\xff"), ROOT_CALLER)
    roll_to(runtime, 2)
    assert events(runtime) == [CallUnavailable((2, 0), None)]


def test_other_origins(runtime, pallet):
    call = signed_only(runtime)
    pallet.add(2, Inline(runtime.encode_call(call)), Signed(ALICE))
    roll_to(runtime, 2)
    remarked, done = events(runtime)
    assert isinstance(remarked, Remarked)
    assert remarked.sender == ALICE
    assert done == Dispatched((2, 0), None, OK)


@pytest.mark.parametrize(
    ("name", "args", "cost"),
    [
        ("cancel", {"when": 1, "index": 0}, 327_524_382 + 50 * 777_710),
        ("cancel_named", {"id": NAME}, 357_403_622 + 50 * 778_228),
        ("set_retry", {"task": (1, 0), "retries": 1, "period": 1}, 294_783_000),
        ("cancel_retry_named", {"id": NAME}, 332_329_000),
    ],
)
def test_costs(runtime, name, args, cost):
    found = runtime.dispatch_info(runtime.call("Scheduler", name, **args)).call_weight
    assert (found.ref_time, found.proof_size) == (cost, 110_487)


def test_default_limit_is_that_of_the_chain():
    runtime = runtime_of(PREIMAGE, SCHEDULER)
    limit = runtime.get(Scheduler).config.maximum_weight
    assert (limit.ref_time, limit.proof_size) == (3_200_000_000_000, 14_757_395_258_967_641_292)
