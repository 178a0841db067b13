"""Seconds for a thousand empty blocks: asked for one by one, and all in one call.

    python -m benches.empty_blocks --json

Peers have no call that makes many and as many headers.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

from benches.client import Connection, Ws, request
from benches.programs import Pysubtensor, by_turns, programs, running
from benches.report import Bound, Row, main, row


async def seconds(connection: Connection, body: bytes, times: int) -> float:
    """How long so many requests take."""
    started = time.perf_counter()
    for _ in range(times):
        await connection.send(body)
    return time.perf_counter() - started


async def measure(options: argparse.Namespace) -> list[Row]:
    """On fresh chains, `rounds` times, the programs taking turns."""
    loop: dict[str, list[float]] = defaultdict(list)
    call: dict[str, list[float]] = defaultdict(list)
    at_once = request("dev_newBlock", {"count": options.blocks})
    for program in by_turns(programs(), options.rounds):
        async with running(program) as node, Ws.open(node.port) as connection:
            took = await seconds(connection, program.new_block, options.blocks)
            loop[program.name].append(took)
            if isinstance(program, Pysubtensor):
                call[program.name].append(await seconds(connection, at_once, 1))
    return [
        row(f"{options.blocks} empty blocks", "s", loop, [Bound.at_most(1.0, "anvil")]),
        row(f"{options.blocks} empty blocks, one call", "s", call),
    ]


if __name__ == "__main__":
    main(__doc__, "empty_blocks", measure, rounds=3, blocks=1000)
