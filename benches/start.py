"""From the start of the process to its first answered request, and its memory when idle.

python -m benches.start --json
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict

from benches.programs import by_turns, programs, running
from benches.report import Bound, Row, main, row

CHOPSTICKS_MEGABYTES = 319
"""Idle memory of Chopsticks 1 with the real chain's state, measured once on two cores."""


async def measure(options: argparse.Namespace) -> list[Row]:
    """Start each program `rounds` times."""
    seconds: dict[str, list[float]] = defaultdict(list)
    megabytes: dict[str, list[float]] = defaultdict(list)
    for program in by_turns(programs(), options.rounds):
        async with running(program) as node:
            await asyncio.sleep(options.settle)
            seconds[program.name].append(node.started)
            megabytes[program.name].append(node.memory())
    quick = [Bound.at_most(1.0, "hardhat"), Bound.at_most(1.0)]
    return [
        row("start to first answer", "s", seconds, quick),
        row("idle memory", "MB", megabytes, [Bound.at_most(round(0.4 * CHOPSTICKS_MEGABYTES))]),
    ]


if __name__ == "__main__":
    main(__doc__, "start", measure, rounds=3, settle=1.0)
