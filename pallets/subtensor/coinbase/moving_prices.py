"""How the moving prices of subnets follow their prices; reading one: `pools.moving_price`.

Source: staking/stake_utils (update_moving_price), coinbase/block_step (update_moving_prices).
"""

from __future__ import annotations

from collections.abc import Iterable

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.fixed_point import I96F32, U64F64
from pysubtensor.frame.primitives import I128, NetUid
from pysubtensor.pallets.subtensor.pools.moving_price import moving_price
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage

fixed, plus, minus = U64F64.from_int, U64F64.saturating_add, U64F64.saturating_sub
times, over = U64F64.saturating_mul, U64F64.safe_div


def update_moving_prices(sub: Storage, netuids: Iterable[NetUid]) -> None:
    """Move the moving prices of subnets towards their prices."""
    block, smoothing = now(sub), sub.subnet_moving_alpha.get()
    for netuid in netuids:
        moved = next_moving_price(
            moving_price(sub, netuid),
            sub.config.exchange().price(netuid),
            smoothing,
            blocks_since_start(block, sub.first_emission_block_number[netuid] or 0),
            sub.ema_price_halving_blocks[netuid],
        )
        sub.subnet_moving_price[netuid] = I128(moved)


def next_moving_price(
    moving: int, price: int, smoothing: int, age: int, halving_blocks: int
) -> int:
    """The moving price to store (I96F32) after a block with spot price `price`, at most 1.

    moving + w * (price - moving), with w = smoothing * age / (age + halving_blocks): the weight
    (`smoothing`, I96F32) sets in over the first blocks.  `age` is what `blocks_since_start` gives.
    """
    setting_in = over(fixed(age), plus(fixed(age), fixed(halving_blocks)))
    weight = times(U64F64.convert(smoothing, I96F32), setting_in)
    new = times(weight, min(price, U64F64.one))
    old = times(minus(U64F64.one, weight), moving)
    return I96F32.convert(plus(new, old), U64F64)


def blocks_since_start(block: int, first_emission_block: int) -> int:
    """Blocks since the start call, which comes one block before the first emission."""
    return saturating_sub(block, saturating_sub(first_emission_block, 1))
