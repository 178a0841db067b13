"""Dividends of stake on root: what each rao has earned on each subnet, and who has claimed it.

A claim is what the stake would have earned from the start, less what was claimed; so stake that
comes later counts as having claimed what went before.  Source: staking/claim_root.
"""

from __future__ import annotations

from consensus.yuma.fixed import I96F32
from pallets.subtensor.staking import ledger
from pallets.subtensor.storage import Storage
from pallets.subtensor.types import ROOT
from runtime.arith import saturating_add, saturating_sub
from runtime.primitives import U64, U128, U128_MAX, AccountId


def on_staked(sub: Storage, hotkey: AccountId, coldkey: AccountId, amount: int) -> None:
    """Count the earnings so far of `amount` rao, new on root, as claimed."""
    for netuid, rate in sub.root_claimable[hotkey].items():
        key = netuid, hotkey, coldkey
        claimed = saturating_add(sub.root_claimed[key], _earned(rate, amount), U128_MAX)
        sub.root_claimed[key] = U128(claimed)


def on_unstaked(sub: Storage, hotkey: AccountId, coldkey: AccountId, amount: int) -> None:
    """Count the earnings so far of `amount` rao, which left root, as not claimed."""
    for netuid, rate in sub.root_claimable[hotkey].items():
        if netuid != ROOT:
            key = netuid, hotkey, coldkey
            claimed = saturating_sub(sub.root_claimed[key], _earned(rate, amount))
            sub.root_claimed[key] = U128(claimed)


def _earned(rate: int, amount: int) -> int:
    """`rate` (I96F32) times `amount` rao, rounded down."""
    return I96F32.to_uint(I96F32.saturating_mul(rate, I96F32.from_int(amount)), 128)


# -- coldkeys with stake on root, numbered so that blocks may draw some to claim for ---------------


def list_coldkey(sub: Storage, coldkey: AccountId) -> None:
    """Give a coldkey a number, unless it has one."""
    if coldkey not in sub.staking_coldkeys:
        number = sub.num_staking_coldkeys.get()
        sub.staking_coldkeys_by_index[number] = coldkey
        sub.staking_coldkeys[coldkey] = number
        sub.num_staking_coldkeys.put(U64(number + 1))


def unlist_if_empty(sub: Storage, coldkey: AccountId) -> None:
    """Take a coldkey's number away when it has nothing on root; the last takes its place."""
    if has_stake_on_root(sub, coldkey) or coldkey not in sub.staking_coldkeys:
        return
    number = sub.staking_coldkeys.take(coldkey)
    last = U64(saturating_sub(sub.num_staking_coldkeys.get(), 1))
    moved = None if number == last else sub.staking_coldkeys_by_index.take(last)
    if number is not None and moved is not None:
        sub.staking_coldkeys_by_index[number] = moved
        sub.staking_coldkeys[moved] = number
    elif number is not None:
        del sub.staking_coldkeys_by_index[number]
    sub.num_staking_coldkeys.put(last)


def has_stake_on_root(sub: Storage, coldkey: AccountId) -> bool:
    """Has a coldkey anything on root?"""
    return any(ledger.of(sub, hotkey, coldkey, ROOT) for hotkey in sub.staking_hotkeys[coldkey])
