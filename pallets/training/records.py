"""Finding runs, members and rounds, or refusing."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.training.errors import (
    IsClosed,
    NoSuchRound,
    NoSuchRun,
    NotActive,
    NotMember,
    WrongPhase,
    WrongRole,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Run, Status, Terms
from pysubtensor.pallets.training.types import (
    Accounts,
    Member,
    Phase,
    Role,
    Round,
    RoundNumber,
    RunId,
    Standing,
)


def run_of(training: Storage, run: RunId) -> Run:
    """A run as it stands.  Errors: NoSuchRun."""
    found = training.runs[run]
    if found is None:
        raise NoSuchRun
    return found


def open_run(training: Storage, run: RunId) -> Run:
    """A run that is not closed.  Errors: NoSuchRun; IsClosed."""
    found = run_of(training, run)
    ensure(found.status is not Status.CLOSED, IsClosed)
    return found


def terms_of(training: Storage, run: RunId) -> Terms:
    """What a run is fixed to.  Errors: NoSuchRun."""
    found = training.terms[run]
    if found is None:
        raise NoSuchRun
    return found


def member_of(training: Storage, run: RunId, who: AccountId) -> Member:
    """A member of a run.  Errors: NotMember."""
    found = training.members[run, who]
    if found is None:
        raise NotMember
    return found


def active_member(
    training: Storage, run: RunId, who: AccountId, role: Role | None = None
) -> Member:
    """A member that takes part, in this role.  Errors: NotMember; NotActive; WrongRole."""
    found = member_of(training, run, who)
    ensure(found.standing is Standing.ACTIVE, NotActive)
    ensure(role is None or found.role is role, WrongRole)
    return found


def round_of(training: Storage, run: RunId, number: RoundNumber) -> Round:
    """A round that is not folded yet.  Errors: NoSuchRound."""
    found = training.rounds[run, number]
    if found is None:
        raise NoSuchRound
    return found


def round_in(training: Storage, run: RunId, number: RoundNumber, *phases: Phase) -> Round:
    """The round, which must be in one of these phases.  Errors: NoSuchRound; WrongPhase."""
    found = round_of(training, run, number)
    ensure(found.phase in phases, WrongPhase)
    return found


def everyone(training: Storage, run: RunId) -> Accounts:
    """All that take part: workers, then validators."""
    return training.active[run, Role.WORKER] + training.active[run, Role.VALIDATOR]


def in_role(training: Storage, run: RunId, number: RoundNumber, role: Role) -> Accounts:
    """Those in a role that were there when a round began: all but the last, who came later."""
    listed = training.active[run, role]
    count = len(listed)
    while count and member_of(training, run, listed[count - 1]).since > number:
        count -= 1
    return listed[:count]


def in_round(training: Storage, run: RunId, number: RoundNumber) -> Accounts:
    """All that were there when a round began; nobody joins to judge it."""
    workers, validators = (in_role(training, run, number, role) for role in Role)
    return workers + validators


# -- changes of one record ------------------------------------------------------------------------


def change_run(training: Storage, run: RunId, **fields: Any) -> Run:
    """Change fields of a run; gives what it became."""
    after: Run = replace(run_of(training, run), **fields)
    training.runs[run] = after
    return after


def change_member(training: Storage, run: RunId, who: AccountId, **fields: Any) -> Member:
    """Change fields of a member; gives what it became."""
    after: Member = replace(member_of(training, run, who), **fields)
    training.members[run, who] = after
    return after


def change_round(training: Storage, run: RunId, number: RoundNumber, **fields: Any) -> Round:
    """Change fields of a round; gives what it became."""
    after: Round = replace(round_of(training, run, number), **fields)
    training.rounds[run, number] = after
    return after
