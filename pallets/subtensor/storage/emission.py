"""What each block creates, and what waits to be given out at the next epoch."""

from __future__ import annotations

from pysubtensor.frame.fixed_point import RawU96F32
from pysubtensor.frame.hashers import blake2_128_concat, identity
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.primitives import U16, U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.types import NO_ALPHA, NO_TAO


class EmissionItems:
    """Emission."""

    alpha_dividends_per_subnet = Map[tuple[NetUid, AccountId], Alpha](
        identity, blake2_128_concat, default=NO_ALPHA
    )
    """Alpha that a hotkey earned as a validator in the last epoch."""
    root_alpha_dividends_per_subnet = Map[tuple[NetUid, AccountId], Alpha](
        identity, blake2_128_concat, default=NO_ALPHA
    )
    """Alpha that a hotkey's stake on root earned in the last epoch."""
    block_emission = Value[U64](default=U64(1_000_000_000))
    """Rao created by a block."""
    last_hotkey_emission_on_netuid = Map[tuple[AccountId, NetUid], Alpha](
        blake2_128_concat, identity, default=NO_ALPHA
    )
    """Alpha that a hotkey earned in the last epoch.  No longer written."""
    root_prop = Map[NetUid, RawU96F32](identity, default=U128(0))
    """Part of the validators' emission that goes to root."""
    subnet_alpha_in_emission = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that this block put into the pool."""
    subnet_emission_enabled = Map[NetUid, bool](identity, default=True)
    """Whether the chain may bring TAO and alpha to the pool."""
    subnet_alpha_out_emission = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that this block created outside the pool."""
    subnet_tao_in_emission = Map[NetUid, Tao](identity, default=NO_TAO)
    """Rao that this block put into the pool."""
    subnet_excess_tao = Map[NetUid, Tao](identity, default=NO_TAO)
    """Rao that this block bought alpha with."""
    subnet_root_sell_tao = Map[NetUid, Tao](identity, default=NO_TAO)
    """Rao that this block got for the dividends of root."""
    subnet_owner_cut = Value[U16](default=FromConfig("initial_subnet_owner_cut"))
    """Owner's part of a subnet's emission."""
    owner_cut_enabled = Map[NetUid, bool](identity, default=True)
    """Whether the owner gets a cut."""
    pending_server_emission = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that waits for the miners of the next epoch."""
    pending_validator_emission = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that waits for the validators of the next epoch."""
    pending_root_alpha_divs = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that waits for the stakes on root."""
    pending_owner_cut = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that waits for the owner."""
    miner_burned = Map[NetUid, RawU96F32](identity, default=U128(0))
    """Part of the miners' emission that the owner's neurons took in the last epoch."""
    recycle_or_burn = Map[NetUid, RecycleOrBurn](identity, default=RecycleOrBurn.BURN)
    """What becomes of what the owner's neurons earn as miners."""
