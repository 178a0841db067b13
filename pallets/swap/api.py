"""SwapRuntimeApi: prices, and what swaps would pay."""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import Side, Trade
from pysubtensor.frame.primitives import RAO_PER_TAO, U64, Alpha, NetUid, Tao
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.pallets.swap.pallet import Swap
from pysubtensor.pallets.swap.types import SimSwapResult, SubnetPrice

_NOTHING = Trade(0, 0, 0, 0)


class SwapRuntimeApi(RuntimeApi, version=1):
    """Prices, and what swaps would pay; every netuid has an answer."""

    def __init__(self, swap: Swap) -> None:
        self.swap = swap

    @view
    def current_alpha_price(self, netuid: NetUid) -> U64:
        """Rao of TAO for 10**9 rao of alpha; 10**9 where alpha has no price or is unknown."""
        price = U64F64.saturating_mul(self.swap.price(netuid), U64F64.from_int(RAO_PER_TAO))
        return U64(U64F64.to_uint(price))

    @view
    def current_alpha_price_all(self) -> tuple[SubnetPrice, ...]:
        """The same of every subnet."""
        netuids = self.swap.config.subnets.networks_added.keys()
        return tuple(SubnetPrice(each, self.current_alpha_price(each)) for each in netuids)

    @view
    def sim_swap_tao_for_alpha(self, netuid: NetUid, tao: Tao) -> SimSwapResult:
        """What buying alpha for `tao` would pay; all 0 when the pool refuses."""
        at_price = U64F64.safe_div(U64F64.from_int(tao), self.swap.price(netuid))
        found, slippage = self._simulate(netuid, Side.BUY, tao, at_price)
        return SimSwapResult(
            tao_amount=Tao(U64(found.paid_in)),
            alpha_amount=Alpha(U64(found.paid_out)),
            tao_fee=Tao(U64(found.fee)),
            alpha_fee=Alpha(U64(0)),
            tao_slippage=Tao(U64(0)),
            alpha_slippage=Alpha(slippage),
        )

    @view
    def sim_swap_alpha_for_tao(self, netuid: NetUid, alpha: Alpha) -> SimSwapResult:
        """What selling `alpha` would pay; all 0 when the pool refuses."""
        at_price = U64F64.saturating_mul(U64F64.from_int(alpha), self.swap.price(netuid))
        found, slippage = self._simulate(netuid, Side.SELL, alpha, at_price)
        return SimSwapResult(
            tao_amount=Tao(U64(found.paid_out)),
            alpha_amount=Alpha(U64(found.paid_in)),
            tao_fee=Tao(U64(0)),
            alpha_fee=Alpha(U64(found.fee)),
            tao_slippage=Tao(slippage),
            alpha_slippage=Alpha(U64(0)),
        )

    def _simulate(
        self, netuid: NetUid, side: Side, amount: int, at_price: int
    ) -> tuple[Trade, U64]:
        """The swap, and how much less it pays out than `at_price`, raw U64F64."""
        try:
            found = self.swap.simulate(netuid, side, amount)
        except DispatchFailure:
            return _NOTHING, U64(0)
        return found, U64(saturating_sub(U64F64.to_uint(at_price), found.paid_out))
