"""Presigned transfers a second, from the first submission until the last is in a final block.

    python -m benches.transfers --json

One sender on one connection: a block for each transfer, and many transfers to a block made when the
pool holds them all.  The processor time of the node says more than the rate when others keep the
machine busy.  eth-tester runs in the same process as its caller; it knows no batches.
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

Figures = dict[str, list[float]]
"""By program."""

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


async def cost(program: Program, count: int, block: int) -> tuple[float, float]:
    """Transfers a second on a fresh chain, and the microseconds of processor time of one.

    `block` 0 is a block each.
    """
    async with running(program, instant=not block) as node, Ws.open(node.port) as connection:
        raws = await program.presigned(connection, count)
        bodies = [request(program.submit, raw) for raw in raws]
        busy, started = node.busy(), time.perf_counter()
        await drive(program, connection, bodies, block)
        return count / (time.perf_counter() - started), (node.busy() - busy) / count * 1e6


def eth_tester(count: int) -> float:
    """Transfers a second in eth-tester, each in a block of its own."""
    return float(with_ethereum("eth-tester", count))


def _figures() -> Figures:
    return defaultdict(list)


async def measure(options: argparse.Namespace) -> list[Row]:
    """Both ways `rounds` times, the programs taking turns."""
    rates, costs = defaultdict[str, Figures](_figures), defaultdict[str, Figures](_figures)
    one, many = "transfers, a block each", f"transfers, {options.block} a block"
    for program in by_turns(programs(), options.rounds):
        for what, count, block in ((one, options.each, 0), (many, options.batched, options.block)):
            rate, busy = await cost(program, count, block)
            rates[what][program.name].append(rate)
            costs[what][program.name].append(busy)
    if PYTHON_PEERS.exists():
        rates[one]["eth-tester"].append(eth_tester(50))
    bounds = {
        one: [Bound.no_less(1.0, "anvil"), Bound.no_less(5.0, "eth-tester")],
        many: [Bound.no_less(0.8, "anvil")],
    }
    return [
        *(row(what, "/s", found, bounds[what]) for what, found in rates.items()),
        *(row(f"processor, {what}", "us", found) for what, found in costs.items()),
    ]


if __name__ == "__main__":
    main(__doc__, "transfers", measure, rounds=3, each=500, batched=2000, block=1000)
