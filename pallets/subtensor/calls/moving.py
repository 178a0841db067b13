"""Calls that move stake to another hotkey, coldkey or subnet without passing through a balance."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor.events.staking import StakeMoved, StakeSwapped, StakeTransferred
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import moving
from pysubtensor.pallets.subtensor.storage import Storage


class MovingCalls(Storage):
    """Stake: moved."""

    @call(85, weight=weight(216_061_000, 7_919, reads=19, writes=7))
    def move_stake(
        self,
        origin: Origin,
        origin_hotkey: AccountId,
        destination_hotkey: AccountId,
        origin_netuid: NetUid,
        destination_netuid: NetUid,
        alpha_amount: Alpha,
    ) -> None:
        """Move stake to another hotkey, and to another subnet if that differs.

        Origin: signed by the coldkey that holds the stake.
        - `origin_hotkey`: hotkey that the stake is with.
        - `destination_hotkey`: hotkey that it will be with.
        - `origin_netuid`: subnet that the stake is on.
        - `destination_netuid`: subnet that it will be on.
        - `alpha_amount`: alpha to move, in rao; all if there is less.

        Errors: SameNetuid, SubnetNotExists, SubtokenDisabled, HotKeyAccountNotExists,
        InsufficientLiquidity, AmountTooLow, StakeUnavailable, ReservesTooLow, SwapInputTooLarge,
        InsufficientBalance.
        """
        who = ensure_signed(origin)
        source = StakePosition(origin_hotkey, who, origin_netuid)
        dest = StakePosition(destination_hotkey, who, destination_netuid)
        tao = moving.move(self, source, dest, alpha_amount)
        self.emit(
            StakeMoved(
                who, origin_hotkey, origin_netuid, destination_hotkey, destination_netuid, tao
            )
        )

    @call(86, weight=weight(258_541_000, 7_994, reads=19, writes=6))
    def transfer_stake(
        self,
        origin: Origin,
        destination_coldkey: AccountId,
        hotkey: AccountId,
        origin_netuid: NetUid,
        destination_netuid: NetUid,
        alpha_amount: Alpha,
    ) -> None:
        """Transfer stake to another coldkey, and to another subnet if that differs.

        Origin: signed by the coldkey that holds the stake.
        - `destination_coldkey`: coldkey that will hold it.
        - `hotkey`: hotkey that the stake is with, and stays with.
        - `origin_netuid`: subnet that the stake is on.
        - `destination_netuid`: subnet that it will be on.
        - `alpha_amount`: alpha to transfer, in rao; all if there is less.

        Errors: TransferDisallowed, LockHotkeyMismatch, AccountRejectsLockedAlpha; those of
        `move_stake`.
        """
        who, to = ensure_signed(origin), destination_coldkey
        source = StakePosition(hotkey, who, origin_netuid)
        dest = StakePosition(hotkey, to, destination_netuid)
        tao = moving.move(self, source, dest, alpha_amount, to_another=True)
        self.emit(StakeTransferred(who, to, hotkey, origin_netuid, destination_netuid, tao))

    @call(87, weight=weight(742_019_000, 10_920, reads=47, writes=24))
    def swap_stake(
        self,
        origin: Origin,
        hotkey: AccountId,
        origin_netuid: NetUid,
        destination_netuid: NetUid,
        alpha_amount: Alpha,
    ) -> None:
        """Swap stake on one subnet for stake on another.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with, and stays with.
        - `origin_netuid`: subnet that the stake is on.
        - `destination_netuid`: subnet that it will be on.
        - `alpha_amount`: alpha to swap, in rao; all if there is less.

        Errors: none of its own; those of `move_stake`.
        """
        who = ensure_signed(origin)
        source = StakePosition(hotkey, who, origin_netuid)
        dest = StakePosition(hotkey, who, destination_netuid)
        tao = moving.move(self, source, dest, alpha_amount)
        self.emit(StakeSwapped(who, hotkey, origin_netuid, destination_netuid, tao))

    @call(90, weight=weight(944_515_000, 11_077, reads=47, writes=24))
    def swap_stake_limit(
        self,
        origin: Origin,
        hotkey: AccountId,
        origin_netuid: NetUid,
        destination_netuid: NetUid,
        alpha_amount: Alpha,
        limit_price: Tao,
        allow_partial: bool,
    ) -> None:
        """Swap stake on one subnet for stake on another, within a limit price.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: hotkey that the stake is with, and stays with.
        - `origin_netuid`: subnet that the stake is on.
        - `destination_netuid`: subnet that it will be on.
        - `alpha_amount`: alpha to swap, in rao; all if there is less.
        - `limit_price`: least price: rao of the other alpha for one alpha of the stake.
        - `allow_partial`: true: swap as much as the limit allows; false: all or nothing.

        Errors: SlippageTooHigh, PriceLimitExceeded; those of `move_stake`.
        """
        who = ensure_signed(origin)
        source = StakePosition(hotkey, who, origin_netuid)
        dest = StakePosition(hotkey, who, destination_netuid)
        limit = moving.Limit(limit_price, allow_partial)
        tao = moving.move(self, source, dest, alpha_amount, limit=limit)
        self.emit(StakeSwapped(who, hotkey, origin_netuid, destination_netuid, tao))
