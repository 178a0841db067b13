"""Stake bought with TAO, sold for TAO, and handed over within a subnet.

    buy, sell           swap against the pool and move its reserves
    stake, unstake      the same with a coldkey's money and stake, the fee for the block's author

Amounts are in rao, limits in rao of TAO for 10**9 rao of alpha.  Source: staking/stake_utils.
"""

from __future__ import annotations

from contextlib import suppress

from pysubtensor.frame.arith import clamp, saturating_add, saturating_sub
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import LOWEST_LIMIT, Side, Trade
from pysubtensor.frame.primitives import I64, U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor import alpha, money
from pysubtensor.pallets.subtensor.errors import AmountTooLow, InsufficientLiquidity
from pysubtensor.pallets.subtensor.events.staking import StakeAdded, StakeRemoved
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.staking import ledger, locks, root_claims
from pysubtensor.pallets.subtensor.staking.ledger import Position
from pysubtensor.pallets.subtensor.staking.reserves import Reserves
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT

_I64 = -(1 << 63), (1 << 63) - 1


# -- the pool -------------------------------------------------------------------------------------


def buy(sub: Storage, netuid: NetUid, tao: int, limit: int, *, drop_fees: bool = False) -> Trade:
    """Swap rao, which the subnet has got already, for alpha outside the pool.

    Errors: those of the exchange.
    """
    trade = _swap(sub, netuid, Side.BUY, tao, limit, drop_fees=drop_fees)
    after = reserves(sub, netuid).after_buying(tao, trade.paid_in, trade.paid_out)
    _put_reserves(sub, netuid, Side.BUY, after, paid_out=trade.paid_out)
    _put_total_stake(sub, saturating_add(sub.total_stake.get(), tao))
    return trade


def sell(
    sub: Storage, netuid: NetUid, amount: int, limit: int, *, drop_fees: bool = False
) -> Trade:
    """Swap alpha from outside the pool for rao, which the subnet has yet to pay.

    Errors: those of the exchange.
    """
    trade = _swap(sub, netuid, Side.SELL, amount, limit, drop_fees=drop_fees)
    after = reserves(sub, netuid).after_selling(trade.paid_in, trade.paid_out)
    _put_reserves(sub, netuid, Side.SELL, after, paid_out=trade.paid_out)
    _put_total_stake(sub, saturating_sub(sub.total_stake.get(), trade.paid_out))
    return trade


def _swap(
    sub: Storage, netuid: NetUid, side: Side, amount: int, limit: int, *, drop_fees: bool
) -> Trade:
    """One for one without a fee where alpha has no price."""
    if not registry.has_price(sub, netuid):
        return Trade(amount, amount, 0, 0)
    return sub.config.exchange().swap(netuid, side, amount, limit, drop_fees=drop_fees)


def reserves(sub: Storage, netuid: NetUid) -> Reserves:
    """What a subnet holds."""
    return Reserves(
        sub.subnet_tao[netuid],
        sub.subnet_alpha_in[netuid],
        sub.subnet_alpha_out[netuid],
        sub.subnet_volume[netuid],
    )


def _put_reserves(
    sub: Storage, netuid: NetUid, side: Side, after: Reserves, *, paid_out: int
) -> None:
    """Set what a subnet holds after a swap; what paid nothing out gets no entry of 0 for it."""
    if side is Side.BUY or paid_out:
        sub.subnet_tao[netuid] = Tao(U64(after.tao))
    if side is Side.SELL or paid_out:
        sub.subnet_alpha_in[netuid] = Alpha(U64(after.alpha_in))
    sub.subnet_alpha_out[netuid] = Alpha(U64(after.alpha_out))
    sub.subnet_volume[netuid] = U128(after.volume)


def _put_total_stake(sub: Storage, total: int) -> None:
    sub.total_stake.put(Tao(U64(total)))


def note_flow(sub: Storage, netuid: NetUid, tao: int) -> None:
    """Note rao that users brought to a subnet, or took from it when below 0."""
    sub.subnet_tao_flow[netuid] = I64(clamp(sub.subnet_tao_flow[netuid] + tao, *_I64))


def note_protocol_flow(sub: Storage, netuid: NetUid, tao: int) -> None:
    """The same for what the chain itself brought or took."""
    sub.subnet_protocol_flow[netuid] = I64(clamp(sub.subnet_protocol_flow[netuid] + tao, *_I64))


# -- stakes ---------------------------------------------------------------------------------------


def stake(
    sub: Storage, position: Position, tao: int, limit: int, *, drop_fees: bool = False
) -> Alpha:
    """Buy alpha with a coldkey's rao, as far as it keeps its existential deposit, and stake it.

    Gives the alpha.
    Errors: SubnetNotExists; InsufficientBalance; AmountTooLow; InsufficientLiquidity; those of the
    exchange and the balances.
    """
    hotkey, coldkey, netuid = position
    paid = money.pay_subnet(sub, netuid, coldkey, tao)
    trade = buy(sub, netuid, paid, limit, drop_fees=drop_fees)
    if trade.paid_out == 0:
        raise AmountTooLow
    if not ledger.would_show(sub, hotkey, netuid, trade.paid_out):
        raise InsufficientLiquidity
    bought = Alpha(U64(trade.paid_out))
    ledger.increase(sub, *position, bought)
    _pay_fee_in_tao(sub, netuid, trade.fee_to_author)
    note_flow(sub, netuid, trade.paid_in)
    locks.tidy(sub, coldkey, netuid)
    sub.last_coldkey_hotkey_stake_block[coldkey, hotkey] = now(sub)
    if netuid == ROOT:
        root_claims.on_staked(sub, hotkey, coldkey, bought)
        root_claims.list_coldkey(sub, coldkey)
    fee = U64(trade.fee)
    sub.emit(StakeAdded(coldkey, hotkey, Tao(U64(paid)), bought, netuid, fee))
    return bought


