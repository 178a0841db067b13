"""Calls by which coldkeys buy alpha to stake it on a hotkey, sell it, and destroy it.

Prices are in rao for one alpha.
"""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor.pools.ledger import Position
from pysubtensor.pallets.subtensor.staking import adding, auto_stake, burning, unstaking
from pysubtensor.pallets.subtensor.storage import Storage


class StakingCalls(Storage):
    """Stake: bought, sold and destroyed."""

    @call(2, weight=weight(664_064_000, 8_727, reads=32, writes=16))
    def add_stake(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount_staked: Tao
    ) -> None:
        """Buy alpha for `amount_staked` rao and stake it.

        Errors: SubnetNotExists; SubtokenDisabled; AmountTooLow; NotEnoughBalanceToStake;
        HotKeyAccountNotExists; InsufficientLiquidity.
        """
        position = Position(hotkey, ensure_signed(origin), netuid)
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
        """Stake while alpha costs no more than `limit_price`.

        If the amount would raise it above, a part is staked, or nothing unless `allow_partial`.
        Errors: those of `add_stake`; SlippageTooHigh; those of the exchange.
        """
        position = Position(hotkey, ensure_signed(origin), netuid)
        adding.add_within(self, position, amount_staked, limit_price, allow_partial=allow_partial)

    @call(3, weight=weight(569_198_000, 10_557, reads=28, writes=13))
    def remove_stake(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount_unstaked: Alpha
    ) -> None:
        """Sell `amount_unstaked` of the alpha that is staked there.

        Errors: SubnetNotExists; SubtokenDisabled; AmountTooLow; HotKeyAccountNotExists;
        NotEnoughStakeToWithdraw; InsufficientLiquidity; StakeUnavailable.
        """
        position = Position(hotkey, ensure_signed(origin), netuid)
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
        """Sell while alpha brings no less than `limit_price`; otherwise a part, or nothing.

        Errors: those of `remove_stake` without SubtokenDisabled; SlippageTooHigh; those of the
        exchange.
        """
        position = Position(hotkey, ensure_signed(origin), netuid)
        unstaking.remove_within(
            self, position, amount_unstaked, limit_price, allow_partial=allow_partial
        )

    @call(103, weight=weight(754_292_000, 10_591, reads=27, writes=13))
    def remove_stake_full_limit(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, limit_price: Tao | None
    ) -> None:
        """Sell all that is staked there, for no less than `limit_price` if that is given.

        Errors: those of `remove_stake_limit`.
        """
        position = Position(hotkey, ensure_signed(origin), netuid)
        unstaking.remove_all(self, position, limit_price)

    @call(83, weight=weight(26_830_000, 9_189, reads=6))
    def unstake_all(self, origin: Origin, hotkey: AccountId) -> None:
        """Sell what the hotkey holds of the caller's stake on every subnet that allows it.

        Errors: HotKeyAccountNotExists.
        """
        unstaking.remove_everywhere(self, hotkey, ensure_signed(origin))

    @call(84, weight=weight(700_873_000, 11_306, reads=43, writes=25))
    def unstake_all_alpha(self, origin: Origin, hotkey: AccountId) -> None:
        """The same, but stake the TAO on root.  Errors: HotKeyAccountNotExists; AmountTooLow."""
        unstaking.bring_to_root(self, hotkey, ensure_signed(origin))

    @call(101, weight=weight(172_139_000, 5_219, reads=13, writes=6))
    def recycle_alpha(
        self, origin: Origin, hotkey: AccountId, amount: Alpha, netuid: NetUid
    ) -> None:
        """Destroy staked alpha as if it had never been issued.

        Errors: SubnetNotExists; CannotBurnOrRecycleOnRootSubnet; SubtokenDisabled;
        HotKeyAccountNotExists; StakeUnavailable; InsufficientLiquidity.
        """
        burning.recycle(self, Position(hotkey, ensure_signed(origin), netuid), amount)

    @call(102, weight=weight(168_964_000, 5_219, reads=12, writes=4))
    def burn_alpha(self, origin: Origin, hotkey: AccountId, amount: Alpha, netuid: NetUid) -> None:
        """Destroy staked alpha, which still counts as issued.  Errors: those of `recycle_alpha`."""
        burning.burn(self, Position(hotkey, ensure_signed(origin), netuid), amount)

    @call(132, weight=weight(967_308_000, 8_727, reads=33, writes=17))
    def add_stake_burn(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount: Tao, limit: Tao | None
    ) -> None:
        """Stake `amount` rao, at the price `limit` at most, and burn the alpha.

        Errors: those of `add_stake_limit` and `burn_alpha`.
        """
        position = Position(hotkey, ensure_signed(origin), netuid)
        burning.buy_and_burn(self, position, amount, limit)

    @call(114, weight=weight(33_853_000, 4_274, reads=4, writes=2))
    def set_coldkey_auto_stake_hotkey(
        self, origin: Origin, netuid: NetUid, hotkey: AccountId
    ) -> None:
        """Choose the hotkey on which the caller's miners' earnings are staked.

        Errors: SubnetNotExists; HotKeyNotRegisteredInSubNet; SameAutoStakeHotkeyAlreadySet.
        """
        auto_stake.choose(self, ensure_signed(origin), netuid, hotkey)
