"""Weights and bonds between neurons, and weights that are committed but not revealed."""

from __future__ import annotations

from pysubtensor.frame.hashers import identity, twox_64_concat
from pysubtensor.frame.primitives import U64, AccountId, Uid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.types import (
    HashedCommit,
    NetUidStorageIndex,
    OldTimelockedCommit,
    TimelockedCommit,
    WeightRow,
)


class WeightItems:
    """Weights and bonds."""

    weights = Map[tuple[NetUidStorageIndex, Uid], WeightRow](identity, identity, default=())
    """What a neuron thinks of others, by mechanism."""
    bonds = Map[tuple[NetUidStorageIndex, Uid], WeightRow](identity, identity, default=())
    """What a validator holds in miners, by mechanism."""
    weight_commits = Map[tuple[NetUidStorageIndex, AccountId], tuple[HashedCommit, ...] | None](
        twox_64_concat, twox_64_concat
    )
    """Hashes of weights that a hotkey will reveal itself, oldest first."""
    timelocked_weight_commits = Map[tuple[NetUidStorageIndex, U64], tuple[TimelockedCommit, ...]](
        twox_64_concat, twox_64_concat, default=()
    )
    """Weights that the chain will reveal, by the epoch of their commit, oldest first."""
    crv3_weight_commits = Map[tuple[NetUidStorageIndex, U64], tuple[OldTimelockedCommit, ...]](
        twox_64_concat, twox_64_concat, default=(), name="CRV3WeightCommits"
    )
    """A former form of the same, emptied."""
    crv3_weight_commits_v2 = Map[tuple[NetUidStorageIndex, U64], tuple[TimelockedCommit, ...]](
        twox_64_concat, twox_64_concat, default=(), name="CRV3WeightCommitsV2"
    )
    """Another former form, emptied."""
