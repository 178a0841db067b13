"""Epochs of 256 neurons and 64 validators with full rows, against the chain's own source in Rust.

The Rust figures are those of `tests/data/vectors/timing.json`, taken on another machine: CPU time
of the thread, medians.  Ours are the same, over `--epochs` runs.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benches.report import OURS, Bound, Row, main
from pysubtensor.pallets.subtensor.yuma.epoch import run_epoch
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, StoredRows, stored_row

TIMING = Path(__file__).parents[1] / "tests" / "data" / "vectors" / "timing.json"
RUST = "rust"
NEURONS, VALIDATORS = 256, 64
BLOCK, TEMPO = 1_000_000, 360

KINDS: dict[str, tuple[str, dict[str, Any], float | None]] = {
    "epoch, Yuma 2": ("epoch_yuma2_pen_max_n256_v64_ms", {}, 1.5),
    "epoch, Yuma 2, half penalty": (
        "epoch_yuma2_pen_mid_n256_v64_ms",
        {"bonds_penalty": 32768},
        1.5,
    ),
    "epoch, Yuma 3": ("epoch_yuma3_liquid_off_pen_max_n256_v64_ms", {"yuma3": True}, None),
    "epoch, Yuma 3, liquid alpha": (
        "epoch_yuma3_liquid_on_pen_max_n256_v64_ms",
        {"yuma3": True, "liquid_alpha": True},
        1.0,
    ),
    "epoch, Yuma 3, liquid alpha, half penalty": (
        "epoch_yuma3_liquid_on_pen_mid_n256_v64_ms",
        {"yuma3": True, "liquid_alpha": True, "bonds_penalty": 32768},
        1.0,
    ),
}
"""By what is measured: the name of the Rust figure, settings of the subnet, bound on the ratio."""


def full_rows(values: NDArray[np.float64]) -> StoredRows:
    """A row of every column for each validator."""
    return {
        uid: stored_row(list(enumerate(row))) for uid, row in enumerate(values.astype(int).tolist())
    }


def subnet(**settings: Any) -> EpochInput:
    """A subnet whose validators agree on the whole, with bonds from epochs before."""
    chance = np.random.default_rng(425)
    quality = chance.uniform(0, 1, NEURONS) ** 3
    opinion = quality * chance.uniform(0.8, 1.25, (VALIDATORS, NEURONS))
    held = quality * chance.uniform(0, 2, (VALIDATORS, NEURONS))
    stake = [10**12 * (VALIDATORS - uid) if uid < VALIDATORS else 0 for uid in range(NEURONS)]
    given: dict[str, Any] = {
        "yuma3": False,
        "liquid_alpha": False,
        "bonds_penalty": 65535,
        "kappa": 32767,
        "tempo": TEMPO,
        "activity_cutoff_factor": 13889,
        "stake_threshold": 10**9,
        "tao_weight": 3320413933267719290,
        "max_validators": VALIDATORS,
        "bonds_moving_average": 900_000,
        "alpha_low": 45875,
        "alpha_high": 58982,
        "alpha_sigmoid_steepness": 1000,
    }
    return EpochInput(
        **{**given, **settings},
        n=NEURONS,
        block=BLOCK,
        emission=10**12,
        alpha_stake=stake,
        tao_stake=stake,
        registered_at=[1] * NEURONS,
        last_update=[BLOCK - 10] * NEURONS,
        validator_permit=[uid < VALIDATORS for uid in range(NEURONS)],
        weights=full_rows(opinion / opinion.max(axis=1)[:, None] * 65535),
        bonds=full_rows(held / held.max(axis=0) * 65535),
        last_step_block=BLOCK - TEMPO,
    )


def cpu_ms(given: EpochInput, epochs: int) -> list[float]:
    """CPU time of each epoch."""
    found = []
    for _ in range(epochs):
        start = time.thread_time_ns()
        run_epoch(given)
        found.append((time.thread_time_ns() - start) / 1e6)
    return found


async def measure(options: Any) -> list[Row]:
    """A row for each kind of epoch."""
    rust = json.loads(TIMING.read_text())["epoch"]
    rows = []
    for what, (name, settings, limit) in KINDS.items():
        ours = statistics.median(cpu_ms(subnet(**settings), options.epochs))
        theirs = rust[name]["median"]
        bounds = () if limit is None else (Bound.at_most(limit, RUST),)
        figures = {OURS: ours, RUST: theirs, "ratio": ours / theirs}
        rows.append(Row(what, "ms", figures, bounds))
    return rows


if __name__ == "__main__":
    main(__doc__, "yuma", measure, epochs=31)
