"""What the chain does by itself, by block.  A block that is full passes it on to the next."""

from __future__ import annotations

from pallets.training.storage import Storage
from pallets.training.types import Due
from runtime.primitives import U32, BlockNumber


def now(sub: Storage) -> BlockNumber:
    """The open block."""
    return sub.config.system.block_number()


def place(sub: Storage, due: Due, blocks: int) -> BlockNumber:
    """Put something on the agenda, `blocks` from now or later; gives its block."""
    at = now(sub) + max(blocks, 1)
    while len(sub.agenda[BlockNumber(U32(at))]) >= sub.config.max_due_per_block:
        at += 1
    when = BlockNumber(U32(at))
    sub.agenda[when] = (*sub.agenda[when], due)
    return when
