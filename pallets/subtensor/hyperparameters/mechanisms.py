"""How many mechanisms a subnet has, and how they share its emission."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.arith import saturating_mul
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U16, U16_MAX, NetUid
from pysubtensor.pallets.subtensor.errors import (
    InvalidValue,
    MechanismDoesNotExist,
    TooManyUIDsPerMechanism,
)
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.types import MechId, NetUidStorageIndex

MOST_MECHANISMS: Final = 16
"""More have no place in the keys of storage."""


def ensure_size(sub: Storage, uids: int, mechanisms: int) -> None:
    """Errors: TooManyUIDsPerMechanism when so many neurons times mechanisms are too many.

    In subtensor: `ensure_max_uids_over_all_mechanisms`.
    """
    total = saturating_mul(uids, mechanisms, U16_MAX)
    ensure(total <= sub.config.initial_max_allowed_uids, TooManyUIDsPerMechanism)


def ensure_count(sub: Storage, netuid: NetUid, count: MechId) -> None:
    """Check a number of mechanisms.

    In subtensor: `do_set_mechanism_count`.
    Errors: MechanismDoesNotExist; InvalidValue; TooManyUIDsPerMechanism.
    """
    ensure(sub.networks_added[netuid], MechanismDoesNotExist)
    ensure(0 < count <= sub.max_mechanism_count.get(), InvalidValue)
    ensure_size(sub, sub.max_allowed_uids[netuid], count)
    ensure(count <= MOST_MECHANISMS, InvalidValue)


def put_count(sub: Storage, netuid: NetUid, count: MechId) -> None:
    """Change the number of mechanisms: what the last ones knew is lost, all share evenly.

    In subtensor: `update_mechanism_counts_if_needed`.
    """
    before = sub.mechanism_count_current[netuid]
    if before == count:
        return
    for mechanism in range(count, before):
        forget(sub, storage_index(netuid, mechanism))
    sub.mechanism_count_current[netuid] = count
    del sub.mechanism_emission_split[netuid]


def forget(sub: Storage, index: NetUidStorageIndex) -> None:
    """Drop what the neurons of a mechanism weighed, held, committed and earned."""
    sub.weights.clear(index)
    del sub.incentive[index]
    del sub.last_update[index]
    sub.bonds.clear(index)
    sub.weight_commits.clear(index)
    sub.timelocked_weight_commits.clear(index)


def ensure_most(_: Storage, most: MechId) -> None:
    """Errors: InvalidValue."""
    ensure(0 < most <= MOST_MECHANISMS, InvalidValue)


def ensure_split(sub: Storage, netuid: NetUid, split: tuple[U16, ...] | None) -> None:
    """Errors: MechanismDoesNotExist; InvalidValue unless the parts make up 65535."""
    ensure(sub.networks_added[netuid], MechanismDoesNotExist)
    if split is not None:
        ensure(0 < len(split) <= sub.mechanism_count_current[netuid], InvalidValue)
        ensure(sum(split) == U16_MAX, InvalidValue)


def put_split(sub: Storage, netuid: NetUid, split: tuple[U16, ...] | None) -> None:
    """Share the emission of a subnet so; None: evenly (`do_set_emission_split`)."""
    if split is None:
        del sub.mechanism_emission_split[netuid]
    else:
        sub.mechanism_emission_split[netuid] = split
