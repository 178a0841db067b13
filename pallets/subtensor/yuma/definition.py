"""The epoch's arithmetic, written to be read: from weights and bonds to incentive and dividends.

`epoch_steps` is the whole of it, a step a line.  It works for any input at all;
`dense.epoch_steps` is its fast twin for ordinary ones.
Source: epoch/run_epoch (epoch_mechanism and what it calls), epoch/math.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from pysubtensor.frame.fixed_point import I32F32, I64F64
from pysubtensor.pallets.subtensor.yuma import rows as matrix
from pysubtensor.pallets.subtensor.yuma.commits import NO_COMMIT
from pysubtensor.pallets.subtensor.yuma.inputs import EMPTY_ROW, EpochInput, StoredRow, StoredRows
from pysubtensor.pallets.subtensor.yuma.liquid import Sigmoid, difference
from pysubtensor.pallets.subtensor.yuma.rows import Row, Rows
from pysubtensor.pallets.subtensor.yuma.stakes import Stakes
from pysubtensor.pallets.subtensor.yuma.vectors import ONE, from_u16, normalize, to_u16

M = TypeVar("M")

MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class BondUpdate(Generic[M]):
    """Bonds before and after, and their dividends; steps that Yuma 2 or 3 lacks are None."""

    bonds_masked: M
    bonds_norm: M | None = None
    bonds_delta: M | None = None
    alphas: list[list[int]] | NDArray[np.uint64] | None = None
    ema_bonds: M
    ema_bonds_norm: M | None = None
    ema_bonds_upscaled: M | None = None
    dividends: list[int]


@dataclass(frozen=True, kw_only=True)
class EpochSteps(Generic[M]):
    """The result of each step.  `M` is the kind of matrix; vectors are by uid."""

    weights_masked: M
    weights_norm: M
    consensus: list[int]
    weights_clipped: M
    validator_trust: list[int]
    ranks_raw: list[int]
    incentive: list[int]
    weights_for_bonds: M
    bonding: BondUpdate[M]
    new_bonds: list[StoredRow]


def epoch_steps(inputs: EpochInput, stakes: Stakes) -> EpochSteps[Rows]:
    """Compute consensus, incentive, dividends and new bonds from weights and bonds."""
    masked = masked_weights(inputs, stakes)
    weights = matrix.normalize_rows(without_committed(inputs, masked))
    consensus = matrix.column_medians(stakes.voting, weights, inputs.n, from_u16(inputs.kappa))
    clipped = matrix.clip_columns(weights, consensus)
    ranks = matrix.column_sums(matrix.scale_rows(clipped, stakes.voting), inputs.n)
    incentive = normalize(ranks)
    weights_for_bonds = matrix.interpolate(
        weights, clipped, inputs.n, from_u16(inputs.bonds_penalty)
    )
    bonding = bond(inputs, stakes, weights_for_bonds, consensus, incentive)
    return EpochSteps(
        weights_masked=masked,
        weights_norm=weights,
        consensus=consensus,
        weights_clipped=clipped,
        validator_trust=matrix.row_sums(clipped),
        ranks_raw=ranks,
        incentive=incentive,
        weights_for_bonds=weights_for_bonds,
        bonding=bonding,
        new_bonds=to_store(stakes, bonding.ema_bonds_upscaled or bonding.ema_bonds),
    )


# Weights.


def masked_weights(inputs: EpochInput, stakes: Stakes) -> Rows:
    """Weights of validators with a permit, without outdated ones and on oneself.

    The owner may weigh itself.
    """
    weights = sparse_rows(inputs.weights, inputs.n)
    weights = matrix.without(weights, lambda i, j: j >= inputs.n or not stakes.permits[i])
    weights = matrix.without(weights, lambda i, j: i == j != inputs.owner_uid)
    return matrix.without(weights, lambda i, j: set_before_registration(inputs, i, j))


def without_committed(inputs: EpochInput, weights: Rows) -> Rows:
    """Drop weights whose miner registered after their validator's oldest waiting commit."""
    return matrix.without(weights, lambda i, j: committed_before(inputs, i, j))


def sparse_rows(stored: StoredRows, n: int) -> Rows:
    """Rows of the first `n` uids as integers (`get_weights_sparse`, `get_bonds_sparse`)."""
    return [
        [(j, I32F32.from_int(value)) for j, value in stored.get(uid, EMPTY_ROW).tolist()]
        for uid in range(n)
    ]


def set_before_registration(inputs: EpochInput, validator: int, miner: int) -> bool:
    """Whether weights were set no later than their miner registered."""
    updated = inputs.last_update[validator] if validator < len(inputs.last_update) else 0
    return updated <= inputs.registered_at[miner]


