"""The scheduler's calls."""

from __future__ import annotations

from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import BadOrigin, ensure
from pysubtensor.frame.interfaces.preimages import BoundedCall, lookup_hash
from pysubtensor.frame.origin import ROOT_CALLER, Origin, ensure_root
from pysubtensor.frame.primitives import U8, U32, U32_MAX, BlockNumber
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.scheduler import weights
from pysubtensor.pallets.scheduler.agenda import Agenda
from pysubtensor.pallets.scheduler.types import (
    Address,
    Canceled,
    FailedToSchedule,
    MaybePeriod,
    NotFound,
    Number,
    Period,
    Priority,
    RetryCancelled,
    RetryConfig,
    RetrySet,
    TargetBlockNumberInPast,
    Task,
    TaskAddress,
    TaskName,
)

MIDDLE_PRIORITY: Final = U8(127)
BoxedCall = Annotated[Call, Named("Box<<T as Config>::RuntimeCall>")]


class Scheduler(Agenda, crate="pallet_scheduler", parts=("pysubtensor.pallets.scheduler.types",)):
    """Makes calls in blocks to come.  Only root may ask for it."""

    storage_version = 4
    associated_types = {"RuntimeCall": Call}

    @call(0, weight=weights.SCHEDULE)
    def schedule(
        self,
        origin: Origin,
        when: Number,
        maybe_periodic: MaybePeriod,
        priority: Priority,
        call: BoxedCall,
    ) -> None:
        """Make a call in a block to come, once or again and again.

        Origin: root; the call is made with it.
        - `when`: number of the block.
        - `maybe_periodic`: blocks between two runs, and how many runs; None: one run.
        - `priority`: place among the calls of the block; 0 comes first.
        - `call`: the call.

        Errors: TargetBlockNumberInPast, Exhausted.
        """
        ensure_root(origin)
        bounded = self.config.preimages.bound(call)
        self.add(when, bounded, origin.caller, maybe_periodic, priority)

    @call(1, weight=weights.CANCEL)
    def cancel(self, origin: Origin, when: Number, index: U32) -> None:
        """Take a scheduled call off the agenda.

        Origin: root.
        - `when`: number of the block in which it is due.
        - `index`: its place in that block's agenda.

        Errors: NotFound.
        """
        ensure_root(origin)
        address = (when, index)
        task = self._owned(origin, address)
        self.vacate(address)
        self.config.preimages.drop(task.call)
        if task.maybe_id is not None:
            del self.lookup[task.maybe_id]
        del self.retries[address]
        self.emit(Canceled(when, index))

    @call(2, weight=weights.SCHEDULE_NAMED)
    def schedule_named(
        self,
        origin: Origin,
        id: TaskName,
        when: Number,
        maybe_periodic: MaybePeriod,
        priority: Priority,
        call: BoxedCall,
    ) -> None:
        """Make a call in a block to come, under a name by which it can be found.

        Origin: root; the call is made with it.
        - `id`: name of 32 bytes that is not taken.
        - `when`: number of the block.
        - `maybe_periodic`: blocks between two runs, and how many runs; None: one run.
        - `priority`: place among the calls of the block; 0 comes first.
        - `call`: the call.

        Errors: FailedToSchedule, TargetBlockNumberInPast, Exhausted.
        """
        ensure_root(origin)
        bounded = self.config.preimages.bound(call)
        self.add(when, bounded, origin.caller, maybe_periodic, priority, name=id)

    @call(3, weight=weights.CANCEL_NAMED)
    def cancel_named(self, origin: Origin, id: TaskName) -> None:
        """Take a scheduled call off the agenda by its name.

        Origin: root.
        - `id`: name that it was scheduled under.

        Errors: NotFound.
        """
        ensure_root(origin)
        address = self._address(id)
        task = self.task_at(address)
        if task is not None:
            _ensure_privilege(origin.caller, task)
            del self.retries[address]
            self.config.preimages.drop(task.call)
        self.vacate(address)
        del self.lookup[id]
        self.emit(Canceled(*address))

    @call(4, weight=weights.SCHEDULE)
    def schedule_after(
        self,
        origin: Origin,
        after: Number,
        maybe_periodic: MaybePeriod,
        priority: Priority,
        call: BoxedCall,
    ) -> None:
        """Make a call after some blocks, once or again and again.

        Origin: root; the call is made with it.
        - `after`: blocks between this one and the one in which it is made.
        - `maybe_periodic`: blocks between two runs, and how many runs; None: one run.
        - `priority`: place among the calls of the block; 0 comes first.
        - `call`: the call.

        Errors: Exhausted.
        """
        ensure_root(origin)
        bounded = self.config.preimages.bound(call)
        self.add(self._after(after), bounded, origin.caller, maybe_periodic, priority)

    @call(5, weight=weights.SCHEDULE_NAMED)
    def schedule_named_after(
        self,
        origin: Origin,
        id: TaskName,
        after: Number,
        maybe_periodic: MaybePeriod,
        priority: Priority,
        call: BoxedCall,
    ) -> None:
        """Make a call after some blocks, under a name by which it can be found.

        Origin: root; the call is made with it.
        - `id`: name of 32 bytes that is not taken.
        - `after`: blocks between this one and the one in which it is made.
        - `maybe_periodic`: blocks between two runs, and how many runs; None: one run.
        - `priority`: place among the calls of the block; 0 comes first.
        - `call`: the call.

        Errors: FailedToSchedule, Exhausted.
        """
        ensure_root(origin)
        bounded = self.config.preimages.bound(call)
        when = self._after(after)
        self.add(when, bounded, origin.caller, maybe_periodic, priority, name=id)

    @call(6, weight=weights.SET_RETRY)
    def set_retry(self, origin: Origin, task: TaskAddress, retries: U8, period: Number) -> None:
        """Try a scheduled call again when it fails.

        Origin: root.
        - `task`: block in which it is due, and its place in that block's agenda.
        - `retries`: how often to try again.
        - `period`: blocks between two tries.

        Errors: NotFound.
        """
        ensure_root(origin)
        self._owned(origin, task)
        self.retries[task] = RetryConfig(retries, retries, period)
        self.emit(RetrySet(task, None, period, retries))

    @call(7, weight=weights.SET_RETRY_NAMED)
    def set_retry_named(self, origin: Origin, id: TaskName, retries: U8, period: Number) -> None:
        """Try a scheduled call again when it fails; it is found by its name.

        Origin: root.
        - `id`: name that it was scheduled under.
        - `retries`: how often to try again.
        - `period`: blocks between two tries.

        Errors: NotFound.
        """
        ensure_root(origin)
        address = self._address(id)
        self._owned(origin, address)
        self.retries[address] = RetryConfig(retries, retries, period)
        self.emit(RetrySet(address, id, period, retries))

    @call(8, weight=weights.CANCEL_RETRY)
    def cancel_retry(self, origin: Origin, task: TaskAddress) -> None:
        """Stop trying a scheduled call again when it fails.

        Origin: root.
        - `task`: block in which it is due, and its place in that block's agenda.

        Errors: NotFound.
        """
        ensure_root(origin)
        self._owned(origin, task)
        del self.retries[task]
        self.emit(RetryCancelled(task, None))

    @call(9, weight=weights.CANCEL_RETRY_NAMED)
    def cancel_retry_named(self, origin: Origin, id: TaskName) -> None:
        """Stop trying a scheduled call again when it fails; it is found by its name.

        Origin: root.
        - `id`: name that it was scheduled under.

        Errors: NotFound.
        """
        ensure_root(origin)
        address = self._address(id)
        self._owned(origin, address)
        del self.retries[address]
        self.emit(RetryCancelled(address, id))

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Run what is due."""
        return self.service(now)

    # -- for other pallets --------------------------------------------------------------------

    def add(
        self,
        when: BlockNumber,
        call: BoundedCall,
        origin: Struct,
        periodic: Period | None = None,
        priority: U8 = MIDDLE_PRIORITY,
        *,
        name: bytes | None = None,
    ) -> Address:
        """Put a call on the agenda of block `when`; returns its place.

        Errors: FailedToSchedule when the name is taken; TargetBlockNumberInPast; Exhausted.
        """
        ensure(name is None or name not in self.lookup, FailedToSchedule)
        ensure(when > self.config.system.block_number(), TargetBlockNumberInPast)
        runs = _runs_to_come(periodic)
        task = Task(name, priority, call, runs, origin)  # type: ignore[arg-type]
        address = self.place(when, task)
        kept_apart = lookup_hash(call)
        if kept_apart is not None:
            self.config.preimages.request(kept_apart)
        return address

    # -- inside -------------------------------------------------------------------------------

    def _after(self, blocks: int) -> BlockNumber:
        return BlockNumber(U32(min(self.config.system.block_number() + blocks + 1, U32_MAX)))

    def _address(self, name: bytes) -> Address:
        """Errors: NotFound."""
        address = self.lookup[name]
        if address is None:
            raise NotFound
        return address

    def _owned(self, origin: Origin, address: Address) -> Task:
        """The task of a place that `origin` may change.  Errors: NotFound; BadOrigin."""
        task = self.task_at(address)
        if task is None:
            raise NotFound
        _ensure_privilege(origin.caller, task)
        return task


def _runs_to_come(periodic: Period | None) -> Period | None:
    """What is left after the first run; None when that is nothing."""
    if periodic is None:
        return None
    period, runs = periodic
    return (period, U32(runs - 1)) if period > 0 and runs > 1 else None


def _ensure_privilege(caller: Struct, task: Task) -> None:
    """Root may change every task, anyone else only their own.  Errors: BadOrigin."""
    ensure(caller in (ROOT_CALLER, task.origin), BadOrigin)
