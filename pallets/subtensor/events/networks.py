"""Subnets: how they come, go, and change hands."""

from __future__ import annotations

from pysubtensor.frame.event import Event
from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha, BlockNumber, NetUid, Tao
from pysubtensor.pallets.subtensor.types import LeaseId


class NetworkAdded(Event, index=0, unnamed=True):
    """A subnet was registered; its `mechanism` is 0, or 1 with a pool of its own."""

    netuid: NetUid
    mechanism: U16


class NetworkRemoved(Event, index=1, unnamed=True):
    """A subnet was dissolved."""

    netuid: NetUid


class NeuronRegistered(Event, index=6, unnamed=True):
    """A hotkey became the neuron `uid` of a subnet."""

    netuid: NetUid
    uid: U16
    hotkey: AccountId


class BulkNeuronsRegistered(Event, index=7, unnamed=True):
    """Never emitted."""

    first: U16
    second: U16


class BulkBalancesSet(Event, index=8, unnamed=True):
    """Never emitted."""

    first: U16
    second: U16


class Faucet(Event, index=56, unnamed=True):
    """The faucet gave `amount` rao for work."""

    coldkey: AccountId
    amount: U64


class NetworkRateLimitSet(Event, index=58, unnamed=True):
    """Blocks between two registrations of subnets were set."""

    blocks: U64


class NetworkImmunityPeriodSet(Event, index=59, unnamed=True):
    """Blocks for which a new subnet cannot be pruned were set."""

    blocks: U64


class StartCallDelaySet(Event, index=60, unnamed=True):
    """Blocks from a subnet's registration until it may start were set."""

    blocks: U64


class NetworkMinLockCostSet(Event, index=61, unnamed=True):
    """The least price of a subnet was set."""

    amount: Tao


class SubnetLimitSet(Event, index=62, unnamed=True):
    """The largest number of subnets was set."""

    limit: U16


class NetworkLockCostReductionIntervalSet(Event, index=63, unnamed=True):
    """Blocks in which the price of a subnet halves were set."""

    blocks: U64


class DissolveNetworkScheduled(Event, index=80):
    """Never emitted: a subnet is dissolved at once."""

    account: AccountId
    netuid: NetUid
    execution_block: BlockNumber


class DissolveNetworkScheduleDurationSet(Event, index=83, unnamed=True):
    """A setting without use: subnets are dissolved at once."""

    blocks: BlockNumber


class SubnetOwnerHotkeySet(Event, index=94, unnamed=True):
    """The owner of a subnet chose the hotkey that stands for it."""

    netuid: NetUid
    hotkey: AccountId


class FirstEmissionBlockNumberSet(Event, index=95, unnamed=True):
    """A subnet started: it has emission from `block` on."""

    netuid: NetUid
    block: U64


class SubnetLeaseCreated(Event, index=103):
    """A crowd paid for a subnet that `beneficiary` runs."""

    beneficiary: AccountId
    lease_id: LeaseId
    netuid: NetUid
    end_block: BlockNumber | None


class SubnetLeaseTerminated(Event, index=104):
    """A lease ended; the subnet is the beneficiary's."""

    beneficiary: AccountId
    netuid: NetUid


class SymbolUpdated(Event, index=105):
    """The symbol of a subnet's alpha changed."""

    netuid: NetUid
    symbol: bytes


class VotingPowerTrackingEnabled(Event, index=116):
    """A subnet began to keep the voting power of its validators."""

    netuid: NetUid


class VotingPowerTrackingDisableScheduled(Event, index=117):
    """A subnet will stop keeping it at `disable_at_block`."""

    netuid: NetUid
    disable_at_block: U64


class VotingPowerTrackingDisabled(Event, index=118):
    """A subnet stopped keeping it."""

    netuid: NetUid


class VotingPowerEmaAlphaSet(Event, index=119):
    """The weight of the latest stake in voting power was set; 10**18 is 1."""

    netuid: NetUid
    alpha: U64


class SubnetLeaseDividendsDistributed(Event, index=120):
    """One of the crowd got its share of a leased subnet's emission."""

    lease_id: LeaseId
    contributor: AccountId
    alpha: Alpha


class SubnetOwnerChanged(Event, index=134):
    """The coldkey with the most conviction took a subnet over."""

    netuid: NetUid
    old_coldkey: AccountId
    new_coldkey: AccountId
