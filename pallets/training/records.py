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


def run_of(sub: Storage, run: RunId) -> Run:
    """Errors: NoSuchRun."""
    found = sub.runs[run]
    if found is None:
        raise NoSuchRun
    return found


def open_run(sub: Storage, run: RunId) -> Run:
    """Errors: NoSuchRun; IsClosed."""
    found = run_of(sub, run)
    ensure(found.status is not Status.CLOSED, IsClosed)
    return found


def terms_of(sub: Storage, run: RunId) -> Terms:
    """Errors: NoSuchRun."""
    found = sub.terms[run]
    if found is None:
        raise NoSuchRun
    return found


def member_of(sub: Storage, run: RunId, who: AccountId) -> Member:
    """Errors: NotMember."""
    found = sub.members[run, who]
    if found is None:
        raise NotMember
    return found


def active_member(sub: Storage, run: RunId, who: AccountId, role: Role | None = None) -> Member:
    """A member that takes part, in this role.  Errors: NotMember; NotActive; WrongRole."""
    found = member_of(sub, run, who)
    ensure(found.standing is Standing.ACTIVE, NotActive)
    ensure(role is None or found.role is role, WrongRole)
    return found


def round_of(sub: Storage, run: RunId, number: RoundNumber) -> Round:
    """Errors: NoSuchRound."""
    found = sub.rounds[run, number]
    if found is None:
        raise NoSuchRound
    return found


def round_in(sub: Storage, run: RunId, number: RoundNumber, *phases: Phase) -> Round:
    """The round, which must be in one of these phases.  Errors: NoSuchRound; WrongPhase."""
    found = round_of(sub, run, number)
    ensure(found.phase in phases, WrongPhase)
    return found


def everyone(sub: Storage, run: RunId) -> Accounts:
    """All that take part: workers, then validators."""
    return sub.active[run, Role.WORKER] + sub.active[run, Role.VALIDATOR]


def in_role(sub: Storage, run: RunId, number: RoundNumber, role: Role) -> Accounts:
    """Those in a role that were there when a round began: all but the last, who came later."""
    listed = sub.active[run, role]
    count = len(listed)
    while count and member_of(sub, run, listed[count - 1]).since > number:
        count -= 1
    return listed[:count]


def in_round(sub: Storage, run: RunId, number: RoundNumber) -> Accounts:
    """All that were there when a round began; nobody joins to judge it."""
    workers, validators = (in_role(sub, run, number, role) for role in Role)
    return workers + validators


# -- changes of one record ------------------------------------------------------------------------


def change_run(sub: Storage, run: RunId, **fields: Any) -> Run:
    """Change fields of a run; gives what it became."""
    after: Run = replace(run_of(sub, run), **fields)
    sub.runs[run] = after
    return after


def change_member(sub: Storage, run: RunId, who: AccountId, **fields: Any) -> Member:
    """Change fields of a member; gives what it became."""
    after: Member = replace(member_of(sub, run, who), **fields)
    sub.members[run, who] = after
    return after


def change_round(sub: Storage, run: RunId, number: RoundNumber, **fields: Any) -> Round:
    """Change fields of a round; gives what it became."""
    after: Round = replace(round_of(sub, run, number), **fields)
    sub.rounds[run, number] = after
    return after
