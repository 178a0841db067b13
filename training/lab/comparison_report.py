"""Report results of `pysubtensor.training.lab.compare`, as tables and as a picture.

python -m pysubtensor.training.lab.comparison_report curves.json --plot curves.png
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

import orjson

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Result(TypedDict):
    """What training by one method from one seed came to."""

    curve: list[tuple[int, float]]
    """Inner step and loss."""
    bytes: int
    """That a worker sends in a round."""
    seconds: float
    device: str


Results = dict[str, Result]
"""By method and seed, `method/seed`."""


class RelativeBound(NamedTuple):
    """How far the loss of one method may be from that of another, in parts of the other's."""

    what: str
    method: str
    other: str
    least: float
    most: float
    step: int | None = None
    """Inner step at which they are compared; None: at the end."""

    def row(self, results: Results) -> str | None:
        """A row of the table; None while there are no results."""
        seeds = sorted(seeds_of(results, self.method) & seeds_of(results, self.other))
        if not seeds:
            return None
        ours, theirs = (mean_at(results, m, seeds, self.step) for m in (self.method, self.other))
        apart = ours / theirs - 1
        met = "met" if self.least <= apart <= self.most else "**not met**"
        return f"| {self.what} | {self._wanted()} | {apart:+.1%} | {len(seeds)} | {met} |"

    def _wanted(self) -> str:
        if self.least == -1:
            return f"at most {self.most:+.0%}"
        return f"at least {self.least:+.0%}" if self.most == FAR else f"within {self.most:.0%}"


class LossLevel(NamedTuple):
    """Between what a method's loss must be at a step."""

    what: str
    method: str
    step: int
    least: float
    most: float

    def row(self, results: Results) -> str | None:
        """A row of the table; None while there are no results."""
        seeds = sorted(seeds_of(results, self.method))
        if not seeds:
            return None
        found = mean_at(results, self.method, seeds, self.step)
        met = "met" if self.least <= found <= self.most else "**not met**"
        wanted = (
            f"{self.least:.1f} to {self.most:.1f}" if self.least else f"at most {self.most:.2f}"
        )
        return f"| {self.what} | {wanted} | {found:.2f} | {len(seeds)} | {met} |"


FAR: Final = 100.0
BOUNDS: Final = (
    RelativeBound("k = 128 against DiLoCo, H = 15", "sparse-k128-h15", "diloco-h15", -1, 0.02),
    RelativeBound("k = 64 against DiLoCo, H = 15", "sparse-k64-h15", "diloco-h15", -1, 0.05),
    RelativeBound("k = 128 against synchronous AdamW", "sparse-k128-h15", "synchronous", -1, 0.08),
    RelativeBound("k = 64 against synchronous AdamW", "sparse-k64-h15", "synchronous", -1, 0.11),
    RelativeBound(
        "two bits against exact values", "sparse-k64-h15", "exact-values-k64-h15", -0.01, 0.01
    ),
    RelativeBound(
        "no error feedback must hurt", "no-feedback-k64-h15", "sparse-k64-h15", 0.08, FAR
    ),
    RelativeBound(
        "a worker missing every second round", "churn-k64-h15", "sparse-k64-h15", -1, 0.06
    ),
    RelativeBound(
        "one of four sends noise, norms clipped",
        "garbage-clip-k64-h15",
        "sparse-k64-h15",
        -1,
        0.10,
        300,
    ),
    RelativeBound(
        "the same, not clipped, must hurt",
        "garbage-no-clip-k64-h15",
        "sparse-k64-h15",
        0.25,
        FAR,
        300,
    ),
    LossLevel("loss before the first step", "sparse-k128-h15", 0, 5.5, 5.7),
    LossLevel("k = 128, H = 15, after 15 rounds", "sparse-k128-h15", 225, 0, 2.5),
    LossLevel("k = 128, H = 15, after 40 rounds", "sparse-k128-h15", 600, 0, 2.2),
)


def seeds_of(results: Results, method: str) -> set[str]:
    """Seeds for which a method has run to its end."""
    pairs = (key.rsplit("/", 1) for key in results)
    return {seed for name, seed in pairs if name == method}


def methods_of(results: Results) -> list[str]:
    """The methods in the order in which they ran."""
    return list(dict.fromkeys(key.rsplit("/", 1)[0] for key in results))


def mean_at(results: Results, method: str, seeds: Sequence[str], step: int | None = None) -> float:
    """Mean of the losses at a step, or at the end."""
    curves = [results[f"{method}/{seed}"]["curve"] for seed in seeds]
    found = [dict(curve)[curve[-1][0] if step is None else step] for curve in curves]
    return float(sum(found)) / len(found)


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
        loss = f"{mean_at(results, method, seeds):.3f}{spread}"
        rows.append(f"| {method} | {ends[0][0]} | {len(seeds)} | {loss} | {size:,} | {less} |")
    return "\n".join(rows)


def table_of_bounds(results: Results) -> str:
    """Which bounds are met."""
    rows = ["| bound | wanted | found | seeds | |", "|---|---|---|---|---|"]
    rows += [row for row in (bound.row(results) for bound in BOUNDS) if row is not None]
    return "\n".join(rows)


def draw(results: Results, path: Path) -> None:
    """All curves, the mean of the seeds: ways to train, and what becomes of one when changed."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(13, 6), layout="constrained", sharey=True)
    ways = [m for m in methods_of(results) if not m.startswith(CHANGED)]
    changed = [m for m in methods_of(results) if m.startswith((*CHANGED, UNCHANGED))]
    for axes, title, methods in zip(panels, TITLES, (ways, changed), strict=True):
        for method in methods:
            _draw_mean(axes, results, method)
        axes.set(title=title, xlabel="inner steps of each of four workers", ylim=(None, HIGHEST))
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small", title="method (seeds)")
    panels[0].set_ylabel("loss on held-back text, nats a byte")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


CHANGED: Final = ("exact", "no-feedback", "divide", "churn", "garbage")
UNCHANGED: Final = "sparse-k64-h15"
TITLES: Final = ("ways to train", f"{UNCHANGED}, changed")
HIGHEST: Final = 4.5
"""What diverges leaves the picture."""


def _draw_mean(axes: Axes, results: Results, method: str) -> None:
    """The mean of a method's seeds."""
    curves = [results[f"{method}/{seed}"]["curve"] for seed in seeds_of(results, method)]
    steps = [step for step, _ in curves[0]]
    means = [sum(curve[at][1] for curve in curves) / len(curves) for at in range(len(steps))]
    style = "-" if method.startswith("sparse") else "--" if "diloco" in method else ":"
    axes.plot(steps[1:], means[1:], style, label=f"{method} ({len(curves)})")


def main(arguments: Sequence[str] | None = None, show: Callable[[str], object] = print) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m pysubtensor.training.lab.comparison_report"
    )
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
