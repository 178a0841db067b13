"""What is checked before stake is bought, sold or moved elsewhere.

The order of the checks decides which error a call ends with.  Amounts are in rao.
Source: staking/stake_utils.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure, ensure
from pysubtensor.frame.interfaces.exchange import Side, Trade
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor import hotkeys, tao_balances
from pysubtensor.pallets.subtensor.errors import (
    AmountTooLow,
    InsufficientLiquidity,
    NotEnoughBalanceToStake,
    NotEnoughStakeToWithdraw,
    SameNetuid,
    SlippageTooHigh,
    TransferDisallowed,
)
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry


def buy(
    sub: Storage, position: StakePosition, tao: int, most: int, *, allow_partial: bool = False
) -> None:
    """Check that `tao` may be staked, or as much of it as `most` if a part will do.

    In subtensor: `validate_add_stake`.
    Errors: SubnetNotExists; SubtokenDisabled; AmountTooLow; SlippageTooHigh;
    NotEnoughBalanceToStake; HotKeyAccountNotExists; InsufficientLiquidity.
    """
    hotkey, coldkey, netuid = position
    registry.ensure_exists(sub, netuid)
    registry.ensure_subtoken_enabled(sub, netuid)
    least = sub.config.initial_min_stake
    ensure(tao >= saturating_add(least, _fee_on_purchase(sub, netuid, least)), AmountTooLow)
    ensure(allow_partial or tao <= most, SlippageTooHigh)
    tao = min(tao, most)
    ensure(tao <= tao_balances.spendable(sub, coldkey), NotEnoughBalanceToStake)
    hotkeys.ensure_exists(sub, hotkey)
    trade = _simulate(sub, netuid, Side.BUY, tao)
    ensure(trade.paid_in >= least, AmountTooLow)
    ensure(ledger.would_show(sub, hotkey, netuid, trade.paid_out), InsufficientLiquidity)


def _fee_on_purchase(sub: Storage, netuid: NetUid, tao: int) -> int:
    """The fee of a purchase; an estimate where the pool cannot sell."""
    exchange = sub.config.exchange()
    try:
        return exchange.simulate(netuid, Side.BUY, tao).fee
    except DispatchFailure:
        return exchange.fee_on(netuid, tao)


def sell(
    sub: Storage, position: StakePosition, amount: int, most: int, *, allow_partial: bool = False
) -> None:
    """Check that `amount` of staked alpha may be sold (`validate_remove_stake`).

    Only all of a position may be worth less than the least stake.
    Errors: SubnetNotExists; AmountTooLow; NotEnoughStakeToWithdraw; InsufficientLiquidity;
    SlippageTooHigh; HotKeyAccountNotExists; StakeUnavailable.
    """
    hotkey, coldkey, netuid = position
    registry.ensure_exists(sub, netuid)
    ensure(amount, AmountTooLow)
    staked = ledger.of(sub, *position)
    ensure(amount <= staked, NotEnoughStakeToWithdraw)
    worth = _simulate(sub, netuid, Side.SELL, amount).paid_out
    ensure(amount == staked or worth >= sub.config.initial_min_stake, AmountTooLow)
    ensure(allow_partial or amount <= most, SlippageTooHigh)
    hotkeys.ensure_exists(sub, hotkey)
    locks.ensure_available(sub, coldkey, netuid, amount)


def move(
    sub: Storage,
    source: StakePosition,
    dest: StakePosition,
    amount: int,
    most: int,
    *,
    allow_partial: bool = True,
    to_another: bool = False,
) -> None:
    """Check that `amount`, no more than is staked there, may go from one position to the other.

    In subtensor: `validate_stake_transition`.
    A transfer `to_another` needs the consent of both subnets.
    Errors: SameNetuid; SubnetNotExists; SubtokenDisabled; HotKeyAccountNotExists;
    InsufficientLiquidity; AmountTooLow; SlippageTooHigh; TransferDisallowed; StakeUnavailable.
    """
    ensure(source != dest, SameNetuid)
    for position in (source, dest):
        registry.ensure_exists(sub, position.netuid)
    for position in (source, dest):
        registry.ensure_subtoken_enabled(sub, position.netuid)
    for position in (source, dest):
        hotkeys.ensure_exists(sub, position.hotkey)
    crosses = source.netuid != dest.netuid
    if crosses:
        worth = _simulate(sub, source.netuid, Side.SELL, amount).paid_out
        ensure(worth > sub.config.initial_min_stake, AmountTooLow)
        ensure(allow_partial or amount <= most, SlippageTooHigh)
    if to_another:
        ensure(sub.transfer_toggle[source.netuid], TransferDisallowed)
        ensure(sub.transfer_toggle[dest.netuid], TransferDisallowed)
    if crosses:
        locks.ensure_available(sub, source.coldkey, source.netuid, amount)


def _simulate(sub: Storage, netuid: NetUid, side: Side, amount: int) -> Trade:
    """Errors: InsufficientLiquidity, whatever the exchange would refuse with."""
    try:
        return sub.config.exchange().simulate(netuid, side, amount)
    except DispatchFailure as failure:
        raise InsufficientLiquidity from failure
