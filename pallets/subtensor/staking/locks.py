"""Locks: alpha that its owners may not unstake for a while, and whom that favours.

Source: staking/lock.
"""

from __future__ import annotations

from consensus.yuma.fixed import U64F64
from pallets.subtensor.errors import StakeUnavailable
from pallets.subtensor.staking import ledger
from pallets.subtensor.staking.conviction import Kind, Rates, roll_forward
from pallets.subtensor.storage import Storage
from pallets.subtensor.types import NO_ALPHA, LockState
from runtime.arith import saturating_sub
from runtime.frame.storage import Map
from runtime.primitives import U128, AccountId, Alpha, NetUid


def locked(sub: Storage, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """What of a coldkey's stake on a subnet is locked now."""
    lock = coldkey_lock(sub, coldkey, netuid)
    return lock.locked_mass if lock else NO_ALPHA


def ensure_available(sub: Storage, coldkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Errors: StakeUnavailable when less than that is staked on the subnet and not locked."""
    free = saturating_sub(ledger.of_coldkey(sub, coldkey, netuid), locked(sub, coldkey, netuid))
    if free < amount:
        raise StakeUnavailable


def tidy(sub: Storage, coldkey: AccountId, netuid: NetUid) -> None:
    """Bring a coldkey's lock on a subnet up to date, and remove it if nothing is left."""


def release(sub: Storage, coldkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Take `amount`, or all there is, off a coldkey's lock on a subnet."""


def transfer(sub: Storage, source: AccountId, dest: AccountId, netuid: NetUid, amount: int) -> None:
    """Let the locked part of `amount`, which goes to another coldkey, stay locked there."""


def lock_owner_cut(sub: Storage, netuid: NetUid, amount: int) -> None:
    """Lock what a subnet's owner earned, where that is asked for."""


def rates(sub: Storage) -> Rates:
    """How fast locks decay now."""
    return Rates(sub.unlock_rate.get(), sub.maturity_rate.get())


def coldkey_lock(sub: Storage, coldkey: AccountId, netuid: NetUid) -> LockState | None:
    """A coldkey's lock on a subnet as it is now; of several the first by key."""
    for key, lock in sub.lock.items(coldkey, netuid):
        kind = Kind(
            owner=key[2] == sub.subnet_owner_hotkey[netuid],
            perpetual=sub.decaying_lock[coldkey, netuid] is False,
        )
        if lock is not None:
            return roll_forward(lock, sub.config.system.block_number(), rates(sub), kind)[0]
    return None


def _conviction(sub: Storage, lock: LockState | None, kind: Kind) -> int:
    if lock is None:
        return 0
    return roll_forward(lock, sub.config.system.block_number(), rates(sub), kind)[0].conviction


def _owner_conviction(sub: Storage, netuid: NetUid) -> int:
    lasting = _conviction(sub, sub.owner_lock[netuid], Kind(owner=True, perpetual=True))
    decaying = _conviction(sub, sub.decaying_owner_lock[netuid], Kind(owner=True))
    return U64F64.saturating_add(lasting, decaying)


def hotkey_conviction(sub: Storage, hotkey: AccountId, netuid: NetUid) -> U128:
    """Conviction of all locks with a hotkey now, raw U64F64."""
    found = U64F64.saturating_add(
        _conviction(sub, sub.hotkey_lock[netuid, hotkey], Kind(perpetual=True)),
        _conviction(sub, sub.decaying_hotkey_lock[netuid, hotkey], Kind()),
    )
    if hotkey == sub.subnet_owner_hotkey[netuid]:
        found = U64F64.saturating_add(found, _owner_conviction(sub, netuid))
    return U128(found)


def most_convicted(sub: Storage, netuid: NetUid) -> AccountId | None:
    """The hotkey with the most conviction; of equals the last by key; None without any lock."""
    found = {*_hotkeys(sub.hotkey_lock, netuid), *_hotkeys(sub.decaying_hotkey_lock, netuid)}
    if netuid in sub.owner_lock or netuid in sub.decaying_owner_lock:
        found.add(sub.subnet_owner_hotkey[netuid])
    return max(
        sorted(found),
        key=lambda hotkey: (hotkey_conviction(sub, hotkey, netuid), hotkey),
        default=None,
    )


def _hotkeys(
    locks: Map[tuple[NetUid, AccountId], LockState | None], netuid: NetUid
) -> list[AccountId]:
    return [hotkey for _, hotkey in locks.keys(netuid)]
