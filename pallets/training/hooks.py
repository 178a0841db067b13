"""What the chain does by itself at the beginning of a block, never more than fits the agenda."""

from __future__ import annotations

from pysubtensor.frame.primitives import BlockNumber
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.training import audits, challenges, rounds, weights
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import AuditsDue, ChallengeDue, Due, FinalDue, PhaseEnds


def on_initialize(sub: Storage, now: BlockNumber) -> Weight:
    """Do what is due in block `now`; gives the weight used."""
    if now not in sub.agenda:
        return weights.LOOK
    used = weights.LOOK
    for due in sub.agenda.take(now):
        used += weights.due(sub, due)
        _do(sub, due)
    return used


def _do(sub: Storage, due: Due) -> None:
    if isinstance(due, ChallengeDue):
        challenges.due(sub, due.challenge)
    elif isinstance(due, FinalDue):
        rounds.advance_finality(sub, due.run)
    elif isinstance(due, PhaseEnds):
        rounds.phase_ends(sub, due.run, due.round)
    elif isinstance(due, AuditsDue):
        audits.close(sub, due.run, due.round)
        rounds.schedule_finality(sub, due.run, due.round)