def committed_before(inputs: EpochInput, validator: int, miner: int) -> bool:
    """Whether weights that wait for their reveal were committed before their miner registered."""
    if inputs.oldest_commit is None:
        return False
    block = inputs.oldest_commit[validator]
    return block != NO_COMMIT and block < inputs.registered_at[miner]


# Bonds.


def bond(
    inputs: EpochInput, stakes: Stakes, weights: Rows, consensus: list[int], incentive: list[int]
) -> BondUpdate[Rows]:
    """Move bonds towards weights, and compute dividends from them."""
    stored = matrix.without(
        sparse_rows(inputs.bonds, inputs.n), lambda _, j: registered_since(inputs, j)
    )
    if inputs.yuma3:
        return bond_yuma3(inputs, stakes, stored, weights, consensus, incentive)
    return bond_yuma2(inputs, stakes, stored, weights, incentive)


def registered_since(inputs: EpochInput, miner: int) -> bool:
    """Whether a bond belongs to a predecessor of the miner."""
    registered = inputs.registered_at[miner] if miner < inputs.n else 0
    return inputs.last_tempo <= registered


def bond_yuma2(
    inputs: EpochInput, stakes: Stakes, stored: Rows, weights: Rows, incentive: list[int]
) -> BondUpdate[Rows]:
    """Yuma 2: bonds are shares of a miner, weighted by stake; the largest is stored as 1."""
    n = inputs.n
    bonds = matrix.normalize_columns(stored, n)
    delta = matrix.normalize_columns(matrix.scale_rows(weights, stakes.voting), n)
    average = matrix.moving_average(delta, bonds, plain_alpha(inputs))
    average = matrix.normalize_columns(average, n)
    return BondUpdate(
        bonds_masked=stored,
        bonds_norm=bonds,
        bonds_delta=delta,
        ema_bonds=average,
        ema_bonds_upscaled=matrix.upscale_columns(average, n),
        dividends=normalize(matrix.weighted_row_sums(average, incentive)),
    )


def bond_yuma3(
    inputs: EpochInput,
    stakes: Stakes,
    stored: Rows,
    weights: Rows,
    consensus: list[int],
    incentive: list[int],
) -> BondUpdate[Rows]:
    """Yuma 3: each bond moves towards its weight; stake counts in dividends only."""
    full = I32F32.from_int(65535)
    bonds = matrix.mapped(stored, lambda _i, _j, value: I32F32.safe_div(value, full))
    alphas = None
    if inputs.liquid_alpha and any(consensus):
        alphas = liquid_alphas(inputs, weights, bonds, consensus)
        average = matrix.liquid_average(weights, bonds, alphas)
    else:
        average = matrix.moving_average(weights, bonds, plain_alpha(inputs))
    shares = matrix.normalize_columns(average, inputs.n)
    earned = matrix.row_sums(matrix.scale_columns(shares, incentive))
    return BondUpdate(
        bonds_masked=bonds,
        alphas=alphas,
        ema_bonds=average,
        ema_bonds_norm=shares,
        dividends=normalize(by_stake(earned, stakes)),
    )


def by_stake(earned: list[int], stakes: Stakes) -> list[int]:
    """Multiply what each earned by its stake; 0 beyond the range."""
    return [
        I32F32.checked_mul(each, stake) or 0
        for each, stake in zip(earned, stakes.voting, strict=True)
    ]


def plain_alpha(inputs: EpochInput) -> int:
    """The part of new bonds in the average; below 0 when old ones keep more than all."""
    kept = I64F64.safe_div(I64F64.from_int(inputs.bonds_moving_average), I64F64.from_int(MILLION))
    return I32F32.saturating_sub(ONE, I32F32.convert(kept, I64F64))


def liquid_alphas(
    inputs: EpochInput, weights: Rows, bonds: Rows, consensus: list[int]
) -> list[list[int]]:
    """An alpha for each validator and miner (`compute_liquid_alpha_values`)."""
    sigmoid = Sigmoid.of(inputs)
    alphas = []
    for weight_row, bond_row in zip(weights, bonds, strict=True):
        weight, held = matrix.seen_in_order(weight_row), matrix.seen_in_order(bond_row)
        alphas.append(
            [
                sigmoid.alpha(difference(reached, weight.get(j, 0), held.get(j, 0)))
                for j, reached in enumerate(consensus)
            ]
        )
    return alphas


def to_store(stakes: Stakes, bonds: Rows) -> list[StoredRow]:
    """Bonds as stored, in 65535ths; only validators with a new permit keep any."""
    return [
        stored(row) if permit else EMPTY_ROW
        for row, permit in zip(bonds, stakes.new_permits, strict=True)
    ]


def stored(row: Row) -> StoredRow:
    """A row in 65535ths; values of 0 stay."""
    values = to_u16([value for _, value in row])
    return np.array([(j, v) for (j, _), v in zip(row, values, strict=True)], np.uint16).reshape(
        -1, 2
    )
