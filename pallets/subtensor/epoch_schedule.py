"""When a subnet's epoch is due (`should_run_epoch`), and what becomes of its schedule.

Times are block numbers.  Source: coinbase/run_coinbase (should_run_epoch, drain_pending).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.primitives import U64_MAX, NetUid
from pysubtensor.pallets.subtensor.storage import Storage

MAX_TEMPO = 50_400
"""Longest tempo, and the most blocks between two successful epochs."""


class EpochDecision(Enum):
    """What becomes of a subnet's epoch in a block."""

    NOT_DUE = "nothing is due"
    DEFERRED = "due, but as many as may have run: put off to the next block"
    RUNS = "pays out what is pending"
    SKIPPED = "due, but the subnet's keys are inconsistent: this epoch passes, the pending stays"


class EpochSchedule(NamedTuple):
    """Where a subnet stands between epochs.

    `pending_at` is the block its owner asked for, or 0; `since_step` counts blocks since an epoch
    last ran; `epoch_index` counts epochs, skipped ones as well.
    """

    tempo: int
    last_epoch: int = 0
    pending_at: int = 0
    since_step: int = 0
    epoch_index: int = 0

    def due(self, block: int) -> bool:
        """Whether an epoch is due: asked for, overdue, or `tempo` blocks after the last.

        In subtensor: `should_run_epoch`.
        """
        if self.tempo == 0:
            return False
        asked = 0 < self.pending_at <= block
        overdue = self.since_step > MAX_TEMPO
        return asked or overdue or saturating_sub(block, self.last_epoch) >= self.tempo

    def blocks_until_next(self, block: int) -> int:
        """Blocks until the tempo is over, whatever the owner asked for; 2**64 - 1 without tempo."""
        if self.tempo == 0:
            return U64_MAX
        return saturating_sub(saturating_add(self.last_epoch, self.tempo), block)

    def next_epoch_block(self) -> int | None:
        """Block of the next epoch: when the tempo is over or as asked for; None without tempo."""
        if self.tempo == 0:
            return None
        regular = saturating_add(self.last_epoch, self.tempo)
        return min(regular, self.pending_at) if self.pending_at else regular

    def after(self, decision: EpochDecision, block: int) -> EpochSchedule:
        """The schedule after `decision` in `block`."""
        if decision is EpochDecision.NOT_DUE:
            return self
        if decision is EpochDecision.DEFERRED:
            return self._replace(pending_at=saturating_add(block, 1))
        since = 0 if decision is EpochDecision.RUNS else self.since_step
        return EpochSchedule(self.tempo, block, 0, since, saturating_add(self.epoch_index, 1))


def schedule_of(sub: Storage, netuid: NetUid) -> EpochSchedule:
    """Where a subnet stands between epochs."""
    return EpochSchedule(
        sub.tempo[netuid],
        sub.last_epoch_block[netuid],
        sub.pending_epoch_at[netuid],
        sub.blocks_since_last_step[netuid],
        sub.subnet_epoch_index[netuid],
    )
