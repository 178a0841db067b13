"""AlphaAssets: how much alpha of each subnet was created, burned and recycled.

Burned alpha stays part of the issuance, recycled alpha leaves it and may be created anew.  Nothing
here says who holds alpha, nor can anyone ask for a change: other pallets report theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.hashers import twox_64_concat
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U64, Alpha, NetUid
from pysubtensor.frame.storage import Map

NONE: Final = Alpha(U64(0))


@dataclass(frozen=True)
class Config:
    """Nothing is asked of the runtime."""


class AlphaAssets(Pallet[Config], crate="pallet_alpha_assets"):
    """Alpha of each subnet, in rao; all sums saturate."""

    total_alpha_issuance = Map[NetUid, Alpha](twox_64_concat, default=NONE)
    """Alpha created, less what was recycled."""
    alpha_burned = Map[NetUid, Alpha](twox_64_concat, default=NONE)
    """Alpha that nobody can use any more, but that still counts as issued."""
    alpha_recycled = Map[NetUid, Alpha](twox_64_concat, default=NONE)
    """Alpha taken out of the issuance."""

    def mint(self, netuid: NetUid, amount: Alpha) -> None:
        """Note that `amount` was created; an amount of 0 leaves no entry, here and below."""
        _grow(self.total_alpha_issuance, netuid, amount)

    def burn(self, netuid: NetUid, amount: Alpha) -> None:
        """Note that `amount` was burned."""
        _grow(self.alpha_burned, netuid, amount)

    def recycle(self, netuid: NetUid, amount: Alpha) -> None:
        """Note that `amount` was recycled."""
        _grow(self.alpha_recycled, netuid, amount)
        if amount:
            issued = self.total_alpha_issuance[netuid]
            self.total_alpha_issuance[netuid] = Alpha(U64(saturating_sub(issued, amount)))


def _grow(amounts: Map[NetUid, Alpha], netuid: NetUid, amount: Alpha) -> None:
    if amount:
        amounts[netuid] = Alpha(U64(saturating_add(amounts[netuid], amount)))
