"""Members: who takes part, what they may lose, and how they get their bond back."""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U8, U16, U32, U64, AccountId, BlockNumber, NetUid, Tao
from pysubtensor.pallets.training import agenda, escrow
from pysubtensor.pallets.training.errors import (
    AlreadyActive,
    NotActive,
    NotPermitted,
    NotRegistered,
    RunFull,
    StillBonded,
)
from pysubtensor.pallets.training.events import BecameInactive, Claimed, Left, Rejoined
from pysubtensor.pallets.training.records import (
    change_member,
    member_of,
    open_run,
    run_of,
    terms_of,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import ALL, Status, Terms
from pysubtensor.pallets.training.types import FinalDue, Member, Role, RoundNumber, RunId, Standing


def max_members(terms: Terms, role: Role) -> int:
    """How many members of a role may take part."""
    return terms.sizes.max_workers if role is Role.WORKER else terms.sizes.max_validators


def min_bond(terms: Terms, role: Role) -> int:
    """Rao that a role costs."""
    return terms.bonds.worker if role is Role.WORKER else terms.bonds.validator


def ensure_neuron(sub: Storage, netuid: NetUid, who: AccountId, role: Role) -> None:
    """A member must be a neuron of the subnet, and a validator one that may validate there.

    Errors: NotRegistered; NotPermitted.
    """
    ensure(sub.config.subnets.uid(netuid, who) is not None, NotRegistered)
    permitted = role is Role.WORKER or sub.config.subnets.may_validate(netuid, who)
    ensure(permitted, NotPermitted)


def evict_for(sub: Storage, run: RunId, terms: Terms, role: Role, bond: int) -> None:
    """Evict somebody if all places are taken.  Errors: RunFull.

    Of the workers that are no longer immune the one with the smallest bond goes, of equal ones that
    of the least quality, of equals the last that came; but only for a larger bond.
    """
    taken = sub.active[run, role]
    if len(taken) < max_members(terms, role):
        return
    victim = _weakest(sub, run, terms, taken) if role is Role.WORKER else None
    if victim is None or member_of(sub, run, victim).bond >= bond:
        raise RunFull
    deactivate(sub, run, victim, evicted=True)


def _weakest(
    sub: Storage, run: RunId, terms: Terms, taken: tuple[AccountId, ...]
) -> AccountId | None:
    round_now = run_of(sub, run).round
    found: list[tuple[int, int, int, AccountId]] = []
    for place, who in enumerate(taken):
        member = member_of(sub, run, who)
        if member.since + terms.immunity <= round_now:
            found.append((member.bond, member.quality, -place, who))
    return min(found)[3] if found else None


def activate(sub: Storage, run: RunId, who: AccountId, role: Role) -> None:
    """Let a member take part."""
    sub.active[run, role] = (*sub.active[run, role], who)


def _strike(sub: Storage, run: RunId, who: AccountId, role: Role) -> None:
    sub.active[run, role] = tuple(each for each in sub.active[run, role] if each != who)


def deactivate(sub: Storage, run: RunId, who: AccountId, *, evicted: bool = False) -> None:
    """Let a member take part no longer; its bond is free once nobody can challenge it any more.

    Errors: NotMember; NotActive when it left before.
    """
    member = member_of(sub, run, who)
    ensure(member.standing is not Standing.LEAVING, NotActive)
    _strike(sub, run, who, member.role)
    until = BlockNumber(U32(agenda.now(sub) + terms_of(sub, run).schedule.unbonding))
    change_member(sub, run, who, standing=Standing.LEAVING, until=until)
    sub.emit(Left(run, who, until, evicted))


def rejoin(sub: Storage, run: RunId, who: AccountId) -> None:
    """Let an inactive member take part again from the next round on.

    Errors: NoSuchRun; IsClosed; NotMember; AlreadyActive; NotActive; NotRegistered; NotPermitted;
    RunFull.
    """
    state, terms = open_run(sub, run), terms_of(sub, run)
    member = member_of(sub, run, who)
    ensure(member.standing is not Standing.ACTIVE, AlreadyActive)
    ensure(member.standing is Standing.INACTIVE, NotActive)
    ensure_neuron(sub, state.netuid, who, member.role)
    ensure(len(sub.active[run, member.role]) < max_members(terms, member.role), RunFull)
    since = RoundNumber(U32(state.round + 1))
    change_member(sub, run, who, standing=Standing.ACTIVE, since=since, misses=U8(0))
    activate(sub, run, who, member.role)
    sub.emit(Rejoined(run, who, since))


def claim(sub: Storage, run: RunId, who: AccountId) -> None:
    """Return what is left of a bond.

    In a closed run, all of whose rounds are final, nobody needs to have left.
    Errors: NotMember; NoSuchRun; StillBonded.
    """
    member, state = member_of(sub, run, who), run_of(sub, run)
    closed = state.status is Status.CLOSED
    left = member.standing is Standing.LEAVING and member.until <= agenda.now(sub)
    over = closed and state.final_round == state.round
    ensure((left or over) and member.locks == 0, StillBonded)
    escrow.release(sub, who, member.bond)
    _forget(sub, run, who, member)
    sub.emit(Claimed(run, who, member.bond))
    if closed:
        agenda.schedule(sub, FinalDue(run), 1)


def _forget(sub: Storage, run: RunId, who: AccountId, member: Member) -> None:
    _strike(sub, run, who, member.role)
    del sub.keys[run, member.key]
    del sub.members[run, who]
    sub.member_count[run] = U32(sub.member_count[run] - 1)


# -- what happens to them -------------------------------------------------------------------------


def lock(sub: Storage, run: RunId, who: AccountId, change: int) -> None:
    """Count the challenges a member is a party of; one that is gone needs no lock."""
    member = sub.members[run, who]
    if member is not None:
        change_member(sub, run, who, locks=U16(member.locks + change))


def record_participation(sub: Storage, run: RunId, who: AccountId, *, came: bool) -> None:
    """Note that what a member owed to a round came, a readable payload or scores, or did not."""
    member = sub.members[run, who]
    if member is None or member.standing is not Standing.ACTIVE:
        return
    if came:
        change_member(sub, run, who, misses=U8(0))
    else:
        miss(sub, run, who)


def miss(sub: Storage, run: RunId, who: AccountId) -> None:
    """Note that a member missed a round; after too many in a row it is inactive."""
    member = member_of(sub, run, who)
    misses = U8(min(member.misses + 1, 255))
    change_member(sub, run, who, misses=misses, error_root=None)
    if misses >= terms_of(sub, run).max_misses:
        _strike(sub, run, who, member.role)
        change_member(sub, run, who, standing=Standing.INACTIVE)
        sub.emit(BecameInactive(run, who))


def slash(sub: Storage, run: RunId, who: AccountId, winner: AccountId | None) -> Tao:
    """Take the run's part of a bond; who has too little left leaves.  Gives the rao lost."""
    member = sub.members[run, who]
    terms = sub.terms[run]
    if member is None or terms is None or member.bond == 0:
        return Tao(U64(0))
    lost = member.bond * terms.bonds.slash // ALL
    if member.bond - lost < sub.config.currency.minimum_balance():
        lost = member.bond
    escrow.forfeit(sub, lost, winner, terms.bonds.reward)
    left = Tao(U64(saturating_sub(member.bond, lost)))
    change_member(sub, run, who, bond=left)
    if left < min_bond(terms, member.role) and member.standing is not Standing.LEAVING:
        deactivate(sub, run, who)
    return Tao(U64(lost))
