"""Subnets as such: how many, their price, owners and start."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import ensure
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.primitives import U8, U16, U64, AccountId, BlockNumber, NetUid, Tao
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.admin_utils.base import Base
from pysubtensor.pallets.admin_utils.errors import ValueNotInBounds

Number = Annotated[BlockNumber, Named("BlockNumberFor<T>")]
Account = Annotated[AccountId, Named("<T as frame_system::Config>::AccountId")]


class NetworkCalls(Base):
    """Subnets as such: how many, their price, owners and start."""

    @call(29, weight=weight(14_000_000, writes=1))
    def sudo_set_network_rate_limit(self, origin: Origin, rate_limit: U64) -> None:
        """Set how often a subnet may be registered.

        Origin: root.
        - `rate_limit`: blocks between two registrations of subnets.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.network_rate_limit, rate_limit)

    @call(30, weight=weight(36_298_000, 4_383, reads=5, writes=2))
    def sudo_set_tempo(self, origin: Origin, netuid: NetUid, tempo: U16) -> None:
        """Set how often a subnet has an epoch; the first tempo begins now.

        Origin: root.
        - `netuid`: the subnet.
        - `tempo`: blocks from one epoch to the next; 0: no epochs.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist.
        """
        self.by_root_now(origin, netuid, self.items.tempo, tempo)

    @call(35, weight=weight(14_000_000, writes=1))
    def sudo_set_network_immunity_period(self, origin: Origin, immunity_period: U64) -> None:
        """Set for how long a new subnet is not dissolved to make room for another.

        Origin: root.
        - `immunity_period`: blocks after the subnet's registration.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.network_immunity_period, immunity_period)

    @call(36, weight=weight(14_000_000, writes=1))
    def sudo_set_network_min_lock_cost(self, origin: Origin, lock_cost: Tao) -> None:
        """Set the least price of a new subnet.

        Origin: root.
        - `lock_cost`: rao.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.network_min_lock_cost, lock_cost)

    @call(37, weight=weight(14_000_000, writes=1))
    def sudo_set_subnet_limit(self, origin: Origin, max_subnets: U16) -> None:
        """Set how many subnets there may be.

        Origin: root.
        - `max_subnets`: number of subnets, without root.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.subnet_limit, max_subnets)

    @call(38, weight=weight(14_000_000, writes=1))
    def sudo_set_lock_reduction_interval(self, origin: Origin, interval: U64) -> None:
        """Set how fast the price of a new subnet falls.

        Origin: root.
        - `interval`: blocks in which it falls by what the last subnet paid.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.network_lock_reduction_interval, interval)

    @call(55, weight=weight(5_591_000, writes=1))
    def sudo_set_dissolve_network_schedule_duration(self, origin: Origin, duration: Number) -> None:
        """Set how long before its end a subnet's dissolution is announced.

        Origin: root.
        - `duration`: blocks.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.dissolve_network_schedule_duration, duration)

    @call(61, weight=weight(28_343_000, 4_280, reads=4, writes=1))
    def sudo_set_toggle_transfer(self, origin: Origin, netuid: NetUid, toggle: bool) -> None:
        """Allow or forbid that stakes on a subnet are transferred to other coldkeys.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `toggle`: true to allow it.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow.
        """
        self.by_owner_anywhere(origin, netuid, self.items.transfer_toggle, toggle)

    @call(64, weight=weight(3_918_000, writes=1))
    def sudo_set_subnet_owner_hotkey(self, origin: Origin, netuid: NetUid, hotkey: Account) -> None:
        """Choose the hotkey that stands for a subnet's owner and receives the owner cut.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `hotkey`: the account.

        Errors: SubnetNotExists, TxRateLimitExceeded, CannotUseSystemAccount.
        """
        self.set_owner_hotkey(origin, netuid, hotkey)

    @call(66, weight=weight(25_467_000, 4_280, reads=4, writes=1))
    def sudo_set_subtoken_enabled(
        self, origin: Origin, netuid: NetUid, subtoken_enabled: bool
    ) -> None:
        """Allow or forbid trading a subnet's alpha.

        Origin: root.
        - `netuid`: the subnet.
        - `subtoken_enabled`: true to allow it.

        Errors: AdminActionProhibitedDuringWeightsWindow.
        """
        ensure_root(origin)
        self.config.hyperparameters.ensure_open(netuid)
        self.config.hyperparameters.put_for(netuid, self.items.subtoken_enabled, subtoken_enabled)

    @call(67, weight=weight(25_687_000, 4_177, reads=2, writes=2))
    def sudo_set_sn_owner_hotkey(self, origin: Origin, netuid: NetUid, hotkey: Account) -> None:
        """Choose the hotkey of a subnet's owner, just as `sudo_set_subnet_owner_hotkey` does.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `hotkey`: the account that receives the owner cut.

        Errors: SubnetNotExists, TxRateLimitExceeded, CannotUseSystemAccount.
        """
        self.set_owner_hotkey(origin, netuid, hotkey)

    @call(85, weight=weight(14_000_000, writes=1))
    def sudo_set_start_call_delay(self, origin: Origin, delay: U64) -> None:
        """Set how long after its registration a subnet may be started.

        Origin: root.
        - `delay`: blocks.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.start_call_delay, delay)

    @call(96, weight=weight(5_530_000, writes=1))
    def sudo_set_max_epochs_per_block(self, origin: Origin, max_epochs_per_block: U8) -> None:
        """Set how many epochs may run in one block; the others wait for the next.

        Origin: root.
        - `max_epochs_per_block`: number of epochs, at least 1.

        Errors: ValueNotInBounds.
        """
        ensure_root(origin)
        ensure(max_epochs_per_block >= 1, ValueNotInBounds)
        self.config.hyperparameters.put(self.items.max_epochs_per_block, max_epochs_per_block)

    def set_owner_hotkey(self, origin: Origin, netuid: NetUid, hotkey: AccountId) -> None:
        """Either call.  Errors: BadOrigin; SubnetNotExists; TxRateLimitExceeded; others."""
        self.config.hyperparameters.ensure_owner_or_root(origin, netuid)
        self.config.hyperparameters.put_for(netuid, self.items.subnet_owner_hotkey, hotkey)
