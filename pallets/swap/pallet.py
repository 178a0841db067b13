"""Swap: trades TAO for a subnet's alpha and back, against the subnet's pool.

The pool's reserves belong to the pallet that keeps the subnets; here are its weights and its fee.
A swap only says what is paid: whoever asked for it moves the reserves and the money.

    trade = swap.swap(netuid, Side.BUY, amount, limit)   # limit: rao of TAO per 10**9 rao of alpha
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from pysubtensor.frame.call import call, deprecated
from pysubtensor.frame.codec.resolve import Bounded
from pysubtensor.frame.error import ensure
from pysubtensor.frame.event import Event
from pysubtensor.frame.hashers import identity, twox_64_concat
from pysubtensor.frame.interfaces.exchange import Side, Trade
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.pallet_id import PalletId, account_of
from pysubtensor.frame.primitives import I64, U16, U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.storage import Map
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.swap.maths import errors, trade
from pysubtensor.pallets.swap.maths.errors import Deprecated, FeeRateTooHigh, MechanismDoesNotExist
from pysubtensor.pallets.swap.maths.trade import DYNAMIC, LiquidityPool
from pysubtensor.pallets.swap.types import EVEN_WEIGHTS, Balancer, NonZeroU64, PositionId, TickIndex

SET_FEE_RATE: Final = weight(15_063_000, 3_994, reads=1, writes=1)
NOTHING_DONE: Final = weight(15_000_000)
NO_USERS_LIQUIDITY: Final = "Users can no longer provide liquidity."
MIGRATION_KEY_BYTES: Final = 128


class Subnets(Protocol):
    """The pallet that keeps the subnets, as far as their pools go."""

    @property
    def networks_added(self) -> Map[NetUid, bool]:
        """Whether the subnet exists."""

    @property
    def subnet_mechanism(self) -> Map[NetUid, U16]:
        """1 where alpha has a price; anywhere else it is worth one TAO."""

    @property
    def subnet_tao(self) -> Map[NetUid, Tao]:
        """Rao in the pool."""

    @property
    def subnet_alpha_in(self) -> Map[NetUid, Alpha]:
        """Alpha in the pool."""


@dataclass(frozen=True)
class Config:
    """What the runtime must supply, and constants."""

    subnets: Subnets
    protocol_id: PalletId = constant(b"ten/swap", "What the account of the pools is made from.")
    max_fee_rate: U16 = constant(U16(10_000), "Highest fee rate, in parts of 65535; 15.26 %.")
    minimum_liquidity: U64 = constant(U64(1_000), "Least liquidity of a position.  Unused.")
    minimum_reserve: NonZeroU64 = constant(
        U64(trade.LEAST_RESERVE), "Least rao in the pool of what a swap pays out."
    )


class FeeRateSet(Event, index=0):
    """The subnet's fee rate is another, in parts of 65535."""

    netuid: NetUid
    rate: U16


