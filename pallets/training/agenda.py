"""What the chain does by itself, by block.  A block that is full, or full of one run,
passes it on to the next.
"""

from __future__ import annotations

from pallets.training.storage import Storage
from pallets.training.types import Due, RunId
from runtime.primitives import U32, BlockNumber


def now(sub: Storage) -> BlockNumber:
    """The open block."""
    return sub.config.system.block_number()


def place(sub: Storage, due: Due, blocks: int) -> BlockNumber:
    """Put something on the agenda, `blocks` from now or later; gives its block."""
    at = now(sub) + max(blocks, 1)
    while _is_full(sub, sub.agenda[BlockNumber(U32(at))], due.run):
        at += 1
    when = BlockNumber(U32(at))
    sub.agenda[when] = (*sub.agenda[when], due)
    return when


def _is_full(sub: Storage, dues: tuple[Due, ...], run: RunId) -> bool:
    of_run = sum(each.run == run for each in dues)
    config = sub.config
    return len(dues) >= config.max_due_per_block or of_run >= config.max_due_per_run
