"""Calls by which coldkeys buy alpha to stake it on a hotkey, sell it, and destroy it.

Prices are in rao for one alpha.
"""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import adding, auto_stake, burning, unstaking
from pysubtensor.pallets.subtensor.storage import Storage


class StakingCalls(Storage):
    """Stake: bought, sold and destroyed."""

    @call(2, weight=weight(664_064_000, 8_727, reads=32, writes=16))
    def add_stake(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount_staked: Tao
    ) -> None:
        """Buy alpha of a subnet with TAO and stake it with a hotkey.

        Origin: signed by the coldkey that pays.
        - `hotkey`: hotkey that the stake will be with.
        - `netuid`: the subnet.
        - `amount_staked`: TAO to spend, in rao.

        Errors: SubnetNotExists, SubtokenDisabled, AmountTooLow, NotEnoughBalanceToStake,
        HotKeyAccountNotExists, InsufficientLiquidity.
        """
        position = StakePosition(hotkey, ensure_signed(origin), netuid)
        adding.add(self, position, amount_staked)

    @call(88, weight=weight(853_005_000, 8_727, reads=32, writes=16))
    def add_stake_limit(
        self,
        origin: Origin,
        hotkey: AccountId,
        netuid: NetUid,
        amount_staked: Tao,
        limit_price: Tao,
        allow_partial: bool,
    ) -> None:
        """Buy alpha of a subnet within a limit price and stake it with a hotkey.

        Origin: signed by the coldkey that pays.
        - `hotkey`: hotkey that the stake will be with.
        - `netuid`: the subnet.
        - `amount_staked`: TAO to spend, in rao.
        - `limit_price`: highest price, in rao for one alpha.
        - `allow_partial`: true: buy as much as the limit allows; false: all or nothing.

        Errors: SlippageTooHigh, PriceLimitExceeded, ReservesTooLow; those of `add_stake`.
        """
        position = StakePosition(hotkey, ensure_signed(origin), netuid)
        adding.add_within(self, position, amount_staked, limit_price, allow_partial=allow_partial)

    @call(3, weight=weight(569_198_000, 10_557, reads=28, writes=13))
    def remove_stake(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount_unstaked: Alpha
    ) -> None:
        """Sell staked alpha of a subnet for TAO.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with.
        - `netuid`: the subnet.
        - `amount_unstaked`: alpha to sell, in rao; all if there is less.

        Errors: SubnetNotExists, SubtokenDisabled, AmountTooLow, HotKeyAccountNotExists,
        InsufficientLiquidity, StakeUnavailable, InsufficientBalance.
        """
        position = StakePosition(hotkey, ensure_signed(origin), netuid)
        unstaking.remove(self, position, amount_unstaked)

    @call(89, weight=weight(740_696_000, 10_591, reads=27, writes=13))
    def remove_stake_limit(
        self,
        origin: Origin,
        hotkey: AccountId,
        netuid: NetUid,
        amount_unstaked: Alpha,
        limit_price: Tao,
        allow_partial: bool,
    ) -> None:
        """Sell staked alpha of a subnet for TAO within a limit price.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with.
        - `netuid`: the subnet.
        - `amount_unstaked`: alpha to sell, in rao.
        - `limit_price`: least price, in rao for one alpha.
        - `allow_partial`: true: sell as much as the limit allows; false: all or nothing.

        Errors: SubnetNotExists, AmountTooLow, NotEnoughStakeToWithdraw, InsufficientLiquidity,
        SlippageTooHigh, HotKeyAccountNotExists, StakeUnavailable, PriceLimitExceeded,
        ReservesTooLow, InsufficientBalance.
        """
        position = StakePosition(hotkey, ensure_signed(origin), netuid)
        unstaking.remove_within(
            self, position, amount_unstaked, limit_price, allow_partial=allow_partial
        )

    @call(103, weight=weight(754_292_000, 10_591, reads=27, writes=13))
    def remove_stake_full_limit(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, limit_price: Tao | None
    ) -> None:
        """Sell all of a coldkey's stake with a hotkey on a subnet, within a limit price if given.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with.
        - `netuid`: the subnet.
        - `limit_price`: least price, in rao for one alpha; None: any price.

        Errors: none of its own; those of `remove_stake`, `remove_stake_limit`.
        """
        position = StakePosition(hotkey, ensure_signed(origin), netuid)
        unstaking.remove_all(self, position, limit_price)

    @call(83, weight=weight(26_830_000, 9_189, reads=6))
    def unstake_all(self, origin: Origin, hotkey: AccountId) -> None:
        """Sell all of a coldkey's stake with a hotkey, on every subnet where that may be sold.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with.

        Errors: HotKeyAccountNotExists, InsufficientBalance.
        """
        unstaking.remove_everywhere(self, hotkey, ensure_signed(origin))

    @call(84, weight=weight(700_873_000, 11_306, reads=43, writes=25))
    def unstake_all_alpha(self, origin: Origin, hotkey: AccountId) -> None:
        """Sell all of a coldkey's alpha that is staked with a hotkey, and stake the TAO on root.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with, and stays with.

        Errors: HotKeyAccountNotExists, AmountTooLow, InsufficientBalance.
        """
        unstaking.bring_to_root(self, hotkey, ensure_signed(origin))

    @call(101, weight=weight(172_139_000, 5_219, reads=13, writes=6))
    def recycle_alpha(
        self, origin: Origin, hotkey: AccountId, amount: Alpha, netuid: NetUid
    ) -> None:
        """Recycle staked alpha: it is destroyed, to be issued once more.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with.
        - `amount`: alpha to recycle, in rao; all if there is less.
        - `netuid`: the subnet; not root.

        Errors: SubnetNotExists, CannotBurnOrRecycleOnRootSubnet, SubtokenDisabled,
        HotKeyAccountNotExists, InsufficientLiquidity, StakeUnavailable.
        """
        burning.recycle(self, StakePosition(hotkey, ensure_signed(origin), netuid), amount)

    @call(102, weight=weight(168_964_000, 5_219, reads=12, writes=4))
    def burn_alpha(self, origin: Origin, hotkey: AccountId, amount: Alpha, netuid: NetUid) -> None:
        """Burn staked alpha: it is destroyed for ever, and still counts as issued.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with.
        - `amount`: alpha to burn, in rao; all if there is less.
        - `netuid`: the subnet; not root.

        Errors: none of its own; those of `recycle_alpha`.
        """
        burning.burn(self, StakePosition(hotkey, ensure_signed(origin), netuid), amount)

    @call(132, weight=weight(967_308_000, 8_727, reads=33, writes=17))
    def add_stake_burn(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount: Tao, limit: Tao | None
    ) -> None:
        """Buy alpha of a subnet, within a limit price if given, and burn it.

        Origin: signed by the coldkey that pays.
        - `hotkey`: hotkey that the stake is with for a moment.
        - `netuid`: the subnet; not root.
        - `amount`: TAO to spend, in rao.
        - `limit`: highest price, in rao for one alpha; None: any price.

        Errors: none of its own; those of `add_stake_limit`, `burn_alpha`.
        """
        position = StakePosition(hotkey, ensure_signed(origin), netuid)
        burning.buy_and_burn(self, position, amount, limit)

    @call(114, weight=weight(33_853_000, 4_274, reads=4, writes=2))
    def set_coldkey_auto_stake_hotkey(
        self, origin: Origin, netuid: NetUid, hotkey: AccountId
    ) -> None:
        """Choose the hotkey with which the earnings of a coldkey's miners on a subnet are staked.

        Origin: signed by the coldkey.
        - `netuid`: the subnet.
        - `hotkey`: hotkey of a neuron of the subnet.

        Errors: SubnetNotExists, HotKeyNotRegisteredInSubNet, SameAutoStakeHotkeyAlreadySet.
        """
        auto_stake.set_auto_stake(self, ensure_signed(origin), netuid, hotkey)
