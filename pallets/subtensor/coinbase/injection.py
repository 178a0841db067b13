"""Putting a block's TAO and alpha into a subnet's pool, and handing out the alpha of the block.

The order decides the numbers: the pool's weights move for the amounts to come, then the TAO left
over buys alpha against the old reserves, and only then the amounts are added.
Source: coinbase/run_coinbase (inject_and_maybe_swap, emit_to_subnets).
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT
from pysubtensor.frame.primitives import U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor import alpha, money
from pysubtensor.pallets.subtensor.coinbase.emission import RootStake, root_part
from pysubtensor.pallets.subtensor.coinbase.terms import Terms, split_alpha
from pysubtensor.pallets.subtensor.pools import liquidity
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import NO_TAO


def inject(sub: Storage, netuid: NetUid, terms: Terms, credit: int) -> int:
    """Carry out `terms` with at most `credit` rao of the block's TAO; gives the rest of it.

    What the credit does not cover in full is left out: first the purchase, then the TAO for the
    pool; the alpha enters all the same.
    """
    account = registry.account_of_subnet(sub, netuid)
    if account is None:
        return credit
    tao_in, alpha_in, excess = map(U96F32.to_uint, (terms.tao_in, terms.alpha_in, terms.excess_tao))
    tao_in, alpha_in = sub.config.exchange().make_room(netuid, tao_in, alpha_in)
    credit = _buy_alpha(sub, netuid, account, excess, credit)
    sub.subnet_alpha_in_emission[netuid] = Alpha(U64(alpha_in))
    alpha.create_in_pool(sub, netuid, alpha_in)
    return _add_tao(sub, netuid, account, tao_in, credit)


def _buy_alpha(sub: Storage, netuid: NetUid, account: AccountId, tao: int, credit: int) -> int:
    """Buy alpha for the chain; the rao are spent also when the pool then refuses."""
    sub.subnet_excess_tao[netuid] = NO_TAO
    left = money.spend(sub, account, credit, tao) if tao else credit
    if left == credit:
        return credit
    try:
        trade = liquidity.buy(sub, netuid, tao, HIGHEST_LIMIT, drop_fees=True)
    except DispatchFailure:
        return left
    add(sub.subnet_protocol_alpha, netuid, trade.paid_out)
    sub.subnet_excess_tao[netuid] = Tao(U64(trade.paid_in))
    liquidity.note_protocol_flow(sub, netuid, trade.paid_in)
    return left


def _add_tao(sub: Storage, netuid: NetUid, account: AccountId, tao: int, credit: int) -> int:
    """Put rao into the pool, if the credit covers them."""
    sub.subnet_tao_in_emission[netuid] = NO_TAO
    left = money.spend(sub, account, credit, tao) if tao else credit
    if left == credit:
        return credit
    sub.subnet_tao_in_emission[netuid] = Tao(U64(tao))
    sub.subnet_tao[netuid] = Tao(U64(saturating_add(sub.subnet_tao[netuid], tao)))
    sub.total_stake.put(Tao(U64(saturating_add(sub.total_stake.get(), tao))))
    liquidity.note_protocol_flow(sub, netuid, tao)
    return left


def hand_out(
    sub: Storage, netuid: NetUid, amount: int, root: RootStake, *, root_sells: bool
) -> None:
    """Create `amount` of a subnet's alpha outside its pool and let it wait for the next epoch.

    Root's part ceases to be where root does not sell.
    """
    created = Alpha(U64(amount))
    sub.subnet_alpha_out_emission[netuid] = created
    alpha.create_outside(sub, netuid, created)
    owner_gets_a_cut = sub.owner_cut_enabled[netuid]
    cut = sub.subnet_owner_cut.get() if owner_gets_a_cut else 0
    split = split_alpha(amount, cut, root_part(sub, netuid, root))
    if owner_gets_a_cut:
        add(sub.pending_owner_cut, netuid, split.owner)
    add(sub.pending_server_emission, netuid, split.server)
    add(sub.pending_validator_emission, netuid, split.validator)
    if root_sells:
        add(sub.pending_root_alpha_divs, netuid, split.root)
    else:
        alpha.recycle(sub, netuid, split.root)


def add(item: Map[NetUid, Alpha], netuid: NetUid, amount: int) -> None:
    """Let a subnet's entry grow."""
    item[netuid] = Alpha(U64(saturating_add(item[netuid], amount)))
