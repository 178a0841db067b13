"""A subnet's mechanisms: emission split between them, an epoch each, their outputs combined.

Source: subnets/mechanism (split_emissions, epoch_with_mechanisms).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U16_MAX, U64_MAX
from pysubtensor.pallets.subtensor.yuma.epoch import run_epoch
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, EpochOutput, StoredRows


@dataclass(frozen=True)
class Mechanism:
    """The inputs that each mechanism has of its own; the others are the subnet's."""

    weights: StoredRows
    bonds: StoredRows
    last_update: Sequence[int]
    oldest_commit: Sequence[int] | None = None


@dataclass(frozen=True)
class SubnetEpochOutput:
    """What a subnet stores and pays, by uid; `each` has the incentive and bonds of a mechanism."""

    each: list[EpochOutput]
    active: list[bool]
    stake_weight: list[int]
    consensus: list[int]
    dividends: list[int]
    validator_trust: list[int]
    emission: list[int]
    server_emission: list[int]
    validator_emission: list[int]
    stake: list[int]
    new_validator_permit: list[bool]


def split_emission(emission: int, count: int, split: Sequence[int] | None) -> list[int]:
    """Rao for each of `count` mechanisms by u16 shares, evenly without; the first has the rest."""
    if split is None:
        parts = [emission // count] * count if count else []
    else:
        parts = [emission * share // U16_MAX & U64_MAX for share in split]
    parts = [*parts, *[0] * count][:count]
    if parts:
        lost = max(emission - (sum(parts) & U64_MAX), 0)
        parts[0] = min(parts[0] + lost, U64_MAX)
    return parts


def run_mechanisms(
    subnet: EpochInput, mechanisms: Sequence[Mechanism], split: Sequence[int] | None
) -> SubnetEpochOutput:
    """One epoch of each mechanism with its part of the emission.

    Of `subnet`, the fields of `Mechanism` are not read.
    """
    parts = split_emission(subnet.emission, len(mechanisms), split)
    outputs = [
        run_epoch(replace(subnet, emission=part, **vars(mechanism)))
        for part, mechanism in zip(parts, mechanisms, strict=True)
    ]
    return combine(outputs, weights_of(parts, subnet.emission), subnet.n)


def weights_of(parts: Sequence[int], emission: int) -> list[int]:
    """What each mechanism counts for, U64F64; without any emission only the first counts."""
    if emission == 0:
        return [U64F64.one if index == 0 else 0 for index in range(len(parts))]
    return [U64F64.safe_div(U64F64.from_int(p), U64F64.from_int(emission)) for p in parts]


def combine(outputs: list[EpochOutput], weights: list[int], n: int) -> SubnetEpochOutput:
    """Combine the outputs: amounts paid are added, flags are or-ed, all else averaged by weight.

    An average is rounded down to an integer at each mechanism.
    """

    def averaged(name: str, bits: int) -> list[int]:
        if weights == [U64F64.one]:
            return list(getattr(outputs[0], name))
        values = [0] * n
        for output, weight in zip(outputs, weights, strict=True):
            added = getattr(output, name)
            values = [
                weighted(old, new, weight, bits) for old, new in zip(values, added, strict=True)
            ]
        return values

    def added(name: str) -> list[int]:
        return [min(sum(each), U64_MAX) for each in by_uid(name)]

    def either(name: str) -> list[bool]:
        return [any(each) for each in by_uid(name)]

    def by_uid(name: str) -> list[tuple[int, ...]]:
        return list(zip(*(getattr(output, name) for output in outputs), strict=True)) or [()] * n

    return SubnetEpochOutput(
        each=outputs,
        active=either("active"),
        stake_weight=averaged("stake_weight", 16),
        consensus=averaged("consensus", 16),
        dividends=averaged("dividends", 16),
        validator_trust=averaged("validator_trust", 16),
        emission=averaged("emission", 64),
        server_emission=added("server_emission"),
        validator_emission=added("validator_emission"),
        stake=added("stake"),
        new_validator_permit=either("new_validator_permit"),
    )


def weighted(existing: int, added: int, weight: int, bits: int) -> int:
    """The sum of `existing` and `weight` of `added`, rounded down."""
    part = U64F64.saturating_mul(U64F64.from_int(added), weight)
    return U64F64.to_uint(U64F64.saturating_add(U64F64.from_int(existing), part), bits)
