"""When an epoch is due, who counts as active, and which commits still wait for their reveal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MAX_TEMPO = 50400
NO_COMMIT = 2**64 - 1
U64_MAX = 2**64 - 1


def is_due(
    block: int, tempo: int, last_epoch_block: int, pending_at: int, blocks_since_step: int
) -> bool:
    """Whether an epoch is to run at `block`; `pending_at` is 0 when none was asked for."""
    if tempo == 0:
        return False
    if 0 < pending_at <= block or blocks_since_step > MAX_TEMPO:
        return True
    return max(block - last_epoch_block, 0) >= tempo


def activity_cutoff(factor: int, tempo: int) -> int:
    """Blocks without a weight set after which a neuron is inactive; `factor` in thousandths."""
    return max(min(factor * tempo, U64_MAX) // 1000, 1)


def oldest_commits(
    n: int,
    queues: Iterable[tuple[int, Sequence[tuple[int, int]]]],
    timelocked: Iterable[tuple[int, Sequence[tuple[int, int]]]],
    epoch: int,
    reveal_period: int,
) -> list[int]:
    """For each uid, the block of its oldest commit that has not expired, else `NO_COMMIT`.

    `queues` are (uid, [(epoch, block), ...]): of each, the first that has not expired counts, were
    a later one older.  `timelocked` are (epoch, [(uid, block), ...]): all count.  `epoch` is the
    subnet's own, one more when its epoch is due in this block.
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
