"""A hotkey that takes another's place, on one subnet or on all.  Source: swap/swap_hotkey."""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.subtensor import hotkeys, rate_limits, tao_balances
from pysubtensor.pallets.subtensor.errors import (
    CannotUseSystemAccount,
    HotKeyAlreadyRegisteredInSubNet,
    HotKeySetTxRateLimitExceeded,
    HotKeySwapOnSubnetIntervalNotPassed,
    NewHotKeyIsSameWithOld,
    NewHotKeyNotCleanForRootSwap,
    NonAssociatedColdKey,
    NotEnoughBalanceToPaySwapHotKey,
)
from pysubtensor.pallets.subtensor.events.keys import HotkeySwapped, HotkeySwappedOnSubnet
from pysubtensor.pallets.subtensor.locks import key_swaps
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.swaps import on_subnet
from pysubtensor.pallets.subtensor.types import (
    ROOT,
    LastTxBlock,
    LastTxBlockChildKeyTake,
    LastTxBlockDelegateTake,
)
from pysubtensor.pallets.subtensor.weight_counter import Accesses

_LAST = (LastTxBlock, LastTxBlockDelegateTake, LastTxBlockChildKeyTake)
"""What is kept of when a hotkey last did something."""


class Swap(NamedTuple):
    """What a coldkey asks for."""

    coldkey: AccountId
    old: AccountId
    new: AccountId
    keep_stake: bool


def swap(sub: Storage, asked: Swap, netuid: NetUid | None) -> Weight:
    """Let a coldkey's hotkey be replaced, on all subnets for None.  Returns what that cost.

    In subtensor: `do_swap_hotkey`.
    Errors: those of `calls.keys.swap_hotkey`; what was written must be undone then.
    """
    _check(sub, asked, netuid)
    accesses = Accesses()
    accesses.count(reads=4)
    last = sub.last_rate_limited_block
    for kind in _LAST:
        last[kind(asked.new)] = last[kind(asked.old)]
    accesses.count(reads=3, writes=3)
    if netuid is None:
        _swap_everywhere(sub, asked, accesses)
    else:
        _swap_on(sub, asked, netuid, accesses)
    return accesses.weight


def _check(sub: Storage, asked: Swap, netuid: NetUid | None) -> None:
    coldkey, old, new, _ = asked
    ensure(hotkeys.owned_by(sub, coldkey, old), NonAssociatedColdKey)
    is_free = not hotkeys.exists(sub, new) or hotkeys.owned_by(sub, coldkey, new)
    ensure(is_free, NonAssociatedColdKey)
    ensure(old != new, NewHotKeyIsSameWithOld)
    ensure(not rate_limits.swaps_too_soon(sub, coldkey), HotKeySetTxRateLimitExceeded)
    if netuid is None:
        ensure(not hotkeys.is_neuron_anywhere(sub, new), HotKeyAlreadyRegisteredInSubNet)
    else:
        _ensure_not_on(sub, new, netuid)
    if netuid is None or netuid == ROOT:
        ensure(_is_clean_on_root(sub, new), NewHotKeyNotCleanForRootSwap)


def _ensure_not_on(sub: Storage, hotkey: AccountId, netuid: NetUid) -> None:
    """Once a neuron, or once swapped to, is enough to be refused."""
    ensure((hotkey, netuid) not in sub.is_network_member, HotKeyAlreadyRegisteredInSubNet)


def _is_clean_on_root(sub: Storage, hotkey: AccountId) -> bool:
    """Whether nobody has stake on root with a hotkey, or anything to claim from it."""
    claimed = next(sub.root_claimed.keys(ROOT, hotkey), None)
    staked = ledger.on_hotkey(sub, hotkey, ROOT)
    return not sub.root_claimable[hotkey] and staked == 0 and claimed is None


def _pay(sub: Storage, coldkey: AccountId, cost: int) -> None:
    ensure(cost <= tao_balances.spendable(sub, coldkey), NotEnoughBalanceToPaySwapHotKey)
    tao_balances.recycle(sub, coldkey, cost)


# -- one subnet -----------------------------------------------------------------------------------


