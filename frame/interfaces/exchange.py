"""Trading TAO for a subnet's alpha, as pallets see it: the services of whoever does it.

Amounts are in rao, limit prices in rao of TAO for 10**9 rao of alpha, prices raw U64F64.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from pysubtensor.frame.primitives import Alpha, NetUid

LOWEST_LIMIT: Final = 1_000
"""Limit of a sale that is to have none: rao per alpha."""
HIGHEST_LIMIT: Final = 10**15
"""Limit of a purchase that is to have none: rao per alpha."""


class Side(Enum):
    """Which way a swap goes."""

    BUY = "TAO in, alpha out"
    SELL = "alpha in, TAO out"

    @property
    def loosest_limit(self) -> int:
        """The limit price, in rao per alpha, that hinders least."""
        return HIGHEST_LIMIT if self is Side.BUY else LOWEST_LIMIT


@dataclass(frozen=True, slots=True)
class Trade:
    """What a swap pays, in rao: `paid_in` enters the pool, `paid_out` leaves it, `fee` neither."""

    paid_in: int
    paid_out: int
    fee: int
    fee_to_author: int


class Exchange(Protocol):
    """Swaps against the pools of subnets; the Swap pallet provides it.

    It keeps the weights of pools; their reserves are moved by whoever asks for a swap.
    """

    def price(self, netuid: NetUid) -> int:
        """TAO per alpha: 1 where alpha has no price, 0 while the pool has no alpha."""

    def quote(
        self, netuid: NetUid, side: Side, amount: int, limit: int, *, drop_fees: bool = False
    ) -> Trade:
        """What `swap` would pay.  Errors: those of `swap`."""

    def simulate(self, netuid: NetUid, side: Side, amount: int) -> Trade:
        """What swapping without a limit would pay; nothing on a subnet that is not there.

        Errors: those of `swap`.
        """

    def swap(
        self, netuid: NetUid, side: Side, amount: int, limit: int, *, drop_fees: bool = False
    ) -> Trade:
        """Swap up to `amount`, fee included, while the price is within `limit`.

        Errors: those of the Swap pallet.
        """

    def fee_on(self, netuid: NetUid, amount: int) -> int:
        """The fee within `amount` of either token."""

    def alpha_worth(self, netuid: NetUid, tao: int) -> int:
        """Alpha worth `tao` at the current price, without the price's move; 0 at price 0."""

    def start(self, netuid: NetUid, price: int | None = None) -> None:
        """Give a new pool its weights: those that make the price, or even ones."""

    def make_room(self, netuid: NetUid, tao: int, alpha: int) -> tuple[int, int]:
        """Move the weights so that the price stays when so much is added to the reserves.

        Gives what may be added: both amounts, or nothing when weights would leave their range.
        """

    def clear(self, netuid: NetUid) -> None:
        """End a pool: empty its reserves and forget its weights and its fee."""


class AlphaIssuance(Protocol):
    """Counts what becomes of alpha; the AlphaAssets pallet provides it."""

    def mint(self, netuid: NetUid, amount: Alpha) -> None:
        """Note that `amount` was created."""

    def burn(self, netuid: NetUid, amount: Alpha) -> None:
        """Note that `amount` was burned: nobody can use it, but it counts as issued."""

    def recycle(self, netuid: NetUid, amount: Alpha) -> None:
        """Note that `amount` was recycled: it leaves the issuance."""
