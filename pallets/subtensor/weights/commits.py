"""Weights committed by their hash, and revealed by their sender when the time has come.

Times are epochs of the subnet.  Each hotkey has a queue of commitments, oldest first; those whose
time is over leave it when the queue is next used.  Source: subnets/weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure, ensure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U16, U64, AccountId, Hash, NetUid
from pysubtensor.pallets.subtensor.epoch_schedule import schedule_of
from pysubtensor.pallets.subtensor.errors import (
    CommitRevealDisabled,
    CommittingWeightsTooFast,
    ExpiredWeightCommit,
    InputLengthsUnequal,
    InvalidRevealCommitHashNotMatch,
    NoWeightsCommitFound,
    RevealTooEarly,
    TooManyUnrevealedCommits,
)
from pysubtensor.pallets.subtensor.events.weights import (
    WeightsBatchRevealed,
    WeightsCommitted,
    WeightsRevealed,
)
from pysubtensor.pallets.subtensor.neurons import lists
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import mechanisms
from pysubtensor.pallets.subtensor.types import HashedCommit, MechId, NetUidStorageIndex
from pysubtensor.pallets.subtensor.weights import checks
from pysubtensor.pallets.subtensor.weights.rows import Row, attempt_each, set_row

MOST_COMMITS: Final = 10
"""Longest queue of one hotkey."""

Words = tuple[U16, ...]
Hashed = tuple[AccountId, NetUidStorageIndex, Words, Words, Words, U64]


class Reveal(NamedTuple):
    """A row, and the salt that was hashed with it."""

    row: Row
    salt: Words


def reveals(
    uids: Sequence[Words],
    values: Sequence[Words],
    salts: Sequence[Words],
    version_keys: Sequence[U64],
) -> tuple[Reveal, ...]:
    """Lists of one length as a list of what each entry reveals."""
    entries = zip(uids, values, salts, version_keys, strict=True)
    return tuple(Reveal(Row(names, each, key), salt) for names, each, salt, key in entries)


class CommitQueue(NamedTuple):
    """A hotkey's commitments: those that still count, and hashes of those whose time is over."""

    commits: list[HashedCommit]
    expired: list[Hash]

    def position(self, commit_hash: Hash) -> int:
        """Where a commitment stands.

        Errors: ExpiredWeightCommit; InvalidRevealCommitHashNotMatch.
        """
        for position, commit in enumerate(self.commits):
            if commit[0] == commit_hash:
                return position
        raise self.error_for(commit_hash, InvalidRevealCommitHashNotMatch)

    def error_for(self, commit_hash: Hash, otherwise: type[DispatchFailure]) -> DispatchFailure:
        """Why a hash does not count: its time is over, or something else."""
        return ExpiredWeightCommit() if commit_hash in self.expired else otherwise()


def commit_hash_of(sub: Storage, who: AccountId, index: NetUidStorageIndex, reveal: Reveal) -> Hash:
    """The hash by which a row is committed (`get_commit_hash`)."""
    (uids, values, version_key), salt = reveal
    hashed = sub.env.codecs(Hashed).to_bytes((who, index, uids, values, salt, version_key))
    return Hash(blake2_256(hashed))


def current_epoch(sub: Storage, netuid: NetUid) -> int:
    """The epoch a subnet is in, the one that is due in the open block counted already.

    In subtensor: `current_epoch_with_lookahead`.
    """
    schedule = schedule_of(sub, netuid)
    return saturating_add(schedule.epoch_index, int(schedule.due(now(sub))))


def reveal_epoch(sub: Storage, netuid: NetUid, commit: HashedCommit) -> int:
    """The epoch in which a commitment may be revealed, and no other."""
    return saturating_add(commit[1], sub.reveal_period_epochs[netuid])


def is_time(sub: Storage, netuid: NetUid, commit: HashedCommit) -> bool:
    """Whether the commitment may be revealed now (`is_reveal_block_range`)."""
    return current_epoch(sub, netuid) == reveal_epoch(sub, netuid, commit)


def split_expired(sub: Storage, netuid: NetUid, commits: Sequence[HashedCommit]) -> CommitQueue:
    """A queue without the commitments at its front whose time is over (`is_commit_expired`)."""
    current = current_epoch(sub, netuid)
    over = 0
    while over < len(commits) and current > reveal_epoch(sub, netuid, commits[over]):
        over += 1
    return CommitQueue(list(commits[over:]), [commit[0] for commit in commits[:over]])


