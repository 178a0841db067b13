"""Dispatchables of the pallet: one module per concern."""

from __future__ import annotations

from pysubtensor.pallets.training.calls.challenges import ChallengeCalls
from pysubtensor.pallets.training.calls.rounds import RoundCalls
from pysubtensor.pallets.training.calls.runs import RunCalls


class Calls(RunCalls, RoundCalls, ChallengeCalls):
    """All dispatchables."""
