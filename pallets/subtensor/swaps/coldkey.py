"""A coldkey that takes another's place, with all it owns.  Source: swap/swap_coldkey."""

from __future__ import annotations

from pysubtensor.frame.error import DispatchFailure, ensure
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor import hotkeys, tao_balances
from pysubtensor.pallets.subtensor.errors import (
    CannotUseSystemAccount,
    ColdKeyAlreadyAssociated,
    NewColdKeyIsHotkey,
    NotEnoughBalanceToPaySwapColdKey,
)
from pysubtensor.pallets.subtensor.events.keys import ColdkeySwapped
from pysubtensor.pallets.subtensor.locks import key_swaps
from pysubtensor.pallets.subtensor.locks import locks as staking_locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.root_claims import claimable, coldkeys
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT, LastTxBlock


def swap(sub: Storage, old: AccountId, new: AccountId) -> None:
    """Give all that a coldkey owns to another that has staked nothing (`do_swap_coldkey`).

    Errors: ColdKeyAlreadyAssociated; NewColdKeyIsHotkey; CannotUseSystemAccount; ActiveLockExists;
    those of the balances; what was written must be undone then.
    """
    ensure(not sub.staking_hotkeys[new], ColdKeyAlreadyAssociated)
    ensure(not hotkeys.exists(sub, new), NewColdKeyIsHotkey)
    if old in sub.identities_v2 and new not in sub.identities_v2:
        sub.identities_v2[new] = sub.identities_v2.take(old)
    staking_locks.set_accepts_locked(sub, new, accepts=True)  # until the old one's flags come
    for netuid in registry.netuids(sub):
        if sub.subnet_owner[netuid] == old:
            sub.subnet_owner[netuid] = new
        _move_auto_stake(sub, old, new, netuid)
        _move_stake(sub, old, new, netuid)
    _join(sub, old, new)
    key_swaps.move_to_coldkey(sub, old, new)
    tao_balances.transfer_all(sub, old, new)
    sub.last_rate_limited_block[LastTxBlock(new)] = now(sub)
    sub.emit(ColdkeySwapped(old, new))


def charge(sub: Storage, coldkey: AccountId, cost: int) -> None:
    """Let a coldkey pay for a swap.  Errors: NotEnoughBalanceToPaySwapColdKey.

    In subtensor: `charge_swap_cost`.
    """
    try:
        tao_balances.recycle(sub, coldkey, cost)
    except DispatchFailure as failure:
        raise NotEnoughBalanceToPaySwapColdKey from failure


def _move_auto_stake(sub: Storage, old: AccountId, new: AccountId, netuid: NetUid) -> None:
    hotkey = sub.auto_stake_destination.take((old, netuid))
    if hotkey is not None:
        sub.auto_stake_destination[new, netuid] = hotkey
        coldkeys = sub.auto_stake_destination_coldkeys[hotkey, netuid]
        others = (each for each in coldkeys if each not in {old, new})
        sub.auto_stake_destination_coldkeys[hotkey, netuid] = (*others, new)


def _move_stake(sub: Storage, old: AccountId, new: AccountId, netuid: NetUid) -> None:
    """Claims go along where there is stake."""
    for hotkey in sub.staking_hotkeys[old]:
        amount = ledger.of(sub, hotkey, old, netuid)
        ledger.decrease(sub, hotkey, old, netuid, amount)
        ledger.increase(sub, hotkey, new, netuid, amount)
        if ledger.of(sub, hotkey, new, netuid):
            claimable.move_claimed(sub, netuid, (hotkey, old), (hotkey, new))
            if netuid == ROOT:
                coldkeys.index_coldkey(sub, new)
    if netuid == ROOT:
        coldkeys.unindex_coldkey(sub, old)


def _join(sub: Storage, old: AccountId, new: AccountId) -> None:
    """Move what the coldkey has staked with, and the hotkeys it owns."""
    for hotkey in sub.owned_hotkeys[old]:
        ensure(not hotkeys.is_subnet_account(sub, hotkey), CannotUseSystemAccount)
        sub.owner[hotkey] = new
    for lists in (sub.staking_hotkeys, sub.owned_hotkeys):
        known = lists[new]
        lists[new] = (*known, *(each for each in lists.take(old) if each not in known))
