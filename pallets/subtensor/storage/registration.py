"""How neurons come onto a subnet, how many of them, and at what price in rao."""

from __future__ import annotations

from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.hashers import identity
from pysubtensor.frame.primitives import U16, U64, U128, NetUid, Tao
from pysubtensor.frame.storage import FromConfig, Map


class RegistrationItems:
    """Registration of neurons."""

    used_work = Map[bytes, U64](identity, default=U64(0))
    """Block in which a proof of work was handed in to the faucet."""
    max_registrations_per_block = Map[NetUid, U16](
        identity, default=FromConfig("initial_max_registrations_per_block")
    )
    """Most neurons that may register in one block."""
    network_registration_allowed = Map[NetUid, bool](identity, default=True)
    """Whether neurons may register by paying."""
    network_pow_registration_allowed = Map[NetUid, bool](identity, default=True)
    """Whether neurons may register by work.  Unused: they cannot."""
    registrations_this_interval = Map[NetUid, U16](identity, default=U16(0))
    """Neurons that registered in the interval under way."""
    pow_registrations_this_interval = Map[NetUid, U16](
        identity, default=U16(0), name="POWRegistrationsThisInterval"
    )
    """Those of them that registered by work."""
    burn_registrations_this_interval = Map[NetUid, U16](identity, default=U16(0))
    """Those of them that registered by paying."""
    min_allowed_uids = Map[NetUid, U16](identity, default=FromConfig("initial_min_allowed_uids"))
    """Least `max_allowed_uids` an owner may set."""
    max_allowed_uids = Map[NetUid, U16](identity, default=FromConfig("initial_max_allowed_uids"))
    """Most neurons the subnet may have."""
    immunity_period = Map[NetUid, U16](identity, default=FromConfig("initial_immunity_period"))
    """Blocks after its registration in which a neuron is not replaced before others."""
    adjustment_interval = Map[NetUid, U16](
        identity, default=FromConfig("initial_adjustment_interval")
    )
    """Blocks of an interval.  The price moves with each block by now."""
    target_registrations_per_interval = Map[NetUid, U16](
        identity, default=FromConfig("initial_target_registrations_per_interval")
    )
    """Registrations aimed at in an interval; three times as many are the limit on root."""
    adjustment_alpha = Map[NetUid, U64](identity, default=FromConfig("initial_adjustment_alpha"))
    """Part of the old price in the new one, with 2**64 - 1 for 1.0.  Unused."""
    burn = Map[NetUid, Tao](identity, default=FromConfig("initial_burn"))
    """Rao to pay for a registration now."""
    difficulty = Map[NetUid, U64](identity, default=FromConfig("initial_difficulty"))
    """Hashes that work for a registration takes on average.  Unused."""
    min_burn = Map[NetUid, Tao](identity, default=FromConfig("initial_min_burn"))
    """Least `burn`."""
    max_burn = Map[NetUid, Tao](identity, default=FromConfig("initial_max_burn"))
    """Largest `burn`."""
    min_difficulty = Map[NetUid, U64](identity, default=FromConfig("initial_min_difficulty"))
    """Least `difficulty`."""
    max_difficulty = Map[NetUid, U64](identity, default=FromConfig("initial_max_difficulty"))
    """Largest `difficulty`."""
    last_adjustment_block = Map[NetUid, U64](identity, default=U64(0))
    """Block in which the last interval began."""
    registrations_this_block = Map[NetUid, U16](identity, default=U16(0))
    """Neurons that registered in this block."""
    rao_recycled_for_registration = Map[NetUid, Tao](
        identity,
        default=FromConfig("initial_rao_recycled_for_registration"),
        name="RAORecycledForRegistration",
    )
    """Rao that registrations have recycled."""
    immune_owner_uids_limit = Map[NetUid, U16](identity, default=U16(1))
    """How many of the owner's neurons are never replaced."""
    min_non_immune_uids = Map[NetUid, U16](identity, default=U16(10))
    """With no more neurons than these past immunity, an immune one is replaced."""
    burn_half_life = Map[NetUid, U16](identity, default=U16(360))
    """Blocks in which `burn` falls by half; 0: never falls."""
    burn_increase_mult = Map[NetUid, RawU64F64](identity, default=U128(0x1_428F_5C28_F5C2_9000))
    """What a registration multiplies `burn` with; 1.26."""
