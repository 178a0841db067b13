"""Reads the input of an epoch: neurons, stakes, weights, bonds and hyperparameters of a subnet.

Source: epoch/run_epoch (the reads of epoch_mechanism).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysubtensor.frame.primitives import U16, AccountId, NetUid, Uid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.pools.stake_weight import inherited_stake
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.types import NetUidStorageIndex, WeightRow
from pysubtensor.pallets.subtensor.weights.commits import current_epoch
from pysubtensor.pallets.subtensor.yuma.commits import oldest_commits
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, StoredRows, stored_row
from pysubtensor.pallets.subtensor.yuma.mechanisms import Mechanism

Hotkeys = Sequence[AccountId]
"""Hotkeys by uid."""


def hotkeys(sub: Storage, netuid: NetUid) -> list[AccountId]:
    """Hotkeys of the neurons of a subnet, by uid."""
    return [sub.keys[netuid, Uid(U16(uid))] for uid in range(sub.subnetwork_n[netuid])]


def subnet(sub: Storage, netuid: NetUid, hotkeys: Hotkeys, emission: int) -> EpochInput:
    """The input that all mechanisms of a subnet have in common."""
    stakes = [inherited_stake(sub, hotkey, netuid) for hotkey in hotkeys]
    alpha_low, alpha_high = sub.alpha_values[netuid]
    return EpochInput(
        n=len(hotkeys),
        block=now(sub),
        emission=emission,
        alpha_stake=[stake.alpha for stake in stakes],
        tao_stake=[stake.root for stake in stakes],
        registered_at=[
            sub.block_at_registration[netuid, Uid(U16(uid))] for uid in range(len(hotkeys))
        ],
        last_update=(),
        validator_permit=sub.validator_permit[netuid],
        weights={},
        bonds={},
        owner_uid=owners.uid_of_owner(sub, netuid),
        last_step_block=sub.last_mechanism_step_block[netuid],
        tempo=sub.tempo[netuid],
        activity_cutoff_factor=sub.activity_cutoff_factor_milli[netuid],
        stake_threshold=sub.stake_threshold.get(),
        tao_weight=sub.tao_weight.get(),
        kappa=sub.kappa[netuid],
        max_validators=sub.max_allowed_validators[netuid],
        bonds_moving_average=sub.bonds_moving_average[netuid],
        bonds_penalty=sub.bonds_penalty[netuid],
        yuma3=sub.yuma3_on[netuid],
        liquid_alpha=sub.liquid_alpha_on[netuid],
        alpha_low=alpha_low,
        alpha_high=alpha_high,
        alpha_sigmoid_steepness=sub.alpha_sigmoid_steepness[netuid],
    )


def mechanisms(sub: Storage, netuid: NetUid, hotkeys: Hotkeys) -> list[Mechanism]:
    """The input that each mechanism has of its own."""
    count = sub.mechanism_count_current[netuid]
    return [_mechanism(sub, netuid, storage_index(netuid, each), hotkeys) for each in range(count)]


def _mechanism(
    sub: Storage, netuid: NetUid, index: NetUidStorageIndex, hotkeys: Hotkeys
) -> Mechanism:
    uids = range(len(hotkeys))
    return Mechanism(
        weights=_rows(sub.weights, index, uids),
        bonds=_rows(sub.bonds, index, uids),
        last_update=sub.last_update[index],
        oldest_commit=_oldest_commits(sub, netuid, index, hotkeys),
    )


def _rows(
    item: Map[tuple[NetUidStorageIndex, Uid], WeightRow],
    index: NetUidStorageIndex,
    uids: Iterable[int],
) -> StoredRows:
    """Stored rows that are not empty, by uid."""
    rows = ((uid, item[index, Uid(U16(uid))]) for uid in uids)
    return {uid: stored_row(row) for uid, row in rows if row}


def _oldest_commits(
    sub: Storage, netuid: NetUid, index: NetUidStorageIndex, hotkeys: Hotkeys
) -> list[int] | None:
    """Block of the oldest waiting commit by uid; None where weights are not committed.

    Commits of hotkeys that are no neurons do not count.
    """
    if not sub.commit_reveal_weights_enabled[netuid]:
        return None
    uid_of = {hotkey: uid for uid, hotkey in enumerate(hotkeys)}
    queues = [
        (uid_of[who], [(epoch, block) for _, epoch, block, _ in queue or ()])
        for (_, who), queue in sub.weight_commits.items(index)
        if who in uid_of
    ]
    timelocked = [
        (epoch, [(uid_of[who], block) for who, block, _, _ in commits if who in uid_of])
        for (_, epoch), commits in sub.timelocked_weight_commits.items(index)
    ]
    epoch, period = current_epoch(sub, netuid), sub.reveal_period_epochs[netuid]
    return oldest_commits(len(hotkeys), queues, timelocked, epoch, period)
