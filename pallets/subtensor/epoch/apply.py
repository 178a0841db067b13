"""What an epoch decided, into storage.

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


def apply(sub: Storage, netuid: NetUid, hotkeys: Hotkeys, found: SubnetEpochOutput) -> None:
    """Store it all and tell what miners earned by each mechanism."""
    for mechanism, output in enumerate(found.each):
        _put_mechanism(sub, storage_index(netuid, mechanism), output)
    sub.active[netuid] = tuple(found.active)
    sub.emission[netuid] = _amounts(found.emission)
    sub.consensus[netuid] = _proportions(found.consensus)
    sub.dividends[netuid] = _proportions(found.dividends)
    sub.validator_trust[netuid] = _proportions(found.validator_trust)
    sub.validator_permit[netuid] = tuple(found.new_validator_permit)
    sub.stake_weight[netuid] = _proportions(found.stake_weight)
    voting_power.update(
        sub, netuid, zip(hotkeys, found.new_validator_permit, found.stake, strict=True)
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
