"""A block's TAO, from its creation to those who earn it: the steps of `run_coinbase`.

Source: coinbase/run_coinbase.
"""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.coinbase import apply, compute, distribute, drain, gather
from pysubtensor.pallets.subtensor.coinbase.gather import SubnetRow
from pysubtensor.pallets.subtensor.coinbase.root_proportion import root_sell_flag
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import SubnetEmission
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT


def run_coinbase(
    sub: Storage, netuids: Sequence[NetUid], emitting: Sequence[NetUid], credit: int
) -> None:
    """Give `credit` rao to the `emitting` subnets, and run the epochs of `netuids` that are due."""
    # Root claims sell alpha after the coinbase: what is noted here is of the block before.
    sub.subnet_root_sell_tao.clear()
    emit_to_subnets(sub, emitting, credit)
    # All is drained before anything is distributed: which epochs run is decided before the first
    # one runs, and each epoch finds its subnet's schedule moved on to the next.
    drained = drain.drain_pending(sub, [netuid for netuid in netuids if netuid != ROOT])
    for netuid, pending in drained:
        distribute.distribute_emission(sub, netuid, pending)


def emit_to_subnets(sub: Storage, netuids: Sequence[NetUid], credit: int) -> None:
    """Give `credit` rao of TAO to subnets, and create the alpha of the block (`emit_to_subnets`).

    What no subnet takes of the credit is recycled.
    """
    rows, root_stake = gather.subnet_rows(sub, netuids), gather.root_stake(sub)
    root_sells = root_sell_flag([row.moving_price for row in rows])
    emissions = compute.subnet_emissions(rows, root_stake, credit)
    apply.show_block_emission(sub, compute.shown_block_emission(rows))
    for netuid, emission in zip(netuids, emissions, strict=True):
        credit = apply.inject(sub, netuid, emission, credit)
    tao_balances.recycle_credit(sub, credit)
    create_alpha_out(sub, rows, emissions, root_stake, root_sell_flag=root_sells)


def create_alpha_out(
    sub: Storage,
    rows: Sequence[SubnetRow],
    emissions: Sequence[SubnetEmission],
    root_stake: int,
    *,
    root_sell_flag: bool,
) -> None:
    """Create each subnet's `alpha_out`, and add its parts to what is pending for the next epoch."""
    # After the injection: it has created alpha, which counts in root's proportion.
    issuances = [gather.alpha_issuance(sub, row.netuid) for row in rows]
    splits = compute.alpha_splits(rows, emissions, issuances, root_stake)
    for row, emission, split in zip(rows, emissions, splits, strict=True):
        created = U96F32.to_uint(emission.alpha_out)
        apply.add_pending(sub, row, created, split, root_sell_flag=root_sell_flag)