def commit(
    sub: Storage, origin: Origin, netuid: NetUid, mechanism: MechId, commit_hash: Hash
) -> None:
    """Append a commitment to the sender's queue (`internal_commit_weights`).

    Errors: BadOrigin; those of `calls.weights.commit_weights`.
    """
    mechanisms.ensure_exists(sub, netuid, mechanism)
    index = mechanisms.storage_index(netuid, mechanism)
    who = ensure_signed(origin)
    ensure(sub.commit_reveal_weights_enabled[netuid], CommitRevealDisabled)
    uid = checks.ensure_uid(sub, netuid, who)
    ensure(checks.within_rate_limit(sub, index, uid), CommittingWeightsTooFast)
    queue = split_expired(sub, netuid, sub.weight_commits[index, who] or ()).commits
    ensure(len(queue) < MOST_COMMITS, TooManyUnrevealedCommits)
    added = (commit_hash, U64(current_epoch(sub, netuid)), now(sub), U64(0))
    sub.weight_commits[index, who] = (*queue, added)
    sub.emit(WeightsCommitted(who, index, commit_hash))
    lists.touch(sub, index, uid)


def commit_each(
    sub: Storage, origin: Origin, netuids: tuple[NetUid, ...], hashes: Sequence[Hash]
) -> None:
    """Commit on each subnet's main mechanism; events report each error.

    In subtensor: `do_batch_commit_weights`.
    Errors: BadOrigin; InputLengthsUnequal.
    """
    ensure_signed(origin)
    ensure(len(netuids) == len(hashes), InputLengthsUnequal)

    def commit_one(netuid: NetUid, commit_hash: Hash) -> None:
        commit(sub, origin, netuid, mechanisms.MAIN, commit_hash)

    attempt_each(sub, origin, netuids, commit_one, zip(netuids, hashes, strict=True))


def reveal(
    sub: Storage, origin: Origin, netuid: NetUid, mechanism: MechId, revealed: Reveal
) -> None:
    """Set a committed row; what was committed before it leaves the queue with it.

    In subtensor: `internal_reveal_weights`.
    Errors: BadOrigin; those of `calls.weights.reveal_weights`.
    """
    index = mechanisms.storage_index(netuid, mechanism)
    who = ensure_signed(origin)
    queue = _opened(sub, netuid, index, who)
    commit_hash = commit_hash_of(sub, who, index, revealed)
    if not queue.commits:
        raise queue.error_for(commit_hash, NoWeightsCommitFound)
    position = queue.position(commit_hash)
    ensure(is_time(sub, netuid, queue.commits[position]), RevealTooEarly)
    _store(sub, index, who, queue.commits[position + 1 :])
    set_row(sub, origin, netuid, mechanism, revealed.row)
    sub.emit(WeightsRevealed(who, index, commit_hash))


def reveal_all(sub: Storage, origin: Origin, netuid: NetUid, revealed: Sequence[Reveal]) -> None:
    """Set several committed rows of the main mechanism in turn, all of them or none.

    In subtensor: `do_batch_reveal_weights`.
    Errors: BadOrigin; those of `calls.weights.reveal_weights`.
    """
    index = mechanisms.storage_index(netuid, mechanisms.MAIN)
    who = ensure_signed(origin)
    queue = _opened(sub, netuid, index, who)
    hashes = tuple(commit_hash_of(sub, who, index, each) for each in revealed)
    for commit_hash in hashes:
        found = queue.commits[queue.position(commit_hash)]
        ensure(is_time(sub, netuid, found), RevealTooEarly)
    for commit_hash, each in zip(hashes, revealed, strict=True):
        del queue.commits[queue.position(commit_hash)]
        set_row(sub, origin, netuid, mechanisms.MAIN, each.row)
    _store(sub, index, who, queue.commits)
    sub.emit(WeightsBatchRevealed(who, netuid, hashes))


def _opened(sub: Storage, netuid: NetUid, index: NetUidStorageIndex, who: AccountId) -> CommitQueue:
    """The sender's queue.  Errors: CommitRevealDisabled; NoWeightsCommitFound."""
    ensure(sub.commit_reveal_weights_enabled[netuid], CommitRevealDisabled)
    commits = sub.weight_commits[index, who]
    if commits is None:
        raise NoWeightsCommitFound
    return split_expired(sub, netuid, commits)


def _store(
    sub: Storage, index: NetUidStorageIndex, who: AccountId, commits: Sequence[HashedCommit]
) -> None:
    if commits:
        sub.weight_commits[index, who] = tuple(commits)
    else:
        del sub.weight_commits[index, who]
