"""The pool of each subnet, and the averages of price and flow that decide its emission."""

from __future__ import annotations

from pysubtensor.frame.fixed_point import RawI64F64, RawI96F32, RawU64F64
from pysubtensor.frame.hashers import identity
from pysubtensor.frame.primitives import I64, I128, U64, U128, Alpha, NetUid, Tao
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.types import NO_ALPHA, NO_TAO


class PoolItems:
    """Pools."""

    subnet_moving_alpha = Value[RawI96F32](default=I128(12_885))
    """Weight of a block in the average price of an old subnet; 0.000003."""
    subnet_moving_price = Map[NetUid, RawI96F32](identity, default=I128(0))
    """Average price of alpha in TAO."""
    subnet_volume = Map[NetUid, U128](identity, default=U128(0))
    """Rao that buyers and sellers have moved so far."""
    subnet_tao = Map[NetUid, Tao](identity, default=NO_TAO, name="SubnetTAO")
    """Rao in the pool."""
    subnet_alpha_in = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha in the pool."""
    subnet_alpha_out = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha outside the pool."""
    subnet_protocol_alpha = Map[NetUid, Alpha](identity, default=NO_ALPHA)
    """Alpha that the chain itself has bought."""
    subnet_tao_flow = Map[NetUid, I64](identity, default=I64(0))
    """Rao that users brought (or took, below 0) since the average last moved."""
    subnet_ema_tao_flow = Map[NetUid, tuple[U64, RawI64F64] | None](identity)
    """Block and value of the average of `subnet_tao_flow`."""
    net_tao_flow_enabled = Value[bool](default=True)
    """Whether what the chain brought is taken off the flow of users."""
    subnet_protocol_flow = Map[NetUid, I64](identity, default=I64(0))
    """Rao that the chain brought, less what it sold for, since the average last moved."""
    subnet_ema_protocol_flow = Map[NetUid, tuple[U64, RawI64F64] | None](identity)
    """Block and value of the average of `subnet_protocol_flow`."""
    tao_flow_cutoff = Value[RawI64F64](default=I128(0))
    """Average flow at and below which a subnet earns nothing."""
    flow_norm_exponent = Value[RawU64F64](default=U128(1 << 64))
    """Power the flows are raised to before they are compared."""
    flow_ema_smoothing_factor = Value[U64](default=U64(29_597_889_189_277))
    """Weight of a block in the average flows, with 2**63 for 1.0."""
    ema_price_halving_blocks = Map[NetUid, U64](
        identity,
        default=FromConfig("initial_ema_price_halving_period"),
        name="EMAPriceHalvingBlocks",
    )
    """Age in blocks at which a block has half of its full weight in the average price."""
    tao_in_refund_deployment_block = Value[U64](default=U64(0))
    """Subnets registered after it count the pool's alpha as the chain's when they end."""
