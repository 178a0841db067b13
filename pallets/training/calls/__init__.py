"""Dispatchables of the pallet: one module per concern."""

from __future__ import annotations

from pallets.training.calls.disputes import DisputeCalls
from pallets.training.calls.rounds import RoundCalls
from pallets.training.calls.runs import RunCalls


class Calls(RunCalls, RoundCalls, DisputeCalls):
    """All dispatchables."""
