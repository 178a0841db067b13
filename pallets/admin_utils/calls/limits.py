"""How often things may be done, and what holds for all stakes."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U16, U64, BlockNumber
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.admin_utils.base import Base

Number = Annotated[BlockNumber, Named("BlockNumberFor<T>")]


class LimitCalls(Base):
    """How often things may be done, and what holds for all stakes."""

    @call(1, weight=weight(5_400_000, writes=1))
    def sudo_set_default_take(self, origin: Origin, default_take: U16) -> None:
        """Set the largest take that a hotkey may have.

        Origin: root.
        - `default_take`: take in parts of 65,535.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.max_delegate_take, default_take)

    @call(2, weight=weight(5_440_000, writes=1))
    def sudo_set_tx_rate_limit(self, origin: Origin, tx_rate_limit: U64) -> None:
        """Set how often a coldkey may swap hotkeys.

        Origin: root.
        - `tx_rate_limit`: blocks between two swaps; 0: no limit.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.tx_rate_limit, tx_rate_limit)

    @call(42, weight=weight(5_500_000, writes=1))
    def sudo_set_stake_threshold(self, origin: Origin, min_stake: U64) -> None:
        """Set how much stake a hotkey needs to set weights.

        Origin: root.
        - `min_stake`: least stake weight in rao: alpha, and a part of the TAO on root.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.stake_threshold, min_stake)

    @call(43, weight=weight(30_697_000, 6_890, reads=5, writes=1))
    def sudo_set_nominator_min_required_stake(self, origin: Origin, min_stake: U64) -> None:
        """Set how small the stake with another owner's hotkey may be; smaller ones are given back.

        Origin: root.
        - `min_stake`: millionths of the chain's least stake.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.nominator_min_required_stake, min_stake)

    @call(45, weight=weight(5_420_000, writes=1))
    def sudo_set_tx_delegate_take_rate_limit(self, origin: Origin, tx_rate_limit: U64) -> None:
        """Set how often a hotkey's take may be raised.

        Origin: root.
        - `tx_rate_limit`: blocks between two changes; 0: no limit.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.tx_delegate_take_rate_limit, tx_rate_limit)

    @call(46, weight=weight(5_490_000, writes=1))
    def sudo_set_min_delegate_take(self, origin: Origin, take: U16) -> None:
        """Set the least take that a hotkey may have.

        Origin: root.
        - `take`: take in parts of 65,535.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.min_delegate_take, take)

    @call(73, weight=weight(15_650_000, reads=1, writes=1))
    def sudo_set_ck_burn(self, origin: Origin, burn: U64) -> None:
        """Set what part of a childkey's earnings for other owners' hotkeys is burned.

        Origin: root.
        - `burn`: proportion, with 2**64 - 1 for the whole.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.ck_burn, burn)

    @call(74, weight=weight(5_450_000, writes=1))
    def sudo_set_admin_freeze_window(self, origin: Origin, window: U16) -> None:
        """Set how long before an epoch a subnet's hyperparameters stand still.

        Origin: root.
        - `window`: blocks.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.admin_freeze_window, window)

    @call(75, weight=weight(5_471_000, writes=1))
    def sudo_set_owner_hparam_rate_limit(self, origin: Origin, epochs: U16) -> None:
        """Set how often an owner may change the same hyperparameter of a subnet.

        Origin: root.
        - `epochs`: tempos of the subnet between two changes.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.owner_hyperparam_rate_limit, epochs)

    @call(86, weight=weight(5_370_000, writes=1))
    def sudo_set_coldkey_swap_announcement_delay(self, origin: Origin, duration: Number) -> None:
        """Set how long a coldkey swap must have been announced before it is done.

        Origin: root.
        - `duration`: blocks.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.coldkey_swap_announcement_delay, duration)

    @call(87, weight=weight(5_360_000, writes=1))
    def sudo_set_coldkey_swap_reannouncement_delay(self, origin: Origin, duration: Number) -> None:
        """Set how much later a coldkey may announce another swap instead.

        Origin: root.
        - `duration`: blocks after the announced swap may be done.

        Errors: none of its own.
        """
        self.by_root(origin, self.items.coldkey_swap_reannouncement_delay, duration)
