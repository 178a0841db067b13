"""Weights set at once: one row, or rows on several subnets of which some may be refused.

Source: subnets/weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pysubtensor.frame.error import DispatchFailure, ensure
from pysubtensor.frame.fixed_point import I32F32
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U16, U64, AccountId, NetUid, Uid
from pysubtensor.pallets.subtensor.errors import (
    CanNotSetRootNetworkWeights,
    CommitRevealEnabled,
    DuplicateUids,
    IncorrectWeightVersionKey,
    InputLengthsUnequal,
    NeuronNoValidatorPermit,
    NotEnoughStakeToSetWeights,
    SettingWeightsTooFast,
    UidsLengthExceedUidsInSubNet,
    UidVecContainInvalidOne,
    WeightVecLengthIsLow,
    WeightVecNotEqualSize,
)
from pysubtensor.pallets.subtensor.events.weights import (
    BatchCompletedWithErrors,
    BatchWeightItemFailed,
    BatchWeightsCompleted,
    WeightsSet,
)
from pysubtensor.pallets.subtensor.neurons import lists
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import mechanisms
from pysubtensor.pallets.subtensor.types import ROOT, MechId, NetUidStorageIndex
from pysubtensor.pallets.subtensor.weights import checks
from pysubtensor.pallets.subtensor.yuma.vectors import upscaled_to_u16


class Row(NamedTuple):
    """What a neuron thinks of others: `values[i]`, in any proportion, of the neuron `uids[i]`."""

    uids: tuple[U16, ...]
    values: tuple[U16, ...]
    version_key: U64


def ensure_not_committed(sub: Storage, netuid: NetUid) -> None:
    """Refuse to set weights that must be committed first.  Errors: CommitRevealEnabled."""
    ensure(not sub.commit_reveal_weights_enabled[netuid], CommitRevealEnabled)


def set_row(sub: Storage, origin: Origin, netuid: NetUid, mechanism: MechId, row: Row) -> None:
    """Store a row, the largest value scaled to 65535 (`internal_set_weights`).

    Of revealed weights the waiting time counts from the commitment, so this leaves it alone.
    Errors: BadOrigin; all of `calls.weights.set_weights` but CommitRevealEnabled.
    """
    hotkey = ensure_signed(origin)
    index = mechanisms.storage_index(netuid, mechanism)
    ensure(netuid != ROOT, CanNotSetRootNetworkWeights)
    ensure(len(row.uids) == len(row.values), WeightVecNotEqualSize)
    mechanisms.ensure_exists(sub, netuid, mechanism)
    uid = _ensure_sender(sub, netuid, index, hotkey, row)
    _ensure_row(sub, netuid, uid, row.uids)
    sub.weights[index, uid] = tuple(zip(row.uids, scaled(row.values), strict=True))
    if not sub.commit_reveal_weights_enabled[netuid]:
        lists.touch(sub, index, uid)
    sub.emit(WeightsSet(index, U16(uid)))


def _ensure_sender(
    sub: Storage, netuid: NetUid, index: NetUidStorageIndex, hotkey: AccountId, row: Row
) -> Uid:
    ensure(len(row.uids) <= sub.subnetwork_n[netuid], UidsLengthExceedUidsInSubNet)
    uid = checks.ensure_uid(sub, netuid, hotkey)
    ensure(checks.has_stake(sub, netuid, hotkey), NotEnoughStakeToSetWeights)
    ensure(checks.version_is_current(sub, netuid, row.version_key), IncorrectWeightVersionKey)
    if not sub.commit_reveal_weights_enabled[netuid]:
        ensure(checks.within_rate_limit(sub, index, uid), SettingWeightsTooFast)
    return uid


def _ensure_row(sub: Storage, netuid: NetUid, uid: Uid, uids: Sequence[U16]) -> None:
    """No weight is too large here: the chain's limit is the whole."""
    ensure(checks.may_validate(sub, netuid, uid, uids), NeuronNoValidatorPermit)
    ensure(len(set(uids)) == len(uids), DuplicateUids)
    ensure(checks.all_exist(sub, netuid, uids), UidVecContainInvalidOne)
    ensure(checks.names_enough(sub, netuid, uid, uids), WeightVecLengthIsLow)


def scaled(values: Sequence[U16]) -> list[U16]:
    """The values with the largest at 65535; zeros stay."""
    return [U16(value) for value in upscaled_to_u16([I32F32.from_int(value) for value in values])]


def set_rows(
    sub: Storage,
    origin: Origin,
    netuids: tuple[NetUid, ...],
    weights: Sequence[Sequence[tuple[U16, U16]]],
    version_keys: Sequence[U64],
) -> None:
    """Set a row of (uid, value) on each subnet's main mechanism; events report each error.

    In subtensor: `do_batch_set_weights`.
    Errors: BadOrigin; InputLengthsUnequal.
    """
    ensure_signed(origin)
    ensure(len(netuids) == len(weights) == len(version_keys), InputLengthsUnequal)

    def set_one(netuid: NetUid, pairs: Sequence[tuple[U16, U16]], version_key: U64) -> None:
        ensure_not_committed(sub, netuid)
        row = Row(tuple(uid for uid, _ in pairs), tuple(each for _, each in pairs), version_key)
        set_row(sub, origin, netuid, mechanisms.MAIN, row)

    attempt_each(sub, origin, netuids, set_one, zip(netuids, weights, version_keys, strict=True))


def attempt_each(
    sub: Storage,
    origin: Origin,
    netuids: tuple[NetUid, ...],
    action: Callable[..., None],
    items: Iterable[tuple[NetUid, *tuple[object, ...]]],
) -> None:
    """Do `action` with each item, which begins with its netuid, and emit each error.

    An action writes nothing before the last of its checks, so there is nothing to undo.
    """
    who = ensure_signed(origin)
    refused: list[tuple[NetUid, DispatchFailure]] = []
    for item in items:
        try:
            action(*item)
        except DispatchFailure as failure:
            refused.append((item[0], failure))
    if refused:
        sub.emit(BatchCompletedWithErrors())
    for netuid, why in refused:
        sub.emit(BatchWeightItemFailed(netuid, sub.env.dispatch_error(why)))
    sub.emit(BatchWeightsCompleted(netuids, who))
