"""What follows the market slowly, brought up to date once the block's emission is through.

Source: coinbase/block_step, staking/stake_utils (update_moving_price).
"""

from __future__ import annotations

from collections.abc import Iterable

from pysubtensor.frame.primitives import I128, U128, NetUid
from pysubtensor.pallets.subtensor.coinbase import shares
from pysubtensor.pallets.subtensor.coinbase.emission import average_price, root_part, root_stake
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage


def move_prices(sub: Storage, netuids: Iterable[NetUid]) -> None:
    """Move the average price of the subnets that earn towards their price."""
    block, smoothing = now(sub), sub.subnet_moving_alpha.get()
    for netuid in netuids:
        average = shares.next_average_price(
            average_price(sub, netuid),
            sub.config.exchange().price(netuid),
            smoothing,
            shares.age_at(block, sub.first_emission_block_number[netuid] or 0),
            sub.ema_price_halving_blocks[netuid],
        )
        sub.subnet_moving_price[netuid] = I128(average)


def note_root_proportions(sub: Storage, netuids: Iterable[NetUid]) -> None:
    """Show root's proportion of the subnets that earn."""
    root = root_stake(sub)
    for netuid in netuids:
        sub.root_prop[netuid] = U128(root_part(sub, netuid, root))
