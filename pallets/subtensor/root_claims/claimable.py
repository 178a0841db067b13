"""Dividends of stake on root: what each rao has earned on each subnet, and who has claimed it.

A claim is what the stake would have earned from the start, less what was claimed; so stake that
comes later counts as having claimed what went before.  What is claimed: `claiming`.
Rates are raw I96F32.  Source: staking/claim_root, staking/helpers.
"""

from __future__ import annotations

from typing import Final, TypeVar

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.fixed_point import I96F32
from pysubtensor.frame.primitives import I128, U64, U128, U128_MAX, AccountId, NetUid
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT

_Share = TypeVar("_Share")

_BATCH: Final = 30
"""Shares that one block looks at for coldkeys without a number."""


def credit(sub: Storage, hotkey: AccountId, netuid: NetUid, amount: int) -> None:
    """Let the stakes on root with a hotkey have earned `amount` of a subnet's alpha.

    In subtensor: `increase_root_claimable_for_hotkey_and_subnet`.
    More alpha than there is rao goes to the hotkey's owner instead.
    """
    stake = ledger.on_hotkey(sub, hotkey, ROOT)
    if amount > stake:
        ledger.increase(sub, hotkey, sub.owner[hotkey], netuid, amount)
        return
    earned = I96F32.ratio(amount, stake)
    rates = sub.root_claimable[hotkey]
    if not earned and netuid in rates:
        return
    rate = I128(I96F32.saturating_add(rates.get(netuid, 0), earned))
    sub.root_claimable[hotkey] = {**rates, netuid: rate}


def owed(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> int:
    """Alpha of a subnet that a coldkey may claim now, raw I96F32; may be below 0.

    In subtensor: `get_root_owed_for_hotkey_coldkey`.
    """
    return owed_to(sub, hotkey, coldkey, netuid, ledger.of(sub, hotkey, coldkey, ROOT))


def owed_to(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, stake: int) -> int:
    """`owed` to so much stake on root, which is worth computing once for all subnets."""
    rate = sub.root_claimable[hotkey].get(netuid, I128(0))
    earned = I96F32.saturating_mul(rate, I96F32.from_int(stake))
    claimed = I96F32.from_int(sub.root_claimed[netuid, hotkey, coldkey])
    return I96F32.saturating_sub(earned, claimed)


def count_as_claimed(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: int
) -> None:
    """Count `amount` alpha of a subnet as claimed."""
    key = netuid, hotkey, coldkey
    sub.root_claimed[key] = U128(saturating_add(sub.root_claimed[key], amount, U128_MAX))


def on_staked(sub: Storage, hotkey: AccountId, coldkey: AccountId, amount: int) -> None:
    """Count the earnings so far of `amount` rao, new on root, as claimed.

    In subtensor: `add_stake_adjust_root_claimed_for_hotkey_and_coldkey`.
    """
    for netuid, rate in sub.root_claimable[hotkey].items():
        count_as_claimed(sub, hotkey, coldkey, netuid, _earned(rate, amount))


def on_unstaked(sub: Storage, hotkey: AccountId, coldkey: AccountId, amount: int) -> None:
    """Count the earnings so far of `amount` rao, which left root, as not claimed.

    In subtensor: `remove_stake_adjust_root_claimed_for_hotkey_and_coldkey`.
    """
    for netuid, rate in sub.root_claimable[hotkey].items():
        if netuid != ROOT:
            key = netuid, hotkey, coldkey
            claimed = saturating_sub(sub.root_claimed[key], _earned(rate, amount))
            sub.root_claimed[key] = U128(claimed)


def move_rates(sub: Storage, old: AccountId, new: AccountId) -> list[NetUid]:
    """Let what a hotkey's stakes have earned be another's, added to its own; on which subnets.

    In subtensor: `transfer_root_claimable_for_new_hotkey`.
    """
    rates = dict(sub.root_claimable[new])
    for netuid, rate in sub.root_claimable.take(old).items():
        rates[netuid] = I128(I96F32.saturating_add(rates.get(netuid, 0), rate))
    sub.root_claimable[new] = rates
    return sorted(rates)


def move_claimed(
    sub: Storage,
    netuid: NetUid,
    source: tuple[AccountId, AccountId],
    dest: tuple[AccountId, AccountId],
) -> None:
    """Let what (hotkey, coldkey) claimed count for another, beside what that claimed.

    In subtensor: `transfer_root_claimed_for_new_keys`.
    """
    claimed = sub.root_claimed.take((netuid, *source))
    count_as_claimed(sub, *dest, netuid, claimed)


def _earned(rate: int, amount: int) -> int:
    """`rate` (I96F32) times `amount` rao, rounded down."""
    return I96F32.to_uint(I96F32.saturating_mul(rate, I96F32.from_int(amount)), 128)


# -- coldkeys with stake on root, numbered so that blocks may draw some to claim for ---------------


def index_coldkey(sub: Storage, coldkey: AccountId) -> None:
    """Give a coldkey a number, unless it has one (`maybe_add_coldkey_index`)."""
    if coldkey not in sub.staking_coldkeys:
        number = sub.num_staking_coldkeys.get()
        sub.staking_coldkeys_by_index[number] = coldkey
        sub.staking_coldkeys[coldkey] = number
        sub.num_staking_coldkeys.put(U64(number + 1))


def index_coldkey_batch(sub: Storage) -> None:
    """Give coldkeys with a share on root a number, walking on from where the last call ended.

    In subtensor: `populate_root_coldkey_staking_maps`.
    """
    _walk(sub, sub.alpha, sub.alpha_map_last_key)
    _walk(sub, sub.alpha_v2, sub.alpha_v2_map_last_key)


def _walk(
    sub: Storage,
    shares: Map[tuple[AccountId, AccountId, NetUid], _Share],
    place: Value[bytes | None],
) -> None:
    """List those of one batch; a batch that is not full ends the walk."""
    last = place.get()
    keys = shares.batch(last, _BATCH)
    for _, coldkey, netuid in keys:
        if netuid == ROOT:
            index_coldkey(sub, coldkey)
    if keys or last is not None:
        place.put(shares.key(keys[-1]) if len(keys) == _BATCH else None)


def unindex_if_unstaked(sub: Storage, coldkey: AccountId) -> None:
    """Take a coldkey's number away when it has nothing on root (`maybe_remove_coldkey_index`)."""
    if not has_stake_on_root(sub, coldkey):
        unindex_coldkey(sub, coldkey)


def unindex_coldkey(sub: Storage, coldkey: AccountId) -> None:
    """Take a coldkey's number away, if it has one; the last takes its place."""
    number = sub.staking_coldkeys.take(coldkey)
    if number is None:
        return
    last = U64(saturating_sub(sub.num_staking_coldkeys.get(), 1))
    moved = None if number == last else sub.staking_coldkeys_by_index.take(last)
    if moved is None:
        del sub.staking_coldkeys_by_index[number]
    else:
        sub.staking_coldkeys_by_index[number] = moved
        sub.staking_coldkeys[moved] = number
    sub.num_staking_coldkeys.put(last)


def has_stake_on_root(sub: Storage, coldkey: AccountId) -> bool:
    """Whether a coldkey has any stake on root (`coldkey_has_root_stake`)."""
    return any(ledger.of(sub, hotkey, coldkey, ROOT) for hotkey in sub.staking_hotkeys[coldkey])
