"""How much TAO a block creates, which subnets get it, and on what terms.

Source: coinbase/block_emission, coinbase/subnet_emissions, coinbase/run_coinbase (its terms).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysubtensor.frame.primitives import U64, NetUid
from pysubtensor.pallets.subtensor import issuance
from pysubtensor.pallets.subtensor.coinbase import shares
from pysubtensor.pallets.subtensor.coinbase.terms import Terms, root_proportion, terms
from pysubtensor.pallets.subtensor.pools.liquidity import reserves
from pysubtensor.pallets.subtensor.pools.stake_weight import tao_weight
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT

RootStake = tuple[int, int]
"""Rao staked on root, and what a TAO of it weighs (U96F32)."""


def block_emission(sub: Storage, issued: int) -> int:
    """Rao that a block adds to `issued` rao of TAO, or of a subnet's alpha.

    Storage shows the last answer but those that nothing is left.
    """
    emission = issuance.block_emission(issued)
    if issued < issuance.SUPPLY and sub.block_emission.get() != emission:
        sub.block_emission.put(U64(emission))
    return emission


def earning(sub: Storage, netuids: Iterable[NetUid]) -> list[NetUid]:
    """Those of the subnets that earn: started, traded, and open to new neurons."""
    return [
        netuid
        for netuid in netuids
        if netuid != ROOT
        and sub.first_emission_block_number[netuid] is not None
        and sub.subtoken_enabled[netuid]
        and sub.network_registration_allowed[netuid]
    ]


def average_price(sub: Storage, netuid: NetUid) -> int:
    """The slow average of a subnet's price (U64F64); 1 where alpha has no price."""
    dynamic = netuid != ROOT and registry.has_price(sub, netuid)
    return shares.average_price(sub.subnet_moving_price[netuid], dynamic=dynamic)


def divide(sub: Storage, netuids: Sequence[NetUid], amount: int) -> list[int]:
    """Rao (U96F32) of each of the subnets that earn, out of `amount` rao."""
    averages = [average_price(sub, netuid) for netuid in netuids]
    parts = shares.shares(averages, [sub.miner_burned[netuid] for netuid in netuids])
    enabled = [sub.subnet_emission_enabled[netuid] for netuid in netuids]
    return shares.emissions(parts, enabled, amount)


def root_sells(sub: Storage, netuids: Iterable[NetUid]) -> bool:
    """Are the dividends of root paid out, rather than recycled?"""
    return shares.root_sells([average_price(sub, netuid) for netuid in netuids])


def root_stake(sub: Storage) -> RootStake:
    """What root's proportion is reckoned from, the same for all subnets."""
    return sub.subnet_tao[ROOT], tao_weight(sub)


def root_part(sub: Storage, netuid: NetUid, root: RootStake) -> int:
    """Root's proportion of a subnet (U96F32)."""
    return root_proportion(*root, reserves(sub, netuid).alpha_issuance)


def terms_of(sub: Storage, netuid: NetUid, tao: int, root: RootStake) -> Terms:
    """What becomes of a subnet's `tao` (U96F32 rao) at its price."""
    alpha = block_emission(sub, reserves(sub, netuid).alpha_issuance)
    price = sub.config.exchange().price(netuid)
    return terms(tao, price, root_part(sub, netuid, root), alpha)
