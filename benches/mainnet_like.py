"""From the command to the first answer of a node with 128 subnets of 256 neurons, and its memory.

    python -m benches.mainnet_like --json

Then a few blocks on it, each with its state root.
"""

from __future__ import annotations

import argparse
import time

from benches.client import Http
from benches.programs import Pysubtensor, running
from benches.report import OURS, Bound, Row, main, row

BLOCKS = 20
SECONDS = 60
MEGABYTES = 2_000


class MainnetLike(Pysubtensor):
    """The node with a large genesis."""

    def __init__(self, subnets: int, neurons: int) -> None:
        self.size = ["--subnets", str(subnets), "--neurons", str(neurons)]

    def command(self, port: int, *, instant: bool) -> list[str]:
        """How to start it."""
        return [*super().command(port, instant=instant), "--chain", "mainnet-like", *self.size]


async def measure(options: argparse.Namespace) -> list[Row]:
    """Start it once, and make blocks."""
    what = f"{options.subnets} x {options.neurons}"
    async with running(MainnetLike(options.subnets, options.neurons)) as node:
        blocks = []
        async with Http.open(node.port) as connection:
            for _ in range(BLOCKS):
                started = time.perf_counter()
                await connection.send(node.program.new_block)
                blocks.append((time.perf_counter() - started) * 1e3)
        megabytes = node.memory()
    return [
        row(f"mainnet-like {what}", "s", {OURS: [node.started]}, [Bound.at_most(SECONDS)]),
        row("its memory", "MB", {OURS: [megabytes]}, [Bound.at_most(MEGABYTES)]),
        row("a block on it, epochs included", "ms", {OURS: blocks}),
    ]


if __name__ == "__main__":
    main(__doc__, "mainnet_like", measure, subnets=128, neurons=256)
