"""How the coldkey of the most convicted hotkey comes to own a subnet.  Source: staking/lock."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import ZERO_ACCOUNT, AccountId, NetUid
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerChanged
from pysubtensor.pallets.subtensor.locks import conviction_leader
from pysubtensor.pallets.subtensor.locks import lock_book as book
from pysubtensor.pallets.subtensor.locks.conviction import LockKind, merged, state
from pysubtensor.pallets.subtensor.neurons import registration
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import LockState

ONE_YEAR: Final = 7_200 * 365 + 1_800
"""Age in blocks from which a subnet may get another owner."""


def change_owner_if_due(sub: Storage, netuid: NetUid) -> None:
    """Let the conviction leader and its coldkey own an old subnet, if conviction is high.

    In subtensor: `change_subnet_owner_if_needed`.
    The hotkey becomes a neuron; if that cannot be, nothing changes.
    """
    hotkey = conviction_leader.conviction_leader(sub, netuid) if _may_change(sub, netuid) else None
    if hotkey is None:
        return
    old, new = sub.subnet_owner[netuid], sub.owner[hotkey]
    if new in {ZERO_ACCOUNT, old} or not _is_or_becomes_neuron(sub, netuid, hotkey):
        return
    for perpetual in (True, False):
        _swap_sums(sub, netuid, sub.subnet_owner_hotkey[netuid], hotkey, perpetual=perpetual)
    sub.subnet_owner[netuid] = new
    sub.subnet_owner_hotkey[netuid] = hotkey
    sub.emit(SubnetOwnerChanged(netuid, old, new))


def _may_change(sub: Storage, netuid: NetUid) -> bool:
    """Whether a subnet is old and its conviction at least a tenth of the alpha outside."""
    alpha = sub.subnet_alpha_out[netuid]
    if alpha == 0 or now(sub) < saturating_add(sub.network_registered_at[netuid], ONE_YEAR):
        return False
    tenfold = U64F64.saturating_mul(
        conviction_leader.total_conviction(sub, netuid), U64F64.from_int(10)
    )
    return tenfold >= U64F64.from_int(alpha)


def _is_or_becomes_neuron(sub: Storage, netuid: NetUid, hotkey: AccountId) -> bool:
    if (netuid, hotkey) in sub.uids:
        return True
    try:
        registration.assign_uid(sub, netuid, hotkey)
    except DispatchFailure:
        return False
    return True


def _swap_sums(
    sub: Storage, netuid: NetUid, old: AccountId, new: AccountId, *, perpetual: bool
) -> None:
    """Let the owner's sum be that of a common hotkey, and another hotkey's that of the owner."""
    common, owner = LockKind(perpetual=perpetual), LockKind(owner=True, perpetual=perpetual)
    given_up = book.take_total(sub, netuid, old, owner)
    if given_up:
        book.put_total(sub, netuid, old, common, _joined(sub, netuid, old, common, given_up))
    taken_up = book.take_total(sub, netuid, new, common)
    if taken_up:
        joined = _joined(sub, netuid, new, owner, taken_up)
        book.put_total(sub, netuid, new, owner, book.roll(sub, joined, owner))


def _joined(
    sub: Storage, netuid: NetUid, hotkey: AccountId, kind: LockKind, other: LockState
) -> LockState:
    """A sum as it is now, and another, as of now."""
    both = merged(book.roll(sub, book.total_of(sub, netuid, hotkey, kind), kind), other)
    return state(both.locked_mass, both.conviction, now(sub))
