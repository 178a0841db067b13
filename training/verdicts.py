"""What the results of `training.compare` say, as tables and as a picture.

python -m training.verdicts curves.json --plot curves.png
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

Results = dict[str, Any]
"""By method and seed, `method/seed`: its curve, and the bytes of a round."""


class Bound(NamedTuple):
    """How far one method may be from another, in parts of the other's final loss."""

    what: str
    method: str
    other: str
    least: float
    most: float

    def says(self, results: Results) -> str | None:
        """A row of the table; None while there are no results."""
        seeds = sorted(seeds_of(results, self.method) & seeds_of(results, self.other))
        if not seeds:
            return None
        ours, theirs = (mean_at_end(results, m, seeds) for m in (self.method, self.other))
        apart = ours / theirs - 1
        good = self.least <= apart <= self.most
        bound = f"at most {self.most:+.0%}" if self.least == -1 else f"at least {self.least:+.0%}"
        if self.least != -1 and self.most != FAR:
            bound = f"within {self.most:.0%}"
        met = "met" if good else "**not met**"
        return f"| {self.what} | {bound} | {apart:+.1%} | {len(seeds)} | {met} |"


FAR: Final = 100.0
BOUNDS: Final = (
    Bound("k = 128 against DiLoCo, H = 15", "sparse-k128-h15", "diloco-h15", -1, 0.02),
    Bound("k = 64 against DiLoCo, H = 15", "sparse-k64-h15", "diloco-h15", -1, 0.05),
    Bound("k = 128 against synchronous AdamW", "sparse-k128-h15", "synchronous", -1, 0.08),
    Bound("k = 64 against synchronous AdamW", "sparse-k64-h15", "synchronous", -1, 0.11),
    Bound("two bits against exact values", "sparse-k64-h15", "exact-values-k64-h15", -0.01, 0.01),
    Bound("no error feedback must hurt", "no-feedback-k64-h15", "sparse-k64-h15", 0.08, FAR),
    Bound("a worker missing every second round", "churn-k64-h15", "sparse-k64-h15", -1, 0.06),
)


def seeds_of(results: Results, method: str) -> set[str]:
    """Seeds for which a method has run to its end."""
    pairs = (key.rsplit("/", 1) for key in results)
    return {seed for name, seed in pairs if name == method}


def methods_of(results: Results) -> list[str]:
    """The methods in the order in which they ran."""
    return list(dict.fromkeys(key.rsplit("/", 1)[0] for key in results))


def mean_at_end(results: Results, method: str, seeds: Sequence[str]) -> float:
    """Mean of the final losses."""
    ends = [results[f"{method}/{seed}"]["curve"][-1][1] for seed in seeds]
    return float(sum(ends)) / len(ends)


def table_of_losses(results: Results) -> str:
    """Final loss, its spread and the bytes of each method."""
    dense = next((each["bytes"] for key, each in results.items() if "diloco" in key), None)
    rows = ["| method | steps | seeds | final loss | bytes a worker and round | less than dense |",
            "|---|---|---|---|---|---|"]  # fmt: skip
    for method in methods_of(results):
        seeds = sorted(seeds_of(results, method))
        ends = [results[f"{method}/{seed}"]["curve"][-1] for seed in seeds]
        low, high = min(loss for _, loss in ends), max(loss for _, loss in ends)
        spread = f" ({low:.3f} to {high:.3f})" if len(seeds) > 1 else ""
        size = results[f"{method}/{seeds[0]}"]["bytes"]
        less = f"{dense / size:.1f}" if dense and size < dense else "1"
        loss = f"{mean_at_end(results, method, seeds):.3f}{spread}"
        rows.append(f"| {method} | {ends[0][0]} | {len(seeds)} | {loss} | {size:,} | {less} |")
    return "\n".join(rows)


def table_of_bounds(results: Results) -> str:
    """Which bounds are met."""
    rows = ["| bound | wanted | found | seeds | |", "|---|---|---|---|---|"]
    rows += [row for row in (bound.says(results) for bound in BOUNDS) if row is not None]
    return "\n".join(rows)


def draw(results: Results, path: Path) -> None:
    """All curves, the mean of the seeds."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
    for method in methods_of(results):
        curves = [results[f"{method}/{seed}"]["curve"] for seed in seeds_of(results, method)]
        steps = [step for step, _ in curves[0]]
        means = [sum(curve[at][1] for curve in curves) / len(curves) for at in range(len(steps))]
        style = "-" if method.startswith("sparse") else "--" if "diloco" in method else ":"
        axes.plot(steps[1:], means[1:], style, label=f"{method} ({len(curves)})")
    axes.set_xlabel("inner steps of each of four workers")
    axes.set_ylabel("loss on held-back text, nats a byte")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", title="method (seeds)")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main(arguments: Sequence[str] | None = None, show: Callable[[str], Any] = print) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m training.verdicts")
    parser.add_argument("results", type=Path)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args(arguments)
    results: Results = orjson.loads(given.results.read_bytes())
    show(table_of_losses(results))
    show("")
    show(table_of_bounds(results))
    if given.plot is not None:
        draw(results, given.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
