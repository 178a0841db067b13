"""Milliseconds for a snapshot and the return to it.

    python -m benches.snapshot --json

Between the two there is a new block, so that there is something to take back; making it is not
counted.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

from benches.client import Connection, Ws, call
from benches.programs import Program, all_running, by_turns, programs
from benches.report import Bound, Row, main, row


async def there_and_back(program: Program, connection: Connection) -> float:
    """Milliseconds of both together."""
    started = time.perf_counter()
    mark = await call(connection, program.snapshot)
    between = time.perf_counter()
    await connection.send(program.new_block)
    again = time.perf_counter()
    await call(connection, program.revert, mark)
    return (time.perf_counter() - again + between - started) * 1e3


async def measure(options: argparse.Namespace) -> list[Row]:
    """`pairs` times in each of `rounds`, the programs taking turns."""
    found: dict[str, list[float]] = defaultdict(list)
    async with all_running(programs()) as nodes:
        for node in by_turns(nodes, options.rounds):
            async with Ws.open(node.port) as connection:
                found[node.program.name] += [
                    await there_and_back(node.program, connection) for _ in range(options.pairs)
                ]
    return [row("snapshot and revert", "ms", found, [Bound.at_most(2.0)])]


if __name__ == "__main__":
    main(__doc__, "snapshot", measure, rounds=3, pairs=30)
