"""Stored types, events and errors of the scheduler."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import Fixed, Named
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import Error
from pysubtensor.frame.event import Event
from pysubtensor.frame.interfaces.preimages import BoundedCall
from pysubtensor.frame.origin import OriginCaller
from pysubtensor.frame.primitives import U8, U32, AccountId, BlockNumber
from pysubtensor.frame.result import DispatchResult

TaskName = Annotated[bytes, Fixed(32), Named("TaskName")]
MaybeName = Annotated[TaskName | None, Named("Option<TaskName>")]
Priority = Annotated[U8, Named("schedule::Priority")]
"""The lower, the earlier."""
Number = Annotated[BlockNumber, Named("BlockNumberFor<T>")]
Period = tuple[BlockNumber, U32]
"""Blocks between two runs, and how many runs."""
MaybePeriod = Annotated[Period | None, Named("Option<schedule::Period<BlockNumberFor<T>>>")]
Address = tuple[BlockNumber, U32]
"""A place in the agenda: the block, and the index in it."""
TaskAddress = Annotated[Address, Named("TaskAddress<BlockNumberFor<T>>")]


class RetryConfig(Struct, path="pallet_scheduler::RetryConfig", params={"Period": BlockNumber}):
    """How often a refused task is tried again, and how many blocks apart."""

    total_retries: U8
    remaining: U8
    period: Annotated[BlockNumber, Named("Period")]


class Task(
    Struct,
    path="pallet_scheduler::Scheduled",
    params={
        "Name": TaskName,
        "Call": BoundedCall,
        "BlockNumber": BlockNumber,
        "PalletsOrigin": OriginCaller,
        "AccountId": AccountId,
    },
):
    """A call that waits for its block."""

    maybe_id: Annotated[TaskName | None, Named("Option<Name>")]
    priority: Priority
    call: Annotated[BoundedCall, Named("Call")]
    maybe_periodic: Annotated[Period | None, Named("Option<schedule::Period<BlockNumber>>")]
    origin: Annotated[OriginCaller, Named("PalletsOrigin")]

    def as_retry(self) -> Task:
        """The same once more, without a name."""
        return Task(None, self.priority, self.call, None, self.origin)

    def after_run(self) -> Task:
        """The same with one run less to come.  Only of periodic tasks."""
        period, runs = self.maybe_periodic  # type: ignore[misc]
        left = (period, U32(runs - 1)) if runs > 1 else None
        return Task(self.maybe_id, self.priority, self.call, left, self.origin)


class Scheduled(Event, index=0):
    """A task was put on the agenda."""

    when: Number
    index: U32


class Canceled(Event, index=1):
    """A task was taken off the agenda."""

    when: Number
    index: U32


class Dispatched(Event, index=2):
    """A task was run."""

    task: TaskAddress
    id: MaybeName
    result: Annotated[DispatchResult, Named("DispatchResult")]


class RetrySet(Event, index=3):
    """A task will be tried again if it is refused."""

    task: TaskAddress
    id: MaybeName
    period: Number
    retries: U8


class RetryCancelled(Event, index=4):
    """A task will not be tried again."""

    task: TaskAddress
    id: MaybeName


class CallUnavailable(Event, index=5):
    """The call of a task could not be found or read."""

    task: TaskAddress
    id: MaybeName


class PeriodicFailed(Event, index=6):
    """The next run of a task found no place on the agenda."""

    task: TaskAddress
    id: MaybeName


class RetryFailed(Event, index=7):
    """A refused task found no place on the agenda, or no weight was left to try."""

    task: TaskAddress
    id: MaybeName


class PermanentlyOverweight(Event, index=8):
    """A task is too heavy for any block."""

    task: TaskAddress
    id: MaybeName


class AgendaIncomplete(Event, index=9):
    """Tasks of this block and later ones still wait."""

    when: Number


class FailedToSchedule(Error, index=0):
    """A task of that name exists already."""


class NotFound(Error, index=1):
    """There is no such task."""


class TargetBlockNumberInPast(Error, index=2):
    """The block is not in the future."""


class RescheduleNoChange(Error, index=3):
    """The task is at that block already."""


class HasName(Error, index=4, rust_name="Named"):
    """A task with a name cannot be moved without naming it."""
