"""Training: strangers' machines train one model, and the chain holds them to it.

create_run -> join -> rounds: commit, attest, aggregate, score, challenge, final -> claim

`rounds` is the heart; `members`, `challenges` and `fraud_proofs` say who pays; `escrow` holds the
money; `hooks` is what happens by itself; `payload` is the arithmetic that the chain shares with the
workers.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.primitives import BlockNumber
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.training import errors, events, hooks
from pysubtensor.pallets.training.calls import Calls

PARTS: Final = (events.__name__, errors.__name__)
"""Modules that declare events and errors."""


class Training(Calls, crate="pallet_training", parts=PARTS):
    """Runs, their members, rounds and challenges."""

    storage_version = 1

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Do what is due."""
        return hooks.on_initialize(self, now)
