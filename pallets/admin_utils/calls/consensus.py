"""How weights come in and become bonds."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U16, U64, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.admin_utils.base import Base


class ConsensusCalls(Base):
    """How weights come in and become bonds."""

    @call(3, weight=weight(28_633_000, 4_212, reads=4, writes=1))
    def sudo_set_serving_rate_limit(
        self, origin: Origin, netuid: NetUid, serving_rate_limit: U64
    ) -> None:
        """Set how often a neuron may announce its endpoint.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `serving_rate_limit`: blocks between two announcements.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, self.items.serving_rate_limit, serving_rate_limit)

    @call(6, weight=weight(34_204_000, 4_383, reads=5, writes=1))
    def sudo_set_weights_version_key(
        self, origin: Origin, netuid: NetUid, weights_version_key: U64
    ) -> None:
        """Set the version that validators must at least state with their weights.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `weights_version_key`: least version key; 0: any.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.weights_version_key, weights_version_key)

    @call(7, weight=weight(16_420_000, 4_084, reads=1, writes=1))
    def sudo_set_weights_set_rate_limit(
        self, origin: Origin, netuid: NetUid, weights_set_rate_limit: U64
    ) -> None:
        """Set how often a neuron may set weights.

        Origin: root.
        - `netuid`: the subnet.
        - `weights_set_rate_limit`: blocks between two rows of weights.

        Errors: SubnetDoesNotExist.
        """
        self.by_root_any_time(
            origin, netuid, self.items.weights_set_rate_limit, weights_set_rate_limit
        )

    @call(14, weight=weight(34_664_000, 4_383, reads=5, writes=1))
    def sudo_set_min_allowed_weights(
        self, origin: Origin, netuid: NetUid, min_allowed_weights: U16
    ) -> None:
        """Set how many neurons a row of weights must name.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `min_allowed_weights`: least number of neurons.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.min_allowed_weights, min_allowed_weights)

    @call(16, weight=weight(16_301_000, 4_084, reads=1, writes=1))
    def sudo_set_kappa(self, origin: Origin, netuid: NetUid, kappa: U16) -> None:
        """Set what part of the stake must back a weight for it to count in full.

        Origin: root.
        - `netuid`: the subnet.
        - `kappa`: proportion in parts of 65,535.

        Errors: SubnetDoesNotExist.
        """
        self.by_root_any_time(origin, netuid, self.items.kappa, kappa)

    @call(17, weight=weight(31_268_000, 4_383, reads=5, writes=1))
    def sudo_set_rho(self, origin: Origin, netuid: NetUid, rho: U16) -> None:
        """Set the steepness of trust; nothing uses it.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `rho`: steepness, a plain number.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.rho, rho)

    @call(18, weight=weight(35_165_000, 4_383, reads=6, writes=1))
    def sudo_set_activity_cutoff(
        self, origin: Origin, netuid: NetUid, activity_cutoff: U16
    ) -> None:
        """Set for how long a neuron counts as active after its last weights; nothing uses it.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `activity_cutoff`: blocks.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        ActivityCutoffTooLow.
        """
        self.by_owner(origin, netuid, self.items.activity_cutoff, activity_cutoff)

    @call(49, weight=weight(34_544_000, 4_383, reads=5, writes=1))
    def sudo_set_commit_reveal_weights_enabled(
        self, origin: Origin, netuid: NetUid, enabled: bool
    ) -> None:
        """Choose whether weights must be committed before they are revealed.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `enabled`: true: they are committed first; false: they are set at once.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.commit_reveal_weights_enabled, enabled)

    @call(57, weight=weight(34_654_000, 4_383, reads=5, writes=1))
    def sudo_set_commit_reveal_weights_interval(
        self, origin: Origin, netuid: NetUid, interval: U64
    ) -> None:
        """Set how long after their commit weights are revealed.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `interval`: epochs, 1 to 100.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        RevealPeriodTooLarge, RevealPeriodTooSmall.
        """
        self.by_owner(origin, netuid, self.items.reveal_period_epochs, interval)

    @call(71, weight=weight(6_052_000, writes=1))
    def sudo_set_commit_reveal_version(self, origin: Origin, version: U16) -> None:
        """Set the version of the format that committed weights have.

        Origin: root.
        - `version`: number of the version.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.commit_reveal_weights_version, version)
