"""How bonds move."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.call import call
from pysubtensor.frame.error import ensure
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import I16, U16, U64, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.admin_utils.base import Base
from pysubtensor.pallets.admin_utils.errors import (
    BondsMovingAverageMaxReached,
    NegativeSigmoidSteepness,
)
from pysubtensor.pallets.admin_utils.events import BondsResetToggled, Yuma3EnableToggled

SLOWEST_OF_OWNERS: Final = 975_000
"""Largest part of old bonds that an owner may choose, in millionths."""


class BondCalls(Base):
    """How bonds move."""

    @call(26, weight=weight(34_495_000, 4_383, reads=5, writes=1))
    def sudo_set_bonds_moving_average(
        self, origin: Origin, netuid: NetUid, bonds_moving_average: U64
    ) -> None:
        """Set the part of the old bonds in the new ones.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `bonds_moving_average`: millionths; at most 975,000 for the owner.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        BondsMovingAverageMaxReached.
        """
        hyperparameters = self.config.hyperparameters
        owner = hyperparameters.allow(origin, netuid, self.items.bonds_moving_average)
        slow = owner is not None and bonds_moving_average > SLOWEST_OF_OWNERS
        ensure(not slow, BondsMovingAverageMaxReached)
        self.ensure_exists(netuid)
        hyperparameters.put_for(
            netuid, self.items.bonds_moving_average, bonds_moving_average, owner
        )

    @call(50, weight=weight(25_538_000, 4_280, reads=4, writes=1))
    def sudo_set_liquid_alpha_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Choose whether each bond moves at a speed of its own (liquid alpha).

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `enabled`: true to let them.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, self.items.liquid_alpha_on, enabled)

    @call(51, weight=weight(34_224_000, 4_427, reads=5, writes=1))
    def sudo_set_alpha_values(
        self, origin: Origin, netuid: NetUid, alpha_low: U16, alpha_high: U16
    ) -> None:
        """Set the slowest and the fastest speed of bonds under liquid alpha.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `alpha_low`: slowest speed in parts of 65,535; at least a fortieth of the whole.
        - `alpha_high`: fastest speed in parts of 65,535; no less than the slowest.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, LiquidAlphaDisabled,
        AlphaHighTooLow, AlphaLowOutOfRange.
        """
        self.by_owner_anywhere(origin, netuid, self.items.alpha_values, (alpha_low, alpha_high))

    @call(60, weight=weight(34_354_000, 4_383, reads=5, writes=1))
    def sudo_set_bonds_penalty(self, origin: Origin, netuid: NetUid, bonds_penalty: U16) -> None:
        """Set how much of a weight above consensus is kept from the bonds.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `bonds_penalty`: proportion in parts of 65,535.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.bonds_penalty, bonds_penalty)

    @call(68, weight=weight(31_438_000, 4_383, reads=5, writes=1))
    def sudo_set_alpha_sigmoid_steepness(
        self, origin: Origin, netuid: NetUid, steepness: I16
    ) -> None:
        """Set how steep the curve is that the speeds of liquid alpha follow.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `steepness`: thousandths; below 0 only by root.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        NegativeSigmoidSteepness.
        """
        owner = self.allow(origin, netuid, self.items.alpha_sigmoid_steepness)
        ensure(owner is None or steepness >= 0, NegativeSigmoidSteepness)
        self.config.hyperparameters.put_for(
            netuid, self.items.alpha_sigmoid_steepness, steepness, owner
        )

    @call(69, weight=weight(28_583_000, 4_280, reads=4, writes=1))
    def sudo_set_yuma3_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Choose whether bonds are kept as in the third version of Yuma Consensus.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `enabled`: true for the third version.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, self.items.yuma3_on, enabled)
        self.emit(Yuma3EnableToggled(netuid, enabled))

    @call(70, weight=weight(30_507_000, 4_280, reads=4, writes=1))
    def sudo_set_bonds_reset_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Choose whether a neuron may reset the bonds to it by a commitment.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `enabled`: true to allow it.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, self.items.bonds_reset_on, enabled)
        self.emit(BondsResetToggled(netuid, enabled))
