"""What the scheduler's calls and services cost, and the meter that keeps count in a block."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.frame.weights import ZERO, Weight, weight

MAX_SCHEDULED: Final = 50
"""Most tasks in one block; the calls are charged for a full agenda."""

SCHEDULE: Final = weight(3_815_234 + 538_417 * MAX_SCHEDULED, 110_487, reads=1, writes=1)
CANCEL: Final = weight(2_524_382 + 777_710 * MAX_SCHEDULED, 110_487, reads=1, writes=3)
SCHEDULE_NAMED: Final = weight(8_965_037 + 559_963 * MAX_SCHEDULED, 110_487, reads=2, writes=2)
CANCEL_NAMED: Final = weight(7_403_622 + 778_228 * MAX_SCHEDULED, 110_487, reads=2, writes=3)
SET_RETRY: Final = weight(169_783_000, 110_487, reads=1, writes=1)
SET_RETRY_NAMED: Final = weight(186_544_000, 110_487, reads=2, writes=1)
CANCEL_RETRY: Final = weight(169_076_000, 110_487, reads=1, writes=1)
CANCEL_RETRY_NAMED: Final = weight(182_329_000, 110_487, reads=2, writes=1)

SERVICE_AGENDAS: Final = weight(1_335_000, 1_489, reads=1, writes=1)
SCHEDULE_RETRY: Final = weight(10_762_174 + 16_285 * MAX_SCHEDULED, 110_487, reads=1, writes=2)
DISPATCH_SIGNED: Final = weight(4_155_000, 3_997, reads=2)
DISPATCH_UNSIGNED: Final = weight(1_858_000)

_TASK: Final = weight(2_991_000)
_NAMED: Final = weight(4_292_000, writes=1) - _TASK
_PERIODIC: Final = weight(2_974_000) - _TASK


def service_agenda(tasks: int) -> Weight:
    """Cost of looking at the agenda of a block."""
    return weight(2_409_000 + 486_046 * tasks, 110_487, reads=1, writes=1)


def service_task(fetched: int | None, *, named: bool, periodic: bool) -> Weight:
    """Cost of looking at a task; `fetched` bytes of its call are kept elsewhere."""
    total = _TASK
    if fetched is not None:
        total = weight(16_792_000 + 23_402 * fetched, 3_556 + fetched, reads=3, writes=2)
    if named:
        total = total + _NAMED
    return total + _PERIODIC if periodic else total


class Meter:
    """Weight consumed so far, up to a limit."""

    def __init__(self, limit: Weight) -> None:
        self.limit = limit
        self.consumed = ZERO

    def can_consume(self, amount: Weight) -> bool:
        """Whether there is that much left."""
        time = self.consumed.ref_time + amount.ref_time
        proof = self.consumed.proof_size + amount.proof_size
        fits = time <= self.limit.ref_time and proof <= self.limit.proof_size
        return fits and max(time, proof) <= U64_MAX

    def try_consume(self, amount: Weight) -> bool:
        """Take that much if there is; returns whether it did."""
        fits = self.can_consume(amount)
        if fits:
            self.consumed = self.consumed + amount
        return fits
