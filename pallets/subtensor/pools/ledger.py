"""How much alpha a hotkey holds on a subnet, and how much of it is whose.

Reads and writes the share pools (`share_pool`): one per hotkey and subnet.  Amounts are in rao of
alpha, on root of TAO.  Source: staking/stake_utils.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.primitives import U64, AccountId, Alpha, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.share_pool import SafeFloat, SharePool
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import NO_ALPHA

K = TypeVar("K")
V = TypeVar("V")


class StakePosition(NamedTuple):
    """Where a coldkey has stake."""

    hotkey: AccountId
    coldkey: AccountId
    netuid: NetUid


def on_hotkey(sub: Storage, hotkey: AccountId, netuid: NetUid) -> Alpha:
    """All that is staked with a hotkey on a subnet (`get_stake_for_hotkey_on_subnet`)."""
    return sub.total_hotkey_alpha[hotkey, netuid]


def of(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """What a coldkey has staked with a hotkey on a subnet.

    In subtensor: `get_stake_for_hotkey_and_coldkey_on_subnet`.
    """
    share = share_of(sub, hotkey, coldkey, netuid)
    return Alpha(U64(pool_of(sub, hotkey, netuid).value_of(share))) if share else NO_ALPHA


def of_coldkey(sub: Storage, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """What a coldkey has staked on a subnet, with whomever.

    In subtensor: `get_total_stake_for_coldkey_on_subnet`.
    """
    total = 0
    for hotkey in sub.staking_hotkeys[coldkey]:
        total = saturating_add(total, of(sub, hotkey, coldkey, netuid))
    return Alpha(U64(total))


def positions(sub: Storage) -> list[StakePosition]:
    """Where anybody has stake, in order."""
    return [StakePosition(*key) for key in sorted({*sub.alpha.keys(), *sub.alpha_v2.keys()})]


def increase(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: int
) -> None:
    """Give a coldkey more stake with a hotkey.

    In subtensor: `increase_stake_for_hotkey_and_coldkey_on_subnet`.
    """
    if amount:
        note_hotkey(sub, coldkey, hotkey)
    elif not _in_former_form(sub, hotkey, coldkey, netuid):
        return  # all would be written as it is
    _give(sub, hotkey, coldkey, netuid, amount)


def decrease(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: int
) -> None:
    """Take stake from a coldkey; nothing happens when it has none, or less than that.

    In subtensor: `decrease_stake_for_hotkey_and_coldkey_on_subnet`.
    """
    key = hotkey, coldkey, netuid
    has_some = key in sub.alpha or key in sub.alpha_v2
    if has_some and of(sub, hotkey, coldkey, netuid) >= amount:
        _give(sub, hotkey, coldkey, netuid, -amount)


def would_show(sub: Storage, hotkey: AccountId, netuid: NetUid, amount: int) -> bool:
    """Whether `amount` is enough to change a share.

    In subtensor: `try_increase_stake_for_hotkey_and_coldkey_on_subnet`.
    """
    return pool_of(sub, hotkey, netuid).would_change(amount)


def increase_for_all(sub: Storage, hotkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Give all who stake with a hotkey more, in proportion.

    In subtensor: `increase_stake_for_hotkey_on_subnet`.
    """
    if amount:
        _set_value(
            sub, hotkey, netuid, SharePool(on_hotkey(sub, hotkey, netuid)).update_all(amount).value
        )


def decrease_for_all(sub: Storage, hotkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Take from all who stake with a hotkey, in proportion; no more than there is.

    In subtensor: `decrease_stake_for_hotkey_on_subnet`.
    """
    _set_value(
        sub, hotkey, netuid, SharePool(on_hotkey(sub, hotkey, netuid)).update_all(-amount).value
    )


def note_hotkey(sub: Storage, coldkey: AccountId, hotkey: AccountId) -> None:
    """Remember that a coldkey has staked with a hotkey."""
    known = sub.staking_hotkeys[coldkey]
    if hotkey not in known:
        sub.staking_hotkeys[coldkey] = (*known, hotkey)


# -- the pool as stored: an entry in the former form stands until it is written anew --------------


def pool_of(sub: Storage, hotkey: AccountId, netuid: NetUid) -> SharePool:
    """The share pool of a hotkey on a subnet (`get_alpha_share_pool`)."""
    key = hotkey, netuid
    if key in sub.total_hotkey_shares:
        shares = SafeFloat.from_u64f64(sub.total_hotkey_shares[key])
    else:
        shares = sub.total_hotkey_shares_v2[key]
    return SharePool(sub.total_hotkey_alpha[key], shares)


def share_of(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> SafeFloat:
    """The share that a coldkey has in a hotkey's pool."""
    key = hotkey, coldkey, netuid
    if key in sub.alpha:
        return SafeFloat.from_u64f64(sub.alpha[key])
    return sub.alpha_v2[key]


def _in_former_form(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> bool:
    return (hotkey, netuid) in sub.total_hotkey_shares or (hotkey, coldkey, netuid) in sub.alpha


def _give(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: int) -> None:
    pool, share = pool_of(sub, hotkey, netuid), share_of(sub, hotkey, coldkey, netuid)
    pool, share = pool.update_share(share, amount)
    _set_value(sub, hotkey, netuid, pool.value)
    _set_denominator(sub, hotkey, netuid, pool.denominator)
    _set_share(sub, hotkey, coldkey, netuid, share)


def _set_value(sub: Storage, hotkey: AccountId, netuid: NetUid, value: int) -> None:
    _put_or_drop(sub.total_hotkey_alpha, (hotkey, netuid), Alpha(U64(value)))


def _set_denominator(sub: Storage, hotkey: AccountId, netuid: NetUid, shares: SafeFloat) -> None:
    sub.total_hotkey_shares.take((hotkey, netuid))
    _put_or_drop(sub.total_hotkey_shares_v2, (hotkey, netuid), shares)


def _set_share(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, share: SafeFloat
) -> None:
    sub.alpha.take((hotkey, coldkey, netuid))
    _put_or_drop(sub.alpha_v2, (hotkey, coldkey, netuid), share)


def _put_or_drop(item: Map[K, V], key: K, value: V) -> None:
    if value:
        item[key] = value
    else:
        del item[key]
