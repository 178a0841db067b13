"""Fees of transactions paid in alpha: by the stake that the call itself would take from.

Source: pallets/transaction-fee.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pysubtensor.frame.call import Call
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.event import Event
from pysubtensor.frame.primitives import U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.validity import InvalidTransaction, PaymentInvalid
from pysubtensor.pallets.subtensor.events.staking import TransactionFeePaidWithAlpha
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import trades
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import NO_ALPHA, NO_TAO, ROOT

_FROM_ONE_SUBNET: Final[Mapping[str, tuple[str, str]]] = {
    "remove_stake": ("hotkey", "netuid"),
    "remove_stake_limit": ("hotkey", "netuid"),
    "remove_stake_full_limit": ("hotkey", "netuid"),
    "move_stake": ("origin_hotkey", "origin_netuid"),
    "transfer_stake": ("hotkey", "origin_netuid"),
    "swap_stake": ("hotkey", "origin_netuid"),
    "swap_stake_limit": ("hotkey", "origin_netuid"),
    "recycle_alpha": ("hotkey", "netuid"),
    "burn_alpha": ("hotkey", "netuid"),
}
"""The arguments that name the stake, of calls that take from one subnet."""
_FROM_ALL_SUBNETS: Final = frozenset({"unstake_all", "unstake_all_alpha"})


class AlphaFees:
    """Takes fees from stake; `sub` gives the pallet once it is there."""

    def __init__(self, sub: Callable[[], Storage]) -> None:
        self._sub = sub

    def can_pay(self, who: AccountId, call: Call, fee: Tao) -> bool:
        """Whether the call takes from one stake only, which is worth the fee."""
        sub = self._sub()
        payers = _payers(sub, who, call)
        if len(payers) != 1:
            return False
        return ledger.of(sub, *payers[0]) >= _price(sub, payers[0].netuid, fee)

    def pay(self, who: AccountId, call: Call, fee: Tao) -> Event | None:
        """Sell stake for the fee, or all there is, at any price, for the author of the block.

        Returns the event to emit in the end: of nothing on root when nobody is author or several
        stakes would have to pay.  None for other calls.
        Errors: Payment when the stake cannot be sold.
        """
        sub = self._sub()
        payers = _payers(sub, who, call)
        author = sub.config.author()
        if not payers:
            return None
        if len(payers) != 1 or author is None:
            return TransactionFeePaidWithAlpha(who, ROOT, NO_ALPHA, NO_TAO)
        position = payers[0]
        staked = ledger.of(sub, *position)
        sold = min(_price(sub, position.netuid, fee) or staked, staked)
        tao = _sell(sub, position, sold, author)
        return TransactionFeePaidWithAlpha(who, position.netuid, Alpha(U64(sold)), tao)


def _payers(sub: Storage, who: AccountId, call: Call) -> list[StakePosition]:
    """The stakes that a call takes from."""
    if call.pallet != sub.name:
        return []
    if call.name in _FROM_ALL_SUBNETS:
        (hotkey,) = call.args
        everywhere = (StakePosition(hotkey, who, netuid) for netuid in registry.netuids(sub))
        return [each for each in everywhere if _is_traded_stake(sub, each)]
    if call.name not in _FROM_ONE_SUBNET:
        return []
    hotkey_name, netuid_name = _FROM_ONE_SUBNET[call.name]
    named = call.named_args()
    return [StakePosition(named[hotkey_name], who, named[netuid_name])]


def _is_traded_stake(sub: Storage, position: StakePosition) -> bool:
    return sub.subtoken_enabled[position.netuid] and ledger.of(sub, *position) != 0


def _price(sub: Storage, netuid: NetUid, fee: int) -> int:
    return sub.config.exchange().alpha_worth(netuid, fee)


def _sell(sub: Storage, position: StakePosition, amount: int, author: AccountId) -> Tao:
    try:
        with sub.env.state.transaction():
            return trades.unstake(sub, position, amount, 0, beneficiary=author, drop_fees=True)
    except DispatchFailure as failure:
        raise InvalidTransaction(PaymentInvalid()) from failure
