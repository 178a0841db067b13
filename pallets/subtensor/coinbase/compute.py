"""Computes the emission of a block from the rows that `gather` read; nothing is read or written.

Each function gives a result for each row, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.pallets.subtensor.coinbase import shares
from pysubtensor.pallets.subtensor.coinbase.gather import SubnetRow
from pysubtensor.pallets.subtensor.coinbase.owner_cut import AlphaSplit, split_alpha
from pysubtensor.pallets.subtensor.coinbase.root_proportion import root_proportion
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import SubnetEmission, subnet_emission
from pysubtensor.pallets.subtensor.issuance import SUPPLY, block_emission


def tao_emissions(rows: Sequence[SubnetRow], tao: int) -> list[int]:
    """The part of each subnet in `tao` rao, U96F32 rao (`get_subnet_block_emissions`)."""
    parts = shares.shares([row.moving_price for row in rows], [row.miner_burned for row in rows])
    return shares.subnet_block_emissions(parts, [row.emission_enabled for row in rows], tao)


def subnet_emissions(rows: Sequence[SubnetRow], root_stake: int, tao: int) -> list[SubnetEmission]:
    """Divide `tao` rao among the subnets, and say what becomes of each part."""
    return [
        subnet_emission(
            tao_emission,
            row.price,
            root_proportion(root_stake, row.alpha_issuance),
            block_emission(row.alpha_issuance),
        )
        for row, tao_emission in zip(rows, tao_emissions(rows, tao), strict=True)
    ]


def alpha_splits(
    rows: Iterable[SubnetRow],
    emissions: Iterable[SubnetEmission],
    issuances: Iterable[int],
    root_stake: int,
) -> list[AlphaSplit]:
    """Split each subnet's `alpha_out`; `issuances` are rao of all its alpha without that."""
    splits = []
    for row, emission, issuance in zip(rows, emissions, issuances, strict=True):
        alpha = U96F32.to_uint(emission.alpha_out)
        part = root_proportion(root_stake, saturating_add(issuance, alpha))
        splits.append(split_alpha(alpha, row.owner_cut or 0, part))
    return splits


def shown_block_emission(rows: Iterable[SubnetRow]) -> int | None:
    """The last emission that the chain computes, which storage shows; None when it computes none.

    It asks for each subnet's in the order of netuids; where all alpha is issued it shows none.
    """
    issuances = [row.alpha_issuance for row in sorted(rows) if row.alpha_issuance < SUPPLY]
    return block_emission(issuances[-1]) if issuances else None
