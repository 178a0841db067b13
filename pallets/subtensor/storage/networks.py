"""Which subnets there are, who owns them, and what the next one costs."""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.primitives import (
    U8,
    U16,
    U64,
    ZERO_ACCOUNT,
    AccountId,
    BlockNumber,
    NetUid,
    Tao,
)
from pysubtensor.frame.storage import FromConfig, Map, Value
from pysubtensor.pallets.subtensor.types import NO_TAO, MechId, SubnetIdentity


class NetworkItems:
    """Subnets."""

    dissolve_network_schedule_duration = Value[BlockNumber](
        default=FromConfig("initial_dissolve_network_schedule_duration")
    )
    """Blocks between the announcement of a subnet's end and its end."""
    subnet_limit = Value[U16](default=U16(128))
    """Most subnets there may be beside root."""
    token_symbol = Map[NetUid, bytes](identity, default="\U0001d70f".encode())
    """UTF-8 symbol of a subnet's alpha; tau where none was given."""
    total_networks = Value[U16](default=U16(0))
    """How many subnets there are, root included."""
    network_immunity_period = Value[U64](default=FromConfig("initial_network_immunity_period"))
    """Blocks after its registration in which a subnet cannot be removed to make room."""
    start_call_delay = Value[U64](default=FromConfig("initial_start_call_delay"))
    """Blocks that must pass between a subnet's registration and its start."""
    network_min_lock_cost = Value[Tao](default=FromConfig("initial_network_min_lock_cost"))
    """Least rao to pay for a new subnet."""
    network_last_lock_cost = Value[Tao](default=FromConfig("initial_network_min_lock_cost"))
    """Rao paid for the newest subnet; the price of the next falls from twice that."""
    network_lock_reduction_interval = Value[U64](
        default=FromConfig("initial_network_lock_reduction_interval")
    )
    """Blocks in which the price of a new subnet falls by what the last one paid."""
    network_rate_limit = Value[U64](default=FromConfig("network_rate_limit"))
    """Blocks that must pass between two registrations of subnets."""
    transfer_toggle = Map[NetUid, bool](identity, default=True)
    """Whether stakes on the subnet may change hands."""
    subnet_locked = Map[NetUid, Tao](identity, default=NO_TAO)
    """Rao paid when the subnet was registered."""
    largest_locked = Map[NetUid, U64](identity, default=U64(0))
    """Unused."""
    first_emission_block_number = Map[NetUid, U64 | None](identity)
    """Block from which the subnet earns; absent until it is started."""
    subnet_mechanism = Map[NetUid, U16](identity, default=U16(0))
    """0: stakes are TAO one to one; 1: stakes are alpha bought from the pool."""
    networks_added = Map[NetUid, bool](identity, default=False)
    """Whether the subnet exists."""
    network_registered_at = Map[NetUid, U64](identity, default=U64(0))
    """Block of the subnet's registration."""
    registered_subnet_counter = Map[NetUid, U64](identity, default=U64(0))
    """How often this netuid was registered; tells apart subnets that had it in turn."""
    subnet_owner = Map[NetUid, AccountId](identity, default=ZERO_ACCOUNT)
    """Coldkey that owns the subnet."""
    subnet_owner_hotkey = Map[NetUid, AccountId](identity, default=ZERO_ACCOUNT)
    """Hotkey that receives the owner's cut."""
    subtoken_enabled = Map[NetUid, bool](identity, default=False)
    """Whether the subnet's alpha may be traded.  Set when it is started."""
    subnet_identities_v3 = Map[NetUid, SubnetIdentity | None](blake2_128_concat)
    """What its owner says of the subnet."""
    network_registration_start_block = Value[U64](default=U64(0))
    """Block from which subnets may be registered."""
    max_mechanism_count = Value[MechId](default=MechId(U8(2)))
    """Most mechanisms a subnet may have."""
    mechanism_count_current = Map[NetUid, MechId](twox_64_concat, default=MechId(U8(1)))
    """How many mechanisms the subnet has."""
    mechanism_emission_split = Map[NetUid, tuple[U16, ...] | None](twox_64_concat)
    """Each mechanism's part of the subnet's emission, 65535 in all; absent: even parts."""
