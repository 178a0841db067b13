"""Swaps against a subnet's liquidity pool: alpha bought and sold, and what that moves.

    buy, sell           swap and move the reserves (`swap_tao_for_alpha`, `swap_alpha_for_tao`)
    note_flow           the TAO that users brought, from which emission may be derived

Whose stake it becomes is for `staking.trades` to say.  Amounts are in rao, limits in rao of TAO for
10**9 rao of alpha.  Source: staking/stake_utils.
"""

from __future__ import annotations

from pysubtensor.frame.arith import clamp, saturating_add, saturating_sub
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import Side, Trade
from pysubtensor.frame.primitives import I64, U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.reserves import PoolReserves
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry

_I64 = -(1 << 63), (1 << 63) - 1


def buy(sub: Storage, netuid: NetUid, tao: int, limit: int, *, drop_fees: bool = False) -> Trade:
    """Swap rao, which the subnet has got already, for alpha outside the pool.

    In subtensor: `swap_tao_for_alpha`.
    Errors: those of the exchange.
    """
    trade = _swap(sub, netuid, Side.BUY, tao, limit, drop_fees=drop_fees)
    after = reserves(sub, netuid).after_buying(tao, trade.paid_in, trade.paid_out)
    _put_reserves(sub, netuid, Side.BUY, after, paid_out=trade.paid_out)
    _put_total_stake(sub, saturating_add(sub.total_stake.get(), tao))
    return trade


def sell(
    sub: Storage, netuid: NetUid, amount: int, limit: int, *, drop_fees: bool = False
) -> Trade:
    """Swap alpha from outside the pool for rao, which the subnet has yet to pay.

    In subtensor: `swap_alpha_for_tao`.
    Errors: those of the exchange.
    """
    trade = _swap(sub, netuid, Side.SELL, amount, limit, drop_fees=drop_fees)
    after = reserves(sub, netuid).after_selling(trade.paid_in, trade.paid_out)
    _put_reserves(sub, netuid, Side.SELL, after, paid_out=trade.paid_out)
    _put_total_stake(sub, saturating_sub(sub.total_stake.get(), trade.paid_out))
    return trade


def _swap(
    sub: Storage, netuid: NetUid, side: Side, amount: int, limit: int, *, drop_fees: bool
) -> Trade:
    """One for one without a fee where alpha has no price."""
    if not registry.has_price(sub, netuid):
        return Trade(amount, amount, 0, 0)
    return sub.config.exchange().swap(netuid, side, amount, limit, drop_fees=drop_fees)


def reserves(sub: Storage, netuid: NetUid) -> PoolReserves:
    """What a subnet holds."""
    return PoolReserves(
        sub.subnet_tao[netuid],
        sub.subnet_alpha_in[netuid],
        sub.subnet_alpha_out[netuid],
        sub.subnet_volume[netuid],
    )


def _put_reserves(
    sub: Storage, netuid: NetUid, side: Side, after: PoolReserves, *, paid_out: int
) -> None:
    """Set what a subnet holds after a swap; what paid nothing out gets no entry of 0 for it."""
    if side is Side.BUY or paid_out:
        sub.subnet_tao[netuid] = Tao(U64(after.tao))
    if side is Side.SELL or paid_out:
        sub.subnet_alpha_in[netuid] = Alpha(U64(after.alpha_in))
    sub.subnet_alpha_out[netuid] = Alpha(U64(after.alpha_out))
    sub.subnet_volume[netuid] = U128(after.volume)


def _put_total_stake(sub: Storage, total: int) -> None:
    sub.total_stake.put(Tao(U64(total)))


def note_flow(sub: Storage, netuid: NetUid, tao: int) -> None:
    """Note rao that users brought to a subnet, or took from it when below 0.

    In subtensor: `record_tao_inflow`.
    """
    sub.subnet_tao_flow[netuid] = I64(clamp(sub.subnet_tao_flow[netuid] + tao, *_I64))


def note_protocol_flow(sub: Storage, netuid: NetUid, tao: int) -> None:
    """The same for what the chain itself brought or took."""
    sub.subnet_protocol_flow[netuid] = I64(clamp(sub.subnet_protocol_flow[netuid] + tao, *_I64))


def tao_worth(sub: Storage, netuid: NetUid, amount: int) -> int:
    """Rao that alpha is worth at the current price, without the price's move."""
    price = sub.config.exchange().price(netuid)
    return U64F64.to_uint(U64F64.saturating_mul(price, U64F64.from_int(amount)))


def worth_of_hotkey(sub: Storage, hotkey: AccountId) -> int:
    """Rao that everything staked with a hotkey is worth at current prices.

    In subtensor: `get_total_stake_for_hotkey`.
    """
    price = sub.config.exchange().price
    each = (
        U64F64.saturating_mul(U64F64.from_int(staked), price(netuid))
        for netuid in registry.netuids(sub)
        if (staked := ledger.on_hotkey(sub, hotkey, netuid))
    )
    return U64F64.to_uint(U64F64.sum(each))
