"""From incentive and dividends to the emission of each neuron and the vectors that are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pysubtensor.frame.fixed_point import I32F32, I64F64
from pysubtensor.pallets.subtensor.yuma.definition import EpochSteps
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, EpochOutput
from pysubtensor.pallets.subtensor.yuma.stakes import Stakes
from pysubtensor.pallets.subtensor.yuma.vectors import divide, normalize, to_u16, to_uint

M = TypeVar("M")


@dataclass(frozen=True)
class Shares:
    """Of an epoch's emission, by uid; I32F32."""

    server: list[int]
    validator: list[int]
    combined: list[int]


def shares(stakes: Stakes, incentive: list[int], dividends: list[int]) -> Shares:
    """Divide incentive and dividends by the sum of both; without any, validators earn by stake."""
    combined = I32F32.saturate_all([a + b for a, b in zip(incentive, dividends, strict=True)])
    total = I32F32.sum(combined)
    if total == 0:
        by_stake = stakes.voting if I32F32.sum(stakes.voting) else stakes.share
        return Shares(incentive, by_stake, by_stake)
    return Shares(divide(incentive, total), divide(dividends, total), normalize(combined))


def rao(shares: Sequence[int], emission: int) -> list[int]:
    """Each share of the emission, rounded down; what rounding leaves goes to nobody."""
    return to_uint([share * emission for share in shares], 64)


def outcome(
    inputs: EpochInput, stakes: Stakes, steps: EpochSteps[M], shares: Shares
) -> EpochOutput:
    """The output of the epoch: what is stored and paid."""
    return EpochOutput(
        active=stakes.active,
        stake_weight=to_u16(stakes.share),
        stake=[each >> I64F64.fraction for each in stakes.total],
        consensus=to_u16(steps.consensus),
        incentive=to_u16(steps.incentive),
        dividends=to_u16(steps.bonding.dividends),
        validator_trust=to_u16(steps.validator_trust),
        server_emission=rao(shares.server, inputs.emission),
        validator_emission=rao(shares.validator, inputs.emission),
        emission=rao(shares.combined, inputs.emission),
        new_validator_permit=stakes.new_permits,
        bonds=steps.new_bonds,
    )
