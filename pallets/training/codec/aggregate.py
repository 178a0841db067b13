"""Many workers' updates as one: the same integers on every machine, in whatever order they come.

Each worker's values are weakened where its norm is above the median of all, and where it trained on
fewer tokens than the run asks for.  Then each position is averaged, over those who sent it or over
all.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from pallets.training.codec.errors import OutOfRange
from pallets.training.codec.numbers import Int32, Int64, quotient, quotient_of
from pallets.training.codec.parts import Part, Whole


class Rule(IntEnum):
    """What a sum is divided by."""

    UNION_MEAN = 0
    """By how many sent that position."""
    DIVIDE_BY_ALL = 1
    """By how many take part."""


class Mixing(NamedTuple):
    """How the updates of a run are joined.  `target_tokens` 0: tokens do not matter."""

    rule: Rule
    clip: bool
    target_tokens: int


class Share(NamedTuple):
    """What one worker brings to a tensor."""

    part: Part
    tokens: int


def aggregated(shares: Sequence[Share], length: int, mixing: Mixing) -> Int32:
    """The aggregate of chunks of `length` values.  Errors: OutOfRange when nobody takes part."""
    if not shares:
        raise OutOfRange("nobody takes part")
    rows = len(shares[0].part.codes)
    sums = np.zeros((rows, length), dtype=np.int64)
    senders = np.zeros((rows, length), dtype=np.int64)
    middle = median_norm([share.part.head.norm for share in shares])
    for share in shares:
        _add(sums, senders, share.part, weakened(share, middle, mixing))
    if mixing.rule is Rule.UNION_MEAN:
        return quotient(sums, np.maximum(senders, 1)).astype(np.int32)
    return quotient(sums, len(shares)).astype(np.int32)


def median_norm(norms: Sequence[int]) -> int:
    """The middle of the norms, of two middle ones the lower."""
    return sorted(norms)[(len(norms) - 1) // 2]


def weakened(share: Share, middle: int, mixing: Mixing) -> list[int]:
    """The value of each code after the limits on norms and tokens, cut towards zero once."""
    norm, target = share.part.head.norm, mixing.target_tokens
    times, by = (middle, norm) if mixing.clip and norm > middle else (1, 1)
    if target and share.tokens < target:
        times, by = times * share.tokens, by * target
    return [quotient_of(value * times, by) for value in share.part.table]


def _add(sums: Int64, senders: Int64, part: Part, table: list[int]) -> None:
    values = np.array(table, dtype=np.int64)[part.codes]
    if isinstance(part, Whole):
        sums += values
        senders += 1
        return
    rows = np.arange(len(part.indices))[:, None]
    sums[rows, part.indices] += values  # no index comes twice in a row
    senders[rows, part.indices] += 1
