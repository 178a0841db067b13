"""The epoch's arithmetic, written to be read: what weights and bonds are worth.

`judge` is the whole of it, a step a line.  It works for any input at all; `dense.judge` is its fast
twin for ordinary ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from pysubtensor.frame.fixed_point import I32F32, I64F64
from pysubtensor.pallets.subtensor.yuma import rows as matrix
from pysubtensor.pallets.subtensor.yuma.inputs import EMPTY_ROW, EpochInput, StoredRow, StoredRows
from pysubtensor.pallets.subtensor.yuma.liquid import Sigmoid, difference
from pysubtensor.pallets.subtensor.yuma.rows import Row, Rows
from pysubtensor.pallets.subtensor.yuma.schedule import NO_COMMIT
from pysubtensor.pallets.subtensor.yuma.stakes import Stakes
from pysubtensor.pallets.subtensor.yuma.vectors import ONE, from_u16, normalize, to_u16

M = TypeVar("M")

MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Bonding(Generic[M]):
    """Bonds before and after, and what they earn; the steps that a flavour lacks are None."""

    bonds_masked: M
    bonds_norm: M | None = None
    bonds_delta: M | None = None
    alphas: list[list[int]] | NDArray[np.uint64] | None = None
    ema_bonds: M
    ema_bonds_norm: M | None = None
    ema_bonds_upscaled: M | None = None
    dividends: list[int]


@dataclass(frozen=True, kw_only=True)
class Judgement(Generic[M]):
    """Each step's result.  `M` is the kind of matrix; vectors are by uid."""

    weights_masked: M
    weights_norm: M
    consensus: list[int]
    weights_clipped: M
    validator_trust: list[int]
    ranks_raw: list[int]
    incentive: list[int]
    weights_for_bonds: M
    bonding: Bonding[M]
    new_bonds: list[StoredRow]


def judge(given: EpochInput, stakes: Stakes) -> Judgement[Rows]:
    """From weights and bonds to consensus, incentive, dividends and new bonds."""
    masked = masked_weights(given, stakes)
    weights = matrix.normalize_rows(without_committed(given, masked))
    consensus = matrix.column_medians(stakes.voting, weights, given.n, from_u16(given.kappa))
    clipped = matrix.clip_columns(weights, consensus)
    ranks = matrix.column_sums(matrix.scale_rows(clipped, stakes.voting), given.n)
    incentive = normalize(ranks)
    lasting = matrix.interpolate(weights, clipped, given.n, from_u16(given.bonds_penalty))
    bonding = bond(given, stakes, lasting, consensus, incentive)
    return Judgement(
        weights_masked=masked,
        weights_norm=weights,
        consensus=consensus,
        weights_clipped=clipped,
        validator_trust=matrix.row_sums(clipped),
        ranks_raw=ranks,
        incentive=incentive,
        weights_for_bonds=lasting,
        bonding=bonding,
        new_bonds=to_store(stakes, bonding.ema_bonds_upscaled or bonding.ema_bonds),
    )


# Weights.


def masked_weights(given: EpochInput, stakes: Stakes) -> Rows:
    """Weights of those who have a permit, on others than themselves and no predecessor."""
    weights = as_integers(given.weights, given.n)
    weights = matrix.without(weights, lambda i, j: j >= given.n or not stakes.permits[i])
    weights = matrix.without(weights, lambda i, j: i == j != given.owner_uid)
    return matrix.without(weights, lambda i, j: predates(given, i, j))


def without_committed(given: EpochInput, weights: Rows) -> Rows:
    """Without weights whose miner registered after their validator's commit."""
    return matrix.without(weights, lambda i, j: committed_before(given, i, j))


def as_integers(stored: StoredRows, n: int) -> Rows:
    """Rows of the first `n` uids, their values as whole numbers."""
    return [
        [(j, I32F32.from_int(value)) for j, value in stored.get(uid, EMPTY_ROW).tolist()]
        for uid in range(n)
    ]


def predates(given: EpochInput, validator: int, miner: int) -> bool:
    """Whether weights were set no later than their miner registered."""
    updated = given.last_update[validator] if validator < len(given.last_update) else 0
    return updated <= given.registered_at[miner]


