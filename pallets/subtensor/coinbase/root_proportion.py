"""Root's proportion of a subnet, and whether root's alpha is sold.

The proportion caps how much alpha enters the liquidity pool, and is root's part of the validators'
half.  Source: coinbase/subnet_emissions (root_proportion), coinbase/run_coinbase
(get_network_root_sell_flag), coinbase/block_step (update_root_prop).
"""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.fixed_point import U64F64, U96F32

fixed, plus = U96F32.from_int, U96F32.saturating_add
times, over = U96F32.saturating_mul, U96F32.safe_div


def weighted_root(root_tao: int, tao_weight: int) -> int:
    """Rao staked on root times the weight of a TAO beside an alpha (U96F32), as U96F32."""
    return times(fixed(root_tao), tao_weight)


def root_proportion(root_stake: int, alpha_issuance: int) -> int:
    """Weighted root stake over itself plus the subnet's alpha, U96F32; 0 when there is neither.

    `root_stake` is what `weighted_root` gives, `alpha_issuance` is in rao.
    """
    return over(root_stake, plus(root_stake, fixed(alpha_issuance)))


def root_sell_flag(moving_prices: Sequence[int]) -> bool:
    """Whether root gets its alpha (`get_network_root_sell_flag`): moving prices sum to more than 1.

    Otherwise root's alpha is recycled.  Prices are U64F64; the chain's sum wraps at 2**64.
    """
    return U64F64.sum(moving_prices) > U64F64.one
