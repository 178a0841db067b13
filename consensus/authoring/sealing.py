"""When blocks are made: by the clock, for each transaction, or only when asked.

Each mode is a coroutine that runs until it is cancelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import Enum

from pysubtensor.consensus.pool import TransactionPool

log = logging.getLogger("pysubtensor.author")


class SealingMode(Enum):
    """The modes."""

    INTERVAL = "interval"
    INSTANT = "instant"
    MANUAL = "manual"


Make = Callable[[], object]
"""Makes one block."""


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


def _guarded(make: Make) -> None:
    """Make a block; a failure is logged and the chain tries again later."""
    try:
        make()
    except Exception:  # whatever went wrong, the state is at the parent and the node goes on
        log.exception("no block was made")
