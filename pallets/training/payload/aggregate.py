"""Many workers' updates as one: the same integers on every machine, in whatever order they come.

Each worker's values are weakened where its norm is above the median of all, and where it trained on
fewer tokens than the run asks for.  Then each position is averaged, over those who sent it or over
all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pysubtensor.pallets.training.payload.errors import OutOfRange
from pysubtensor.pallets.training.payload.numbers import Int32, Int64, quotient, quotient_of
from pysubtensor.pallets.training.payload.top_k import DenseTensor, Part, places


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
    middle = median_norm([share.part.head.norm for share in shares])
    tables = [weakened(share, middle, mixing) for share in shares]
    size = len(shares[0].part.codes) * length
    sums = np.zeros(size, dtype=_kind_of_sums(tables))
    senders = np.zeros(size, dtype=np.min_scalar_type(len(shares)))
    for share, table in zip(shares, tables, strict=True):
        at = _places(share.part, length)
        sums[at] += np.array(table, dtype=sums.dtype)[share.part.codes.reshape(-1)]
        senders[at] += 1
    divided, by = _divisions(senders, mixing.rule, len(shares))
    sums[divided] = quotient(sums[divided].astype(np.int64), by)
    return sums.astype(np.int32, copy=False).reshape(-1, length)


def _kind_of_sums(tables: Iterable[list[int]]) -> type[np.int32] | type[np.int64]:
    """The narrowest integers that hold the sums of values from these."""
    return np.int32 if sum(-min(table) for table in tables) < 1 << 31 else np.int64


def _places(part: Part, length: int) -> slice | Int64:
    """Where its values are in all chunks, one behind the other; no place comes twice."""
    return (
        slice(None) if isinstance(part, DenseTensor) else places(part.indices, length).reshape(-1)
    )


def _divisions(senders: NDArray[Any], rule: Rule, everybody: int) -> tuple[Int64, Any]:
    """The places whose sums are divided, and by what."""
    if rule is Rule.UNION_MEAN:
        shared = np.flatnonzero(senders > 1)
        return shared, senders[shared]
    return np.flatnonzero(senders > 0), everybody


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
