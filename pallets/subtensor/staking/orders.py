"""Stake traded for whoever matches orders: each trade whole within its limit, or not at all.

The matcher asks for the checks that users' stake needs and leaves them out for its own.
Amounts are in rao, limits in rao of TAO for 10**9 rao of alpha.  Source: staking/order_swap.
"""

from __future__ import annotations

from pysubtensor.frame.error import ensure
from pysubtensor.frame.interfaces.exchange import Side
from pysubtensor.frame.primitives import Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor import hotkeys, tao_balances
from pysubtensor.pallets.subtensor.errors import (
    AmountTooLow,
    NotEnoughBalanceToStake,
    NotEnoughStakeToWithdraw,
    SlippageTooHigh,
)
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.staking import checks, trades
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry


def buy(sub: Storage, position: StakePosition, tao: int, limit: int, *, checked: bool) -> Alpha:
    """Stake a coldkey's TAO; returns the alpha (`buy_alpha`).

    Errors: SubnetNotExists; SubtokenDisabled; those of the exchange; SlippageTooHigh; those of
    `trades.stake`.  Checked also: HotKeyAccountNotExists; AmountTooLow; NotEnoughBalanceToStake.
    """
    hotkey, coldkey, netuid = position
    with sub.env.state.transaction():
        _ensure_open(sub, netuid)
        if checked:
            hotkeys.ensure_exists(sub, hotkey)
            ensure(tao >= sub.config.initial_min_stake, AmountTooLow)
            ensure(tao <= tao_balances.spendable(sub, coldkey), NotEnoughBalanceToStake)
        _ensure_whole(sub, netuid, Side.BUY, tao, limit)
        return trades.stake(sub, position, tao, limit)


def sell(sub: Storage, position: StakePosition, amount: int, limit: int, *, checked: bool) -> Tao:
    """Sell staked alpha for its coldkey; returns the TAO (`sell_alpha`).

    Errors: SubnetNotExists; SubtokenDisabled; those of the exchange; SlippageTooHigh; those of
    `trades.unstake`.  Checked also: those of `checks.sell`.
    """
    with sub.env.state.transaction():
        _ensure_open(sub, position.netuid)
        if checked:
            checks.sell(sub, position, amount, amount)
        _ensure_whole(sub, position.netuid, Side.SELL, amount, limit)
        return trades.unstake(sub, position, amount, limit)


def hand_over(
    sub: Storage,
    source: StakePosition,
    dest: StakePosition,
    amount: int,
    *,
    giver_checked: bool,
    taker_checked: bool,
) -> None:
    """Let staked alpha go to another position on the same subnet, silently and outside the pool.

    In subtensor: `transfer_staked_alpha`.
    Errors: SubnetNotExists; SubtokenDisabled; NotEnoughStakeToWithdraw.  Giver checked also:
    HotKeyAccountNotExists; AmountTooLow; StakeUnavailable.  Taker checked also:
    HotKeyAccountNotExists.
    """
    _ensure_open(sub, source.netuid)
    if giver_checked:
        hotkeys.ensure_exists(sub, source.hotkey)
        worth = liquidity.tao_worth(sub, source.netuid, amount)
        ensure(worth >= sub.config.initial_min_stake, AmountTooLow)
        locks.ensure_available(sub, source.coldkey, source.netuid, amount)
    if taker_checked:
        hotkeys.ensure_exists(sub, dest.hotkey)
    ensure(ledger.of(sub, *source) >= amount, NotEnoughStakeToWithdraw)
    ledger.decrease(sub, *source, amount)
    ledger.increase(sub, *dest, amount)
    sub.last_coldkey_hotkey_stake_block[dest.coldkey, dest.hotkey] = now(sub)


def _ensure_open(sub: Storage, netuid: NetUid) -> None:
    registry.ensure_exists(sub, netuid)
    registry.ensure_subtoken_enabled(sub, netuid)


def _ensure_whole(sub: Storage, netuid: NetUid, side: Side, amount: int, limit: int) -> None:
    """Errors: those of the exchange; SlippageTooHigh when not all is within the limit."""
    if registry.has_price(sub, netuid):
        trade = sub.config.exchange().quote(netuid, side, amount, limit)
        ensure(trade.paid_in + trade.fee >= amount, SlippageTooHigh)
