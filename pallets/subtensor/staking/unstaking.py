"""Unstaking: staked alpha is sold for the coldkey's TAO.  Source: staking/remove_stake."""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT, Side
from pysubtensor.frame.primitives import AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import checks, limits, nominations, trades
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


def remove(sub: Storage, position: StakePosition, amount: Alpha) -> None:
    """Sell `amount`, or all there is, at any price (`do_remove_stake`).

    What pays the fee in alpha may have left less than was asked for.
    Errors: SubtokenDisabled; those of `checks.sell` and `trades.unstake`.
    """
    registry.ensure_subtoken_enabled(sub, position.netuid)
    amount = min(amount, ledger.of(sub, *position))
    limits.ensure_taken(sub, position.netuid, Side.SELL, amount)
    checks.sell(sub, position, amount, amount)
    _sell(sub, position, amount, LOWEST_LIMIT)
    _drop_pending_children(sub, position.hotkey)


def remove_within(
    sub: Storage, position: StakePosition, amount: Alpha, limit: Tao, *, allow_partial: bool
) -> None:
    """Sell while the price is within the limit, also where alpha is not traded yet.

    In subtensor: `do_remove_stake_limit`.
    Errors: those of the exchange, of `checks.sell` and `trades.unstake`.
    """
    limits.ensure_taken(sub, position.netuid, Side.SELL, amount)
    most = limits.most_within(sub, position.netuid, Side.SELL, limit)
    checks.sell(sub, position, amount, most, allow_partial=allow_partial)
    _sell(sub, position, min(amount, most), limit)
    _drop_pending_children(sub, position.hotkey)


def remove_all(sub: Storage, position: StakePosition, limit: Tao | None) -> None:
    """Sell a whole position, at once or not at all.  Errors: of `remove` or `remove_within`.

    In subtensor: `do_remove_stake_full_limit`.
    """
    amount = ledger.of(sub, *position)
    if limit is None:
        remove(sub, position, amount)
    else:
        remove_within(sub, position, amount, limit, allow_partial=False)


def remove_everywhere(sub: Storage, hotkey: AccountId, coldkey: AccountId) -> None:
    """Sell what may be sold on each subnet (`do_unstake_all`).

    Errors: HotKeyAccountNotExists; those of `trades.unstake`.
    """
    _sell_each(sub, hotkey, coldkey, registry.netuids(sub))


def bring_to_root(sub: Storage, hotkey: AccountId, coldkey: AccountId) -> None:
    """Sell what may be sold on each subnet with alpha, and stake the TAO on root.

    In subtensor: `do_unstake_all_alpha`.
    Errors: HotKeyAccountNotExists; those of `trades.unstake` and `trades.stake`.
    """
    tao = _sell_each(sub, hotkey, coldkey, registry.nonroot_netuids(sub))
    trades.stake(sub, StakePosition(hotkey, coldkey, ROOT), tao, HIGHEST_LIMIT)


def _sell_each(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuids: list[NetUid]) -> int:
    """Sell whole positions, leaving out those that may not be sold; returns the rao."""
    hotkeys.ensure_exists(sub, hotkey)
    total = 0
    for netuid in netuids:
        position = StakePosition(hotkey, coldkey, netuid)
        if sub.subtoken_enabled[netuid] and _may_be_sold(sub, position):
            sold = _sell(sub, position, ledger.of(sub, *position), LOWEST_LIMIT)
            total = saturating_add(total, sold)
    return total


def _may_be_sold(sub: Storage, position: StakePosition) -> bool:
    amount = ledger.of(sub, *position)
    try:
        checks.sell(sub, position, amount, amount)
    except DispatchFailure:
        return False
    return True


def _sell(sub: Storage, position: StakePosition, amount: int, limit: int) -> Tao:
    tao = trades.unstake(sub, position, amount, limit)
    nominations.clear_if_small(sub, position)
    return tao


def _drop_pending_children(sub: Storage, hotkey: AccountId) -> None:
    """A hotkey with less than the threshold of stake gets no new children."""
    if liquidity.worth_of_hotkey(sub, hotkey) < sub.stake_threshold.get():
        for netuid in registry.netuids(sub):
            del sub.pending_child_keys[netuid, hotkey]
