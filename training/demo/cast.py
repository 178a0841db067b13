"""Who takes part in the demo's two runs, and by what rules.

In the first run the 0.84 M model is trained by four workers, one of whom is lazy, and audited.  In
the second, on the same subnet, a small model is trained without audits, among members that send or
post what they must not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pysubtensor.training.lab.cheats import Impostor, Lazy, Noisy, Silent, Slow, Thief
from pysubtensor.training.learning.config import InnerConfig, ModelConfig, OuterConfig, RunConfig
from pysubtensor.training.roles.worker import Worker


class Noise(Noisy):
    """So long that it is many times what honest workers of the small run send."""

    strength = 0.2


CHEATS: Final[dict[str, type[Worker]]] = {
    "lazy": Lazy, "late": Slow, "copies": Thief, "noise": Noise, "withholds": Silent,
    "lies": Impostor,
}  # fmt: skip
"""What a worker does other than it should, and what does it."""


class Actor(NamedTuple):
    """Somebody who takes part."""

    name: str
    """The secret URI of its hotkey."""
    does: str = "join"
    """A command of `pysubtensor train`, or what of `CHEATS` it does."""
    later: bool = False
    """Whether it joins later."""

    @property
    def what(self) -> str:
        """What it does, in a word."""
        return self.does if self.does in CHEATS else "honest"


@dataclass(frozen=True)
class Company:
    """The actors of a run, and its rules."""

    parts: tuple[Actor, ...]
    config: RunConfig
    rules: dict[str, float]

    def names(self, *, validate: bool) -> list[str]:
        """The validators, or the workers."""
        return [each.name for each in self.parts if (each.does == "validate") is validate]


ADA, BEN, CLEO, DAN = "//Ada", "//Ben", "//Cleo", "//Dan"
VERA, VITO = "//Vera", "//Vito"
STEPS: Final = 15


def honest_company(rounds: int) -> Company:
    """Four workers and two validators; the schedule is made for so many rounds."""
    inner = replace(InnerConfig(), steps=STEPS, warm_up=2 * STEPS, total_steps=rounds * STEPS)
    return Company(
        (
            *(Actor(VERA, "validate"), Actor(VITO, "validate")),
            *(Actor(ADA), Actor(BEN), Actor(CLEO, "lazy"), Actor(DAN, later=True)),
        ),
        RunConfig(inner=inner, outer=replace(OuterConfig(), keep=64)),
        {
            "train": 70, "commit": 4, "attest": 40, "aggregate": 24, "poster_turn": 4,
            "score": 60, "reveal": 30, "challenge": 90, "response": 60, "verdict": 60,
            "appeal": 4, "audit_rate": 0.8, "audit_strides": 2, "min_workers": 2,
            "max_misses": 1, "checkpoint_every": 3,
        },
    )  # fmt: skip


IDA, HAL, KIT, GUS, WIM, MAX = "//Ida", "//Hal", "//Kit", "//Gus", "//Wim", "//Max"
VIC = "//Vic"


def false_company() -> Company:
    """One who is honest, one who is late once, four who cheat, and a validator."""
    return Company(
        (
            *(Actor(VIC, "validate"), Actor(IDA), Actor(HAL, "late"), Actor(KIT, "copies")),
            *(Actor(GUS, "noise"), Actor(WIM, "withholds"), Actor(MAX, "lies", later=True)),
        ),
        RunConfig(
            ModelConfig(width=64, layers=1, heads=2, context=32, hidden=64),
            InnerConfig(steps=8, batch=4, warm_up=8, total_steps=160),
            replace(OuterConfig(), keep=128),
            seed=1,
        ),
        {
            "train": 24, "commit": 4, "attest": 12, "aggregate": 12, "poster_turn": 4,
            "score": 16, "reveal": 10, "challenge": 24, "response": 20, "stride": 4,
            "audit_rate": 0.0, "min_workers": 2, "max_misses": 3,
        },
    )  # fmt: skip
