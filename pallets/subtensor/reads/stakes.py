"""Stakes: who has how much with whom, what of it is locked, and whom the locks favour."""

from __future__ import annotations

from collections.abc import Iterable

from consensus.yuma.fixed import U64F64
from pallets.subtensor.reads.neuron_types import StakeAvailability, StakeInfo
from pallets.subtensor.reads.subnet import netuids
from pallets.subtensor.staking.conviction import Kind, Rates, roll_forward
from pallets.subtensor.staking.share_pool import Pool, SafeFloat
from pallets.subtensor.storage import Storage
from pallets.subtensor.types import NO_ALPHA, NO_TAO, LockState
from runtime.arith import saturating_add, saturating_sub
from runtime.frame.storage import Map
from runtime.primitives import U64, U128, AccountId, Alpha, NetUid

NOTHING = U64(0)


# -- shares ---------------------------------------------------------------------------------------


def pool_of(sub: Storage, hotkey: AccountId, netuid: NetUid) -> Pool:
    """A hotkey's pool on a subnet; its former form counts where there still is one."""
    key = hotkey, netuid
    if key in sub.total_hotkey_shares:
        shares = SafeFloat.from_u64f64(sub.total_hotkey_shares[key])
    else:
        shares = sub.total_hotkey_shares_v2[key]
    return Pool(sub.total_hotkey_alpha[key], shares)


def stake_of(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """What a coldkey has staked with a hotkey on a subnet."""
    key = hotkey, coldkey, netuid
    share = SafeFloat.from_u64f64(sub.alpha[key]) if key in sub.alpha else sub.alpha_v2[key]
    return Alpha(U64(pool_of(sub, hotkey, netuid).worth(share)))


def shares_with(
    sub: Storage, hotkey: AccountId, *coldkey: AccountId
) -> list[tuple[AccountId, NetUid, SafeFloat]]:
    """The shares above 0 in a hotkey's pools, of all coldkeys or of one, in the order of keys.

    Here the new form counts where there are both.
    """
    found = {
        (who, netuid): SafeFloat.from_u64f64(share)
        for (_, who, netuid), share in sub.alpha.items(hotkey, *coldkey)
    }
    for (_, who, netuid), new in sub.alpha_v2.items(hotkey, *coldkey):
        found[who, netuid] = new
    return [(who, netuid, share) for (who, netuid), share in sorted(found.items()) if share]


# -- stakes of coldkeys ---------------------------------------------------------------------------


def stake_info(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, stake: Alpha
) -> StakeInfo:
    """One stake."""
    return StakeInfo(
        hotkey=hotkey,
        coldkey=coldkey,
        netuid=netuid,
        stake=stake,
        locked=NOTHING,
        emission=sub.alpha_dividends_per_subnet[netuid, hotkey],
        tao_emission=NO_TAO,
        drain=NOTHING,
        is_registered=(netuid, hotkey) in sub.uids,
    )


def stakes_of(sub: Storage, coldkey: AccountId) -> tuple[StakeInfo, ...]:
    """All stakes above 0 of a coldkey, subnet by subnet."""
    hotkeys = sub.staking_hotkeys[coldkey]
    every = (
        (hotkey, netuid, stake_of(sub, hotkey, coldkey, netuid))
        for netuid in netuids(sub)
        for hotkey in hotkeys
    )
    return tuple(
        stake_info(sub, hotkey, coldkey, netuid, stake) for hotkey, netuid, stake in every if stake
    )


def total_of(sub: Storage, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """All that a coldkey has staked on a subnet."""
    total = NO_ALPHA
    for hotkey in sub.staking_hotkeys[coldkey]:
        total = Alpha(U64(saturating_add(total, stake_of(sub, hotkey, coldkey, netuid))))
    return total


def availability(
    sub: Storage, coldkey: AccountId, wanted: Iterable[NetUid]
) -> dict[NetUid, StakeAvailability]:
    """What a coldkey may unstake on these subnets, without those where it has nothing."""
    found = {}
    for netuid in wanted:
        total, lock = total_of(sub, coldkey, netuid), coldkey_lock(sub, coldkey, netuid)
        locked = lock.locked_mass if lock else NO_ALPHA
        if total or locked:
            free = Alpha(U64(saturating_sub(total, locked)))
            found[netuid] = StakeAvailability(total, locked, free)
    return found


def asked_netuids(sub: Storage, asked: tuple[NetUid, ...] | None) -> list[NetUid]:
    """The subnets that a question is about: all, or those asked for that exist, ascending.

    None of them when more are asked for than there are.
    """
    existing = netuids(sub)
    if asked is None:
        return existing
    wanted = sorted(set(asked))
    if len(wanted) > len(existing):
        return []
    return [netuid for netuid in wanted if sub.networks_added[netuid]]


# -- locks ----------------------------------------------------------------------------------------


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
