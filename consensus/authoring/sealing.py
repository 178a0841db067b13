"""When blocks are made: by the clock, for each transaction, or only when asked.

Each mode is a coroutine that runs until it is cancelled; `Sealing` runs one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Protocol

from pysubtensor.consensus.pool import TransactionPool

log = logging.getLogger("pysubtensor.author")


class SealingMode(Enum):
    """When a node makes blocks."""

    INTERVAL = "interval"
    """By the clock."""
    INSTANT = "instant"
    """For each transaction."""
    MANUAL = "manual"
    """When asked."""


Make = Callable[[], object]
"""Makes one block."""


class BlockMaker(Protocol):
    """What sealing asks of a node."""

    def make_block(
        self, *, max_transactions: int | None = None, seconds: float | None = None
    ) -> object:
        """Make the next block, of at most so many transactions, begun within so much time."""


class SealingOff(RuntimeError):
    """The node makes blocks only when its owner asks for them."""


class Sealing:
    """Makes a node's blocks by itself, in one mode at a time, between `start` and `stop`.

    `period` is the time between two blocks of interval sealing, in seconds.
    """

    def __init__(self, node: BlockMaker, pool: TransactionPool, period: float) -> None:
        self._node, self._pool, self._period = node, pool, period
        self._task: asyncio.Task[None] | None = None

    def start(self, mode: SealingMode) -> None:
        """Make blocks in this mode from now on, in the event loop that runs."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._in_mode(mode))

    def change(self, mode: SealingMode) -> None:
        """Go on in another mode.  Errors: SealingOff before `start`."""
        if self._task is None:
            raise SealingOff(f"nothing makes blocks by itself here, so no mode {mode.value}")
        self.start(mode)

    async def stop(self) -> None:
        """Make no more blocks."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _in_mode(self, mode: SealingMode) -> Coroutine[object, None, None]:
        if mode is SealingMode.INTERVAL:
            # A third of the time is left for closing, storing and serving the block.
            seconds = self._period * 2 / 3
            return by_interval(lambda: self._node.make_block(seconds=seconds), self._period)
        if mode is SealingMode.INSTANT:
            return by_transaction(lambda: self._node.make_block(max_transactions=1), self._pool)
        return _never()


async def by_interval(make: Make, period: float) -> None:
    """A block every `period` seconds of the wall clock, counted from the start.

    A block that took longer than its period makes the next one follow at once; missed ones are
    not made up for.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + period
    while True:
        await asyncio.sleep(due - loop.time())
        _guarded(make)
        due = max(due + period, loop.time())


async def by_transaction(make: Make, pool: TransactionPool) -> None:
    """A block as soon as a transaction is ready; `make` takes one transaction at a time."""
    wake = asyncio.Event()
    stop = pool.on_ready(lambda _: wake.set())
    try:
        while True:
            while not pool.stats().ready:
                wake.clear()
                await wake.wait()
            wake.clear()
            before = pool.stats().ready
            _guarded(make)
            stuck = pool.stats().ready >= before  # before others get a turn to submit more
            await asyncio.sleep(0)
            if stuck:
                await wake.wait()
    finally:
        stop()


async def _never() -> None:
    """Manual sealing: no block comes by itself."""
    await asyncio.Event().wait()


def _guarded(make: Make) -> None:
    """Make a block; a failure is logged and the chain tries again later."""
    try:
        make()
    except Exception:  # whatever went wrong, the state is at the parent and the node goes on
        log.exception("no block was made")
