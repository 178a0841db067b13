"""How much may be swapped: at most, and within the limit price of an order.

Amounts are in rao, limits in rao of TAO for 10**9 rao of alpha.
Sources: staking/add_stake, remove_stake, move_stake.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add, saturating_mul
from pysubtensor.frame.error import ensure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import Side
from pysubtensor.frame.primitives import RAO_PER_TAO, U64_MAX, NetUid
from pysubtensor.pallets.subtensor.errors import InsufficientLiquidity
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT

_STABLE = 0
_MOST_PER_RESERVE = 1_000
"""No swap takes in more than so many times the pool's reserve."""

fixed, floor = U64F64.from_int, U64F64.to_uint


def _most_taken(sub: Storage, netuid: NetUid, side: Side) -> int:
    """The most that a pool takes in."""
    held = sub.subnet_tao[netuid] if side is Side.BUY else sub.subnet_alpha_in[netuid]
    return saturating_mul(held, _MOST_PER_RESERVE, U64_MAX)


def ensure_taken(sub: Storage, netuid: NetUid, side: Side, amount: int) -> None:
    """Refuse more than the pool takes in.  Errors: InsufficientLiquidity."""
    if netuid != ROOT and registry.has_price(sub, netuid):
        ensure(amount <= _most_taken(sub, netuid, side), InsufficientLiquidity)


def _is_one_for_one(sub: Storage, netuid: NetUid) -> bool:
    return netuid == ROOT or sub.subnet_mechanism[netuid] == _STABLE


def most_within(sub: Storage, netuid: NetUid, side: Side, limit: int) -> int:
    """What may be swapped, fee included, before the price passes the limit (`get_max_amount_add`).

    One for one, that is all or nothing.  Errors: those of the exchange.
    """
    if _is_one_for_one(sub, netuid):
        fits = limit >= RAO_PER_TAO if side is Side.BUY else limit <= RAO_PER_TAO
        return U64_MAX if fits else 0
    trade = sub.config.exchange().quote(netuid, side, _most_taken(sub, netuid, side), limit)
    return saturating_add(trade.paid_in, trade.fee)


def max_move_within(sub: Storage, source: NetUid, dest: NetUid, limit: int) -> int:
    """Alpha of `source` that may be swapped for that of `dest` before the price passes the limit.

    In subtensor: `get_max_amount_move`.
    The limit is in rao of `dest` for 10**9 rao of `source`.  Errors: those of the exchange.
    """
    if _is_one_for_one(sub, source) and _is_one_for_one(sub, dest):
        return 0 if limit > RAO_PER_TAO else U64_MAX
    if _is_one_for_one(sub, source) and registry.has_price(sub, dest):
        if limit == 0:
            return U64_MAX
        inverse = U64F64.saturating_mul(U64F64.ratio(RAO_PER_TAO, limit), fixed(RAO_PER_TAO))
        return most_within(sub, dest, Side.BUY, floor(inverse))
    if _is_one_for_one(sub, dest) and registry.has_price(sub, source):
        return most_within(sub, source, Side.SELL, limit)
    return _most_between_pools(sub, source, dest, limit)


def _most_between_pools(sub: Storage, source: NetUid, dest: NetUid, limit: int) -> int:
    """By a formula that takes both pools for evenly weighted.

    alpha(dest) * t / limit - alpha(source) * (1 - t), where t is the source's part of the TAO in
    both pools.
    """
    taos = sub.subnet_tao[source], sub.subnet_tao[dest]
    alphas = sub.subnet_alpha_in[source], sub.subnet_alpha_in[dest]
    if 0 in taos or 0 in alphas:
        return 0
    exchange = sub.config.exchange()
    price = U64F64.safe_div(exchange.price(source), exchange.price(dest))
    limit_price = U64F64.ratio(limit, RAO_PER_TAO)
    if limit_price > price:
        return 0
    if limit == 0:
        return U64_MAX
    tao_sum = U64F64.saturating_add(fixed(taos[0]), fixed(taos[1]))
    parts = [U64F64.safe_div(fixed(tao), tao_sum) for tao in taos]
    gain = U64F64.safe_div(U64F64.saturating_mul(fixed(alphas[1]), parts[0]), limit_price)
    return floor(U64F64.saturating_sub(gain, U64F64.saturating_mul(fixed(alphas[0]), parts[1])))
