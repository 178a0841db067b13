"""The clock of the chain: what time it is there, and which slot a new block takes.

Chain time runs with the wall clock plus an offset that a development chain may move.  A block
made before its slot has come takes the next one all the same, so that blocks can be mined faster
than real time; chain time is then ahead, and stays ahead until the clock catches up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LAST_TIME: Final = (1 << 63) - 1
"""Latest chain time; periods added to it still fit into 64 bits."""


class BadTime(ValueError):
    """A time that chain time cannot be set to."""


class TimeGoesBack(BadTime):
    """A time that lies before the last block's."""


class TimeTooLate(BadTime):
    """A time beyond what a block can bear."""


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A slot and a timestamp within it, in milliseconds since the Unix epoch."""

    slot: int
    timestamp: int


class Deadline:
    """A moment `seconds` from now, by a clock whose seconds never go back."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._end, self._now = now() + seconds, now

    def passed(self) -> bool:
        """Whether the moment has come."""
        return self._now() >= self._end


class Clock:
    """Chain time: the wall clock in milliseconds, moved by `offset`."""

    def __init__(self, wall: Callable[[], int]) -> None:
        self._wall = wall
        self._offset = 0

    @property
    def offset(self) -> int:
        """Milliseconds by which chain time is ahead of the wall clock."""
        return self._offset

    def move(self, offset: int) -> None:
        """Be `offset` milliseconds ahead of the wall clock from now on."""
        self._offset = offset

    def now(self) -> int:
        """Milliseconds since the Unix epoch, in chain time."""
        return self._wall() + self._offset

    def set(self, timestamp: int, last: int) -> None:
        """Make the present `timestamp`.  Errors: TimeGoesBack, TimeTooLate."""
        if timestamp > LAST_TIME:
            raise TimeTooLate(f"{timestamp} is beyond the last time of the chain, {LAST_TIME}")
        if timestamp <= last:
            raise TimeGoesBack(f"{timestamp} is not after the last block's time {last}")
        self.move(timestamp - self._wall())

    def next_slot(self, duration: int, last_slot: int, earliest: int) -> SlotTime:
        """Slot and time of the next block: now, or as soon after the last block as may be."""
        timestamp = max(self.now(), earliest)
        slot = timestamp // duration
        if slot <= last_slot:
            slot = last_slot + 1
            timestamp = slot * duration
        return SlotTime(slot, timestamp)
