"""What a block costs on a main network: emission over many subnets, an epoch, a swap.

The Rust figures are those of `tests/data/vectors/timing.json`, taken on another machine with plain
maps for storage.  Ours are of the whole pallet; CPU time of the thread, medians of `--rounds`.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from benches.report import OURS, Bound, Row, main
from benches.yuma import RUST, TIMING
from pysubtensor import Devnet
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, Side
from pysubtensor.frame.primitives import U64, Alpha
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import mainnet_like
from pysubtensor.pallets.subtensor.coinbase import block_step, distribute
from pysubtensor.pallets.subtensor.coinbase.drain import Pending
from pysubtensor.pallets.subtensor.epoch.run import run

SUBNETS = 128
FEW = 8
"""Neurons of each, where no epoch runs."""
NEURONS, VALIDATORS = 256, 64
NEVER = 50_000
TAO = 10**9


def cpu_ms(rounds: int, what: Callable[[], object]) -> float:
    """Median of the CPU time it takes."""
    found = []
    for _ in range(rounds):
        start = time.thread_time_ns()
        what()
        found.append((time.thread_time_ns() - start) / 1e6)
    return statistics.median(found)


def undone(chain: Devnet, what: Callable[[], object]) -> Callable[[], None]:
    """The same, taken back afterwards."""

    def once() -> None:
        with chain.node.chain.runtime.state.discarded():
            what()

    return once


def blocks(rounds: int) -> list[Row]:
    """Blocks over many subnets none of which has an epoch."""
    rust = json.loads(TIMING.read_text())
    theirs = rust["emission"]["coinbase_block_128_subnets_no_epoch_ms"]["median"]
    swap = rust["amm"]["amm_swap_tao_for_alpha_fullpath_us"]["median"] / 1e3
    with Devnet(mainnet_like(Size(SUBNETS, FEW, FEW // 2))) as chain:
        sub, exchange = chain.subtensor_module, chain.swap
        for netuid in sub.networks_added.keys():  # noqa: SIM118 (a map has no other way)
            sub.tempo[netuid], sub.pending_epoch_at[netuid] = NEVER, U64(0)
        chain.mine(2)
        step = cpu_ms(rounds, undone(chain, lambda: block_step.run(sub)))
        whole = cpu_ms(rounds, chain.mine)
        order = (1, Side.BUY, TAO, HIGHEST_LIMIT)
        swapped = cpu_ms(10 * rounds, undone(chain, lambda: exchange.swap(*order)))
    return [
        _row(f"coinbase of a block, {SUBNETS} subnets", step, theirs, 48),
        Row(f"block and its state root, {SUBNETS} subnets", "ms", {OURS: whole}, _most(150)),
        _row("swap with unequal weights", swapped, swap, 0.6),
    ]


def epochs(rounds: int) -> list[Row]:
    """Epochs with full rows, from storage and back."""
    rust = json.loads(TIMING.read_text())["epoch"]
    names = {
        "2": "epoch_yuma2_pen_max_n256_v64_ms",
        "3": "epoch_yuma3_liquid_off_pen_max_n256_v64_ms",
    }
    pending = Pending(*(Alpha(U64(amount)) for amount in (10**11, 10**11, 10**10, 10**10)))
    rows = []
    with Devnet(mainnet_like(Size(1, NEURONS, VALIDATORS))) as chain:
        sub = chain.subtensor_module
        sub.last_update[1] = (U64(chain.number),) * NEURONS
        sub.commit_reveal_weights_enabled[1] = False
        for version, name in names.items():
            sub.yuma3_on[1] = version == "3"
            run(sub, 1, 10**12)
            took = cpu_ms(rounds, undone(chain, lambda: run(sub, 1, 10**12)))
            rows.append(
                _row(f"epoch, Yuma {version}, by way of storage", took, rust[name]["median"])
            )
        paid = cpu_ms(
            rounds, undone(chain, lambda: distribute.distribute_emission(sub, 1, pending))
        )
        rows.append(Row("the same and its payout", "ms", {OURS: paid}))
    return rows


def _row(what: str, ours: float, rust: float, most: float | None = None) -> Row:
    return Row(what, "ms", {OURS: ours, RUST: rust, "ratio": ours / rust}, _most(most))


def _most(limit: float | None) -> tuple[Bound, ...]:
    return () if limit is None else (Bound.at_most(limit),)


async def measure(options: Any) -> list[Row]:
    """Blocks, then epochs."""
    return blocks(options.rounds) + epochs(options.rounds)


if __name__ == "__main__":
    main(__doc__, "coinbase", measure, rounds=15)
