"""What the chain does by itself, by block.  A block that is full, or full of one run,
passes it on to the next.

Challenges, of which anyone can make many, take no more than half of the places, so that they do not
delay anything else.  Nothing is due twice in a block: what became final can be read at its end.
"""

from __future__ import annotations

from pysubtensor.frame.primitives import U32, BlockNumber
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import ChallengeDue, Due


def now(training: Storage) -> BlockNumber:
    """The open block."""
    return training.config.system.block_number()


def schedule(training: Storage, due: Due, blocks: int) -> BlockNumber:
    """Put something on the agenda, `blocks` from now or later; gives its block."""
    at = now(training) + max(blocks, 1)
    while not _has_room(training, training.agenda[BlockNumber(U32(at))], due):
        at += 1
    when = BlockNumber(U32(at))
    dues = training.agenda[when]
    if due not in dues:
        training.agenda[when] = (*dues, due)
    return when


def _has_room(training: Storage, dues: tuple[Due, ...], due: Due) -> bool:
    per_block, per_run = training.config.max_due_per_block, training.config.max_due_per_run
    if due in dues:
        return True
    if isinstance(due, ChallengeDue):
        dues = tuple(each for each in dues if isinstance(each, ChallengeDue))
        per_block, per_run = U32((per_block + 1) // 2), U32((per_run + 1) // 2)
    return len(dues) < per_block and sum(each.run == due.run for each in dues) < per_run
