"""Stakes, takes, children, locks and what is claimed from root."""

from __future__ import annotations

from pysubtensor.frame.event import Event
from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.types import NetUidStorageIndex, RootClaimType, Share


class StakeAdded(Event, index=2, unnamed=True):
    """`tao` bought `alpha`, which is staked now."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Tao
    alpha: Alpha
    netuid: NetUid
    fee: U64


class StakeRemoved(Event, index=3, unnamed=True):
    """Staked `alpha` was sold for `tao`."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Tao
    alpha: Alpha
    netuid: NetUid
    fee: U64


class StakeMoved(Event, index=4, unnamed=True):
    """Stake worth `tao` went to another hotkey."""

    coldkey: AccountId
    origin_hotkey: AccountId
    origin_netuid: NetUid
    destination_hotkey: AccountId
    destination_netuid: NetUid
    tao: Tao


class DelegateAdded(Event, index=30, unnamed=True):
    """Never emitted: every hotkey takes stake of others."""

    coldkey: AccountId
    hotkey: AccountId
    take: U16


class ChildKeyTakeSet(Event, index=48, unnamed=True):
    """A hotkey's take from its parents' stake changed."""

    hotkey: AccountId
    take: U16


class TakeDecreased(Event, index=64, unnamed=True):
    """A hotkey's take from stake of others was lowered."""

    coldkey: AccountId
    hotkey: AccountId
    take: U16


class TakeIncreased(Event, index=65, unnamed=True):
    """A hotkey's take from stake of others was raised."""

    coldkey: AccountId
    hotkey: AccountId
    take: U16


class SetChildrenScheduled(Event, index=75, unnamed=True):
    """A hotkey's children will be these from `cooldown_block` on."""

    hotkey: AccountId
    netuid: NetUid
    cooldown_block: U64
    children: tuple[Share, ...]


class SetChildren(Event, index=76, unnamed=True):
    """A hotkey's children are these now."""

    hotkey: AccountId
    netuid: NetUid
    children: tuple[Share, ...]


class StakeTransferred(Event, index=91, unnamed=True):
    """Stake worth `tao` went to another coldkey."""

    origin_coldkey: AccountId
    destination_coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Tao


class StakeSwapped(Event, index=92, unnamed=True):
    """Stake worth `tao` went to another subnet."""

    coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Tao


class AlphaRecycled(Event, index=96, unnamed=True):
    """Staked alpha was destroyed, and is as if never issued."""

    coldkey: AccountId
    hotkey: AccountId
    alpha: Alpha
    netuid: NetUid


class AlphaBurned(Event, index=97, unnamed=True):
    """Staked alpha was destroyed, and still counts as issued."""

    coldkey: AccountId
    hotkey: AccountId
    alpha: Alpha
    netuid: NetUid


class AutoStakeAdded(Event, index=109):
    """What a miner earned was staked on the hotkey its owner chose."""

    netuid: NetUid
    destination: AccountId
    hotkey: AccountId
    owner: AccountId
    incentive: Alpha


class IncentiveAlphaEmittedToMiners(Event, index=110):
    """What each neuron earned as a miner in an epoch, by uid."""

    netuid: NetUidStorageIndex
    emissions: tuple[Alpha, ...]


class AutoStakeDestinationSet(Event, index=112):
    """A coldkey chose where its miners' earnings are staked."""

    coldkey: AccountId
    netuid: NetUid
    hotkey: AccountId


class RootClaimed(Event, index=114):
    """A coldkey claimed its dividends on root."""

    coldkey: AccountId


class RootClaimTypeSet(Event, index=115):
    """A coldkey chose what those become."""

    coldkey: AccountId
    root_claim_type: RootClaimType


class AddStakeBurn(Event, index=121):
    """`amount` bought `alpha`, which was burned."""

    netuid: NetUid
    hotkey: AccountId
    amount: Tao
    alpha: Alpha


class TransactionFeePaidWithAlpha(Event, index=123):
    """A fee was paid by selling `alpha_fee` for `tao_amount`."""

    who: AccountId
    netuid: NetUid
    alpha_fee: Alpha
    tao_amount: Tao


class AutoParentDelegationEnabledSet(Event, index=126):
    """A validator on root let new subnets have it as parent, or not."""

    hotkey: AccountId
    enabled: bool


class StakeLocked(Event, index=127):
    """Stake was locked in favour of a hotkey."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    amount: Alpha


class StakeUnlocked(Event, index=128):
    """Never emitted: locks decay by themselves."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    amount: Alpha


class LockMoved(Event, index=129):
    """A lock is in favour of another hotkey now."""

    coldkey: AccountId
    origin_hotkey: AccountId
    destination_hotkey: AccountId
    netuid: NetUid


class PerpetualLockUpdated(Event, index=135):
    """A coldkey chose whether its lock is perpetual or decays."""

    coldkey: AccountId
    netuid: NetUid
    enabled: bool


class RejectLockedAlphaUpdated(Event, index=136):
    """A coldkey chose whether it refuses locked alpha."""

    coldkey: AccountId
    enabled: bool
