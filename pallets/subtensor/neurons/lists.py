"""Lists of storage with an entry for each uid of a subnet."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pysubtensor.frame.primitives import U16, U64, NetUid, Uid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import mechanisms
from pysubtensor.pallets.subtensor.types import NO_ALPHA, NetUidStorageIndex

V = TypeVar("V")

_ZERO: Final = U16(0)

FOUND: Final = {
    "emission": NO_ALPHA,
    "consensus": _ZERO,
    "dividends": _ZERO,
    "stake_weight": _ZERO,
    "validator_trust": _ZERO,
    "validator_permit": False,
}
"""What the epoch found of each neuron of a subnet, and what a neuron has of which it found none."""


def clear_at(item: Map[Any, tuple[V, ...]], key: object, uid: Uid, empty: V) -> None:
    """Let a uid have the empty value in a stored list; one that is too short stays so."""
    item[key] = replaced(item[key], uid, empty)


def replaced(values: tuple[V, ...], place: int, value: V) -> tuple[V, ...]:
    """A list with another value at a place, or the same if it is too short."""
    if place >= len(values):
        return values
    return (*values[:place], value, *values[place + 1 :])


def touch(sub: Storage, index: NetUidStorageIndex, uid: Uid) -> None:
    """Let the open block be that of a neuron's last weights for a mechanism.

    Neurons that the list does not reach get block 0 first; nothing happens for others' uids.
    """
    netuid, _ = mechanisms.of_index(index)
    blocks = padded(sub.last_update[index], sub.subnetwork_n[netuid], U64(0))
    if uid < len(blocks):
        sub.last_update[index] = replaced(blocks, uid, now(sub))


def padded(values: tuple[V, ...], length: int, empty: V) -> tuple[V, ...]:
    """A list made as long as that, if it is shorter."""
    return (*values, *(empty,) * (length - len(values)))


def indices(sub: Storage, netuid: NetUid) -> list[NetUidStorageIndex]:
    """The keys of the lists that each mechanism of a subnet has for itself."""
    count = sub.mechanism_count_current[netuid]
    return [mechanisms.storage_index(netuid, each) for each in range(count)]
