"""Stake bought with TAO, sold for TAO, and handed over within a subnet.

    stake, unstake      a swap (`pools.liquidity`) with a coldkey's TAO and stake, and the fee for
                        the block's author (`stake_into_subnet`, `unstake_from_subnet`)
    hand_over           the same within a subnet (`transfer_stake_within_subnet`)

Amounts are in rao, limits in rao of TAO for 10**9 rao of alpha.  Source: staking/stake_utils.
"""

from __future__ import annotations

from contextlib import suppress

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.interfaces.exchange import LOWEST_LIMIT
from pysubtensor.frame.primitives import U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor import alpha, tao_balances
from pysubtensor.pallets.subtensor.errors import AmountTooLow, InsufficientLiquidity
from pysubtensor.pallets.subtensor.events.staking import StakeAdded, StakeRemoved
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.root_claims import claimable, coldkeys
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


def stake(
    sub: Storage, position: StakePosition, tao: int, limit: int, *, drop_fees: bool = False
) -> Alpha:
    """Buy alpha with a coldkey's rao, as far as it keeps its existential deposit, and stake it.

    In subtensor: `stake_into_subnet`.
    Returns the alpha.
    Errors: SubnetNotExists; InsufficientBalance; AmountTooLow; InsufficientLiquidity; those of the
    exchange and the balances.
    """
    hotkey, coldkey, netuid = position
    paid = tao_balances.pay_subnet(sub, netuid, coldkey, tao)
    trade = liquidity.buy(sub, netuid, paid, limit, drop_fees=drop_fees)
    if trade.paid_out == 0:
        raise AmountTooLow
    if not ledger.would_show(sub, hotkey, netuid, trade.paid_out):
        raise InsufficientLiquidity
    bought = Alpha(U64(trade.paid_out))
    ledger.increase(sub, *position, bought)
    _pay_fee_in_tao(sub, netuid, trade.fee_to_author)
    liquidity.note_flow(sub, netuid, trade.paid_in)
    locks.tidy(sub, coldkey, netuid)
    sub.last_coldkey_hotkey_stake_block[coldkey, hotkey] = now(sub)
    if netuid == ROOT:
        claimable.on_staked(sub, hotkey, coldkey, bought)
        coldkeys.index_coldkey(sub, coldkey)
    fee = U64(trade.fee)
    sub.emit(StakeAdded(coldkey, hotkey, Tao(U64(paid)), bought, netuid, fee))
    return bought


def unstake(
    sub: Storage,
    position: StakePosition,
    amount: int,
    limit: int,
    *,
    beneficiary: AccountId | None = None,
    drop_fees: bool = False,
) -> Tao:
    """Sell a coldkey's staked alpha; what the limit kept from being sold stays staked.

    In subtensor: `unstake_from_subnet`.
    The rao go to the `beneficiary`, or to the coldkey itself.  Returns them.
    Errors: SubnetNotExists; InsufficientBalance; those of the exchange and the balances.
    """
    hotkey, coldkey, netuid = position
    ledger.decrease(sub, *position, amount)
    trade = liquidity.sell(sub, netuid, amount, limit, drop_fees=drop_fees)
    unsold = saturating_sub(amount, saturating_add(trade.paid_in, trade.fee))
    if unsold:
        ledger.increase(sub, *position, unsold)
    tao_balances.pay_from_subnet(sub, netuid, beneficiary or coldkey, trade.paid_out)
    paid_to_author = _pay_fee_in_alpha(sub, netuid, trade.fee_to_author)
    if netuid == ROOT:
        claimable.on_unstaked(sub, hotkey, coldkey, amount)
        coldkeys.unindex_if_unstaked(sub, coldkey)
    liquidity.note_flow(sub, netuid, -saturating_add(trade.paid_out, paid_to_author))
    locks.tidy(sub, coldkey, netuid)
    sub.last_coldkey_hotkey_stake_block[coldkey, hotkey] = now(sub)
    tao, sold = Tao(U64(trade.paid_out)), Alpha(U64(trade.paid_in))
    sub.emit(StakeRemoved(coldkey, hotkey, tao, sold, netuid, U64(trade.fee)))
    return tao


def _pay_fee_in_tao(sub: Storage, netuid: NetUid, fee: int) -> None:
    """To the author.  Without one it burns, or stays with the subnet if that cannot be."""
    author = sub.config.author()
    if author is not None:
        tao_balances.pay_from_subnet(sub, netuid, author, fee)
        return
    account = registry.account_of_subnet(sub, netuid)
    if account is not None:
        with suppress(DispatchFailure):
            tao_balances.burn(sub, account, fee)


def _pay_fee_in_alpha(sub: Storage, netuid: NetUid, fee: int) -> int:
    """Sell a fee for the author, without fee or limit; returns the rao.  Without one it burns."""
    author = sub.config.author()
    if author is None:
        alpha.burn(sub, netuid, fee)
        return 0
    sold = liquidity.sell(sub, netuid, fee, LOWEST_LIMIT, drop_fees=True)
    tao_balances.pay_from_subnet(sub, netuid, author, sold.paid_out)
    return sold.paid_out


def hand_over(sub: Storage, source: StakePosition, dest: StakePosition, amount: int) -> Tao:
    """Let staked alpha go to another position on the same subnet; returns its worth in rao.

    In subtensor: `transfer_stake_within_subnet`.
    Errors: AmountTooLow when it is worth less than the least stake; those of `locks.transfer`.
    """
    netuid = source.netuid
    locks.transfer(sub, source.coldkey, dest.coldkey, netuid, amount)
    ledger.decrease(sub, *source, amount)
    if netuid == ROOT:
        claimable.on_unstaked(sub, source.hotkey, source.coldkey, amount)
    ledger.increase(sub, *dest, amount)
    if netuid == ROOT:
        claimable.on_staked(sub, dest.hotkey, dest.coldkey, amount)
    worth = Tao(U64(liquidity.tao_worth(sub, netuid, amount)))
    if worth < sub.config.initial_min_stake:
        raise AmountTooLow
    sub.last_coldkey_hotkey_stake_block[dest.coldkey, dest.hotkey] = now(sub)
    moved = Alpha(U64(amount))
    sub.emit(StakeRemoved(source.coldkey, source.hotkey, worth, moved, netuid, U64(0)))
    sub.emit(StakeAdded(dest.coldkey, dest.hotkey, worth, moved, netuid, U64(0)))
    return worth
