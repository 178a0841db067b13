"""How often something may be done, and when it was done last.  Times are blocks."""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity
from pysubtensor.frame.primitives import U16, U64, AccountId, NetUid
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.types import RateLimitKey


class LimitItems:
    """Rate limits."""

    owner_hyperparam_rate_limit = Value[U16](default=U16(2))
    """Tempos between two changes of one setting by a subnet's owner."""
    weights_version_key_rate_limit = Value[U64](default=U64(5))
    """Tempos between two changes of a subnet's version key."""
    last_rate_limited_block = Map[RateLimitKey, U64](identity, default=U64(0))
    """Block in which something was last done."""
    tx_rate_limit = Value[U64](default=FromConfig("initial_tx_rate_limit"))
    """Blocks between two swaps of hotkeys by one coldkey."""
    tx_delegate_take_rate_limit = Value[U64](
        default=FromConfig("initial_tx_delegate_take_rate_limit")
    )
    """Blocks between two raises of a delegate take."""
    tx_childkey_take_rate_limit = Value[U64](
        default=FromConfig("initial_tx_child_key_take_rate_limit")
    )
    """Blocks between two changes of a childkey take."""
    transaction_key_last_block = Map[tuple[AccountId, NetUid, U16], U64](
        blake2_128_concat, identity, identity, default=U64(0)
    )
    """Block of the last one of (key, subnet, kind of transaction)."""
    last_tx_block = Map[AccountId, U64](identity, default=U64(0))
    """Replaced by `last_rate_limited_block`, as are the next two."""
    last_tx_block_child_key_take = Map[AccountId, U64](identity, default=U64(0))
    """See `last_tx_block`."""
    last_tx_block_delegate_take = Map[AccountId, U64](identity, default=U64(0))
    """See `last_tx_block`."""
    has_migration_run = Map[bytes, bool](identity, default=False)
    """Whether the migration of that name has run."""
