"""What a subnet's owner may do, and when.

Before each epoch settings stand still for a while, so that nobody is surprised by them.
"""

from __future__ import annotations

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import Origin, ensure_signed, ensure_signed_or_root
from pysubtensor.frame.primitives import AccountId, NetUid, Uid
from pysubtensor.pallets.subtensor import hotkeys, rate_limits
from pysubtensor.pallets.subtensor.epoch_schedule import schedule_of
from pysubtensor.pallets.subtensor.errors import (
    AdminActionProhibitedDuringWeightsWindow,
    CannotUseSystemAccount,
    TxRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerHotkeySet
from pysubtensor.pallets.subtensor.rate_limits import Kind, now
from pysubtensor.pallets.subtensor.storage import Storage


def ensure_owner(sub: Storage, origin: Origin, netuid: NetUid) -> AccountId:
    """The subnet's owner, who signed (`ensure_subnet_owner`).  Errors: BadOrigin."""
    who = ensure_signed(origin)
    if sub.subnet_owner[netuid] != who:
        raise BadOrigin
    return who


def ensure_owner_or_root(sub: Storage, origin: Origin, netuid: NetUid) -> AccountId | None:
    """The subnet's owner, who signed, or None for root.  Errors: BadOrigin.

    In subtensor: `ensure_subnet_owner_or_root`.
    """
    who = ensure_signed_or_root(origin)
    if who is not None and sub.subnet_owner[netuid] != who:
        raise BadOrigin
    return who


def ensure_within_limits(sub: Storage, who: AccountId, netuid: NetUid, *kinds: Kind) -> None:
    """Refuse what was done too lately.  Errors: TxRateLimitExceeded."""
    if not all(rate_limits.passes(sub, kind, who, netuid) for kind in kinds):
        raise TxRateLimitExceeded


def put_hotkey(sub: Storage, netuid: NetUid, hotkey: AccountId) -> None:
    """Let a hotkey stand for the owner and receive the cut.  Errors: CannotUseSystemAccount.

    In subtensor: `set_subnet_owner_hotkey`.
    """
    if hotkeys.is_subnet_account(sub, hotkey):
        raise CannotUseSystemAccount
    sub.subnet_owner_hotkey[netuid] = hotkey
    sub.emit(SubnetOwnerHotkeySet(netuid, hotkey))


def uid_of_owner(sub: Storage, netuid: NetUid) -> Uid | None:
    """The neuron that stands for the owner; None without one (`get_owner_uid`)."""
    if netuid not in sub.subnet_owner_hotkey:
        return None
    return sub.uids[netuid, sub.subnet_owner_hotkey[netuid]]


def blocks_until_epoch(sub: Storage, netuid: NetUid) -> int:
    """Blocks until the tempo is over; 2**64 - 1 without tempo."""
    return schedule_of(sub, netuid).blocks_until_next(now(sub))


def settings_are_frozen(sub: Storage, netuid: NetUid) -> bool:
    """Whether hyperparameters stand still, because an epoch is near or asked for.

    In subtensor: `is_in_admin_freeze_window`.
    """
    if sub.tempo[netuid] == 0:
        return False
    if sub.pending_epoch_at[netuid] > now(sub):
        return True
    return blocks_until_epoch(sub, netuid) < sub.admin_freeze_window.get()


def ensure_settings_open(sub: Storage, netuid: NetUid) -> None:
    """Refuse changes while hyperparameters stand still (`ensure_admin_window_open`).

    Errors: AdminActionProhibitedDuringWeightsWindow.
    """
    if settings_are_frozen(sub, netuid):
        raise AdminActionProhibitedDuringWeightsWindow
