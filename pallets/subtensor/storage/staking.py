"""Who has staked how much with whom.

A hotkey's alpha on a subnet is one number, shared among coldkeys (`staking.share_pool`).
"""

from __future__ import annotations

from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.primitives import U64, U128, ZERO_ACCOUNT, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.types import NO_ALPHA, NO_TAO


class StakingItems:
    """Stakes."""

    next_stake_job_id = Value[U64](default=U64(0))
    """Unused."""
    owner = Map[AccountId, AccountId](blake2_128_concat, default=ZERO_ACCOUNT)
    """Coldkey of a hotkey."""
    total_issuance = Value[Tao](default=FromConfig("initial_issuance"))
    """All the rao there is, as this pallet counts it."""
    total_stake = Value[Tao](default=NO_TAO)
    """Rao in the pools of all subnets and staked on root."""
    staking_hotkeys = Map[AccountId, tuple[AccountId, ...]](blake2_128_concat, default=())
    """Hotkeys that a coldkey has staked with."""
    owned_hotkeys = Map[AccountId, tuple[AccountId, ...]](blake2_128_concat, default=())
    """Hotkeys that a coldkey owns."""
    auto_stake_destination = Map[tuple[AccountId, NetUid], AccountId | None](
        blake2_128_concat, identity
    )
    """Hotkey that a coldkey's earnings as a miner are staked with."""
    auto_stake_destination_coldkeys = Map[tuple[AccountId, NetUid], tuple[AccountId, ...]](
        blake2_128_concat, identity, default=()
    )
    """Coldkeys whose earnings go to the hotkey."""
    total_hotkey_alpha = Map[tuple[AccountId, NetUid], Alpha](
        blake2_128_concat, identity, default=NO_ALPHA
    )
    """Alpha staked with a hotkey (rao on root): the value of its share pool."""
    total_hotkey_alpha_last_epoch = Map[tuple[AccountId, NetUid], Alpha](
        blake2_128_concat, identity, default=NO_ALPHA
    )
    """The same at the subnet's last epoch."""
    total_hotkey_shares = Map[tuple[AccountId, NetUid], RawU64F64](
        blake2_128_concat, identity, default=U128(0)
    )
    """Shares of a hotkey's pool in a former form; they move to `total_hotkey_shares_v2`."""
    alpha = Map[tuple[AccountId, AccountId, NetUid], RawU64F64](
        blake2_128_concat, blake2_128_concat, identity, default=U128(0)
    )
    """Shares of (hotkey, coldkey) in a former form; they move to `alpha_v2`."""
    total_hotkey_shares_v2 = Map[tuple[AccountId, NetUid], SafeFloat](
        blake2_128_concat, identity, default=SafeFloat()
    )
    """Shares of a hotkey's pool."""
    alpha_v2 = Map[tuple[AccountId, AccountId, NetUid], SafeFloat](
        blake2_128_concat, blake2_128_concat, identity, default=SafeFloat()
    )
    """Shares that (hotkey, coldkey) has in the hotkey's pool."""
    alpha_map_last_key = Value[bytes | None](default=None)
    """Storage key at which the walk through `alpha` goes on; None: from the start."""
    alpha_v2_map_last_key = Value[bytes | None](default=None)
    """Storage key at which the walk through `alpha_v2` goes on; None: from the start."""
    nominator_min_required_stake = Value[U64](default=U64(0))
    """Least stake of a nominator, in millionths of the least stake of all."""
    stake_threshold = Value[U64](default=U64(0))
    """Least stake weight of a hotkey that sets weights."""
    last_coldkey_hotkey_stake_block = Map[tuple[AccountId, AccountId], U64 | None](
        twox_64_concat, twox_64_concat
    )
    """Block in which a coldkey last staked with a hotkey or took from it."""
    staking_coldkeys_by_index = Map[U64, AccountId | None](identity)
    """Coldkeys with stake, numbered from 0 without gaps."""
    staking_coldkeys = Map[AccountId, U64 | None](identity)
    """Number of a coldkey in `staking_coldkeys_by_index`."""
    num_staking_coldkeys = Value[U64](default=U64(0))
    """How many coldkeys have stake."""
