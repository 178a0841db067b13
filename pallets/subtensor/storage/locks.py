"""Alpha that its owners have locked, and the conviction it gathers."""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity
from pysubtensor.frame.primitives import U64, U128, AccountId, NetUid
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.subtensor.types import LockState, Unit


class LockItems:
    """Locks."""

    account_flags = Map[AccountId, U128](blake2_128_concat, default=U128(0))
    """What a coldkey agreed to; the lowest bit: to be sent locked alpha."""
    lock = Map[tuple[AccountId, NetUid, AccountId], LockState | None](
        blake2_128_concat, identity, blake2_128_concat
    )
    """What a coldkey has locked with a hotkey; keys are (coldkey, subnet, hotkey)."""
    locking_coldkeys = Map[tuple[NetUid, AccountId, AccountId], Unit | None](
        identity, blake2_128_concat, blake2_128_concat
    )
    """The coldkeys behind a hotkey; keys are (subnet, hotkey, coldkey)."""
    hotkey_lock = Map[tuple[NetUid, AccountId], LockState | None](identity, blake2_128_concat)
    """Sum of the perpetual locks with a hotkey that is not the owner's."""
    decaying_hotkey_lock = Map[tuple[NetUid, AccountId], LockState | None](
        identity, blake2_128_concat
    )
    """Sum of the decaying locks with such a hotkey."""
    owner_lock = Map[NetUid, LockState | None](identity)
    """Sum of the perpetual locks with the owner's hotkey."""
    decaying_owner_lock = Map[NetUid, LockState | None](identity)
    """Sum of the decaying locks with the owner's hotkey."""
    decaying_lock = Map[tuple[AccountId, NetUid], bool | None](blake2_128_concat, identity)
    """False: a coldkey's locks last; absent: they decay."""
    owner_cut_auto_lock_enabled = Map[NetUid, bool](identity, default=False)
    """Whether the owner's cut is locked as it comes."""
    maturity_rate = Value[U64](default=U64(934_866))
    """Time constant of conviction, in blocks; half of it is there after 90 days."""
    unlock_rate = Value[U64](default=U64(934_866))
    """Time constant of decay, in blocks; half is free after 90 days."""
