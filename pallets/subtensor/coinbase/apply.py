"""Writes a block's emission: into liquidity pools (injection), and to what waits for an epoch.

Source: coinbase/run_coinbase (inject_and_maybe_swap, emit_to_subnets), coinbase/block_step
(update_root_prop).
"""

from __future__ import annotations

from collections.abc import Iterable

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT
from pysubtensor.frame.primitives import U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor import alpha, tao_balances
from pysubtensor.pallets.subtensor.coinbase import gather
from pysubtensor.pallets.subtensor.coinbase.gather import SubnetRow
from pysubtensor.pallets.subtensor.coinbase.owner_cut import AlphaSplit
from pysubtensor.pallets.subtensor.coinbase.root_proportion import root_proportion
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import SubnetEmission
from pysubtensor.pallets.subtensor.pools import liquidity
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import NO_TAO


def show_block_emission(sub: Storage, emission: int | None) -> None:
    """Show an emission that was computed, unless none was, or storage shows it already."""
    if emission is not None and sub.block_emission.get() != emission:
        sub.block_emission.put(U64(emission))


# -- into the liquidity pool ----------------------------------------------------------------------


def inject(sub: Storage, netuid: NetUid, emission: SubnetEmission, credit: int) -> int:
    """Inject into a pool and buy alpha with the excess, with at most `credit` rao of TAO.

    Returns the rest of the credit.  What the credit does not cover in full is left out: first the
    purchase, then the TAO for the pool; the alpha enters all the same (`inject_and_maybe_swap`).
    """
    account = registry.account_of_subnet(sub, netuid)
    if account is None:
        return credit
    tao_in, alpha_in, excess = map(
        U96F32.to_uint, (emission.tao_in, emission.alpha_in, emission.excess_tao)
    )
    # The order decides the numbers: the pool's weights move for the amounts to come, then the
    # excess buys alpha against the old reserves, and only then are the amounts added.
    tao_in, alpha_in = sub.config.exchange().make_room(netuid, tao_in, alpha_in)
    credit = _buy_alpha(sub, netuid, account, excess, credit)
    sub.subnet_alpha_in_emission[netuid] = Alpha(U64(alpha_in))
    alpha.create_in_pool(sub, netuid, alpha_in)
    return _add_tao(sub, netuid, account, tao_in, credit)


def _buy_alpha(sub: Storage, netuid: NetUid, account: AccountId, tao: int, credit: int) -> int:
    """Buy alpha for the chain; the rao are spent also when the pool then refuses."""
    sub.subnet_excess_tao[netuid] = NO_TAO
    left = tao_balances.spend(sub, account, credit, tao) if tao else credit
    if left == credit:
        return credit
    try:
        trade = liquidity.buy(sub, netuid, tao, HIGHEST_LIMIT, drop_fees=True)
    except DispatchFailure:
        return left
    _add(sub.subnet_protocol_alpha, netuid, trade.paid_out)
    sub.subnet_excess_tao[netuid] = Tao(U64(trade.paid_in))
    liquidity.note_protocol_flow(sub, netuid, trade.paid_in)
    return left


def _add_tao(sub: Storage, netuid: NetUid, account: AccountId, tao: int, credit: int) -> int:
    """Put rao into the pool, if the credit covers them."""
    sub.subnet_tao_in_emission[netuid] = NO_TAO
    left = tao_balances.spend(sub, account, credit, tao) if tao else credit
    if left == credit:
        return credit
    sub.subnet_tao_in_emission[netuid] = Tao(U64(tao))
    sub.subnet_tao[netuid] = Tao(U64(saturating_add(sub.subnet_tao[netuid], tao)))
    sub.total_stake.put(Tao(U64(saturating_add(sub.total_stake.get(), tao))))
    liquidity.note_protocol_flow(sub, netuid, tao)
    return left


# -- to what waits for an epoch -------------------------------------------------------------------


def add_pending(
    sub: Storage, row: SubnetRow, created: int, split: AlphaSplit, *, root_sell_flag: bool
) -> None:
    """Create `created` rao of alpha outside the pool, and add its parts to the pending amounts.

    Root's part is recycled where root does not sell (the end of `emit_to_subnets`).
    """
    netuid = row.netuid
    sub.subnet_alpha_out_emission[netuid] = Alpha(U64(created))
    alpha.create_outside(sub, netuid, created)
    if row.owner_cut is not None:
        _add(sub.pending_owner_cut, netuid, split.owner)
    _add(sub.pending_server_emission, netuid, split.server)
    _add(sub.pending_validator_emission, netuid, split.validator)
    if root_sell_flag:
        _add(sub.pending_root_alpha_divs, netuid, split.root)
    else:
        alpha.recycle(sub, netuid, split.root)


def _add(item: Map[NetUid, Alpha], netuid: NetUid, amount: int) -> None:
    item[netuid] = Alpha(U64(saturating_add(item[netuid], amount)))


# -- after the coinbase ---------------------------------------------------------------------------


def update_root_prop(sub: Storage, netuids: Iterable[NetUid]) -> None:
    """Show root's proportion of subnets (`update_root_prop`); the coinbase never reads it."""
    root_stake = gather.root_stake(sub)
    for netuid in netuids:
        proportion = root_proportion(root_stake, gather.alpha_issuance(sub, netuid))
        sub.root_prop[netuid] = U128(proportion)