def unstake(
    sub: Storage,
    position: Position,
    amount: int,
    limit: int,
    *,
    beneficiary: AccountId | None = None,
    drop_fees: bool = False,
) -> Tao:
    """Sell a coldkey's staked alpha; what the limit kept from being sold stays staked.

    The rao go to the `beneficiary`, or to the coldkey itself.  Gives them.
    Errors: SubnetNotExists; InsufficientBalance; those of the exchange and the balances.
    """
    hotkey, coldkey, netuid = position
    ledger.decrease(sub, *position, amount)
    trade = sell(sub, netuid, amount, limit, drop_fees=drop_fees)
    unsold = saturating_sub(amount, saturating_add(trade.paid_in, trade.fee))
    if unsold:
        ledger.increase(sub, *position, unsold)
    money.pay_from_subnet(sub, netuid, beneficiary or coldkey, trade.paid_out)
    paid_to_author = _pay_fee_in_alpha(sub, netuid, trade.fee_to_author)
    if netuid == ROOT:
        root_claims.on_unstaked(sub, hotkey, coldkey, amount)
        root_claims.unlist_if_empty(sub, coldkey)
    note_flow(sub, netuid, -saturating_add(trade.paid_out, paid_to_author))
    locks.tidy(sub, coldkey, netuid)
    sub.last_coldkey_hotkey_stake_block[coldkey, hotkey] = now(sub)
    tao, sold = Tao(U64(trade.paid_out)), Alpha(U64(trade.paid_in))
    sub.emit(StakeRemoved(coldkey, hotkey, tao, sold, netuid, U64(trade.fee)))
    return tao


def _pay_fee_in_tao(sub: Storage, netuid: NetUid, fee: int) -> None:
    """To the author.  Without one it burns, or stays with the subnet if that cannot be."""
    author = sub.config.author()
    if author is not None:
        money.pay_from_subnet(sub, netuid, author, fee)
        return
    account = registry.account_of_subnet(sub, netuid)
    if account is not None:
        with suppress(DispatchFailure):
            money.burn(sub, account, fee)


def _pay_fee_in_alpha(sub: Storage, netuid: NetUid, fee: int) -> int:
    """Sell a fee for the author, without fee or limit; gives the rao.  Without author it burns."""
    author = sub.config.author()
    if author is None:
        alpha.burn(sub, netuid, fee)
        return 0
    sold = sell(sub, netuid, fee, LOWEST_LIMIT, drop_fees=True)
    money.pay_from_subnet(sub, netuid, author, sold.paid_out)
    return sold.paid_out


def hand_over(sub: Storage, source: Position, dest: Position, amount: int) -> Tao:
    """Let staked alpha go to another position on the same subnet; gives its worth in rao.

    Errors: AmountTooLow when it is worth less than the least stake; those of `locks.transfer`.
    """
    netuid = source.netuid
    locks.transfer(sub, source.coldkey, dest.coldkey, netuid, amount)
    ledger.decrease(sub, *source, amount)
    if netuid == ROOT:
        root_claims.on_unstaked(sub, source.hotkey, source.coldkey, amount)
    ledger.increase(sub, *dest, amount)
    if netuid == ROOT:
        root_claims.on_staked(sub, dest.hotkey, dest.coldkey, amount)
    worth = Tao(U64(tao_worth(sub, netuid, amount)))
    if worth < sub.config.initial_min_stake:
        raise AmountTooLow
    sub.last_coldkey_hotkey_stake_block[dest.coldkey, dest.hotkey] = now(sub)
    moved = Alpha(U64(amount))
    sub.emit(StakeRemoved(source.coldkey, source.hotkey, worth, moved, netuid, U64(0)))
    sub.emit(StakeAdded(dest.coldkey, dest.hotkey, worth, moved, netuid, U64(0)))
    return worth


def tao_worth(sub: Storage, netuid: NetUid, amount: int) -> int:
    """Rao that alpha is worth at the current price, without the price's move."""
    price = sub.config.exchange().price(netuid)
    return U64F64.to_uint(U64F64.saturating_mul(price, U64F64.from_int(amount)))


def worth_of_hotkey(sub: Storage, hotkey: AccountId) -> int:
    """Rao that everything staked with a hotkey is worth at current prices."""
    price = sub.config.exchange().price
    each = (
        U64F64.saturating_mul(U64F64.from_int(staked), price(netuid))
        for netuid in registry.netuids(sub)
        if (staked := ledger.on_hotkey(sub, hotkey, netuid))
    )
    return U64F64.to_uint(U64F64.sum(each))
