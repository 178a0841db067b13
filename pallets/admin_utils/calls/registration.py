"""How neurons come onto a subnet, how many, and at what price."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.call import call
from pysubtensor.frame.error import ensure
from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.primitives import U16, U64, NetUid, Tao
from pysubtensor.frame.weights import DispatchClass, weight
from pysubtensor.pallets.admin_utils.base import Base
from pysubtensor.pallets.admin_utils.errors import (
    InvalidValue,
    POWRegistrationDisabled,
    ValueNotInBounds,
)
from pysubtensor.pallets.admin_utils.events import BurnHalfLifeSet, BurnIncreaseMultSet

LONGEST_HALF_LIFE: Final = 36_100
"""Most blocks in which the price may fall by half."""
ONE: Final = 1 << 64


class RegistrationCalls(Base):
    """How neurons come onto a subnet, how many, and at what price."""

    @call(4, weight=weight(34_554_000, 4_383, reads=5, writes=1))
    def sudo_set_min_difficulty(self, origin: Origin, netuid: NetUid, min_difficulty: U64) -> None:
        """Set the least difficulty of registrations by work; nothing uses it.

        Origin: root.
        - `netuid`: the subnet.
        - `min_difficulty`: hashes that a proof of work takes on average.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_root_now(origin, netuid, self.items.min_difficulty, min_difficulty)

    @call(5, weight=weight(34_704_000, 4_383, reads=5, writes=1))
    def sudo_set_max_difficulty(self, origin: Origin, netuid: NetUid, max_difficulty: U64) -> None:
        """Set the largest difficulty of registrations by work; nothing uses it.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `max_difficulty`: hashes that a proof of work takes on average.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.max_difficulty, max_difficulty)

    @call(8, weight=weight(16_320_000, 4_084, reads=1, writes=1))
    def sudo_set_adjustment_interval(
        self, origin: Origin, netuid: NetUid, adjustment_interval: U16
    ) -> None:
        """Set the length of an interval of registrations; nothing uses it.

        Origin: root.
        - `netuid`: the subnet.
        - `adjustment_interval`: blocks.

        Errors: SubnetDoesNotExist.
        """
        self.by_root_any_time(origin, netuid, self.items.adjustment_interval, adjustment_interval)

    @call(9, weight=weight(14_000_000, reads=1, writes=1))
    def sudo_set_adjustment_alpha(
        self, origin: Origin, netuid: NetUid, adjustment_alpha: U64
    ) -> None:
        """Set the part of the old price in the new one; nothing uses it.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `adjustment_alpha`: proportion, with 2**64 - 1 for the whole.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.adjustment_alpha, adjustment_alpha)

    @call(13, weight=weight(34_414_000, 4_383, reads=5, writes=1))
    def sudo_set_immunity_period(
        self, origin: Origin, netuid: NetUid, immunity_period: U16
    ) -> None:
        """Set for how long a new neuron is immune: neurons past it are replaced before.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `immunity_period`: blocks after the neuron's registration.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_owner(origin, netuid, self.items.immunity_period, immunity_period)

    @call(19, weight=weight(7_113_000, writes=1))
    def sudo_set_network_registration_allowed(
        self, origin: Origin, netuid: NetUid, registration_allowed: bool
    ) -> None:
        """Allow or forbid registrations of neurons on a subnet.

        Origin: root.
        - `netuid`: the subnet.
        - `registration_allowed`: true to allow them.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.config.hyperparameters.put_for(
            netuid, self.items.network_registration_allowed, registration_allowed
        )

    @call(20, weight=weight(14_000_000, writes=1))
    def sudo_set_network_pow_registration_allowed(
        self, origin: Origin, netuid: NetUid, registration_allowed: bool
    ) -> None:
        """Do nothing, for neurons no longer register by work.

        Origin: any.
        - `netuid`: ignored.
        - `registration_allowed`: ignored.

        Errors: POWRegistrationDisabled.
        """
        raise POWRegistrationDisabled

    @call(21, weight=weight(34_103_000, 4_383, reads=5, writes=1))
    def sudo_set_target_registrations_per_interval(
        self, origin: Origin, netuid: NetUid, target_registrations_per_interval: U16
    ) -> None:
        """Set how many neurons should register in an interval.

        Origin: root.
        - `netuid`: the subnet.
        - `target_registrations_per_interval`: number of neurons; on root three times as many are
          the limit.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_root_now(
            origin,
            netuid,
            self.items.target_registrations_per_interval,
            target_registrations_per_interval,
        )

    @call(22, weight=weight(37_780_000, 4_385, reads=6, writes=1))
    def sudo_set_min_burn(self, origin: Origin, netuid: NetUid, min_burn: Tao) -> None:
        """Set the least price of a registration on a subnet.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `min_burn`: rao; less than the largest price.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        ValueNotInBounds.
        """
        hyperparameters = self.config.hyperparameters
        owner = self.allow(origin, netuid, self.items.min_burn)
        ensure(min_burn < hyperparameters.constants.min_burn_upper_bound, ValueNotInBounds)
        ensure(min_burn < self.items.max_burn[netuid], ValueNotInBounds)
        hyperparameters.put_for(netuid, self.items.min_burn, min_burn, owner)

    @call(23, weight=weight(36_949_000, 4_410, reads=6, writes=1))
    def sudo_set_max_burn(self, origin: Origin, netuid: NetUid, max_burn: Tao) -> None:
        """Set the largest price of a registration on a subnet.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `max_burn`: rao; more than the least price.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        ValueNotInBounds.
        """
        hyperparameters = self.config.hyperparameters
        owner = self.allow(origin, netuid, self.items.max_burn)
        ensure(max_burn > hyperparameters.constants.max_burn_lower_bound, ValueNotInBounds)
        ensure(max_burn > self.items.min_burn[netuid], ValueNotInBounds)
        hyperparameters.put_for(netuid, self.items.max_burn, max_burn, owner)

    @call(24, weight=weight(34_434_000, 4_383, reads=5, writes=1))
    def sudo_set_difficulty(self, origin: Origin, netuid: NetUid, difficulty: U64) -> None:
        """Set the difficulty of registrations by work; nothing uses it.

        Origin: root.
        - `netuid`: the subnet.
        - `difficulty`: hashes that a proof of work takes on average.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_root_now(origin, netuid, self.items.difficulty, difficulty)

    @call(27, weight=weight(34_604_000, 4_383, reads=5, writes=1))
    def sudo_set_max_registrations_per_block(
        self, origin: Origin, netuid: NetUid, max_registrations_per_block: U16
    ) -> None:
        """Set how many neurons may register on a subnet in one block.

        Origin: root.
        - `netuid`: the subnet.
        - `max_registrations_per_block`: number of neurons.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_root_now(
            origin, netuid, self.items.max_registrations_per_block, max_registrations_per_block
        )

    @call(39, weight=weight(16_541_000, 4_084, reads=1, writes=1))
    def sudo_set_rao_recycled(self, origin: Origin, netuid: NetUid, rao_recycled: Tao) -> None:
        """Set how much TAO a subnet's registrations count as having recycled.

        Origin: root.
        - `netuid`: the subnet.
        - `rao_recycled`: rao.

        Errors: SubnetDoesNotExist.
        """
        self.by_root_any_time(
            origin, netuid, self.items.rao_recycled_for_registration, rao_recycled
        )

    @call(
        89, weight=weight(25_000_000, reads=4, writes=1), dispatch_class=DispatchClass.OPERATIONAL
    )
    def sudo_set_burn_half_life(self, origin: Origin, netuid: NetUid, burn_half_life: U16) -> None:
        """Set how fast the price of a registration falls.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet; not root.
        - `burn_half_life`: blocks in which the price falls by half, 1 to 36,100.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        NotPermittedOnRootSubnet, InvalidValue.
        """
        owner = self.allow(origin, netuid, self.items.burn_half_life)
        self.ensure_not_root(netuid)
        ensure(0 < burn_half_life <= LONGEST_HALF_LIFE, InvalidValue)
        self.config.hyperparameters.put_for(
            netuid, self.items.burn_half_life, burn_half_life, owner
        )
        self.emit(BurnHalfLifeSet(netuid, burn_half_life))

    @call(
        90, weight=weight(25_000_000, reads=4, writes=1), dispatch_class=DispatchClass.OPERATIONAL
    )
    def sudo_set_burn_increase_mult(
        self, origin: Origin, netuid: NetUid, burn_increase_mult: RawU64F64
    ) -> None:
        """Set what a registration multiplies the price of the next one with.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet; not root.
        - `burn_increase_mult`: factor from 1 to 3, as a fixed-point number with 64 fractional bits.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        NotPermittedOnRootSubnet, InvalidValue.
        """
        owner = self.allow(origin, netuid, self.items.burn_increase_mult)
        self.ensure_not_root(netuid)
        ensure(ONE <= burn_increase_mult <= 3 * ONE, InvalidValue)
        self.config.hyperparameters.put_for(
            netuid, self.items.burn_increase_mult, burn_increase_mult, owner
        )
        self.emit(BurnIncreaseMultSet(netuid, burn_increase_mult))
