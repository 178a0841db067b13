"""How large a made-up main network is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from pysubtensor.frame.primitives import U64_MAX

MOST_SUBNETS: Final = 256
MOST_NEURONS: Final = 256
LIMITS: Final = {
    "subnets": (1, MOST_SUBNETS),
    "neurons": (2, MOST_NEURONS),
    "validators": (1, MOST_NEURONS - 1),
    "seed": (0, U64_MAX),
}


@dataclass(frozen=True)
class Size:
    """What to ask of the generator; the same numbers give the same chain on every machine.

    Errors: ValueError for numbers out of range, or with no place beside the validators for the
    subnet's owner.
    """

    subnets: int = 128
    """Subnets beside root, at most 256."""
    neurons: int = 256
    """Neurons of each, at most 256: the owner's, the validators, and miners."""
    validators: int = 64
    """Hotkeys that validate, the same on all subnets; the first 64 of them also sit on root."""
    seed: int = 0
    """Another seed gives other accounts and amounts."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value, (low, high) = getattr(self, field.name), LIMITS[field.name]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"{field.name} must be from {low} to {high}, not {value!r:.40}")
        if self.validators >= self.neurons:
            raise ValueError(f"{self.neurons} neurons leave no place for an owner and a validator")
