"""Children that a hotkey's owner has chosen: checked, and counting after a while.

On a subnet that has not started they count at once.  Source: staking/set_children.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, AccountId, NetUid
from pysubtensor.pallets.subtensor import hotkeys, rate_limits
from pysubtensor.pallets.subtensor.children import relations
from pysubtensor.pallets.subtensor.errors import (
    DuplicateChild,
    NonAssociatedColdKey,
    NotEnoughStakeToSetChildkeys,
    RegistrationNotPermittedOnRootSubnet,
    TxRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.events.staking import SetChildren, SetChildrenScheduled
from pysubtensor.pallets.subtensor.pools import liquidity
from pysubtensor.pallets.subtensor.rate_limits import TransactionType, now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT, Share


def set_children(
    sub: Storage,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    children: tuple[Share, ...],
) -> None:
    """Choose a hotkey's children, instead of those chosen before (`do_schedule_children`).

    Errors: TxRateLimitExceeded; RegistrationNotPermittedOnRootSubnet; SubnetNotExists;
    NonAssociatedColdKey; DuplicateChild; InvalidChild; TooManyChildren; ProportionOverflow;
    ChildParentInconsistency; NotEnoughStakeToSetChildkeys.
    """
    _check(sub, coldkey, hotkey, netuid)
    if len({child for _, child in children}) < len(children):
        raise DuplicateChild
    relations.ensure_may_have(relations.of(sub, hotkey, netuid), children)
    if children and not _has_enough(sub, hotkey, netuid):
        raise NotEnoughStakeToSetChildkeys
    rate_limits.record(sub, TransactionType.SET_CHILDREN, hotkey, netuid)
    if sub.subtoken_enabled[netuid]:
        _schedule(sub, hotkey, netuid, children)
    else:
        _apply(sub, hotkey, netuid, children)


def _check(sub: Storage, coldkey: AccountId, hotkey: AccountId, netuid: NetUid) -> None:
    if not rate_limits.passes(sub, TransactionType.SET_CHILDREN, hotkey, netuid):
        raise TxRateLimitExceeded
    if netuid == ROOT:
        raise RegistrationNotPermittedOnRootSubnet
    registry.ensure_exists(sub, netuid)
    if not hotkeys.owned_by(sub, coldkey, hotkey):
        raise NonAssociatedColdKey


def _has_enough(sub: Storage, hotkey: AccountId, netuid: NetUid) -> bool:
    """Whether a hotkey is the owner's, or all that is staked with it is worth the threshold."""
    if netuid in sub.subnet_owner_hotkey and sub.subnet_owner_hotkey[netuid] == hotkey:
        return True
    return liquidity.worth_of_hotkey(sub, hotkey) >= sub.stake_threshold.get()


def _schedule(sub: Storage, hotkey: AccountId, netuid: NetUid, children: tuple[Share, ...]) -> None:
    due = U64(saturating_add(now(sub), sub.pending_child_key_cooldown.get()))
    sub.pending_child_keys[netuid, hotkey] = children, due
    sub.emit(SetChildrenScheduled(hotkey, netuid, due, children))


def apply(sub: Storage, netuid: NetUid) -> None:
    """Let all children count whose time has come; on a subnet that has not started, all.

    In subtensor: `do_set_pending_children`.
    """
    started = sub.subtoken_enabled[netuid]
    for key, (children, due) in list(sub.pending_child_keys.items(netuid)):
        if due < now(sub) or not started:
            _apply(sub, key[1], netuid, children)
            del sub.pending_child_keys[key]


def _apply(sub: Storage, hotkey: AccountId, netuid: NetUid, children: tuple[Share, ...]) -> None:
    """Let children count, or nothing where they no longer fit the parents."""
    try:
        found = relations.with_children(sub, hotkey, netuid, children)
    except DispatchFailure:
        return
    relations.store(sub, found, netuid)
    sub.emit(SetChildren(hotkey, netuid, children))
