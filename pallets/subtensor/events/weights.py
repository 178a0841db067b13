"""Weights: set, committed and revealed; and epochs, which use them."""

from __future__ import annotations

from pysubtensor.frame.error import DispatchError
from pysubtensor.frame.event import Event
from pysubtensor.frame.primitives import U16, U64, AccountId, Hash, NetUid
from pysubtensor.pallets.subtensor.types import CompactNetUid, NetUidStorageIndex


class WeightsSet(Event, index=5, unnamed=True):
    """The neuron `uid` set its weights."""

    index: NetUidStorageIndex
    uid: U16


class CRV3WeightsCommitted(Event, index=84, unnamed=True):
    """Never emitted: see TimelockedWeightsCommitted."""

    who: AccountId
    index: NetUidStorageIndex
    commit_hash: Hash


class WeightsCommitted(Event, index=85, unnamed=True):
    """Weights were committed by their hash."""

    who: AccountId
    index: NetUidStorageIndex
    commit_hash: Hash


class WeightsRevealed(Event, index=86, unnamed=True):
    """The weights of a commitment were revealed."""

    who: AccountId
    index: NetUidStorageIndex
    commit_hash: Hash


class WeightsBatchRevealed(Event, index=87, unnamed=True):
    """The weights of several commitments were revealed."""

    who: AccountId
    netuid: NetUid
    revealed_hashes: tuple[Hash, ...]


class BatchWeightsCompleted(Event, index=88, unnamed=True):
    """All subnets of a batch were tried."""

    netuids: tuple[CompactNetUid, ...]
    who: AccountId


class BatchCompletedWithErrors(Event, index=89):
    """Some of them refused."""


class BatchWeightItemFailed(Event, index=90, unnamed=True):
    """One of them refused."""

    netuid: NetUid
    error: DispatchError


class CRV3WeightsRevealed(Event, index=99, unnamed=True):
    """Never emitted: see TimelockedWeightsRevealed."""

    netuid: NetUid
    who: AccountId


class TimelockedWeightsCommitted(Event, index=107, unnamed=True):
    """Encrypted weights were committed that drand's `reveal_round` opens."""

    who: AccountId
    index: NetUidStorageIndex
    commit_hash: Hash
    reveal_round: U64


class TimelockedWeightsRevealed(Event, index=108, unnamed=True):
    """Encrypted weights were opened."""

    index: NetUidStorageIndex
    who: AccountId


class EpochTriggered(Event, index=131):
    """The owner asked for an epoch, at `fires_at` or later."""

    netuid: NetUid
    by: AccountId
    fires_at: U64


class EpochDeferred(Event, index=132):
    """An epoch waits: the block had as many as it may."""

    netuid: NetUid
    from_block: U64
    to_block: U64


class EpochSkipped(Event, index=133):
    """An epoch did not run: the subnet's state is not in order."""

    netuid: NetUid
    block: U64
