"""Staking: a coldkey's TAO buys alpha, which is staked on a hotkey.  Source: staking/add_stake."""

from __future__ import annotations

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, Side
from pysubtensor.frame.primitives import Alpha, Tao
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import checks, limits, trades
from pysubtensor.pallets.subtensor.storage import Storage


def add(sub: Storage, position: StakePosition, tao: Tao) -> Alpha:
    """Stake at any price; returns the alpha.  Errors: those of `checks.buy`, `trades.stake`.

    In subtensor: `do_add_stake`.
    """
    limits.ensure_taken(sub, position.netuid, Side.BUY, tao)
    checks.buy(sub, position, tao, tao)
    return trades.stake(sub, position, tao, HIGHEST_LIMIT)


def add_within(
    sub: Storage, position: StakePosition, tao: Tao, limit: Tao, *, allow_partial: bool
) -> Alpha:
    """Stake while the price is within the limit; returns the alpha (`do_add_stake_limit`).

    Errors: those of `add`; SlippageTooHigh; those of the exchange.
    """
    limits.ensure_taken(sub, position.netuid, Side.BUY, tao)
    most = limits.most_within(sub, position.netuid, Side.BUY, limit)
    checks.buy(sub, position, tao, most, allow_partial=allow_partial)
    hotkeys.become_delegate(sub, position.hotkey, position.coldkey)
    return trades.stake(sub, position, min(tao, most), limit)
