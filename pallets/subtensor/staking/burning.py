"""Staked alpha destroyed by its owner.  Source: staking/recycle_alpha."""

from __future__ import annotations

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import Alpha, Tao
from pysubtensor.pallets.subtensor import alpha, hotkeys
from pysubtensor.pallets.subtensor.errors import (
    CannotBurnOrRecycleOnRootSubnet,
    InsufficientLiquidity,
)
from pysubtensor.pallets.subtensor.events.staking import AddStakeBurn, AlphaBurned, AlphaRecycled
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import adding
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


def recycle(sub: Storage, position: StakePosition, amount: Alpha) -> None:
    """Destroy `amount`, or all there is, to be issued anew.  Errors: those of `_take`.

    In subtensor: `do_recycle_alpha`.
    """
    taken = _take(sub, position, amount)
    alpha.recycle(sub, position.netuid, taken)
    sub.emit(AlphaRecycled(position.coldkey, position.hotkey, taken, position.netuid))


def burn(sub: Storage, position: StakePosition, amount: Alpha) -> None:
    """Destroy `amount`, or all there is, which counts as issued.  Errors: those of `_take`.

    In subtensor: `do_burn_alpha`.
    """
    taken = _take(sub, position, amount)
    alpha.burn(sub, position.netuid, taken)
    sub.emit(AlphaBurned(position.coldkey, position.hotkey, taken, position.netuid))


def buy_and_burn(sub: Storage, position: StakePosition, tao: Tao, limit: Tao | None) -> None:
    """Stake, all within the limit if there is one, and burn what was bought (`do_add_stake_burn`).

    Errors: those of `adding.add_within`; those of `burn`.
    """
    if limit is None:
        bought = adding.add(sub, position, tao)
    else:
        bought = adding.add_within(sub, position, tao, limit, allow_partial=False)
    burn(sub, position, bought)
    sub.emit(AddStakeBurn(position.netuid, position.hotkey, tao, bought))


def _take(sub: Storage, position: StakePosition, amount: Alpha) -> Alpha:
    """Take no more than there is from a position; returns how much.

    Errors: SubnetNotExists; CannotBurnOrRecycleOnRootSubnet; SubtokenDisabled;
    HotKeyAccountNotExists; InsufficientLiquidity; StakeUnavailable.
    """
    hotkey, coldkey, netuid = position
    registry.ensure_exists(sub, netuid)
    ensure(netuid != ROOT, CannotBurnOrRecycleOnRootSubnet)
    registry.ensure_subtoken_enabled(sub, netuid)
    hotkeys.ensure_exists(sub, hotkey)
    amount = min(amount, ledger.of(sub, *position))
    ensure(sub.subnet_alpha_out[netuid] >= amount, InsufficientLiquidity)
    locks.ensure_available(sub, coldkey, netuid, amount)
    ledger.decrease(sub, *position, amount)
    return amount
