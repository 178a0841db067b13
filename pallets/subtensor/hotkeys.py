"""Who owns a hotkey, and where it is a neuron."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.error import ensure
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.errors import CannotUseSystemAccount, HotKeyAccountNotExists
from pysubtensor.pallets.subtensor.storage import Storage

_NETUID_AT: Final = slice(12, 14)
"""Where a subnet's account has its netuid, behind a tag and the pallet's id."""


def exists(sub: Storage, hotkey: AccountId) -> bool:
    """Whether anybody owns the hotkey (`hotkey_account_exists`)."""
    return hotkey in sub.owner


def ensure_exists(sub: Storage, hotkey: AccountId) -> None:
    """Refuse a hotkey that nobody owns.  Errors: HotKeyAccountNotExists."""
    ensure(exists(sub, hotkey), HotKeyAccountNotExists)


def owned_by(sub: Storage, coldkey: AccountId, hotkey: AccountId) -> bool:
    """Whether this coldkey owns the hotkey (`coldkey_owns_hotkey`)."""
    return hotkey in sub.owner and sub.owner[hotkey] == coldkey


def is_neuron(sub: Storage, netuid: NetUid, hotkey: AccountId) -> bool:
    """Whether the hotkey is a neuron of the subnet (`is_hotkey_registered_on_network`)."""
    return (netuid, hotkey) in sub.uids


def is_neuron_anywhere(sub: Storage, hotkey: AccountId) -> bool:
    """Whether the hotkey is a neuron of any subnet (`is_hotkey_registered_on_any_network`)."""
    return any(sub.is_network_member.values(hotkey))


def become_delegate(sub: Storage, hotkey: AccountId, coldkey: AccountId) -> None:
    """Fix the take of a hotkey that another's coldkey stakes with, unless it has one.

    In subtensor: `maybe_become_delegate`.
    """
    if sub.owner[hotkey] != coldkey and hotkey not in sub.delegates:
        sub.delegates[hotkey] = sub.delegates[hotkey]


def is_subnet_account(sub: Storage, account: AccountId) -> bool:
    """Whether the account belongs to a netuid, whether or not there is such a subnet.

    In subtensor: `is_subnet_account_id`.
    """
    return account == account_of(sub.config.subtensor_pallet_id, account[_NETUID_AT])


def create_account_if_missing(sub: Storage, coldkey: AccountId, hotkey: AccountId) -> None:
    """Make the coldkey the owner of a hotkey that nobody owns; nothing happens otherwise.

    In subtensor: `create_account_if_non_existent`.
    Errors: CannotUseSystemAccount.
    """
    if is_subnet_account(sub, hotkey):
        raise CannotUseSystemAccount
    if exists(sub, hotkey):
        return
    sub.owner[hotkey] = coldkey
    for lists in (sub.owned_hotkeys, sub.staking_hotkeys):
        known = lists[coldkey]
        if hotkey not in known:
            lists[coldkey] = (*known, hotkey)