class Swap(
    Pallet[Config], crate="pallet_subtensor_swap", module="pallet::pallet", parts=(errors.__name__,)
):
    """Pools of TAO and alpha, one per subnet."""

    fee_rate = Map[NetUid, U16](twox_64_concat, default=U16(33))
    """Fee within what is paid in, in parts of 65535; about 0.05 % unless set."""
    swap_balancer = Map[NetUid, Balancer](twox_64_concat, default=EVEN_WEIGHTS)
    """Weights of the pool."""
    pal_swap_initialized = Map[NetUid, bool](twox_64_concat, default=False)
    """Whether the pool has got its first weights."""
    has_migration_run = Map[Annotated[bytes, Bounded(MIGRATION_KEY_BYTES)], bool](
        identity, default=False
    )
    """Which changes of the storage layout were made."""
    scrap_reservoir_alpha = Map[NetUid, Alpha](twox_64_concat, default=Alpha(U64(0)))
    """Left over from an earlier kind of pool."""

    @call(0, weight=SET_FEE_RATE)
    def set_fee_rate(self, origin: Origin, netuid: NetUid, rate: U16) -> None:
        """Set the fee of trades with a subnet's liquidity pool.

        Origin: root.
        - `netuid`: the subnet.
        - `rate`: part of what is paid in, in parts of 65,535; at most 10,000.

        Errors: MechanismDoesNotExist, FeeRateTooHigh.
        """
        ensure_root(origin)
        ensure(self.config.subnets.networks_added[netuid], MechanismDoesNotExist)
        ensure(rate <= self.config.max_fee_rate, FeeRateTooHigh)
        self.fee_rate[netuid] = rate
        self.emit(FeeRateSet(netuid, rate))

    @call(1, weight=NOTHING_DONE)
    def add_liquidity(
        self,
        origin: Origin,
        hotkey: AccountId,
        netuid: NetUid,
        tick_low: TickIndex,
        tick_high: TickIndex,
        liquidity: U64,
    ) -> None:
        """Do nothing any more: users cannot provide liquidity.

        Origin: any.
        - `hotkey`: ignored.
        - `netuid`: ignored.
        - `tick_low`: ignored.
        - `tick_high`: ignored.
        - `liquidity`: ignored.

        Errors: Deprecated.
        """
        raise Deprecated

    @call(2, weight=NOTHING_DONE)
    def remove_liquidity(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, position_id: PositionId
    ) -> None:
        """Do nothing any more: users cannot provide liquidity.

        Origin: any.
        - `hotkey`: ignored.
        - `netuid`: ignored.
        - `position_id`: ignored.

        Errors: Deprecated.
        """
        raise Deprecated

    @call(3, weight=NOTHING_DONE)
    @deprecated(NO_USERS_LIQUIDITY)
    def modify_position(
        self,
        origin: Origin,
        hotkey: AccountId,
        netuid: NetUid,
        position_id: PositionId,
        liquidity_delta: I64,
    ) -> None:
        """Do nothing any more: users cannot provide liquidity.

        Origin: any.
        - `hotkey`: ignored.
        - `netuid`: ignored.
        - `position_id`: ignored.
        - `liquidity_delta`: ignored.

        Errors: Deprecated.
        """
        raise Deprecated

    @call(4, weight=NOTHING_DONE)
    def toggle_user_liquidity(self, origin: Origin, netuid: NetUid, enable: bool) -> None:
        """Do nothing any more: users cannot provide liquidity.

        Origin: any.
        - `netuid`: ignored.
        - `enable`: ignored.

        Errors: Deprecated.
        """
        raise Deprecated

    @call(5, weight=NOTHING_DONE)
    @deprecated(NO_USERS_LIQUIDITY)
    def disable_lp(self, origin: Origin) -> None:
        """Do nothing any more: users cannot provide liquidity.

        Origin: any.

        Errors: Deprecated.
        """
        raise Deprecated

    # -- what a pool would do: nothing is written -------------------------------------------------

    def pool(self, netuid: NetUid) -> LiquidityPool:
        """Everything that decides the subnet's swaps; an unknown subnet's is empty."""
        subnets = self.config.subnets
        return LiquidityPool(
            subnets.subnet_alpha_in[netuid],
            subnets.subnet_tao[netuid],
            self.swap_balancer[netuid].quote,
            self.fee_rate[netuid],
            subnets.subnet_mechanism[netuid],
            self.pal_swap_initialized[netuid],
        )

    def price(self, netuid: NetUid) -> int:
        """TAO per alpha, raw U64F64: 1 where alpha has no price, 0 while the pool has no alpha."""
        return self.pool(netuid).price

    def quote(
        self, netuid: NetUid, side: Side, amount: int, limit: int, *, drop_fees: bool = False
    ) -> Trade:
        """What `swap` would pay.  Errors: those of `swap`."""
        return trade.swap(self.pool(netuid), side, amount, limit, drop_fees=drop_fees)[0]

    def simulate(self, netuid: NetUid, side: Side, amount: int) -> Trade:
        """What swapping `amount` without a limit would pay; nothing on a subnet that is not there.

        Errors: those of `swap`.
        """
        pool = self.pool(netuid)
        if pool.mechanism != DYNAMIC and not self.config.subnets.networks_added[netuid]:
            amount = 0
        return trade.simulate(pool, side, amount)

    def fee_on(self, netuid: NetUid, amount: int) -> int:
        """The fee within `amount` of either token."""
        return trade.fee_on(self.pool(netuid), amount)

    def alpha_worth(self, netuid: NetUid, tao: int) -> int:
        """Alpha worth `tao` at the current price, without the price's move; 0 at price 0."""
        return trade.alpha_worth(self.pool(netuid), tao)

    # -- what changes a pool's weights ------------------------------------------------------------

    def swap(
        self, netuid: NetUid, side: Side, amount: int, limit: int, *, drop_fees: bool = False
    ) -> Trade:
        """Swap up to `amount`, fee included, while the price is within `limit`.

        The limit is in rao of TAO for 10**9 rao of alpha.  Reserves are left to whoever asks.
        Errors: SwapInputTooLarge; ReservesTooLow; PriceLimitExceeded.
        """
        pool = self.pool(netuid)
        done, after = trade.swap(pool, side, amount, limit, drop_fees=drop_fees)
        self._keep_start(netuid, pool, after)
        return done

    def start(self, netuid: NetUid, price: int | None = None) -> None:
        """Give a new pool its weights: those that make the price, raw U64F64, or even ones.

        A price that asks for weights out of range changes nothing; nor does a second start.
        """
        pool = self.pool(netuid)
        try:
            self._keep_start(netuid, pool, trade.initialized(pool, price))
        except errors.ReservesOutOfBalance:
            return

    def _keep_start(self, netuid: NetUid, before: LiquidityPool, after: LiquidityPool) -> None:
        if after.initialized and not before.initialized:
            self.swap_balancer[netuid] = Balancer(U64(after.quote_weight))
            self.pal_swap_initialized[netuid] = True

    def make_room(self, netuid: NetUid, tao: int, alpha: int) -> tuple[int, int]:
        """Move the weights so that the price stays when so much is added to the reserves.

        Returns what may be added: both amounts, or nothing when weights would leave their range.
        """
        pool = self.pool(netuid)
        after, tao_added, alpha_added = trade.adjusted(pool, tao, alpha)
        if after is not pool:
            self.swap_balancer[netuid] = Balancer(U64(after.quote_weight))
        return tao_added, alpha_added

    def clear(self, netuid: NetUid) -> None:
        """End a pool: empty its reserves and forget its weights and its fee."""
        subnets = self.config.subnets
        if subnets.subnet_tao[netuid]:
            subnets.subnet_tao[netuid] = Tao(U64(0))
        if subnets.subnet_alpha_in[netuid]:
            subnets.subnet_alpha_in[netuid] = Alpha(U64(0))
        for item in (self.pal_swap_initialized, self.fee_rate, self.swap_balancer):
            del item[netuid]

    def protocol_account(self) -> AccountId:
        """The account of the pools."""
        return account_of(self.config.protocol_id)
