"""A run as a picture: loss, who took part, and bytes against dense updates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pallets.training.codec.numbers import ONE
from pallets.training.types import Outcome
from training.sight import Sight


@dataclass
class Facts:
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


def rounds_of(sight: Sight) -> list[Facts]:
    """The rounds that the chain keeps."""
    run = sight.run
    found = []
    for number in range(run.oldest, run.round + 1):
        state = sight.round(number)
        if state is None or not state.committed:
            continue
        said = {who: sight.commitment(number, who) for who in state.committed}
        known = {short(who): each for who, each in said.items() if each is not None}
        guilty = [short(v.accused) for v in state.verdicts if v.outcome is Outcome.GUILTY]
        found.append(
            Facts(
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
    """An account as it is named in pictures."""
    return who.hex()[:8]


def add_held_back(rounds: Iterable[Facts], told: Iterable[dict[str, Any]]) -> None:
    """Take over what a validator told."""
    by_round = {each["round"]: each["loss"] for each in told if each["what"] == "scored"}
    for each in rounds:
        each.held_back = by_round.get(each.number, each.held_back)


def draw(
    rounds: Sequence[Facts],
    path: Path,
    *,
    parameters: int,
    names: dict[str, str] | None = None,
    notes: dict[int, str] | None = None,
) -> None:
    """Draw a run into a file.  `parameters` is the model's size; `notes` are put at rounds."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(
        2, 1, figsize=(9, 7), sharex=True, height_ratios=(3, 1.3), layout="constrained"
    )
    _draw_losses(above, rounds, names or {})
    _draw_notes(above, notes or {})
    _draw_taking_part(below, rounds, parameters)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def _draw_losses(axes: Any, rounds: Sequence[Facts], names: dict[str, str]) -> None:
    workers = list(dict.fromkeys(who for each in rounds for who in each.losses))
    for who in workers:
        points = [(each.number, each.losses[who]) for each in rounds if who in each.losses]
        axes.plot(*zip(*points, strict=True), marker=".", alpha=0.6, label=names.get(who, who))
    held = [(each.number, each.held_back) for each in rounds if each.held_back is not None]
    if held:
        axes.plot(*zip(*held, strict=True), color="black", linewidth=2, label="held-back text")
    caught = [(each.number, who) for each in rounds for who in each.guilty if who in each.losses]
    for number, who in caught:
        loss = next(each.losses[who] for each in rounds if each.number == number)
        axes.plot(number, loss, marker="x", markersize=12, color="red", zorder=5)
    axes.set_ylabel("loss, nats a byte")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))


def _draw_notes(axes: Any, notes: dict[int, str]) -> None:
    for number, text in notes.items():
        axes.axvline(number, color="gray", linestyle=":", linewidth=1)
        axes.text(
            number, 0.98, text, rotation=90, fontsize="small", va="top", ha="right",
            transform=axes.get_xaxis_transform(), backgroundcolor=(1, 1, 1, 0.7),
        )  # fmt: skip


def _draw_taking_part(axes: Any, rounds: Sequence[Facts], parameters: int) -> None:
    numbers = [each.number for each in rounds]
    axes.bar(numbers, [each.contributors for each in rounds], color="tab:blue", alpha=0.6)
    axes.set_ylabel("updates joined")
    axes.set_xlabel("round")
    sent, dense = 0, 0
    for each in rounds:
        sent += each.bytes
        dense += 4 * parameters * len(each.losses)
    if sent:
        axes.set_title(
            f"{sent / 1e6:.2f} MB sent; dense fp32 would be {dense / 1e6:.0f} MB "
            f"({dense / sent:.1f} times as much)",
            fontsize="small",
        )