def committed_before(given: EpochInput, validator: int, miner: int) -> bool:
    """Whether weights that wait for their reveal were committed before their miner registered."""
    if given.oldest_commit is None:
        return False
    block = given.oldest_commit[validator]
    return block != NO_COMMIT and block < given.registered_at[miner]


# Bonds.


def bond(
    given: EpochInput, stakes: Stakes, weights: Rows, consensus: list[int], incentive: list[int]
) -> Bonding[Rows]:
    """Let bonds follow weights, and pay dividends for them."""
    stored = matrix.without(
        as_integers(given.bonds, given.n), lambda _, j: registered_since(given, j)
    )
    if given.yuma3:
        return bond_yuma3(given, stakes, stored, weights, consensus, incentive)
    return bond_yuma2(given, stakes, stored, weights, incentive)


def registered_since(given: EpochInput, miner: int) -> bool:
    """Whether a bond belongs to a predecessor of the miner."""
    registered = given.registered_at[miner] if miner < given.n else 0
    return given.last_tempo <= registered


def bond_yuma2(
    given: EpochInput, stakes: Stakes, stored: Rows, weights: Rows, incentive: list[int]
) -> Bonding[Rows]:
    """Bonds are shares of a miner, bought with stake; the largest of each is stored as 1."""
    n = given.n
    bonds = matrix.normalize_columns(stored, n)
    delta = matrix.normalize_columns(matrix.scale_rows(weights, stakes.voting), n)
    average = matrix.moving_average(delta, bonds, plain_alpha(given))
    average = matrix.normalize_columns(average, n)
    return Bonding(
        bonds_masked=stored,
        bonds_norm=bonds,
        bonds_delta=delta,
        ema_bonds=average,
        ema_bonds_upscaled=matrix.upscale_columns(average, n),
        dividends=normalize(matrix.weighted_row_sums(average, incentive)),
    )


def bond_yuma3(
    given: EpochInput,
    stakes: Stakes,
    stored: Rows,
    weights: Rows,
    consensus: list[int],
    incentive: list[int],
) -> Bonding[Rows]:
    """A bond is a proportion of its own that nears the weight; stake counts in dividends alone."""
    full = I32F32.from_int(65535)
    bonds = matrix.mapped(stored, lambda _i, _j, value: I32F32.safe_div(value, full))
    alphas = None
    if given.liquid_alpha and any(consensus):
        alphas = liquid_alphas(given, weights, bonds, consensus)
        average = matrix.liquid_average(weights, bonds, alphas)
    else:
        average = matrix.moving_average(weights, bonds, plain_alpha(given))
    shares = matrix.normalize_columns(average, given.n)
    earned = matrix.row_sums(matrix.scale_columns(shares, incentive))
    return Bonding(
        bonds_masked=bonds,
        alphas=alphas,
        ema_bonds=average,
        ema_bonds_norm=shares,
        dividends=normalize(staked(earned, stakes)),
    )


def staked(earned: list[int], stakes: Stakes) -> list[int]:
    """What each earned times its stake; 0 beyond the range."""
    return [
        I32F32.checked_mul(each, stake) or 0
        for each, stake in zip(earned, stakes.voting, strict=True)
    ]


def plain_alpha(given: EpochInput) -> int:
    """What new bonds count for; below 0 when old ones count for more than all."""
    kept = I64F64.safe_div(I64F64.from_int(given.bonds_moving_average), I64F64.from_int(MILLION))
    return I32F32.saturating_sub(ONE, I32F32.convert(kept, I64F64))


def liquid_alphas(
    given: EpochInput, weights: Rows, bonds: Rows, consensus: list[int]
) -> list[list[int]]:
    """An alpha for each validator and miner."""
    sigmoid = Sigmoid.of(given)
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
    """In 65535ths; only who has a new permit keeps any."""
    return [
        stored(row) if permit else EMPTY_ROW
        for row, permit in zip(bonds, stakes.new_permits, strict=True)
    ]


def stored(row: Row) -> StoredRow:
    """A row in 65535ths; those of 0 stay."""
    values = to_u16([value for _, value in row])
    return np.array([(j, v) for (j, _), v in zip(row, values, strict=True)], np.uint16).reshape(
        -1, 2
    )
