"""What the chain does by itself at the beginning of a block, never more than fits the agenda."""

from __future__ import annotations

from pysubtensor.frame.primitives import BlockNumber
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.training import audits, challenges, rounds, weights
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import AuditsDue, ChallengeDue, Due, FinalDue, PhaseEnds


def on_initialize(training: Storage, now: BlockNumber) -> Weight:
    """Do what is due in block `now`; gives the weight used."""
    if now not in training.agenda:
        return weights.LOOK
    used = weights.LOOK
    for due in training.agenda.take(now):
        used += weights.due(training, due)
        _do(training, due)
    return used


def _do(training: Storage, due: Due) -> None:
    if isinstance(due, ChallengeDue):
        challenges.due(training, due.challenge)
    elif isinstance(due, FinalDue):
        rounds.advance_finality(training, due.run)
    elif isinstance(due, PhaseEnds):
        rounds.phase_ends(training, due.run, due.round)
    elif isinstance(due, AuditsDue):
        audits.close(training, due.run, due.round)
        rounds.schedule_finality(training, due.run, due.round)
