"""Matrices as the chain keeps them, row by row: plain, for reading and for odd cases.

A row lists (column, raw I32F32) in any order; a column that is not listed is 0, but one listed with
0 is not the same as one that is absent.  Rows are validators, columns miners.  Additions saturate,
except in sums of one row, which wrap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pysubtensor.frame.fixed_point import I32F32
from pysubtensor.pallets.subtensor.yuma.vectors import ONE, normalize

Row: TypeAlias = list[tuple[int, int]]
Rows: TypeAlias = list[Row]

add, mul, safe_div = I32F32.saturating_add, I32F32.saturating_mul, I32F32.safe_div


def without(rows: Rows, dropped: Callable[[int, int], bool]) -> Rows:
    """The entries (i, j) that are not `dropped`."""
    return [[(j, value) for j, value in row if not dropped(i, j)] for i, row in enumerate(rows)]


def mapped(rows: Rows, function: Callable[[int, int, int], int]) -> Rows:
    """Each entry (i, j, value) replaced by `function` of it."""
    return [[(j, function(i, j, value)) for j, value in row] for i, row in enumerate(rows)]


def row_sums(rows: Rows) -> list[int]:
    """The sum of each row."""
    return [I32F32.sum(value for _, value in row) for row in rows]


def normalize_rows(rows: Rows) -> Rows:
    """Each row divided by its sum where that is above 0."""
    sums = row_sums(rows)
    return mapped(rows, lambda i, _, value: safe_div(value, sums[i]) if sums[i] > 0 else value)


def column_sums(rows: Rows, columns: int) -> list[int]:
    """The sum of each of the first `columns`."""
    sums = [0] * columns
    for row in rows:
        for j, value in row:
            if j < columns:
                sums[j] = add(sums[j], value)
    return sums


def column_maxima(rows: Rows, columns: int) -> list[int]:
    """The highest of each of the first `columns`, at least 0."""
    maxima = [0] * columns
    for row in rows:
        for j, value in row:
            if j < columns:
                maxima[j] = max(maxima[j], value)
    return maxima


def divide_columns(rows: Rows, divisors: Sequence[int]) -> Rows:
    """Each column divided by its divisor; unchanged where that is 0 or missing."""

    def divided(_: int, j: int, value: int) -> int:
        return safe_div(value, divisors[j]) if j < len(divisors) and divisors[j] else value

    return mapped(rows, divided)


def normalize_columns(rows: Rows, columns: int) -> Rows:
    """Each of the first `columns` divided by its sum."""
    return divide_columns(rows, column_sums(rows, columns))


def upscale_columns(rows: Rows, columns: int) -> Rows:
    """Each of the first `columns` divided by its highest value."""
    return divide_columns(rows, column_maxima(rows, columns))


def scale_rows(rows: Rows, factors: Sequence[int]) -> Rows:
    """Each row times its factor."""
    return mapped(rows, lambda i, _, value: mul(value, factors[i]))


def scale_columns(rows: Rows, factors: Sequence[int]) -> Rows:
    """Each column times its factor, without products of 0 and columns that have no factor."""
    products = mapped(
        without(rows, lambda _, j: j >= len(factors)), lambda _, j, value: mul(value, factors[j])
    )
    return [[(j, value) for j, value in row if value != 0] for row in products]


def weighted_row_sums(rows: Rows, factors: Sequence[int]) -> list[int]:
    """Of each row, the sum of its entries times the factors of their columns, saturating."""
    sums = []
    for row in rows:
        total = 0
        for j, value in row:
            total = add(total, mul(value, factors[j]) if j < len(factors) else 0)
        sums.append(total)
    return sums


def clip_columns(rows: Rows, ceilings: Sequence[int]) -> Rows:
    """Entries above the ceiling of their column cut to it, or dropped where it is not above 0."""

    def ceiling(j: int) -> int:
        return ceilings[j] if j < len(ceilings) else 0

    return [
        [(j, min(value, ceiling(j))) for j, value in row if value <= ceiling(j) or ceiling(j) > 0]
        for row in rows
    ]


def interpolate(a: Rows, b: Rows, columns: int, ratio: int) -> Rows:
    """From `a` at ratio 0 to `b` at ratio 1; between the two, sorted and without what is not
    above 0.
    """
    if ratio == 0:
        return a
    if ratio == ONE:
        return b
    mixed = []
    for row_a, row_b in zip(a, b, strict=True):
        of_a, of_b = dict(row_a), dict(row_b)
        row = []
        for j in range(columns):
            start = of_a.get(j, 0)
            value = add(start, mul(ratio, I32F32.saturating_sub(of_b.get(j, 0), start)))
            if value > 0:
                row.append((j, value))
        mixed.append(row)
    return mixed


def moving_average(new: Rows, old: Rows, alpha: int) -> Rows:
    """`alpha` of the new and the rest of the old; square, sorted, without what is not above 0."""
    rest, n = I32F32.saturating_sub(ONE, alpha), len(new)
    result = []
    for new_row, old_row in zip(new, old, strict=True):
        values = [0] * n
        for row, part in ((new_row, alpha), (old_row, rest)):
            for j, value in row:
                if j < n:
                    values[j] = add(values[j], mul(part, value))
        result.append([(j, value) for j, value in enumerate(values) if value > 0])
    return result


def liquid_average(new: Rows, old: Rows, alphas: Sequence[Sequence[int]]) -> Rows:
    """As `moving_average` with an alpha for each entry, at most 1.

    Only entries of `new` are kept, in its order: an old value without a new one is forgotten.
    """
    result = []
    for new_row, old_row, alpha in zip(new, old, alphas, strict=True):
        kept = {
            j: mul(I32F32.saturating_sub(ONE, alpha[j]), value)
            for j, value in old_row
            if j < len(alpha)
        }
        row = []
        for j, value in new_row:
            if j < len(alpha):
                gained = max(mul(alpha[j], value), 0)
                row.append((j, min(add(kept.get(j, 0), gained), ONE)))
        result.append([(j, value) for j, value in row if value > 0])
    return result


def seen_in_order(row: Row) -> dict[int, int]:
    """What a walk along the columns sees of a row when it never turns back: an entry is missed
    when one before it has its column or a later one.
    """
    seen: dict[int, int] = {}
    reach = -1
    for j, value in row:
        if j > reach:
            seen[j] = value
            reach = j
    return seen


def column_medians(stake: Sequence[int], rows: Rows, columns: int, majority: int) -> list[int]:
    """For each column the value that a `majority` of the stake reaches.

    Stakes that are not above 0 have no vote.  An entry that is absent counts as 0.
    """
    voters = [i for i, each in enumerate(stake) if each > 0]
    votes = normalize([stake[i] for i in voters])
    total = I32F32.sum(votes)
    minority = I32F32.saturating_sub(total, majority)
    values = [dict(rows[i]) for i in voters]
    return [
        weighted_median(votes, [of.get(j, 0) for of in values], minority, total)
        for j in range(columns)
    ]


def weighted_median(stake: Sequence[int], scores: Sequence[int], minority: int, total: int) -> int:
    """The lowest score such that more than `minority` of the stake is at or below it.

    Found as the chain finds it, by narrowing the voters around the score of the one in the middle:
    `low` of the stake is below those left, `high` not above them.
    """
    left = list(range(len(scores)))
    low, high = 0, total
    while left:
        pivot = scores[left[len(left) // 2]]
        if len(left) == 1:
            return pivot
        below = [i for i in left if scores[i] < pivot]
        above = [i for i in left if scores[i] > pivot]
        up_to_pivot = saturating_sum(low, [stake[i] for i in below])
        from_pivot = I32F32.saturating_sub(high, saturating_sum(0, [stake[i] for i in above]))
        if below and minority < up_to_pivot:
            left, high = below, up_to_pivot
        elif above and from_pivot <= minority:
            left, low = above, from_pivot
        else:
            return pivot
    return 0


def saturating_sum(start: int, values: Sequence[int]) -> int:
    """The sum of values that are not negative, and `start`."""
    return I32F32.saturate(start + I32F32.saturate(sum(values)))
