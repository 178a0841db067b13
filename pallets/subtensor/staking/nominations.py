"""Stakes with others' hotkeys, which must not be too small.  Source: staking/helpers."""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_mul
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import LOWEST_LIMIT
from pysubtensor.frame.primitives import U64, U64_MAX
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import trades
from pysubtensor.pallets.subtensor.storage import Storage

_MILLION = 1_000_000


def least(sub: Storage) -> int:
    """Rao that a nomination must be worth (`get_nominator_min_required_stake`)."""
    factor = sub.nominator_min_required_stake.get()
    return saturating_mul(sub.config.initial_min_stake, factor, U64_MAX) // _MILLION


def set_least(sub: Storage, factor: U64) -> None:
    """Set the least nomination, in millionths of the least stake, and clear smaller ones.

    In subtensor: `set_nominator_min_required_stake`.
    Whether it rises is decided by comparing the millionths with the rao, as the chain does.
    """
    before = least(sub)
    sub.nominator_min_required_stake.put(factor)
    if factor > before:
        for position in ledger.positions(sub):
            clear_if_small(sub, position)


def clear_if_small(sub: Storage, position: StakePosition) -> None:
    """Sell a nomination that is worth less than the least, and release what of it is locked.

    In subtensor: `clear_small_nomination_if_required`.
    One that cannot be sold is taken away all the same, without a return; what the attempt to sell
    it changed so far stays changed.
    """
    hotkey, coldkey, netuid = position
    if hotkeys.owned_by(sub, coldkey, hotkey):
        return
    amount = ledger.of(sub, *position)
    price = sub.config.exchange().price(netuid)
    least_alpha = U64F64.to_uint(U64F64.safe_div(U64F64.from_int(least(sub)), price))
    if not 0 < amount < least_alpha:
        return
    try:
        trades.unstake(sub, position, amount, LOWEST_LIMIT)
    except DispatchFailure:
        ledger.decrease(sub, *position, ledger.of(sub, *position))
    locks.release(sub, coldkey, netuid, amount)
