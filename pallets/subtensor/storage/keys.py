"""Swaps of keys, and identities of coldkeys."""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.primitives import U64, AccountId, BlockNumber, Hash, NetUid
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.types import ChainIdentity


class KeyItems:
    """Keys."""

    last_hotkey_swap_on_netuid = Map[tuple[NetUid, AccountId], U64](
        identity, blake2_128_concat, default=U64(0)
    )
    """Block in which a coldkey last swapped a hotkey on this subnet alone."""
    coldkey_swap_announcement_delay = Value[BlockNumber](
        default=FromConfig("initial_coldkey_swap_announcement_delay")
    )
    """Blocks from the announcement of a coldkey's swap until it may be done."""
    coldkey_swap_reannouncement_delay = Value[BlockNumber](
        default=FromConfig("initial_coldkey_swap_reannouncement_delay")
    )
    """Further blocks until another swap may be announced instead."""
    coldkey_swap_announcements = Map[AccountId, tuple[BlockNumber, Hash] | None](twox_64_concat)
    """(block from which it may be done, hash of the new coldkey)."""
    coldkey_swap_disputes = Map[AccountId, BlockNumber | None](twox_64_concat)
    """Block in which a coldkey's announced swap was disputed."""
    identities_v2 = Map[AccountId, ChainIdentity | None](blake2_128_concat)
    """What a coldkey says of itself."""
