"""Dividends of stake on root: what each rao has earned on each subnet, and who has claimed it.

A claim is what the stake would have earned from the start, less what was claimed; so stake that
comes later counts as having claimed what went before.  What is claimed: `claiming`.
Rates are raw I96F32.  Source: staking/claim_root, staking/helpers.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.fixed_point import I96F32
from pysubtensor.frame.primitives import I128, U128, U128_MAX, AccountId, NetUid
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT


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
