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
        """Set the part of the old bonds in the new ones, in millionths.  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow; SubnetDoesNotExist;
        BondsMovingAverageMaxReached.
        """
        settings = self.config.settings
        owner = settings.allow(origin, netuid, "bonds_moving_average")
        slow = owner is not None and bonds_moving_average > SLOWEST_OF_OWNERS
        ensure(not slow, BondsMovingAverageMaxReached)
        self.ensure_exists(netuid)
        settings.put_for(netuid, "bonds_moving_average", bonds_moving_average, owner)

    @call(50, weight=weight(25_538_000, 4_280, reads=4, writes=1))
    def sudo_set_liquid_alpha_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Does each bond move at a speed of its own?  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, "liquid_alpha_on", enabled)

    @call(51, weight=weight(34_224_000, 4_427, reads=5, writes=1))
    def sudo_set_alpha_values(
        self, origin: Origin, netuid: NetUid, alpha_low: U16, alpha_high: U16
    ) -> None:
        """Set the slowest and the fastest speed of bonds.  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow; LiquidAlphaDisabled;
        AlphaHighTooLow; AlphaLowOutOfRange.
        """
        self.by_owner_anywhere(origin, netuid, "alpha_values", (alpha_low, alpha_high))

    @call(60, weight=weight(34_354_000, 4_383, reads=5, writes=1))
    def sudo_set_bonds_penalty(self, origin: Origin, netuid: NetUid, bonds_penalty: U16) -> None:
        """Set how much of a weight above consensus is kept from the bonds.  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow; SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, "bonds_penalty", bonds_penalty)

    @call(68, weight=weight(31_438_000, 4_383, reads=5, writes=1))
    def sudo_set_alpha_sigmoid_steepness(
        self, origin: Origin, netuid: NetUid, steepness: I16
    ) -> None:
        """Set the steepness of the curve of liquid alpha, in thousandths.  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow; SubnetDoesNotExist;
        NegativeSigmoidSteepness.
        """
        owner = self.allow(origin, netuid, "alpha_sigmoid_steepness")
        ensure(owner is None or steepness >= 0, NegativeSigmoidSteepness)
        self.config.settings.put_for(netuid, "alpha_sigmoid_steepness", steepness, owner)

    @call(69, weight=weight(28_583_000, 4_280, reads=4, writes=1))
    def sudo_set_yuma3_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Are bonds kept as in the third version of Yuma?  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, "yuma3_on", enabled)
        self.emit(Yuma3EnableToggled(netuid, enabled))

    @call(70, weight=weight(30_507_000, 4_280, reads=4, writes=1))
    def sudo_set_bonds_reset_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """May commitments reset bonds?  The owner or root.

        Errors: TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, "bonds_reset_on", enabled)
        self.emit(BondsResetToggled(netuid, enabled))
