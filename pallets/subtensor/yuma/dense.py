"""The epoch's arithmetic on arrays: the fast twin of `definition.epoch_steps` for ordinary inputs.

An input is ordinary when its stakes are shares, bonds keep no more than all, no row lists a column
twice and no bond lies beyond the last neuron.  Then every value is a proportion in [0, 1], no sum
wraps or saturates, and `arrays` may be used.  `epoch_steps` is None for any other input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pysubtensor.pallets.subtensor.yuma import definition
from pysubtensor.pallets.subtensor.yuma.arrays import (
    FRACTION,
    LOW,
    ONE,
    U16_MAX,
    Fixed,
    Mask,
    divide,
    fixed,
    multiply,
    to_u16,
)
from pysubtensor.pallets.subtensor.yuma.definition import BondUpdate, EpochSteps
from pysubtensor.pallets.subtensor.yuma.inputs import EMPTY_ROW, EpochInput, StoredRow, StoredRows
from pysubtensor.pallets.subtensor.yuma.liquid import Sigmoid
from pysubtensor.pallets.subtensor.yuma.stakes import Stakes
from pysubtensor.pallets.subtensor.yuma.vectors import from_u16, normalize

Columns = NDArray[np.intp]


@dataclass(frozen=True)
class Matrix:
    """Some rows of a square matrix; the others are empty."""

    n: int
    uids: list[int]
    """Of the rows, ascending."""
    values: Fixed
    """0 where there is no entry."""
    present: Mask
    order: dict[int, Columns]
    """Columns as they came, of each row (by its index here) where they do not ascend."""

    def rows(self) -> list[list[tuple[int, int]]]:
        """All rows as `definition` has them."""
        result: list[list[tuple[int, int]]] = [[] for _ in range(self.n)]
        for index, uid in enumerate(self.uids):
            columns = self.columns(index)
            values = self.values[index, columns].tolist()
            result[uid] = list(zip(columns.tolist(), values, strict=True))
        return result

    def columns(self, index: int) -> Columns:
        """Of the entries of a row, in order."""
        if index not in self.order:
            return np.flatnonzero(self.present[index])
        order = self.order[index]
        columns: Columns = order[self.present[index, order]]
        return columns

    def of(self, values: Fixed) -> Matrix:
        """The same entries with other values."""
        return Matrix(self.n, self.uids, values, self.present, self.order)

    def only(self, kept: Mask) -> Matrix:
        """The entries that are `kept`."""
        present = self.present & kept
        values = np.where(present, self.values, 0)
        return Matrix(self.n, self.uids, values, present, self.order)

    def ascending(self, values: Fixed) -> Matrix:
        """Other entries: those above 0, in order of columns."""
        return Matrix(self.n, self.uids, values, values > 0, {})

    def spread(self, values: Fixed) -> list[int]:
        """A value for each row as a vector by uid."""
        result = [0] * self.n
        for uid, value in zip(self.uids, values.tolist(), strict=True):
            result[uid] = value
        return result


def epoch_steps(inputs: EpochInput, stakes: Stakes) -> EpochSteps[Matrix] | None:
    """As `definition.epoch_steps`; None when the input is not ordinary."""
    stored = read_all(inputs, stakes) if ordinary(inputs, stakes) else None
    if stored is None:
        return None
    masked, held = masked_weights(inputs, stored[0]), stored[1]
    weights = normalize_rows(without_committed(inputs, masked))
    consensus = column_medians(stakes.voting, weights, from_u16(inputs.kappa))
    clipped = clip_columns(weights, fixed(consensus))
    ranks = scale_rows(clipped, stakes.voting).values.sum(axis=0).tolist()
    incentive = normalize(ranks)
    weights_for_bonds = interpolate(weights, clipped, from_u16(inputs.bonds_penalty))
    bonding = bond(inputs, stakes, held, weights_for_bonds, consensus, incentive)
    return EpochSteps(
        weights_masked=masked.of(masked.values << FRACTION),
        weights_norm=weights,
        consensus=consensus,
        weights_clipped=clipped,
        validator_trust=clipped.spread(clipped.values.sum(axis=1)),
        ranks_raw=ranks,
        incentive=incentive,
        weights_for_bonds=weights_for_bonds,
        bonding=bonding,
        new_bonds=to_store(stakes, bonding.ema_bonds_upscaled or bonding.ema_bonds),
    )


# Reading.


def ordinary(inputs: EpochInput, stakes: Stakes) -> bool:
    """Whether stakes are shares and old bonds keep no more than all."""
    shares = min(stakes.voting, default=0) >= 0 and sum(stakes.voting) <= int(ONE)
    return shares and inputs.bonds_moving_average <= definition.MILLION


def read_all(inputs: EpochInput, stakes: Stakes) -> tuple[Matrix, Matrix] | None:
    """Weights of those who have a permit, and bonds, as whole numbers; the same uids in both."""
    n, permits = inputs.n, stakes.permits
    weights = {uid: row for uid, row in inputs.weights.items() if uid < n and permits[uid]}
    bonds = {uid: row for uid, row in inputs.bonds.items() if uid < n}
    uids = sorted(weights.keys() | bonds.keys())
    read_weights = read(weights, uids, n, beyond=True)
    read_bonds = read(bonds, uids, n)
    if read_weights is None or read_bonds is None:
        return None
    return read_weights, read_bonds


def read(stored: StoredRows, uids: list[int], n: int, *, beyond: bool = False) -> Matrix | None:
    """The rows of `uids`; None when one lists a column twice, or one at or beyond `n`, unless those
    `beyond` are to be dropped.
    """
    rows = [stored.get(uid, EMPTY_ROW) for uid in uids]
    entries = np.concatenate([EMPTY_ROW, *rows])
    columns = entries[:, 0].astype(np.intp)
    at = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    inside = columns < n
    if not inside.all():
        if not beyond:
            return None
        entries, columns, at = entries[inside], columns[inside], at[inside]
    place = at * n + columns
    values, present = np.zeros(len(uids) * n, np.uint64), np.zeros(len(uids) * n, np.bool_)
    values[place] = entries[:, 1]
    present[place] = True
    if np.count_nonzero(present) != len(place):
        return None
    shape = len(uids), n
    return Matrix(n, uids, values.reshape(shape), present.reshape(shape), unsorted(at, columns))


def unsorted(at: Columns, columns: Columns) -> dict[int, Columns]:
    """Columns of each row where they do not ascend."""
    back = (columns[1:] < columns[:-1]) & (at[1:] == at[:-1])
    return {int(row): columns[at == row] for row in np.unique(at[1:][back])} if back.any() else {}


# Weights.


def masked_weights(inputs: EpochInput, weights: Matrix) -> Matrix:
    """Weights without self-weights (but the owner's) and outdated ones, as whole numbers."""
    updates = [*inputs.last_update, *[0] * inputs.n]
    updated = fixed([updates[uid] for uid in weights.uids])
    kept = updated[:, None] > fixed(list(inputs.registered_at))
    uids = np.array(weights.uids, np.intp)
    kept[np.arange(len(uids)), uids] &= uids == (
        -1 if inputs.owner_uid is None else inputs.owner_uid
    )
    return weights.only(kept)


def without_committed(inputs: EpochInput, weights: Matrix) -> Matrix:
    """Drop weights whose miner registered after their validator's oldest waiting commit."""
    if inputs.oldest_commit is None:
        return weights
    committed = fixed([inputs.oldest_commit[uid] for uid in weights.uids])
    return weights.only(committed[:, None] >= fixed(list(inputs.registered_at)))


def normalize_rows(weights: Matrix) -> Matrix:
    """Each row divided by its sum."""
    return weights.of(divide(weights.values, weights.values.sum(axis=1)[:, None]))


def normalize_columns(matrix: Matrix) -> Matrix:
    """Each column divided by its sum."""
    return matrix.of(divide(matrix.values, matrix.values.sum(axis=0)))


def upscale_columns(matrix: Matrix) -> Matrix:
    """Each column divided by its highest value."""
    return matrix.of(divide(matrix.values, matrix.values.max(axis=0, initial=0)))


def scale_rows(matrix: Matrix, factors: Sequence[int]) -> Matrix:
    """Each row times the factor of its uid."""
    own = fixed([factors[uid] for uid in matrix.uids])
    return matrix.of(multiply(matrix.values, own[:, None]))


def column_medians(stake: list[int], weights: Matrix, majority: int) -> list[int]:
    """For each column the lowest value such that more than total less `majority` of the stake is
    at or below it; the highest when there is none.
    """
    voters = [uid for uid, each in enumerate(stake) if each > 0]
    if not voters:
        return [0] * weights.n
    votes = np.array(normalize([stake[uid] for uid in voters]), np.int64)
    seat = {uid: k for k, uid in enumerate(voters)}
    rows = [index for index, uid in enumerate(weights.uids) if uid in seat]
    ballots = np.zeros((weights.n, len(voters)), np.uint64)
    ballots[:, [seat[weights.uids[index]] for index in rows]] = weights.values[rows].T
    # Sorted together: the value above, whose it is below.
    ballots = np.sort((ballots << np.uint64(16)) | np.arange(len(voters), dtype=np.uint64), axis=1)
    below = np.cumsum(votes[ballots & np.uint64(0xFFFF)], axis=1)
    reached = below > int(votes.sum()) - majority
    reached[:, -1] = True
    found = ballots[np.arange(weights.n), reached.argmax(axis=1)] >> np.uint64(16)
    medians: list[int] = found.tolist()
    return medians


def clip_columns(weights: Matrix, ceilings: Fixed) -> Matrix:
    """Entries above the ceiling of their column cut to it, or dropped where it is 0."""
    kept = (weights.values <= ceilings) | (ceilings > 0)
    return weights.of(np.minimum(weights.values, ceilings)).only(kept)


def interpolate(weights: Matrix, clipped: Matrix, ratio: int) -> Matrix:
    """From `weights` at ratio 0 to `clipped`, nowhere above them, at 1."""
    if ratio == 0:
        return weights
    if ratio == int(ONE):
        return clipped
    apart = weights.values - clipped.values
    cut = apart * np.uint64(ratio) + LOW >> FRACTION  # the chain rounds a negative product down
    return weights.ascending(weights.values - cut)


# Bonds.


def bond(
    inputs: EpochInput,
    stakes: Stakes,
    held: Matrix,
    weights: Matrix,
    consensus: list[int],
    incentive: list[int],
) -> BondUpdate[Matrix]:
    """Move bonds towards weights, and compute dividends from them."""
    held = held.only(fixed(list(inputs.registered_at)) < np.uint64(inputs.last_tempo))
    if inputs.yuma3:
        return bond_yuma3(inputs, stakes, held, weights, consensus, incentive)
    return bond_yuma2(inputs, stakes, held, weights, incentive)


def bond_yuma2(
    inputs: EpochInput, stakes: Stakes, held: Matrix, weights: Matrix, incentive: list[int]
) -> BondUpdate[Matrix]:
    """Yuma 2: bonds are shares of a miner, weighted by stake; the largest is stored as 1."""
    bonds = normalize_columns(held)
    delta = normalize_columns(scale_rows(weights, stakes.voting))
    average = normalize_columns(moving_average(delta, bonds, definition.plain_alpha(inputs)))
    earned = multiply(average.values, fixed(incentive)).sum(axis=1)
    return BondUpdate(
        bonds_masked=held.of(held.values << FRACTION),
        bonds_norm=bonds,
        bonds_delta=delta,
        ema_bonds=average,
        ema_bonds_upscaled=upscale_columns(average),
        dividends=normalize(average.spread(earned)),
    )


def bond_yuma3(
    inputs: EpochInput,
    stakes: Stakes,
    held: Matrix,
    weights: Matrix,
    consensus: list[int],
    incentive: list[int],
) -> BondUpdate[Matrix]:
    """Yuma 3: each bond moves towards its weight; stake counts in dividends only."""
    bonds = held.of((held.values << FRACTION) // U16_MAX)
    alphas = None
    if inputs.liquid_alpha and any(consensus):
        alphas = liquid_alphas(Sigmoid.of(inputs), weights, bonds, fixed(consensus))
        average = liquid_average(weights, bonds, alphas)
    else:
        average = moving_average(weights, bonds, definition.plain_alpha(inputs))
    shares = normalize_columns(average)
    earned = average.spread(multiply(shares.values, fixed(incentive)).sum(axis=1))
    return BondUpdate(
        bonds_masked=bonds,
        alphas=alphas,
        ema_bonds=average,
        ema_bonds_norm=shares,
        dividends=normalize(definition.by_stake(earned, stakes)),
    )


def moving_average(new: Matrix, old: Matrix, alpha: int) -> Matrix:
    """`alpha` of the new and the rest of the old."""
    part, rest = np.uint64(alpha), ONE - np.uint64(alpha)
    return new.ascending(multiply(new.values, part) + multiply(old.values, rest))


def liquid_average(new: Matrix, old: Matrix, alphas: Fixed) -> Matrix:
    """As `moving_average` with an alpha for each uid and column; only entries of `new` are kept."""
    own = alphas[new.uids]
    values = multiply(new.values, own) + multiply(old.values, ONE - own)
    return new.of(np.minimum(values, ONE)).only(values > 0)


def liquid_alphas(sigmoid: Sigmoid, weights: Matrix, bonds: Matrix, consensus: Fixed) -> Fixed:
    """An alpha for each uid and column."""
    weight, held = seen_in_order(weights), seen_in_order(bonds)
    buy = weight - np.minimum(weight, consensus)
    difference = np.zeros((weights.n, weights.n), np.uint64)
    difference[weights.uids] = np.where(weight >= held, buy, held - weight)
    return sigmoid.alphas(difference)


def seen_in_order(matrix: Matrix) -> Fixed:
    """Values without what `rows.seen_in_order` misses."""
    if not matrix.order:
        return matrix.values
    values = matrix.values.copy()
    for index in matrix.order:
        columns = matrix.columns(index)
        values[index, columns[columns < np.maximum.accumulate(columns)]] = 0
    return values


def to_store(stakes: Stakes, bonds: Matrix) -> list[StoredRow]:
    """Bonds as stored, in 65535ths; only validators with a new permit keep any."""
    values, ends = to_u16(bonds.values), np.cumsum(bonds.present.sum(axis=1)).tolist()
    entries = np.empty((np.count_nonzero(bonds.present), 2), np.uint16)
    entries[:, 0], entries[:, 1] = np.nonzero(bonds.present)[1], values[bonds.present]
    for index in bonds.order:
        columns = bonds.columns(index)
        start = ends[index] - len(columns)
        entries[start : ends[index], 0] = columns
        entries[start : ends[index], 1] = values[index, columns]
    entries.flags.writeable = False
    result = [EMPTY_ROW] * bonds.n
    for uid, start, end in zip(bonds.uids, [0, *ends], ends, strict=False):
        if stakes.new_permits[uid]:
            result[uid] = entries[start:end]
    return result
