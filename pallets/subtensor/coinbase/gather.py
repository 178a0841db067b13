"""Reads what the emission of a block depends on: a row for each subnet that is emitted to.

Source: coinbase/subnet_emissions (get_subnets_to_emit_to), coinbase/run_coinbase (its reads).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor.coinbase.root_proportion import weighted_root
from pysubtensor.pallets.subtensor.pools.moving_price import moving_price
from pysubtensor.pallets.subtensor.pools.stake_weight import tao_weight
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT


class SubnetRow(NamedTuple):
    """One subnet, before the block's emission; amounts are in rao."""

    netuid: NetUid
    price: int
    """Spot price of its alpha, U64F64."""
    moving_price: int
    """Slow average of the price, U64F64."""
    alpha_issuance: int
    """All its alpha, in the liquidity pool and outside."""
    miner_burned: int
    """Part of its last miner emission that was withheld from miners, U96F32."""
    emission_enabled: bool
    """False: it gets no TAO, but creates its alpha."""
    owner_cut: int | None
    """Part of its alpha that the owner gets, of 65535; None where the cut is switched off."""


def emitting_subnets(sub: Storage, netuids: Iterable[NetUid]) -> list[NetUid]:
    """Subnets that emission goes to (`get_subnets_to_emit_to`), in the order of `netuids`.

    They are started, their alpha is traded, and they admit new neurons.
    """
    return [
        netuid
        for netuid in netuids
        if netuid != ROOT
        and sub.first_emission_block_number[netuid] is not None
        and sub.subtoken_enabled[netuid]
        and sub.network_registration_allowed[netuid]
    ]


def subnet_rows(sub: Storage, netuids: Iterable[NetUid]) -> list[SubnetRow]:
    """A row for each of the subnets, in their order."""
    cut = sub.subnet_owner_cut.get()
    return [
        SubnetRow(
            netuid,
            sub.config.exchange().price(netuid),
            moving_price(sub, netuid),
            alpha_issuance(sub, netuid),
            sub.miner_burned[netuid],
            sub.subnet_emission_enabled[netuid],
            cut if sub.owner_cut_enabled[netuid] else None,
        )
        for netuid in netuids
    ]


def alpha_issuance(sub: Storage, netuid: NetUid) -> int:
    """All alpha of a subnet, in rao (`get_alpha_issuance`)."""
    return saturating_add(sub.subnet_alpha_in[netuid], sub.subnet_alpha_out[netuid])


def root_stake(sub: Storage) -> int:
    """TAO staked on root times its weight, U96F32 rao; the same for all subnets."""
    return weighted_root(sub.subnet_tao[ROOT], tao_weight(sub))
