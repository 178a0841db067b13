"""What hotkeys keep of what they earn for others, and the hotkeys they lend stake to.

Takes are u16 with 65535 for 1.0.
"""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity
from pysubtensor.frame.primitives import U16, U64, AccountId, NetUid
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.types import Share


class DelegationItems:
    """Takes and childkeys."""

    tao_weight = Value[U64](default=FromConfig("initial_tao_weight"))
    """What a TAO on root counts beside an alpha, with 2**64 - 1 for 1.0."""
    ck_burn = Value[U64](default=U64(0), name="CKBurn")
    """Part burned of what a childkey earns for others' hotkeys, with 2**64 - 1 for 1.0."""
    max_delegate_take = Value[U16](default=FromConfig("initial_default_delegate_take"))
    """Largest take of a hotkey."""
    min_delegate_take = Value[U16](default=FromConfig("initial_min_delegate_take"))
    """Least take of a hotkey."""
    max_childkey_take = Value[U16](default=FromConfig("initial_max_child_key_take"))
    """Largest take of a childkey."""
    min_childkey_take = Value[U16](default=FromConfig("initial_min_child_key_take"))
    """Least take of a childkey."""
    min_childkey_take_per_subnet = Map[NetUid, U16](identity, default=U16(0))
    """Least take of a childkey that a subnet's owner asks for."""
    delegates = Map[AccountId, U16](
        blake2_128_concat, default=FromConfig("initial_default_delegate_take")
    )
    """What a hotkey keeps of its nominators' dividends; present: it is open to them."""
    childkey_take = Map[tuple[AccountId, NetUid], U16](blake2_128_concat, identity, default=U16(0))
    """What a hotkey keeps of the dividends of its parents."""
    pending_child_keys = Map[tuple[NetUid, AccountId], tuple[tuple[Share, ...], U64]](
        identity, blake2_128_concat, default=((), U64(0))
    )
    """Children a hotkey will have, and from which block."""
    child_keys = Map[tuple[AccountId, NetUid], tuple[Share, ...]](
        blake2_128_concat, identity, default=()
    )
    """Hotkeys that a hotkey lends parts of its stake to."""
    parent_keys = Map[tuple[AccountId, NetUid], tuple[Share, ...]](
        blake2_128_concat, identity, default=()
    )
    """Hotkeys that lend to a hotkey, and what part of their stake."""
    auto_parent_delegation_enabled = Map[AccountId, bool](blake2_128_concat, default=True)
    """Whether a new subnet's owner hotkey becomes a child of this root validator."""
    pending_child_key_cooldown = Value[U64](default=FromConfig("pending_childkey_cooldown"))
    """Blocks from the choice of children until they count."""
