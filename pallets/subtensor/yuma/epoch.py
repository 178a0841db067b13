"""The epoch of one mechanism of a subnet: START HERE.

`run_epoch` is all that a runtime needs.  `Epoch` keeps every step's result beside the outcome, for
whoever wants to know why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pysubtensor.pallets.subtensor.yuma import definition, dense
from pysubtensor.pallets.subtensor.yuma.definition import Judgement
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, EpochOutput
from pysubtensor.pallets.subtensor.yuma.outcome import Shares, outcome, shares
from pysubtensor.pallets.subtensor.yuma.stakes import Stakes, stakes


@dataclass(frozen=True)
class Epoch:
    """One epoch, step by step."""

    stakes: Stakes
    judgement: Judgement[Any]
    shares: Shares
    output: EpochOutput


def run_epoch(given: EpochInput) -> EpochOutput:
    """What the epoch decides."""
    return epoch(given).output


def epoch(given: EpochInput) -> Epoch:
    """All steps of the epoch, the fast way where there is one."""
    staked = stakes(given)
    return conclude(given, staked, dense.judge(given, staked) or definition.judge(given, staked))


def defined_epoch(given: EpochInput) -> Epoch:
    """All steps of the epoch as they are defined: slow, and the same."""
    staked = stakes(given)
    return conclude(given, staked, definition.judge(given, staked))


def conclude(given: EpochInput, staked: Stakes, judged: Judgement[Any]) -> Epoch:
    """Share the emission out."""
    shared = shares(staked, judged.incentive, judged.bonding.dividends)
    return Epoch(staked, judged, shared, outcome(given, staked, judged, shared))
