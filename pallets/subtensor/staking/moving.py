"""Stake on its way to another hotkey, coldkey or subnet.  Source: staking/move_stake."""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT
from pysubtensor.frame.primitives import Alpha, Tao
from pysubtensor.pallets.subtensor import hotkeys, tao_balances
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import checks, limits, trades
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT


class Limit(NamedTuple):
    """How far the relative price of two subnets may move, and what happens then."""

    price: Tao
    """Rao of the destination's alpha for 10**9 rao of the source's."""
    allow_partial: bool
    """Whether to move what fits within the price, or else refuse."""


def move(
    sub: Storage,
    source: StakePosition,
    dest: StakePosition,
    amount: Alpha,
    *,
    limit: Limit | None = None,
    to_another: bool = False,
) -> Tao:
    """Move `amount`, or all there is, to the other position; returns its worth in rao.

    In subtensor: `transition_stake_internal`.
    Within a subnet nothing is swapped.  What pays the fee in alpha may have left less than was
    asked for.
    Errors: those of the exchange, of `checks.move`, `trades.unstake`, `trades.stake` and
    `trades.hand_over`.
    """
    amount = min(amount, ledger.of(sub, *source))
    most: int = amount
    if limit is not None and source.netuid != dest.netuid:
        most = limits.max_move_within(sub, source.netuid, dest.netuid, limit.price)
    allow_partial = limit is None or limit.allow_partial
    checks.move(sub, source, dest, amount, most, allow_partial=allow_partial, to_another=to_another)
    moved = min(amount, most)
    if source.netuid == dest.netuid:
        return trades.hand_over(sub, source, dest, moved)
    return _swap(sub, source, dest, moved)


def _swap(sub: Storage, source: StakePosition, dest: StakePosition, amount: int) -> Tao:
    """Sell on one subnet and buy on the other, for one fee: that of the sale unless from root.

    What is worth less than the least stake by then stays with the destination's coldkey as TAO.
    """
    from_root = source.netuid == ROOT
    tao = trades.unstake(sub, source, amount, LOWEST_LIMIT, drop_fees=from_root)
    if source.coldkey != dest.coldkey:
        tao_balances.transfer(sub, source.coldkey, dest.coldkey, tao)
    if tao >= sub.config.initial_min_stake:
        hotkeys.become_delegate(sub, dest.hotkey, dest.coldkey)
        trades.stake(sub, dest, tao, HIGHEST_LIMIT, drop_fees=not from_root)
    return tao
