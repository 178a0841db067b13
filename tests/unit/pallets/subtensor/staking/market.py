"""A chain whose subnets have pools, for the tests of stakes.

`MINER` is a hotkey of `OWNER`; other coldkeys are nominators.  Amounts are in rao.
"""

from __future__ import annotations

from typing import Any, Final

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT, Side, Trade
from pysubtensor.frame.primitives import U16, U64, AccountId, NetUid, Tao
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.subtensor import alpha
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.swap import Swap
from tests.subtensor_chain import Chain

ONE, TWO, STABLE, ROOT, NOWHERE = (NetUid(U16(n)) for n in (1, 2, 3, 0, 9))
OWNER, MINER, NOMINATOR, OTHER, OTHER_MINER, AUTHOR = (
    AccountId(bytes((n,)) * 32) for n in (0xA1, 0xB1, 0xC1, 0xA2, 0xB2, 0xEE)
)
LEAST: Final = 2_000_000
"""Least rao to stake."""
DEPOSIT: Final = 500
"""The existential deposit."""
TAO: Final = 10**9
RESERVE: Final = 1_000 * TAO


class Market(Chain):
    """Root, subnets 1 and 2 with a price, subnet 3 without one."""

    def __init__(self, *, author: AccountId | None = AUTHOR, **config: Any) -> None:
        super().__init__(author=lambda: author, **config)
        self.pool(ONE)
        self.pool(TWO)
        for netuid in (ROOT, STABLE):
            self.subnet(netuid, OWNER)
            self.sub.subtoken_enabled[netuid] = True
        for hotkey, coldkey in ((MINER, OWNER), (OTHER_MINER, OTHER)):
            self.own(hotkey, coldkey)
        self.give(AUTHOR, DEPOSIT)

    @property
    def swap(self) -> Swap:
        return self.runtime.get(Swap)

    @property
    def assets(self) -> AlphaAssets:
        return self.runtime.get(AlphaAssets)

    def pool(self, netuid: NetUid, tao: int = RESERVE, alpha_in: int = RESERVE) -> None:
        """A subnet with a pool and the money for it."""
        if not registry.exists(self.sub, netuid):
            self.subnet(netuid, OWNER)
            self.sub.subtoken_enabled[netuid] = True
            self.sub.subnet_mechanism[netuid] = U16(1)
        account = self.account(netuid)
        self.give(account, max(tao - self.free(account), 0) + DEPOSIT)
        self.sub.subnet_tao[netuid] = Tao(U64(tao))
        del self.sub.subnet_alpha_in[netuid]
        alpha.create_in_pool(self.sub, netuid, alpha_in)

    # -- stake ---------------------------------------------------------------------------------

    def stake(self, position: StakePosition, amount: int) -> StakePosition:
        """Alpha from nowhere, staked."""
        alpha.create_outside(self.sub, position.netuid, amount)
        ledger.increase(self.sub, *position, amount)
        return position

    def staked(self, position: StakePosition) -> int:
        return ledger.of(self.sub, *position)

    # -- what the exchange would do -------------------------------------------------------------

    def buys(self, netuid: NetUid, tao: int) -> Trade:
        return self.swap.quote(netuid, Side.BUY, tao, HIGHEST_LIMIT)

    def sells(self, netuid: NetUid, amount: int, *, drop_fees: bool = False) -> Trade:
        return self.swap.quote(netuid, Side.SELL, amount, LOWEST_LIMIT, drop_fees=drop_fees)

    def worth(self, hotkey: AccountId) -> int:
        """Rao that all stake with a hotkey is worth."""
        return liquidity.worth_of_hotkey(self.sub, hotkey)


def at(
    netuid: NetUid = ONE, hotkey: AccountId = MINER, coldkey: AccountId = NOMINATOR
) -> StakePosition:
    """The nominator's position with the miner on subnet 1, unless told otherwise."""
    return StakePosition(hotkey, coldkey, netuid)
