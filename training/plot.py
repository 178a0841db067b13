"""Draw a run: loss, contributors, and bytes beside those of dense updates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

from pysubtensor.pallets.training.payload.numbers import ONE
from pysubtensor.pallets.training.types import Outcome
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.progress import Event

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass
class RoundFacts:
    """What is drawn of a round."""

    number: int
    losses: dict[str, float]
    """By worker, at its last step."""
    contributors: int
    bytes: int
    """Of all payloads."""
    void: bool
    guilty: list[str] = field(default_factory=list)
    held_back: float | None = None
    """Loss on text that nobody trained on, as a validator says."""


@dataclass
class RunPlot:
    """What is drawn of a run."""

    rounds: Sequence[RoundFacts]
    parameters: int
    """Of the model."""
    title: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """Of workers, by their accounts as `short` has them."""
    notes: dict[int, list[str]] = field(default_factory=dict)
    """What happened, by round."""


def rounds_of(view: ChainView) -> list[RoundFacts]:
    """The rounds that the chain keeps."""
    run = view.run
    found = []
    for number in range(run.oldest, run.round + 1):
        state = view.round(number)
        if state is None or not state.committed:
            continue
        said = {who: view.commitment(number, who) for who in state.committed}
        known = {short(who): each for who, each in said.items() if each is not None}
        guilty = [short(v.accused) for v in state.verdicts if v.outcome is Outcome.GUILTY]
        found.append(
            RoundFacts(
                number,
                {who: each.loss_last / ONE for who, each in known.items()},
                len(state.contributors),
                sum(int(each.size) for each in known.values()),
                state.void,
                guilty,
            )
        )
    return found


def short(who: bytes) -> str:
    """The first digits of an account, as pictures show it."""
    return who.hex()[:8]


def add_held_back(rounds: Iterable[RoundFacts], log_lines: Iterable[Event]) -> None:
    """Add the losses that a validator logged."""
    by_round = {each["round"]: each["loss"] for each in log_lines if each["what"] == "scored"}
    for each in rounds:
        each.held_back = by_round.get(each.number, each.held_back)


def draw(path: Path, *stories: RunPlot) -> None:
    """Draw runs into a file, one below the other."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    heights = [height for story in stories for height in _heights(story)]
    figure, axes = pyplot.subplots(
        len(heights), 1, figsize=(10.5, sum(heights)), height_ratios=heights, layout="constrained"
    )
    panels = iter(axes)
    for story in stories:
        above, below = next(panels), next(panels)
        _draw_losses(above, story)
        _draw_taking_part(below, story)
        lowest = below
        if story.notes:
            lowest = next(panels)
            _draw_notes(lowest, story.notes, (above, below))
        _align(story, above, below, lowest)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _heights(story: RunPlot) -> list[float]:
    """Inches of the panels of a run."""
    lines = sum(map(len, story.notes.values()))
    return [3.2, 1.4, *([0.4 + 0.23 * lines] if lines else [])]


def _align(story: RunPlot, *panels: Axes) -> None:
    """Align the panels of a run by round."""
    numbers = [each.number for each in story.rounds] + list(story.notes)
    first, last = min(numbers, default=0), max(numbers, default=1)
    for each in panels:
        each.set_xlim(first - 0.6, last + 0.6)
        each.xaxis.get_major_locator().set_params(integer=True)
        each.tick_params(labelbottom=each is panels[-1])
    panels[-1].set_xlabel("round")


def _draw_losses(axes: Axes, story: RunPlot) -> None:
    rounds, names = story.rounds, story.names
    workers = sorted({who for each in rounds for who in each.losses}, key=lambda w: names.get(w, w))
    numbers = [each.number for each in rounds]
    for who in workers:
        losses = [each.losses.get(who, nan) for each in rounds]  # a gap where it took no part
        axes.plot(numbers, losses, marker=".", alpha=0.6, label=names.get(who, who))
    held = [(each.number, each.held_back) for each in rounds if each.held_back is not None]
    if held:
        axes.plot(*zip(*held, strict=True), color="black", linewidth=2, label="held-back text")
    caught = [
        (each.number, each.losses[who])
        for each in rounds
        for who in each.guilty
        if who in each.losses
    ]
    if caught:
        style = {"linestyle": "", "marker": "x", "markersize": 11, "color": "red", "zorder": 5}
        axes.plot(*zip(*caught, strict=True), label="found guilty", **style)
    axes.set_title(story.title, fontsize="medium", loc="left")
    axes.set_ylabel("loss, nats a byte")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))


def _draw_notes(axes: Axes, notes: dict[int, list[str]], panels: tuple[Axes, ...]) -> None:
    """Each in a line of its own, beside a line at its round through all panels."""
    lines = [(number, text) for number in sorted(notes) for text in notes[number]]
    middle = (min(notes) + max(notes)) / 2
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for number in notes:
        for each in (*panels, axes):
            each.axvline(number, color="gray", linestyle=":", linewidth=1, zorder=0)
    for at, (number, text) in enumerate(lines):
        left = number <= middle
        axes.plot(number, at, marker="o", markersize=4, color="gray")
        axes.text(
            number + (0.1 if left else -0.1), at, text, fontsize="small", va="center",
            ha="left" if left else "right", bbox=white,
        )  # fmt: skip
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_ylabel("what happened")


def _draw_taking_part(axes: Axes, story: RunPlot) -> None:
    rounds = story.rounds
    numbers = [each.number for each in rounds]
    joined = [0 if each.void else each.contributors for each in rounds]
    axes.bar(numbers, joined, color="tab:blue", alpha=0.6)
    for each in rounds:
        if each.void:
            axes.text(each.number, 0, "void", ha="center", va="bottom", fontsize="x-small")
    axes.set_ylabel("joined")
    axes.yaxis.get_major_locator().set_params(integer=True)
    sent, dense = 0, 0
    for each in rounds:
        sent += each.bytes
        dense += 4 * story.parameters * len(each.losses)
    if sent:
        axes.set_title(
            f"updates joined; {sent / 1e6:.2f} MB sent, dense fp32 would be {dense / 1e6:.0f} MB "
            f"({dense / sent:.1f} times as much)",
            fontsize="small", loc="left",
        )  # fmt: skip
