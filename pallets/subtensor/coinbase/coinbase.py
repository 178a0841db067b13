"""A block's TAO, from its creation to those who earn it.

Source: coinbase/run_coinbase.
"""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor import money
from pysubtensor.pallets.subtensor.coinbase import distribute, drain, emission, injection
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT


def run(sub: Storage, netuids: Sequence[NetUid], earning: Sequence[NetUid], credit: int) -> None:
    """Give `credit` rao to those of the subnets that earn, and run the epochs that are due."""
    sub.subnet_root_sell_tao.clear()
    emit(sub, earning, credit)
    for netuid, pending in drain.due(sub, [netuid for netuid in netuids if netuid != ROOT]):
        distribute.pay_out(sub, netuid, pending)


def emit(sub: Storage, netuids: Sequence[NetUid], credit: int) -> None:
    """Give `credit` rao to the subnets, and create the alpha of the block; what is left over of the
    credit is recycled.
    """
    root = emission.root_stake(sub)
    root_sells = emission.root_sells(sub, netuids)
    taos = emission.divide(sub, netuids, credit)
    agreed = {
        netuid: emission.terms_of(sub, netuid, tao, root)
        for netuid, tao in sorted(zip(netuids, taos, strict=True))
    }
    for netuid in netuids:
        credit = injection.inject(sub, netuid, agreed[netuid], credit)
    money.recycle_credit(sub, credit)
    for netuid in netuids:
        alpha = U96F32.to_uint(agreed[netuid].alpha_out)
        injection.hand_out(sub, netuid, alpha, root, root_sells=root_sells)
