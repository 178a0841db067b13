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


def ensure_neuron(training: Storage, netuid: NetUid, who: AccountId, role: Role) -> None:
    """A member must be a neuron of the subnet, and a validator one that may validate there.

    Errors: NotRegistered; NotPermitted.
    """
    ensure(training.config.subnets.uid(netuid, who) is not None, NotRegistered)
    permitted = role is Role.WORKER or training.config.subnets.may_validate(netuid, who)
    ensure(permitted, NotPermitted)


def evict_for(training: Storage, run: RunId, terms: Terms, role: Role, bond: int) -> None:
    """Evict somebody if all places are taken.  Errors: RunFull.

    Of the workers that are no longer immune the one with the smallest bond goes, of equal ones that
    of the least quality, of equals the last that came; but only for a larger bond.
    """
    taken = training.active[run, role]
    if len(taken) < max_members(terms, role):
        return
    victim = _weakest(training, run, terms, taken) if role is Role.WORKER else None
    if victim is None or member_of(training, run, victim).bond >= bond:
        raise RunFull
    deactivate(training, run, victim, evicted=True)


def _weakest(
    training: Storage, run: RunId, terms: Terms, taken: tuple[AccountId, ...]
) -> AccountId | None:
    round_now = run_of(training, run).round
    found: list[tuple[int, int, int, AccountId]] = []
    for place, who in enumerate(taken):
        member = member_of(training, run, who)
        if member.since + terms.immunity <= round_now:
            found.append((member.bond, member.quality, -place, who))
    return min(found)[3] if found else None


def activate(training: Storage, run: RunId, who: AccountId, role: Role) -> None:
    """Let a member take part."""
    training.active[run, role] = (*training.active[run, role], who)


def _strike(training: Storage, run: RunId, who: AccountId, role: Role) -> None:
    training.active[run, role] = tuple(each for each in training.active[run, role] if each != who)


def deactivate(training: Storage, run: RunId, who: AccountId, *, evicted: bool = False) -> None:
    """Let a member take part no longer; its bond is free once nobody can challenge it any more.

    Errors: NotMember; NotActive when it left before.
    """
    member = member_of(training, run, who)
    ensure(member.standing is not Standing.LEAVING, NotActive)
    _strike(training, run, who, member.role)
    until = BlockNumber(U32(agenda.now(training) + terms_of(training, run).schedule.unbonding))
    change_member(training, run, who, standing=Standing.LEAVING, until=until)
    training.emit(Left(run, who, until, evicted))


def rejoin(training: Storage, run: RunId, who: AccountId) -> None:
    """Let an inactive member take part again from the next round on.

    Errors: NoSuchRun; IsClosed; NotMember; AlreadyActive; NotActive; NotRegistered; NotPermitted;
    RunFull.
    """
    state, terms = open_run(training, run), terms_of(training, run)
    member = member_of(training, run, who)
    ensure(member.standing is not Standing.ACTIVE, AlreadyActive)
    ensure(member.standing is Standing.INACTIVE, NotActive)
    ensure_neuron(training, state.netuid, who, member.role)
    ensure(len(training.active[run, member.role]) < max_members(terms, member.role), RunFull)
    since = RoundNumber(U32(state.round + 1))
    change_member(training, run, who, standing=Standing.ACTIVE, since=since, misses=U8(0))
    activate(training, run, who, member.role)
    training.emit(Rejoined(run, who, since))


def claim(training: Storage, run: RunId, who: AccountId) -> None:
    """Return what is left of a bond.

    In a closed run, all of whose rounds are final, nobody needs to have left.
    Errors: NotMember; NoSuchRun; StillBonded.
    """
    member, state = member_of(training, run, who), run_of(training, run)
    closed = state.status is Status.CLOSED
    left = member.standing is Standing.LEAVING and member.until <= agenda.now(training)
    over = closed and state.final_round == state.round
    ensure((left or over) and member.locks == 0, StillBonded)
    escrow.release(training, who, member.bond)
    _forget(training, run, who, member)
    training.emit(Claimed(run, who, member.bond))
    if closed:
        agenda.schedule(training, FinalDue(run), 1)


def _forget(training: Storage, run: RunId, who: AccountId, member: Member) -> None:
    _strike(training, run, who, member.role)
    del training.keys[run, member.key]
    del training.members[run, who]
    training.member_count[run] = U32(training.member_count[run] - 1)


# -- what happens to them -------------------------------------------------------------------------


def lock(training: Storage, run: RunId, who: AccountId, change: int) -> None:
    """Count the challenges a member is a party of; one that is gone needs no lock."""
    member = training.members[run, who]
    if member is not None:
        change_member(training, run, who, locks=U16(member.locks + change))


def record_participation(training: Storage, run: RunId, who: AccountId, *, came: bool) -> None:
    """Note that what a member owed to a round came, a readable payload or scores, or did not."""
    member = training.members[run, who]
    if member is None or member.standing is not Standing.ACTIVE:
        return
    if came:
        change_member(training, run, who, misses=U8(0))
    else:
        miss(training, run, who)


def miss(training: Storage, run: RunId, who: AccountId) -> None:
    """Note that a member missed a round; after too many in a row it is inactive."""
    member = member_of(training, run, who)
    misses = U8(min(member.misses + 1, 255))
    change_member(training, run, who, misses=misses, error_root=None)
    if misses >= terms_of(training, run).max_misses:
        _strike(training, run, who, member.role)
        change_member(training, run, who, standing=Standing.INACTIVE)
        training.emit(BecameInactive(run, who))


def slash(training: Storage, run: RunId, who: AccountId, winner: AccountId | None) -> Tao:
    """Take the run's part of a bond; who has too little left leaves.  Gives the rao lost."""
    member = training.members[run, who]
    terms = training.terms[run]
    if member is None or terms is None or member.bond == 0:
        return Tao(U64(0))
    lost = member.bond * terms.bonds.slash // ALL
    if member.bond - lost < training.config.currency.minimum_balance():
        lost = member.bond
    escrow.forfeit(training, lost, winner, terms.bonds.reward)
    left = Tao(U64(saturating_sub(member.bond, lost)))
    change_member(training, run, who, bond=left)
    if left < min_bond(terms, member.role) and member.standing is not Standing.LEAVING:
        deactivate(training, run, who)
    return Tao(U64(lost))
