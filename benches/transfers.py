"""Presigned transfers a second, from the first submission until the last is in a final block.

    python -m benches.transfers --json

One sender on one connection: a block for each transfer, and many transfers to a block made when the
pool holds them all.  eth-tester runs in the same process as its caller; it knows no batches.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence

from benches.client import Connection, Ws, request
from benches.programs import PYTHON_PEERS, Program, by_turns, programs, running, with_ethereum
from benches.report import Bound, Row, main, row

PATIENCE = 60.0
"""Seconds that transfers may take to become final."""


class NotFinal(RuntimeError):
    """Transfers that did not get into final blocks."""


async def final(program: Program, connection: Connection, wanted: int) -> None:
    """Wait until `wanted` transfers are in final blocks.  Errors: NotFinal."""
    end = time.perf_counter() + PATIENCE
    while (found := await program.final_nonce(connection)) < wanted:
        if time.perf_counter() > end:
            raise NotFinal(f"{program.name}: {found} of {wanted}")
        await asyncio.sleep(0.001)


async def drive(
    program: Program, connection: Connection, bodies: Sequence[bytes], block: int
) -> None:
    """Submit all; with `block` make a block after each so many."""
    for index, body in enumerate(bodies, start=1):
        await connection.send(body)
        if block and index % block == 0:
            await connection.send(program.new_block)
    await final(program, connection, len(bodies))


async def rate(program: Program, count: int, block: int) -> float:
    """Transfers a second on a fresh chain; `block` 0 is a block each."""
    async with running(program, instant=not block) as node, Ws.open(node.port) as connection:
        raws = await program.presigned(connection, count)
        bodies = [request(program.submit, raw) for raw in raws]
        started = time.perf_counter()
        await drive(program, connection, bodies, block)
        return count / (time.perf_counter() - started)


def eth_tester(count: int) -> float:
    """Transfers a second in eth-tester, each in a block of its own."""
    return float(with_ethereum("eth-tester", count))


async def measure(options: argparse.Namespace) -> list[Row]:
    """Both ways `rounds` times, the programs taking turns."""
    each: dict[str, list[float]] = defaultdict(list)
    batched: dict[str, list[float]] = defaultdict(list)
    for program in by_turns(programs(), options.rounds):
        each[program.name].append(await rate(program, options.each, 0))
        batched[program.name].append(await rate(program, options.batched, options.block))
    if PYTHON_PEERS.exists():
        each["eth-tester"].append(eth_tester(50))
    bounds = [Bound.no_less(1.0, "anvil"), Bound.no_less(5.0, "eth-tester")]
    return [
        row("transfers, a block each", "/s", each, bounds),
        row(f"transfers, {options.block} a block", "/s", batched, [Bound.no_less(0.8, "anvil")]),
    ]


if __name__ == "__main__":
    main(__doc__, "transfers", measure, rounds=3, each=500, batched=2000, block=1000)
