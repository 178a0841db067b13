"""Whatever is scheduled, tasks run in order of block, priority and place, and none is lost."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.pallets.scheduler.pallet import Scheduler
from pysubtensor.pallets.scheduler.types import Dispatched
from pysubtensor.pallets.system import System
from tests.entries import PREIMAGE, SCHEDULER
from tests.support import events, open_block, roll_to, run_root, runtime_of

NAMES = [bytes((n,)) * 32 for n in range(3)]
names = st.one_of(st.none(), st.sampled_from(NAMES))
periods = st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(0, 3)))
places = st.tuples(st.integers(1, 12), st.integers(0, 4))


class Plans(RuleBasedStateMachine):
    """Random plans, cancellations and retries while blocks go by."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime = runtime_of(PREIMAGE, SCHEDULER)
        open_block(self.runtime)
        self.pallet = self.runtime.get(Scheduler)

    def now(self) -> int:
        return self.runtime.get(System).block_number()

    @rule(
        ahead=st.integers(0, 5),
        periodic=periods,
        priority=st.integers(0, 255),
        name=names,
        fails=st.booleans(),
    )
    def plan(self, ahead, periodic, priority, name, fails):
        call_name = "remark_with_event" if fails else "remark"
        call = self.runtime.call("System", call_name, remark=b"x")
        args = {"after": ahead, "maybe_periodic": periodic, "priority": priority, "call": call}
        function = "schedule_named_after" if name else "schedule_after"
        with suppress(DispatchFailure):
            named = {"id": name} if name else {}
            run_root(self.runtime, "Scheduler", function, **args, **named)

    @rule(place=places)
    def cancel(self, place):
        with suppress(DispatchFailure):
            run_root(self.runtime, "Scheduler", "cancel", when=place[0], index=place[1])

    @rule(name=st.sampled_from(NAMES))
    def cancel_named(self, name):
        with suppress(DispatchFailure):
            run_root(self.runtime, "Scheduler", "cancel_named", id=name)

    @rule(place=places, retries=st.integers(0, 2), period=st.integers(1, 3))
    def retry(self, place, retries, period):
        args = {"task": place, "retries": retries, "period": period}
        with suppress(DispatchFailure):
            run_root(self.runtime, "Scheduler", "set_retry", **args)

    @rule()
    def next_block(self):
        following = self.now() + 1
        tasks = self.pallet.agenda[following]
        due = sorted((task.priority, i) for i, task in enumerate(tasks) if task is not None)
        roll_to(self.runtime, following)
        ran = [each.task for each in events(self.runtime) if isinstance(each, Dispatched)]
        assert ran == [(following, index) for _, index in due]

    @invariant()
    def nothing_overdue(self):
        assert all(when > self.now() for when in self.pallet.agenda.keys())  # noqa: SIM118
        assert not self.pallet.incomplete_since.exists()

    @invariant()
    def agendas_end_with_a_task(self):
        assert all(tasks[-1] is not None for tasks in self.pallet.agenda.values())

    @invariant()
    def names_point_at_their_tasks(self):
        pointed = {self.pallet.lookup[name]: name for name in self.pallet.lookup.keys()}  # noqa: SIM118
        named = {
            (when, index): task.maybe_id
            for when, tasks in self.pallet.agenda.items()
            for index, task in enumerate(tasks)
            if task is not None and task.maybe_id is not None
        }
        assert pointed == named

    @invariant()
    def retries_belong_to_tasks(self):
        for place in self.pallet.retries.keys():  # noqa: SIM118
            assert self.pallet.task_at(place) is not None


Plans.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestPlans = Plans.TestCase
