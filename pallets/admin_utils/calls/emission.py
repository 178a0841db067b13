"""What subnets earn, and who gets it."""

from __future__ import annotations

from typing import Annotated, Final

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import ensure
from pysubtensor.frame.fixed_point import RawI64F64, RawI96F32, RawU64F64
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.primitives import U16, U64, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.frame.weights import DispatchClass, weight
from pysubtensor.pallets.admin_utils.base import Base
from pysubtensor.pallets.admin_utils.errors import InvalidValue
from pysubtensor.pallets.admin_utils.events import SubnetEmissionEnabledSet

ONE: Final = 1 << 64
Fate = Annotated[RecycleOrBurn, Named("pallet_subtensor::RecycleOrBurnEnum")]


class EmissionCalls(Base):
    """What subnets earn, and who gets it."""

    @call(28, weight=weight(14_000_000, writes=1))
    def sudo_set_subnet_owner_cut(self, origin: Origin, subnet_owner_cut: U16) -> None:
        """Set the part of a subnet's alpha that its owner gets (owner cut).

        Origin: root.
        - `subnet_owner_cut`: proportion in parts of 65,535.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.subnet_owner_cut, subnet_owner_cut)

    @call(63, weight=weight(2_955_000, writes=1))
    def sudo_set_subnet_moving_alpha(self, origin: Origin, alpha: RawI96F32) -> None:
        """Set the weight of a block in the moving price of an old subnet.

        Origin: root.
        - `alpha`: weight, as a fixed-point number with 32 fractional bits.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.subnet_moving_alpha, alpha)

    @call(65, weight=weight(4_198_000, writes=1))
    def sudo_set_ema_price_halving_period(
        self, origin: Origin, netuid: NetUid, ema_halving: U64
    ) -> None:
        """Set how much the moving price of a young subnet moves.

        Origin: root.
        - `netuid`: the subnet.
        - `ema_halving`: age in blocks at which a block has half of its full weight in the average.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.config.hyperparameters.put_for(
            netuid, self.items.ema_price_halving_blocks, ema_halving
        )

    @call(80, weight=weight(20_000_000, reads=2, writes=2))
    def sudo_set_recycle_or_burn(
        self, origin: Origin, netuid: NetUid, recycle_or_burn: Fate
    ) -> None:
        """Choose what becomes of what the owner's neurons earn as miners.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `recycle_or_burn`: recycle it, to be issued once more, or burn it for ever.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, self.items.recycle_or_burn, recycle_or_burn)

    @call(81, weight=weight(7_343_000, writes=1))
    def sudo_set_tao_flow_cutoff(self, origin: Origin, flow_cutoff: RawI64F64) -> None:
        """Set the average flow of TAO up to which a subnet earns nothing; nothing uses it.

        Origin: root.
        - `flow_cutoff`: rao a block, as a fixed-point number with 64 fractional bits.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.tao_flow_cutoff, flow_cutoff)

    @call(82, weight=weight(7_343_000, writes=1))
    def sudo_set_tao_flow_normalization_exponent(self, origin: Origin, exponent: RawU64F64) -> None:
        """Set the power that flows of TAO are raised to; nothing uses it.

        Origin: root.
        - `exponent`: 1 to 2, as a fixed-point number with 64 fractional bits.

        Errors: InvalidValue.
        """
        ensure_root(origin)
        ensure(ONE <= exponent <= 2 * ONE, InvalidValue)
        self.config.hyperparameters.put(self.items.flow_norm_exponent, exponent)

    @call(83, weight=weight(7_343_000, writes=1))
    def sudo_set_tao_flow_smoothing_factor(self, origin: Origin, smoothing_factor: U64) -> None:
        """Set the weight of a block in the average flows of TAO; nothing uses it.

        Origin: root.
        - `smoothing_factor`: weight, with 2**63 for the whole.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.flow_ema_smoothing_factor, smoothing_factor)

    @call(91, weight=weight(7_343_000, writes=1))
    def sudo_set_net_tao_flow_enabled(self, origin: Origin, enabled: bool) -> None:
        """Choose whether a subnet's flow is net of what the chain brought; nothing uses it.

        Origin: root.
        - `enabled`: true to take what the chain brought off the flow of users.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.net_tao_flow_enabled, enabled)

    @call(
        92, weight=weight(25_000_000, reads=4, writes=1), dispatch_class=DispatchClass.OPERATIONAL
    )
    def sudo_set_owner_cut_enabled(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Choose whether a subnet's owner gets the owner cut.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet; not root.
        - `enabled`: true to pay it.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        NotPermittedOnRootSubnet.
        """
        self.set_of_cut(origin, netuid, self.items.owner_cut_enabled, enabled=enabled)

    @call(93, weight=weight(38_100_000, 4_419, reads=7, writes=1))
    def sudo_set_min_childkey_take_per_subnet(
        self, origin: Origin, netuid: NetUid, take: U16
    ) -> None:
        """Set the least take of a childkey on a subnet.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `take`: take in parts of 65,535, within the limits of the chain.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        InvalidValue.
        """
        hyperparameters = self.config.hyperparameters
        owner = self.allow(origin, netuid, self.items.min_childkey_take_per_subnet)
        least, most = (
            self.items.min_childkey_take.get(),
            self.items.max_childkey_take.get(),
        )
        ensure(least <= take <= most, InvalidValue)
        hyperparameters.put_for(netuid, self.items.min_childkey_take_per_subnet, take, owner)

    @call(94, weight=weight(16_351_000, 4_084, reads=1, writes=1))
    def sudo_set_subnet_emission_enabled(
        self, origin: Origin, netuid: NetUid, enabled: bool
    ) -> None:
        """Choose whether the chain brings TAO and alpha to a subnet's liquidity pool.

        Origin: root.
        - `netuid`: the subnet; not root.
        - `enabled`: true to bring them.

        Errors: SubnetDoesNotExist, NotPermittedOnRootSubnet.
        """
        ensure_root(origin)
        self.ensure_exists(netuid)
        self.ensure_not_root(netuid)
        self.config.hyperparameters.put_for(netuid, self.items.subnet_emission_enabled, enabled)
        self.emit(SubnetEmissionEnabledSet(netuid, enabled))

    @call(
        95, weight=weight(25_000_000, reads=4, writes=1), dispatch_class=DispatchClass.OPERATIONAL
    )
    def sudo_set_owner_cut_auto_lock_enabled(
        self, origin: Origin, netuid: NetUid, enabled: bool
    ) -> None:
        """Choose whether the owner cut is locked as it comes.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet; not root.
        - `enabled`: true to lock it.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        NotPermittedOnRootSubnet.
        """
        self.set_of_cut(origin, netuid, self.items.owner_cut_auto_lock_enabled, enabled=enabled)

    def set_of_cut(
        self, origin: Origin, netuid: NetUid, item: Map[NetUid, bool], *, enabled: bool
    ) -> None:
        """A setting of the owner's cut, as often as the owner likes."""
        hyperparameters = self.config.hyperparameters
        hyperparameters.ensure_owner_or_root(origin, netuid)
        hyperparameters.ensure_open(netuid)
        self.ensure_exists(netuid)
        self.ensure_not_root(netuid)
        hyperparameters.put_for(netuid, item, enabled)
