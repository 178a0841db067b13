"""Dividends of stakes on root, which are kept per subnet until they are claimed."""

from __future__ import annotations

from pysubtensor.frame.fixed_point import RawI96F32
from pysubtensor.frame.hashers import blake2_128_concat, identity
from pysubtensor.frame.primitives import I128, U64, U128, AccountId, NetUid
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.subtensor.types import RootClaimType, SwapClaims


class RootClaimItems:
    """Claims of root."""

    root_claimable_threshold = Map[NetUid, RawI96F32](
        blake2_128_concat, default=I128(500_000 << 32)
    )
    """Least alpha that is claimed at once."""
    root_claimable = Map[AccountId, dict[NetUid, RawI96F32]](blake2_128_concat, default=dict)
    """Alpha that each rao staked with a hotkey has earned so far, by subnet.

    A value is replaced by a new one, never changed in place.
    """
    root_claimed = Map[tuple[NetUid, AccountId, AccountId], U128](
        identity, blake2_128_concat, blake2_128_concat, default=U128(0)
    )
    """Alpha that (subnet, hotkey, coldkey) has claimed so far."""
    root_claim_type = Map[AccountId, RootClaimType](blake2_128_concat, default=SwapClaims())
    """What a coldkey's claims become."""
    num_root_claim = Value[U64](default=U64(5))
    """How many coldkeys each block claims for."""
