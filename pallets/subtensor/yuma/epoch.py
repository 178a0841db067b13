"""The epoch of one mechanism of a subnet: START HERE.

`run_epoch` is all that a runtime needs.  `Epoch` keeps the result of every step beside the output,
for tests and for explaining an epoch.  Source: epoch/run_epoch (epoch_mechanism).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pysubtensor.pallets.subtensor.yuma import definition, dense
from pysubtensor.pallets.subtensor.yuma.definition import EpochSteps
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, EpochOutput
from pysubtensor.pallets.subtensor.yuma.outcome import Shares, outcome, shares
from pysubtensor.pallets.subtensor.yuma.stakes import Stakes, stakes


@dataclass(frozen=True)
class Epoch:
    """One epoch, step by step."""

    stakes: Stakes
    steps: EpochSteps[Any]
    shares: Shares
    output: EpochOutput


def run_epoch(inputs: EpochInput) -> EpochOutput:
    """Run the epoch of one mechanism (`epoch_mechanism`)."""
    return epoch(inputs).output


def epoch(inputs: EpochInput) -> Epoch:
    """All steps of an epoch: on arrays where the input allows it, else as they are defined."""
    weighed = stakes(inputs)
    return conclude(
        inputs,
        weighed,
        dense.epoch_steps(inputs, weighed) or definition.epoch_steps(inputs, weighed),
    )


def defined_epoch(inputs: EpochInput) -> Epoch:
    """All steps of an epoch as they are defined: slower, with the same results."""
    weighed = stakes(inputs)
    return conclude(inputs, weighed, definition.epoch_steps(inputs, weighed))


def conclude(inputs: EpochInput, weighed: Stakes, steps: EpochSteps[Any]) -> Epoch:
    """Divide the emission by what the steps found."""
    shared = shares(weighed, steps.incentive, steps.bonding.dividends)
    return Epoch(weighed, steps, shared, outcome(inputs, weighed, steps, shared))
