"""Writes what an epoch decided into storage.

Source: epoch/run_epoch (persist_mechanism_epoch_terms, persist_netuid_epoch_terms).
"""

from __future__ import annotations

from typing import cast

from pysubtensor.frame.primitives import U16, Alpha, NetUid, Uid
from pysubtensor.pallets.subtensor import voting_power
from pysubtensor.pallets.subtensor.epoch.gather import Hotkeys
from pysubtensor.pallets.subtensor.events.staking import IncentiveAlphaEmittedToMiners
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.types import NetUidStorageIndex, WeightRow
from pysubtensor.pallets.subtensor.yuma.inputs import EpochOutput, StoredRow
from pysubtensor.pallets.subtensor.yuma.mechanisms import SubnetEpochOutput


def apply(sub: Storage, netuid: NetUid, hotkeys: Hotkeys, output: SubnetEpochOutput) -> None:
    """Store the output of an epoch, and report the incentive of miners by mechanism."""
    for mechanism, own in enumerate(output.each):
        _put_mechanism(sub, storage_index(netuid, mechanism), own)
    sub.active[netuid] = tuple(output.active)
    sub.emission[netuid] = _amounts(output.emission)
    sub.consensus[netuid] = _proportions(output.consensus)
    sub.dividends[netuid] = _proportions(output.dividends)
    sub.validator_trust[netuid] = _proportions(output.validator_trust)
    sub.validator_permit[netuid] = tuple(output.new_validator_permit)
    sub.stake_weight[netuid] = _proportions(output.stake_weight)
    voting_power.update(
        sub, netuid, zip(hotkeys, output.new_validator_permit, output.stake, strict=True)
    )


def _put_mechanism(sub: Storage, index: NetUidStorageIndex, output: EpochOutput) -> None:
    sub.incentive[index] = _proportions(output.incentive)
    sub.emit(IncentiveAlphaEmittedToMiners(index, _amounts(output.server_emission)))
    for uid, bonds in enumerate(output.bonds):
        key, row = (index, Uid(U16(uid))), _row(bonds)
        if row or sub.bonds[key] or key not in sub.bonds:  # most are empty and stay so
            sub.bonds[key] = row


def _row(row: StoredRow) -> WeightRow:
    if not len(row):
        return ()
    return cast(WeightRow, tuple(zip(row[:, 0].tolist(), row[:, 1].tolist(), strict=True)))


def _proportions(values: list[int]) -> tuple[U16, ...]:
    return cast("tuple[U16, ...]", tuple(values))


def _amounts(values: list[int]) -> tuple[Alpha, ...]:
    return cast("tuple[Alpha, ...]", tuple(values))
