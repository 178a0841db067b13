"""Subnets that a crowd paid for: who shares what they earn."""

from __future__ import annotations

from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.hashers import identity, twox_64_concat
from pysubtensor.frame.primitives import U32, U128, AccountId, Alpha, NetUid
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.subtensor.types import NO_ALPHA, LeaseId, SubnetLease


class LeasingItems:
    """Leases."""

    subnet_leases = Map[LeaseId, SubnetLease | None](twox_64_concat)
    """The leases."""
    subnet_lease_shares = Map[tuple[LeaseId, AccountId], RawU64F64](
        twox_64_concat, identity, default=U128(0)
    )
    """A contributor's part of the crowd's."""
    subnet_uid_to_lease_id = Map[NetUid, LeaseId | None](twox_64_concat)
    """Lease of a subnet."""
    next_subnet_lease_id = Value[LeaseId](default=LeaseId(U32(0)))
    """Number of the next lease."""
    accumulated_lease_dividends = Map[LeaseId, Alpha](twox_64_concat, default=NO_ALPHA)
    """Alpha that waits for the contributors."""
