"""The agenda: tasks by block, and the service that runs those that are due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.resolve import Bounded
from pysubtensor.frame.error import BuiltinFailure, Exhausted
from pysubtensor.frame.hashers import blake2_128_concat, twox_64_concat
from pysubtensor.frame.interfaces.preimages import Preimages, lookup_length
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.origin import Signed
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U8, U32, U32_MAX, U64, BlockNumber
from pysubtensor.frame.result import Attempt, attempt
from pysubtensor.frame.storage import Map, Value
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.scheduler import weights
from pysubtensor.pallets.scheduler.types import (
    Address,
    AgendaIncomplete,
    CallUnavailable,
    Dispatched,
    PeriodicFailed,
    PermanentlyOverweight,
    RetryConfig,
    RetryFailed,
    Scheduled,
    Task,
    TaskName,
)
from pysubtensor.pallets.scheduler.weights import MAX_SCHEDULED, Meter

MAXIMUM_WEIGHT: Final = Weight(U64(3_200_000_000_000), U64(14_757_395_258_967_641_292))


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: SystemServices
    preimages: Preimages
    maximum_weight: Weight = constant(
        MAXIMUM_WEIGHT, "How much of a block its tasks may use; the others wait."
    )
    max_scheduled_per_block: U32 = constant(U32(MAX_SCHEDULED), "Most tasks in one block.")


class Agenda(Pallet[Config]):
    """Storage of the scheduler and the service of what is due.

    A task that cannot be read, or not be run in any block, stays in its slot for good.
    """

    incomplete_since = Value[BlockNumber | None]()
    """Earliest block with tasks that are overdue."""
    agenda = Map[BlockNumber, Annotated[tuple[Task | None, ...], Bounded(MAX_SCHEDULED)]](
        twox_64_concat, default=()
    )
    """Tasks by block; a slot that was emptied keeps its place."""
    retries = Map[Address, RetryConfig | None](blake2_128_concat)
    """How tasks are tried again, by their place."""
    lookup = Map[TaskName, Address | None](twox_64_concat)
    """Places of the tasks with a name."""

    def place(self, when: BlockNumber, task: Task) -> Address:
        """Put a task on the agenda.  Errors: Exhausted when the block is full."""
        tasks = self.agenda[when]
        if len(tasks) < self.config.max_scheduled_per_block:
            index = len(tasks)
            self.agenda[when] = (*tasks, task)
        elif None in tasks:
            index = tasks.index(None)
            self.agenda[when] = (*tasks[:index], task, *tasks[index + 1 :])
        else:
            raise BuiltinFailure(Exhausted())
        address = (when, U32(index))
        if task.maybe_id is not None:
            self.lookup[task.maybe_id] = address
        self.emit(Scheduled(*address))
        return address

    def task_at(self, address: Address) -> Task | None:
        """The task of a place."""
        when, index = address
        tasks = self.agenda[when]
        return tasks[index] if index < len(tasks) else None

    def vacate(self, address: Address) -> None:
        """Empty a slot; empty slots at the end vanish."""
        when, index = address
        tasks = list(self.agenda[when])
        if index < len(tasks):
            tasks[index] = None
        while tasks and tasks[-1] is None:
            tasks.pop()
        if tasks:
            self.agenda[when] = tuple(tasks)
        else:
            del self.agenda[when]

    # -- service ------------------------------------------------------------------------------

    def service(self, now: BlockNumber) -> Weight:
        """Run what is due, as far as the weight reaches; returns the weight used."""
        meter = Meter(self.config.maximum_weight)
        if not meter.try_consume(weights.SERVICE_AGENDAS):
            return meter.consumed
        run = _Run(self, meter, now)
        since = self.incomplete_since.take()
        when = now if since is None else since
        incomplete = now + 1
        full_agenda = weights.service_agenda(self.config.max_scheduled_per_block)
        while when <= now and meter.can_consume(full_agenda):
            if not run.block(when):
                incomplete = min(incomplete, when)
            when = BlockNumber(U32(when + 1))
        incomplete = min(incomplete, when)
        if incomplete <= now:
            self.emit(AgendaIncomplete(BlockNumber(U32(incomplete))))
            self.incomplete_since.put(BlockNumber(U32(incomplete)))
        return meter.consumed


_DONE: Final = "done"
_KEPT: Final = "kept"
"""It can never be run; its slot stays as it is."""
_POSTPONED: Final = "postponed"


class _Run:
    """One service of the agenda in block `now`."""

    def __init__(self, agenda: Agenda, meter: Meter, now: BlockNumber) -> None:
        self.agenda, self.meter, self.now = agenda, meter, now
        self.preimages = agenda.config.preimages
        self.executed = 0

    def block(self, when: BlockNumber) -> bool:
        """Run the tasks of one block; False when some must wait."""
        tasks = list(self.agenda.agenda[when])
        order = [(task.priority, i) for i, task in enumerate(tasks) if task is not None]
        self.meter.try_consume(weights.service_agenda(len(order)))
        postponed = kept = False
        for _, index in sorted(order):
            task = tasks[index]
            assert task is not None  # noqa: S101 (chosen so above)
            if not self.meter.can_consume(_task_weight(task, lookup_length(task.call))):
                postponed = True
                break
            outcome = self._task((when, U32(index)), task)
            if outcome is _DONE:
                self.executed += 1
                tasks[index] = None
            postponed = postponed or outcome is _POSTPONED
            kept = kept or outcome is _KEPT
        if postponed or kept:
            self.agenda.agenda[when] = tuple(tasks)
        elif when in self.agenda.agenda:
            del self.agenda.agenda[when]
        return not postponed

    def _task(self, address: Address, task: Task) -> str:
        if task.maybe_id is not None:
            del self.agenda.lookup[task.maybe_id]
        try:
            call, fetched = self.preimages.peek(task.call)
        except BuiltinFailure:
            self.agenda.emit(CallUnavailable(address, task.maybe_id))
            self.preimages.drop(task.call)
            self.meter.try_consume(_task_weight(task, lookup_length(task.call)))
            return _KEPT
        self.meter.try_consume(_task_weight(task, fetched))
        done = self._dispatch(task, call)
        if done is None and self.executed:
            return _POSTPONED
        if done is None:
            self.preimages.drop(task.call)
            self.agenda.emit(PermanentlyOverweight(address, task.maybe_id))
            return _KEPT
        self._after(address, task, done)
        return _DONE

    def _dispatch(self, task: Task, call: Call) -> Attempt | None:
        """Run a call; None when it is too heavy for what is left."""
        env = self.agenda.env
        signed = isinstance(task.origin, Signed)
        base = weights.DISPATCH_SIGNED if signed else weights.DISPATCH_UNSIGNED
        announced = env.dispatch_info(call).call_weight
        if not self.meter.can_consume(base + announced):
            return None
        done = attempt(env, call, env.origin(task.origin))  # type: ignore[arg-type]
        used = done.post.actual_weight
        self.meter.try_consume(base)
        self.meter.try_consume(announced if used is None else used)
        return done

    def _after(self, address: Address, task: Task, done: Attempt) -> None:
        """Tell the outcome; put the task on the agenda again if it is to be retried or repeated."""
        agenda = self.agenda
        config = agenda.retries.take(address)
        agenda.emit(Dispatched(address, task.maybe_id, done.result(agenda.env)))
        if config is not None and done.failure is not None:
            self._retry(address, task, config)
        if task.maybe_periodic is None:
            self.preimages.drop(task.call)
            return
        period, _ = task.maybe_periodic
        try:
            following = agenda.place(self._wake(period), task.after_run())
        except BuiltinFailure:
            self.preimages.drop(task.call)
            agenda.emit(PeriodicFailed(address, task.maybe_id))
            return
        if config is not None:
            agenda.retries[following] = config

    def _retry(self, address: Address, task: Task, config: RetryConfig) -> None:
        agenda = self.agenda
        if not self.meter.try_consume(weights.SCHEDULE_RETRY):
            agenda.emit(RetryFailed(address, task.maybe_id))
            return
        if config.remaining == 0:
            return
        left = U8(config.remaining - 1)
        try:
            following = agenda.place(self._wake(config.period), task.as_retry())
        except BuiltinFailure:
            self.preimages.drop(task.call)
            agenda.emit(RetryFailed(address, None))
            return
        agenda.retries[following] = RetryConfig(config.total_retries, left, config.period)

    def _wake(self, period: int) -> BlockNumber:
        return BlockNumber(U32(min(self.now + period, U32_MAX)))


def _task_weight(task: Task, fetched: int | None) -> Weight:
    named, periodic = task.maybe_id is not None, task.maybe_periodic is not None
    return weights.service_task(fetched, named=named, periodic=periodic)
