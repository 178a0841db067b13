"""Average stakes, by which contracts may let validators vote."""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity
from pysubtensor.frame.primitives import U64, AccountId, NetUid
from pysubtensor.frame.storage import Map


class VotingPowerItems:
    """Voting power."""

    voting_power = Map[tuple[NetUid, AccountId], U64](identity, blake2_128_concat, default=U64(0))
    """A hotkey's average stake."""
    voting_power_tracking_enabled = Map[NetUid, bool](identity, default=False)
    """Whether the average is kept."""
    voting_power_disable_at_block = Map[NetUid, U64](identity, default=U64(0))
    """Block in which it stops being kept; 0: not planned."""
    voting_power_ema_alpha = Map[NetUid, U64](identity, default=U64(3_570_000_000_000_000))
    """Weight of an epoch in the average, with 10**18 for 1.0."""
