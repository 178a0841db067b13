"""Reads a second over 1 and 16 connections: a header, and one value of the state.

    python -m benches.reads --json

Peers answer eth_getBlockByNumber and eth_getBalance.
"""

from __future__ import annotations

import argparse
import contextlib
from collections import defaultdict
from itertools import product

from benches.client import TRANSPORTS, round_trips
from benches.programs import Running, all_running, by_turns, programs
from benches.report import Bound, Row, main, row

FLOORS = {1: 1.0, 16: 0.5}
"""Least ratio to Hardhat's by number of connections."""


async def rate(node: Running, transport: str, count: int, body: bytes, seconds: float) -> float:
    """Answers a second over `count` connections."""
    async with contextlib.AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(TRANSPORTS[transport](node.port)) for _ in range(count)
        ]
        await round_trips(opened, body, seconds / 5)
        return await round_trips(opened, body, seconds)


async def measure(options: argparse.Namespace) -> list[Row]:
    """Every combination `rounds` times, the programs taking turns."""
    found: dict[tuple[str, str, int], dict[str, list[float]]]
    found = defaultdict(lambda: defaultdict(list))
    async with all_running(programs()) as nodes:
        for key in product(("header", "storage"), TRANSPORTS, FLOORS):
            what, transport, count = key
            for node in by_turns(nodes, options.rounds):
                body: bytes = getattr(node.program, what)
                per_second = await rate(node, transport, count, body, options.seconds)
                found[key][node.program.name].append(per_second)
    return [
        row(
            f"{what}, {transport}, {count} conn",
            "/s",
            figures,
            [Bound.no_less(FLOORS[count], "hardhat")],
        )
        for (what, transport, count), figures in found.items()
    ]


if __name__ == "__main__":
    main(__doc__, "reads", measure, rounds=3, seconds=0.4)
