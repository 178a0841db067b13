"""What values settings may have, where that is for SubtensorModule to say."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U16, U16_MAX, U64, AccountId, NetUid
from pysubtensor.pallets.subtensor.errors import (
    ActivityCutoffTooLow,
    AlphaHighTooLow,
    AlphaLowOutOfRange,
    InvalidValue,
    LiquidAlphaDisabled,
    RevealPeriodTooLarge,
    RevealPeriodTooSmall,
    TxRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.hyperparameters import mechanisms
from pysubtensor.pallets.subtensor.rate_limits import TransactionType, passes, record
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners, registry

LEAST_SPEED: Final = U16_MAX // 40
"""Slowest speed of bonds that may be chosen: a fortieth."""
LONGEST_REVEAL: Final = 100
"""Most epochs from the commit of weights to their reveal."""
MOST_IMMUNE: Final = 10
"""Most neurons of the owner that are never replaced."""


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
    """Errors: SubnetNotExists; TxRateLimitExceeded."""
    registry.ensure_exists(sub, netuid)
    ensure(passes(sub, TransactionType.SET_OWNER_HOTKEY, hotkey, netuid), TxRateLimitExceeded)


def put_owner_hotkey(sub: Storage, netuid: NetUid, hotkey: AccountId) -> None:
    """`owners.put_hotkey`; whoever asked for it counts for all.  Errors: CannotUseSystemAccount."""
    record(sub, TransactionType.SET_OWNER_HOTKEY, hotkey, netuid)
    owners.put_hotkey(sub, netuid, hotkey)
