"""A swap from its order to its result: fee, limit price, and refusals in the chain's order.

Nothing here changes reserves: a trade says what is paid in and out, and whoever keeps the reserves
moves them.  Fees never enter the pool.  The chain also refuses to pay out more than the reserve,
which these formulas cannot ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pysubtensor.frame.arith import saturating_add, saturating_mul, saturating_sub
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import Side, Trade
from pysubtensor.frame.primitives import RAO_PER_TAO, U16_MAX, U64_MAX
from pysubtensor.pallets.swap.maths import balancer
from pysubtensor.pallets.swap.maths.errors import (
    PriceLimitExceeded,
    ReservesOutOfBalance,
    ReservesTooLow,
    SwapInputTooLarge,
)

fixed, floor = U64F64.from_int, U64F64.to_uint
mul, div = U64F64.saturating_mul, U64F64.safe_div

DYNAMIC = 1
"""Mechanism of subnets whose alpha has a price; in all others it is worth one TAO."""
LEAST_RESERVE = 1_000_000
"""Rao of the token paid out that a pool must hold."""
MOST_INPUT_PER_RESERVE = 1_000


@dataclass(frozen=True, slots=True)
class LiquidityPool:
    """What decides the swaps of a subnet.

    Reserves in rao; `quote_weight` in parts of 10**18; `fee_rate` in parts of 65535.
    A pool that is not `initialized` gets even weights at its first swap.
    """

    alpha: int
    tao: int
    quote_weight: int = balancer.EVEN
    fee_rate: int = 33
    mechanism: int = DYNAMIC
    initialized: bool = True

    @property
    def price(self) -> int:
        """TAO per alpha, raw U64F64: 1 where alpha has no price, 0 without alpha."""
        if self.mechanism != DYNAMIC:
            return U64F64.one
        return balancer.price(self.alpha, self.tao, self.quote_weight)


def swap(
    pool: LiquidityPool, side: Side, amount: int, limit: int, *, drop_fees: bool = False
) -> tuple[Trade, LiquidityPool]:
    """Swap up to `amount`, fee included, while the price is within `limit` (rao per alpha).

    Returns what is paid and the pool as initialised, its reserves untouched.
    Errors, tested in this order: SwapInputTooLarge, ReservesTooLow, PriceLimitExceeded, and
    ReservesTooLow again when something is paid in and nothing comes out.
    """
    given, taken = (pool.tao, pool.alpha) if side is Side.BUY else (pool.alpha, pool.tao)
    net = saturating_sub(amount, fee_on(pool, amount, drop_fees=drop_fees))
    if net > saturating_mul(given, MOST_INPUT_PER_RESERVE, U64_MAX):
        raise SwapInputTooLarge
    if taken < LEAST_RESERVE:
        raise ReservesTooLow
    pool = initialized(pool)
    limit_price = U64F64.ratio(limit, RAO_PER_TAO)
    if not _beyond(side, limit_price, pool.price):
        raise PriceLimitExceeded
    return _step(pool, side, amount, limit_price, drop_fees=drop_fees), pool


def simulate(pool: LiquidityPool, side: Side, amount: int) -> Trade:
    """What swapping `amount` without a limit would pay.  Errors: those of `swap`.

    Where alpha has no price it pays one for one, without fee.
    """
    if pool.mechanism != DYNAMIC:
        return Trade(amount, amount, 0, 0)
    return swap(pool, side, amount, side.loosest_limit)[0]


def _step(pool: LiquidityPool, side: Side, amount: int, limit: int, *, drop_fees: bool) -> Trade:
    """All of the net amount, or as much as takes the price to the limit, the fee then on top."""
    fee = fee_on(pool, amount, drop_fees=drop_fees)
    paid_in = saturating_sub(amount, fee)
    paid_out = payout(pool, side, paid_in)
    if _beyond(side, _price_after(pool, side, paid_in, paid_out), limit):
        paid_in = _to_limit(pool, side, limit)
        fee = fee_on_top(paid_in, 0 if drop_fees else pool.fee_rate)
        paid_out = payout(pool, side, paid_in)
    if paid_in and not paid_out:
        raise ReservesTooLow
    return Trade(paid_in, paid_out, fee, fee if paid_in else 0)


def _beyond(side: Side, price: int, other: int) -> bool:
    """Whether a swap of this side, moving the price, comes to `other` before `price`."""
    return price > other if side is Side.BUY else price < other


def _to_limit(pool: LiquidityPool, side: Side, limit: int) -> int:
    if side is Side.BUY:
        return balancer.tao_to_price(pool.price, limit, pool.tao, pool.quote_weight)
    return balancer.alpha_to_price(pool.price, limit, pool.alpha, pool.quote_weight)


def payout(pool: LiquidityPool, side: Side, paid_in: int) -> int:
    """What the pool pays for `paid_in`, in rao."""
    formula = balancer.alpha_for_tao if side is Side.BUY else balancer.tao_for_alpha
    return formula(pool.alpha, pool.tao, pool.quote_weight, paid_in)


def _price_after(pool: LiquidityPool, side: Side, paid_in: int, paid_out: int) -> int:
    """Price after a swap, raw U64F64; by the formula even where alpha has no price."""
    if side is Side.BUY:
        reserves = saturating_sub(pool.alpha, paid_out), saturating_add(pool.tao, paid_in)
    else:
        reserves = saturating_add(pool.alpha, paid_in), saturating_sub(pool.tao, paid_out)
    return balancer.price(*reserves, pool.quote_weight)


def fee_on(pool: LiquidityPool, amount: int, *, drop_fees: bool = False) -> int:
    """Fee contained in `amount`: amount * rate / 65535; none where alpha has no price."""
    if drop_fees or pool.mechanism != DYNAMIC:
        return 0
    rate = U64F64.ratio(pool.fee_rate, U16_MAX)
    return floor(mul(fixed(amount), rate))


def fee_on_top(net: int, rate: int) -> int:
    """Fee to add to `net` so that it is the rate's part of the sum: net * rate / (65535 - rate)."""
    factor = U64F64.ratio(rate, U16_MAX - rate)
    return floor(mul(fixed(net), factor))


def alpha_worth(pool: LiquidityPool, tao: int) -> int:
    """Alpha worth `tao` at the current price, without the price's move; 0 at price 0."""
    if pool.mechanism != DYNAMIC:
        return tao
    return floor(div(fixed(tao), pool.price))


def initialized(pool: LiquidityPool, price: int | None = None) -> LiquidityPool:
    """The pool ready to trade: as it is when it was ready, else at `price`, else with even weights.

    Errors: ReservesOutOfBalance when the price asks for a weight out of range.
    """
    if pool.initialized:
        return pool
    weight = balancer.EVEN
    if price is not None:
        found = balancer.weight_at_price(pool.alpha, pool.tao, price)
        if found is None:
            raise ReservesOutOfBalance
        weight = found
    return replace(pool, quote_weight=weight, initialized=True)


def adjusted(pool: LiquidityPool, tao: int, alpha: int) -> tuple[LiquidityPool, int, int]:
    """The pool with its weights ready for `tao` and `alpha` to be added, and what may be added.

    Both amounts, or nothing when that would take the weights out of range.
    """
    weight = balancer.weight_after_adding(pool.alpha, pool.tao, pool.quote_weight, alpha, tao)
    if weight is None:
        return pool, 0, 0
    return replace(pool, quote_weight=weight), tao, alpha
