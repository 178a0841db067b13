"""Stake with a hotkey, and what it earned, which go to another hotkey.

Source: swap/swap_hotkey, staking/claim_root, utils/voting_power.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.primitives import U64, AccountId, Alpha, NetUid
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.root_claims import claimable
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT
from pysubtensor.pallets.subtensor.weight_counter import Accesses


def move(sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses) -> None:
    """Move all stake with a hotkey on a subnet, whoever owns it."""
    _move_records(sub, old, new, netuid)
    accesses.count(reads=6, writes=6)
    shares = [*sub.alpha.keys(old), *sub.alpha_v2.keys(old)]
    accesses.count(reads=len(shares), writes=len(shares))
    for coldkey in sorted({coldkey for _, coldkey, each in shares if each == netuid}):
        _move_one(sub, old, new, coldkey, netuid, accesses)
    if netuid == ROOT:
        _move_claims(sub, old, new, accesses)


def _move_records(sub: Storage, old: AccountId, new: AccountId, netuid: NetUid) -> None:
    """What the last epoch found of the stake."""
    last_epoch, dividends = sub.total_hotkey_alpha_last_epoch, sub.alpha_dividends_per_subnet
    staked = saturating_add(last_epoch.take((old, netuid)), last_epoch[new, netuid])
    last_epoch[new, netuid] = Alpha(U64(staked))
    earned = saturating_add(dividends.take((netuid, old)), dividends[netuid, new])
    dividends[netuid, new] = Alpha(U64(earned))
    power = sub.voting_power.take((netuid, old))
    if power:
        sub.voting_power[netuid, new] = U64(saturating_add(power, sub.voting_power[netuid, new]))


def _move_one(
    sub: Storage,
    old: AccountId,
    new: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    accesses: Accesses,
) -> None:
    amount = ledger.of(sub, old, coldkey, netuid)
    ledger.decrease(sub, old, coldkey, netuid, amount)
    ledger.increase(sub, new, coldkey, netuid, amount)
    accesses.count(reads=3, writes=2)
    known = sub.staking_hotkeys[coldkey]
    if old in known and new not in known:
        ledger.note_hotkey(sub, coldkey, new)
        accesses.count(writes=1)


def _move_claims(sub: Storage, old: AccountId, new: AccountId, accesses: Accesses) -> None:
    """What the stake on root has earned anywhere, and whether it is lent to new subnets."""
    earned_on = claimable.move_rates(sub, old, new)
    accesses.count(reads=3, writes=2)
    for netuid in earned_on:
        coldkeys = [coldkey for _, _, coldkey in sub.root_claimed.keys(netuid, old)]
        for coldkey in coldkeys:
            claimable.move_claimed(sub, netuid, (old, coldkey), (new, coldkey))
        accesses.count(reads=3 * len(coldkeys), writes=2 * len(coldkeys))
    if old in sub.auto_parent_delegation_enabled:
        enabled = sub.auto_parent_delegation_enabled.take(old)
        sub.auto_parent_delegation_enabled[new] = enabled
        accesses.count(reads=1, writes=2)
