"""Runs: created by the owner of a subnet, joined by anyone with a bond, closed by their creator."""

from __future__ import annotations

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import I64, U8, U16, U32, U64, AccountId, BlockNumber, NetUid, Tao
from pysubtensor.pallets.training import agenda, escrow, members, rounds, signing, terms
from pysubtensor.pallets.training.errors import (
    AlreadyMember,
    BadKey,
    BondTooSmall,
    KeyInUse,
    NoCheckpointDue,
    NoSuchSubnet,
    NotCreator,
    NotPaused,
    NotSubnetOwner,
    TooFewWorkers,
    TooManyRuns,
)
from pysubtensor.pallets.training.events import Joined, RunClosed, RunCreated, RunResumed
from pysubtensor.pallets.training.records import (
    change_member,
    change_run,
    open_run,
    round_of,
    run_of,
    terms_of,
)
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Run, Status, Terms
from pysubtensor.pallets.training.types import (
    BlsKey,
    Checkpoint,
    FinalDue,
    Member,
    Role,
    RoundNumber,
    RunId,
    Standing,
)

LEAST_ROUNDS_KEPT = 1


def create(training: Storage, who: AccountId, netuid: NetUid, wanted: Terms) -> None:
    """Create a run; its bond comes back when it is closed.

    Errors: NoSuchSubnet; NotSubnetOwner; TooManyRuns; BadCodec; BadSchedule; BadBonds; BadSizes;
    those of the balances.
    """
    config = training.config
    ensure(config.subnets.exists(netuid), NoSuchSubnet)
    ensure(config.subnets.is_owner(netuid, who), NotSubnetOwner)
    ensure(training.open_runs.get() < config.max_runs, TooManyRuns)
    ensure(training.runs_on[netuid] < config.max_runs_per_subnet, TooManyRuns)
    terms.check(wanted, LEAST_ROUNDS_KEPT)
    escrow.deposit(training, who, config.run_bond)
    run = training.next_run.get()
    training.next_run.put(RunId(U32(run + 1)))
    _count(training, netuid, 1)
    training.terms[run] = wanted
    root = wanted.checkpoint_root
    training.runs[run] = Run(netuid, who, config.run_bond, Status.WAITING, root, final_root=root)
    training.emit(RunCreated(run, netuid, who, wanted.config_hash))


def _count(training: Storage, netuid: NetUid, change: int) -> None:
    training.open_runs.put(U32(training.open_runs.get() + change))
    training.runs_on[netuid] = U32(training.runs_on[netuid] + change)


def close(training: Storage, run: RunId, who: AccountId | None) -> None:
    """End a run: its open round is void, and everybody may go.  None is root.

    Errors: NoSuchRun; IsClosed; NotCreator.
    """
    state = open_run(training, run)
    ensure(_may_close(training, state, who), NotCreator)
    change_run(training, run, status=Status.CLOSED, bond=Tao(U64(0)))
    _count(training, state.netuid, -1)
    escrow.release(training, state.creator, state.bond)
    going = training.rounds[run, state.round]
    if going is not None and going.phase not in rounds.OVER:
        rounds.void(training, run, state.round)
    agenda.schedule(training, FinalDue(run), 1)
    training.emit(RunClosed(run))


def _may_close(training: Storage, state: Run, who: AccountId | None) -> bool:
    """Whether that account may end a run.  Of a subnet that changed hands its owner may, too.

    Of one that is gone anybody may; else its runs would count for the next subnet of that number.
    """
    subnets = training.config.subnets
    if who is None or who == state.creator:
        return True
    return not subnets.exists(state.netuid) or subnets.is_owner(state.netuid, who)


def resume(training: Storage, run: RunId) -> None:
    """Go on with a paused run, when there are enough workers again.

    Errors: NoSuchRun; IsClosed; NotPaused; TooFewWorkers.
    """
    state = open_run(training, run)
    ensure(state.status is Status.PAUSED, NotPaused)
    ensure(_enough(training, run), TooFewWorkers)
    _start(training, run)
    training.emit(RunResumed(run))


def _start(training: Storage, run: RunId) -> None:
    """Let the next round begin with the next block, for all who join in this one."""
    change_run(training, run, status=Status.RUNNING, voids=U8(0))
    agenda.schedule(training, FinalDue(run), 1)


def _enough(training: Storage, run: RunId) -> bool:
    return len(training.active[run, Role.WORKER]) >= terms_of(training, run).sizes.min_workers


# -- joining --------------------------------------------------------------------------------------


def join(
    training: Storage,
    run: RunId,
    who: AccountId,
    wanted: Member,
    proof: bytes,
) -> None:
    """Bond to a run, and take part from its next round on.

    Errors: NoSuchRun; IsClosed; NotRegistered; NotPermitted; AlreadyMember; BondTooSmall; KeyInUse;
    BadKey; RunFull; those of the balances.
    """
    state, agreed = open_run(training, run), terms_of(training, run)
    role, bond, key = wanted.role, wanted.bond, wanted.key
    members.ensure_neuron(training, state.netuid, who, role)
    ensure((run, who) not in training.members, AlreadyMember)
    ensure(bond >= members.min_bond(agreed, role), BondTooSmall)
    ensure((run, key) not in training.keys, KeyInUse)
    ensure(bls.verify_possession(key, who, proof), BadKey)
    members.evict_for(training, run, agreed, role, bond)
    escrow.deposit(training, who, bond)
    since = RoundNumber(U32(state.round + 1))
    training.members[run, who] = wanted
    change_member(training, run, who, since=since)
    training.member_count[run] = U32(training.member_count[run] + 1)
    training.keys[run, key] = who
    members.activate(training, run, who, role)
    training.emit(Joined(run, who, role, bond, since))
    if state.status is Status.WAITING and _enough(training, run):
        _start(training, run)


def newcomer(role: Role, bond: Tao, key: BlsKey, endpoint: bytes) -> Member:
    """A member as it begins."""
    return Member(
        role=role,
        standing=Standing.ACTIVE,
        bond=bond,
        key=key,
        endpoint=endpoint,
        since=RoundNumber(U32(1)),
        until=BlockNumber(U32(0)),
        locks=U16(0),
        misses=U8(0),
        bad=U8(0),
        tokens=U64(0),
        credit=U64(0),
        quality=I64(0),
        error_root=None,
    )


# -- going back -----------------------------------------------------------------------------------


def rollback_message(training: Storage, run: RunId, to: Checkpoint) -> bytes:
    """What validators sign to go back to a checkpoint now.  Errors: NoSuchRun; NoSuchRound."""
    newest = run_of(training, run).round
    seed = round_of(training, run, newest).data_seed
    return signing.rollback_message(seed, run, newest, to.round, to.state_root)


def roll_back(
    training: Storage, run: RunId, target: RoundNumber, signers: bytes, signature: bytes
) -> None:
    """Go on from an anchored checkpoint, when more than two thirds of the validators say so.

    Errors: NoSuchRun; IsClosed; NoCheckpointDue; NoSuchRound; those of
    `signing.ensure_signed_by`.
    """
    open_run(training, run)
    found = next((each for each in training.checkpoints[run] if each.round == target), None)
    if found is None:
        raise NoCheckpointDue
    message = rollback_message(training, run, found)
    validators = training.active[run, Role.VALIDATOR]
    signing.ensure_signed_by(training, run, validators, signers, message, signature)
    rounds.revert(training, run, RoundNumber(U32(target + 1)), found.state_root)
