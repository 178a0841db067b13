"""Commits of weights that still wait for their reveal, as the epoch takes account of them.

Source: epoch/run_epoch (the mask of commits), subnets/weights (is_commit_expired).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysubtensor.frame.primitives import U64_MAX

NO_COMMIT = U64_MAX
"""The block of a commit that is not there."""


def oldest_commits(
    n: int,
    queues: Iterable[tuple[int, Sequence[tuple[int, int]]]],
    timelocked: Iterable[tuple[int, Sequence[tuple[int, int]]]],
    epoch: int,
    reveal_period: int,
) -> list[int]:
    """For each uid, the block of its oldest commit that has not expired, else `NO_COMMIT`.

    `queues` are (uid, [(epoch, block), ...]): of each, the first that has not expired counts, even
    if a later one is older.  `timelocked` are (epoch, [(uid, block), ...]): all count.  `epoch` is
    the subnet's own, one more when its epoch is due in this block.
    """

    def expired(commit_epoch: int) -> bool:
        return epoch > min(commit_epoch + reveal_period, U64_MAX)

    oldest = [NO_COMMIT] * n
    for uid, queue in queues:
        first = next((block for since, block in queue if not expired(since)), NO_COMMIT)
        if uid < n:
            oldest[uid] = min(oldest[uid], first)
    for since, commits in timelocked:
        for uid, block in () if expired(since) else commits:
            if uid < n:
                oldest[uid] = min(oldest[uid], block)
    return oldest
