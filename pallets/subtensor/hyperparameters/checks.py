"""What values settings may have, where that is for SubtensorModule to say."""

from __future__ import annotations

from typing import Final

from pallets.subtensor.errors import (
    ActivityCutoffTooLow,
    AlphaHighTooLow,
    AlphaLowOutOfRange,
    CannotUseSystemAccount,
    InvalidValue,
    LiquidAlphaDisabled,
    RevealPeriodTooLarge,
    RevealPeriodTooSmall,
    SubnetNotExists,
    TxRateLimitExceeded,
)
from pallets.subtensor.events.networks import SubnetOwnerHotkeySet
from pallets.subtensor.hyperparameters import mechanisms
from pallets.subtensor.rate_limits import Transaction, passes, record
from pallets.subtensor.storage import Storage
from runtime.frame.error import ensure
from runtime.frame.pallet_id import account_of
from runtime.primitives import U16, U16_MAX, U64, AccountId, NetUid

LEAST_SPEED: Final = U16_MAX // 40
"""Slowest speed of bonds that may be chosen: a fortieth."""
LONGEST_REVEAL: Final = 100
"""Most epochs from the commit of weights to their reveal."""
MOST_IMMUNE: Final = 10
"""Most neurons of the owner that are never replaced."""
_NETUID_BYTES: Final = 2


def activity_cutoff(sub: Storage, _: NetUid, blocks: U16) -> None:
    """Errors: ActivityCutoffTooLow."""
    ensure(blocks >= sub.min_activity_cutoff.get(), ActivityCutoffTooLow)


def max_allowed_uids(sub: Storage, netuid: NetUid, size: U16) -> None:
    """Errors: TooManyUIDsPerMechanism."""
    mechanisms.ensure_size(sub, size, sub.mechanism_count_current[netuid])


def alpha_values(sub: Storage, netuid: NetUid, values: tuple[U16, U16]) -> None:
    """Errors: LiquidAlphaDisabled; AlphaHighTooLow; AlphaLowOutOfRange."""
    low, high = values
    ensure(sub.liquid_alpha_on[netuid], LiquidAlphaDisabled)
    ensure(high >= LEAST_SPEED, AlphaHighTooLow)
    ensure(LEAST_SPEED <= low <= high, AlphaLowOutOfRange)


def reveal_period(_: Storage, __: NetUid, epochs: U64) -> None:
    """Errors: RevealPeriodTooLarge; RevealPeriodTooSmall."""
    ensure(epochs <= LONGEST_REVEAL, RevealPeriodTooLarge)
    ensure(epochs >= 1, RevealPeriodTooSmall)


def immune_owner_uids(_: Storage, __: NetUid, count: U16) -> None:
    """Errors: InvalidValue."""
    ensure(1 <= count <= MOST_IMMUNE, InvalidValue)


def owner_hotkey(sub: Storage, netuid: NetUid, hotkey: AccountId) -> None:
    """Errors: SubnetNotExists; TxRateLimitExceeded; CannotUseSystemAccount."""
    ensure(sub.networks_added[netuid], SubnetNotExists)
    ensure(passes(sub, Transaction.SET_OWNER_HOTKEY, hotkey, netuid), TxRateLimitExceeded)
    ensure(not _is_subnets(sub, hotkey), CannotUseSystemAccount)


def _is_subnets(sub: Storage, account: AccountId) -> bool:
    """Is this the account of a subnet, existing or not?"""
    stem = account_of(sub.config.subtensor_pallet_id).rstrip(b"\0")
    part = account[len(stem) : len(stem) + _NETUID_BYTES]
    return account == account_of(sub.config.subtensor_pallet_id, part)


def put_owner_hotkey(sub: Storage, netuid: NetUid, hotkey: AccountId) -> None:
    """Let a hotkey receive the owner's cut, whoever asked for it counts for all."""
    record(sub, Transaction.SET_OWNER_HOTKEY, hotkey, netuid)
    sub.subnet_owner_hotkey[netuid] = hotkey
    sub.emit(SubnetOwnerHotkeySet(netuid, hotkey))