def _swap_on(sub: Storage, asked: Swap, netuid: NetUid, accesses: Accesses) -> None:
    """The coldkey owns both hotkeys from then on."""
    coldkey, old, new, keep_stake = asked
    _ensure_interval_passed(sub, sub.last_hotkey_swap_on_netuid[netuid, coldkey])
    ensure(not hotkeys.is_subnet_account(sub, new), CannotUseSystemAccount)
    _ensure_not_on(sub, new, netuid)
    _pay(sub, coldkey, sub.config.key_swap_on_subnet_cost)
    sub.owner[new] = coldkey
    accesses.count(reads=7, writes=2)
    if new not in sub.owned_hotkeys[coldkey]:
        sub.owned_hotkeys[coldkey] = (*sub.owned_hotkeys[coldkey], new)
        accesses.count(reads=1, writes=1)
    key_swaps.move_to_hotkey(sub, old, new, [netuid], accesses)
    on_subnet.move(sub, old, new, netuid, accesses, keep_stake=keep_stake)
    sub.last_rate_limited_block[LastTxBlock(coldkey)] = now(sub)
    sub.last_hotkey_swap_on_netuid[netuid, coldkey] = now(sub)
    accesses.count(writes=2)
    sub.emit(HotkeySwappedOnSubnet(coldkey, old, new, netuid))


def _ensure_interval_passed(sub: Storage, last: int) -> None:
    since = saturating_add(last, sub.config.hotkey_swap_on_subnet_interval)
    ensure(since < now(sub), HotKeySwapOnSubnetIntervalNotPassed)


# -- all subnets ----------------------------------------------------------------------------------


def _swap_everywhere(sub: Storage, asked: Swap, accesses: Accesses) -> None:
    coldkey, old, new, _ = asked
    netuids = registry.netuids(sub)
    taking_part = [netuid for netuid in netuids if _takes_part(sub, old, netuid)]
    accesses.count(reads=2 * len(netuids) + 1 + len(taking_part))
    for netuid in taking_part:
        last = sub.last_hotkey_swap_on_netuid[netuid, coldkey]
        if last:
            _ensure_interval_passed(sub, last)
    _pay(sub, coldkey, sub.config.key_swap_cost)
    accesses.count(reads=3, writes=2)
    _move_everywhere(sub, asked, accesses)
    for netuid in taking_part:
        sub.last_hotkey_swap_on_netuid[netuid, coldkey] = now(sub)
    sub.last_rate_limited_block[LastTxBlock(coldkey)] = now(sub)
    accesses.count(writes=len(taking_part) + 1)
    sub.emit(HotkeySwapped(coldkey, old, new))


def _takes_part(sub: Storage, hotkey: AccountId, netuid: NetUid) -> bool:
    """Whether a hotkey is a neuron or a parent; to be a child is others' choice."""
    return sub.is_network_member[hotkey, netuid] or bool(sub.child_keys[hotkey, netuid])


def _move_everywhere(sub: Storage, asked: Swap, accesses: Accesses) -> None:
    coldkey, old, new, keep_stake = asked
    staked_before = _shares(sub, old)
    accesses.count(reads=len(staked_before))
    key_swaps.move_to_hotkey(sub, old, new, registry.netuids(sub), accesses)
    _move_owner(sub, coldkey, old, new)
    accesses.count(reads=2, writes=2)
    for netuid in registry.netuids(sub):
        on_subnet.move(sub, old, new, netuid, accesses, keep_stake=keep_stake)
    for kind in _LAST:
        del sub.last_rate_limited_block[kind(old)]
    accesses.count(reads=3, writes=6)
    if old in sub.delegates:
        sub.delegates[new] = sub.delegates.take(old)
        accesses.count(reads=2, writes=2)
    if not keep_stake:
        for staker, has_some in staked_before:
            if has_some:
                _rename_staked(sub, staker, old, new, accesses)


def _shares(sub: Storage, hotkey: AccountId) -> list[tuple[AccountId, bool]]:
    """Coldkeys with an entry for stake with a hotkey, once for each subnet; true: more than 0."""
    keys = sorted({*sub.alpha.keys(hotkey), *sub.alpha_v2.keys(hotkey)})
    return [(key[1], bool(ledger.share_of(sub, *key))) for key in keys]


def _move_owner(sub: Storage, coldkey: AccountId, old: AccountId, new: AccountId) -> None:
    del sub.owner[old]
    ensure(not hotkeys.is_subnet_account(sub, new), CannotUseSystemAccount)
    sub.owner[new] = coldkey
    owned = [each for each in sub.owned_hotkeys[coldkey] if each != old]
    sub.owned_hotkeys[coldkey] = (*owned, *(() if new in owned else (new,)))


def _rename_staked(
    sub: Storage, staker: AccountId, old: AccountId, new: AccountId, accesses: Accesses
) -> None:
    """Let a coldkey have staked with the new hotkey last, and no longer with the old."""
    known = sub.staking_hotkeys[staker]
    accesses.count(reads=1)
    if old in known:
        sub.staking_hotkeys[staker] = (*(each for each in known if each not in {old, new}), new)
        accesses.count(writes=1)
