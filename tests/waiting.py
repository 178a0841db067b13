"""How tests wait: for a condition, never for seconds.

A test makes its chain go on by itself, or waits here until something holds.  The limit only ends a
test that hangs; no test may need it to be short or long.  What must *not* happen is shown by what
comes after it: a reply to a later question, or a loop on which nobody is left with anything to do.

`tests/lint/test_waiting.py` lets nothing else in the tests sleep, count seconds or read a clock.
The drivers of foreign clients run without this project; `clients/drivers/harness.py` has their own
`until`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

LIMIT_S: Final = 120.0
"""Only ends a test that hangs: far more than anything takes on a machine with much else to do."""
LONG_LIMIT_S: Final = 3600.0
"""The same for a process that does the work of many tests."""

_LOOK_S: Final = 0.02
_TURNS: Final = 20

T = TypeVar("T")


class Hangs(AssertionError):
    """What was waited for does not come.  It is no TimeoutError, which is an OSError: tests that
    expect broken connections suppress those.
    """


def until(look: Callable[[], T], limit_s: float = LIMIT_S) -> T:
    """Look again and again until what is seen is true, and give it."""
    end = time.monotonic() + limit_s
    while not (seen := look()):
        if time.monotonic() > end:
            raise Hangs
        time.sleep(_LOOK_S)
    return seen


async def eventually(look: Callable[[], T]) -> T:
    """The same, while others on this loop go on."""
    async with in_time():
        while not (seen := look()):  # noqa: ASYNC110 (what is waited for tells nobody)
            await asyncio.sleep(_LOOK_S)
    return seen


async def breath() -> None:
    """Let others have the machine, for those who would do a thing again and again."""
    await asyncio.sleep(_LOOK_S)


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """What is awaited under it ends, or the test does."""
    limit = asyncio.timeout(LIMIT_S)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if limit.expired():
            raise Hangs from error
        raise


async def settled() -> None:
    """Let everything on this loop that waits for no clock and no socket come to its end."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
