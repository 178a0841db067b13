"""Calls by which owners set the pace of their subnets."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U16, U32, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor import tempo as pace
from pysubtensor.pallets.subtensor.storage import Storage


class HyperparameterCalls(Storage):
    """The pace of subnets."""

    @call(139, weight=weight(46_407_000, 4_440, reads=6, writes=3))
    def set_tempo(self, origin: Origin, netuid: NetUid, tempo: U16) -> None:
        """Set how often a subnet has an epoch; the first tempo begins now.

        Origin: signed by the subnet's owner.
        - `netuid`: the subnet.
        - `tempo`: blocks from one epoch to the next.

        Errors: TempoOutOfBounds, AdminActionProhibitedDuringWeightsWindow, TxRateLimitExceeded.
        """
        pace.set_tempo(self, origin, netuid, tempo)

    @call(140, weight=weight(39_193_000, 4_364, reads=7, writes=2))
    def set_activity_cutoff_factor(self, origin: Origin, netuid: NetUid, factor_milli: U32) -> None:
        """Set for how long a validator counts as active after its last weights.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `factor_milli`: thousandths of a tempo.

        Errors: ActivityCutoffFactorMilliOutOfBounds, AdminActionProhibitedDuringWeightsWindow,
        TxRateLimitExceeded.
        """
        pace.set_activity_cutoff_factor(self, origin, netuid, factor_milli)

    @call(141, weight=weight(42_539_000, 4_447, reads=8, writes=2))
    def trigger_epoch(self, origin: Origin, netuid: NetUid) -> None:
        """Ask for an epoch as soon as hyperparameters have stood still for it.

        Origin: signed by the subnet's owner.
        - `netuid`: the subnet.

        Errors: DynamicTempoBlockedByCommitReveal, EpochTriggerAlreadyPending,
        AutoEpochAlreadyImminent, TxRateLimitExceeded.
        """
        pace.trigger_epoch(self, origin, netuid)
