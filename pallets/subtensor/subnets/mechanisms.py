"""The mechanisms of a subnet, and the number that stands for one of them in keys of storage.

Source: subnets/mechanism.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U8, U16, U16_MAX, NetUid
from pysubtensor.pallets.subtensor.errors import MechanismDoesNotExist
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import MechId, NetUidStorageIndex

MAIN: Final = MechId(U8(0))
"""The mechanism that every subnet has."""
MOST_SUBNETS: Final = 4096
"""Numbers of mechanisms of one subnet lie this far apart."""


def storage_index(netuid: NetUid, mechanism: int) -> NetUidStorageIndex:
    """The number of a mechanism, which need not exist; saturates at 65535.

    In subtensor: `get_mechanism_storage_index`.
    """
    first = min(mechanism * MOST_SUBNETS, U16_MAX)
    return NetUidStorageIndex(U16(saturating_add(first, netuid, U16_MAX)))


def of_index(index: NetUidStorageIndex) -> tuple[NetUid, MechId]:
    """The subnet and the mechanism that a number stands for, whether or not they exist.

    In subtensor: `get_netuid_and_subid`.
    """
    mechanism, netuid = divmod(index, MOST_SUBNETS)
    return NetUid(U16(netuid)), MechId(U8(mechanism))


def exists(sub: Storage, netuid: NetUid, mechanism: MechId) -> bool:
    """Whether this mechanism exists on this subnet."""
    return sub.networks_added[netuid] and mechanism < sub.mechanism_count_current[netuid]


def ensure_exists(sub: Storage, netuid: NetUid, mechanism: MechId) -> None:
    """Refuse a mechanism that does not exist.  Errors: MechanismDoesNotExist.

    In subtensor: `ensure_mechanism_exists`.
    """
    ensure(exists(sub, netuid, mechanism), MechanismDoesNotExist)
