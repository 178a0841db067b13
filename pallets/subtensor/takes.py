"""What hotkeys keep of what they earn for others: as delegates, and as children.

Takes are u16 with 65535 for 1.0.
"""

from __future__ import annotations

from pysubtensor.frame.primitives import U16, AccountId, NetUid
from pysubtensor.pallets.subtensor import hotkeys, rate_limits
from pysubtensor.pallets.subtensor.errors import (
    DelegateTakeTooHigh,
    DelegateTakeTooLow,
    DelegateTxRateLimitExceeded,
    HotKeyAccountNotExists,
    InvalidChildkeyTake,
    NonAssociatedColdKey,
    TxChildkeyTakeRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.events.staking import (
    ChildKeyTakeSet,
    TakeDecreased,
    TakeIncreased,
)
from pysubtensor.pallets.subtensor.rate_limits import TransactionType, now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import LastTxBlockDelegateTake


def check(sub: Storage, coldkey: AccountId, hotkey: AccountId, take: int) -> None:
    """What any change of a take is checked for first (`do_take_checks`).

    Errors: DelegateTakeTooLow; DelegateTakeTooHigh; HotKeyAccountNotExists; NonAssociatedColdKey.
    """
    if take < sub.min_delegate_take.get():
        raise DelegateTakeTooLow
    if take > sub.max_delegate_take.get():
        raise DelegateTakeTooHigh
    if not hotkeys.exists(sub, hotkey):
        raise HotKeyAccountNotExists
    if not hotkeys.owned_by(sub, coldkey, hotkey):
        raise NonAssociatedColdKey


def decrease(sub: Storage, coldkey: AccountId, hotkey: AccountId, take: U16) -> None:
    """Lower a take; the first one may be any (`do_decrease_take`).  Errors: those of `check`."""
    check(sub, coldkey, hotkey, take)
    if hotkey in sub.delegates and take >= sub.delegates[hotkey]:
        raise DelegateTakeTooLow
    _put(sub, hotkey, take)
    sub.emit(TakeDecreased(coldkey, hotkey, take))


def increase(sub: Storage, coldkey: AccountId, hotkey: AccountId, take: U16) -> None:
    """Raise a take; the first one may be any (`do_increase_take`).

    Errors: those of `check`; DelegateTxRateLimitExceeded.
    """
    check(sub, coldkey, hotkey, take)
    if hotkey in sub.delegates and take <= sub.delegates[hotkey]:
        raise DelegateTakeTooLow
    if rate_limits.raises_take_too_soon(sub, hotkey):
        raise DelegateTxRateLimitExceeded
    _put(sub, hotkey, take)
    sub.emit(TakeIncreased(coldkey, hotkey, take))


def _put(sub: Storage, hotkey: AccountId, take: U16) -> None:
    sub.delegates[hotkey] = take
    sub.last_rate_limited_block[LastTxBlockDelegateTake(hotkey)] = now(sub)


# -- children -------------------------------------------------------------------------------------


def least_childkey_take(sub: Storage, netuid: NetUid) -> U16:
    """The least that a child may keep on a subnet (`get_effective_min_childkey_take`)."""
    return max(sub.min_childkey_take.get(), sub.min_childkey_take_per_subnet[netuid])


def childkey_take(sub: Storage, hotkey: AccountId, netuid: NetUid) -> U16:
    """What a hotkey keeps as a child on a subnet (`get_childkey_take`)."""
    return max(sub.childkey_take[hotkey, netuid], least_childkey_take(sub, netuid))


def set_childkey_take(
    sub: Storage, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, take: U16
) -> None:
    """Choose what a hotkey keeps as a child; a raise needs some time after any choice.

    In subtensor: `do_set_childkey_take`.
    Errors: NonAssociatedColdKey; InvalidChildkeyTake; TxChildkeyTakeRateLimitExceeded.
    """
    if not hotkeys.owned_by(sub, coldkey, hotkey):
        raise NonAssociatedColdKey
    if not least_childkey_take(sub, netuid) <= take <= sub.max_childkey_take.get():
        raise InvalidChildkeyTake
    kind = TransactionType.SET_CHILDKEY_TAKE
    raised = take > childkey_take(sub, hotkey, netuid)
    if raised and not rate_limits.passes(sub, kind, hotkey, netuid):
        raise TxChildkeyTakeRateLimitExceeded
    sub.childkey_take[hotkey, netuid] = take
    rate_limits.record(sub, kind, hotkey, netuid)
    sub.emit(ChildKeyTakeSet(hotkey, take))
