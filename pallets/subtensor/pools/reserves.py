"""What a subnet holds, in rao, and how swaps move it.

`tao` and `alpha_in` lie in the pool, `alpha_out` is all alpha outside it; the sum of both alphas is
the subnet's issuance.
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.primitives import U128_MAX

MOST_MOVED_IN = (1 << 63) - 1
"""Moves of reserves pass through i64 on the chain; no reserve comes near."""
MOST_MOVED_OUT = 1 << 63


class PoolReserves(NamedTuple):
    """Money of a subnet; `volume` is all TAO ever swapped, on either side."""

    tao: int = 0
    alpha_in: int = 0
    alpha_out: int = 0
    volume: int = 0

    @property
    def alpha_issuance(self) -> int:
        """All alpha there is."""
        return saturating_add(self.alpha_in, self.alpha_out)

    def after_buying(self, tao: int, paid_in: int, paid_out: int) -> PoolReserves:
        """After `tao` was given, of which `paid_in` entered the pool for `paid_out` alpha.

        The volume, like the total stake, counts what was given.
        """
        return PoolReserves(
            saturating_add(self.tao, min(paid_in, MOST_MOVED_IN)),
            saturating_sub(self.alpha_in, min(paid_out, MOST_MOVED_OUT)),
            saturating_add(self.alpha_out, paid_out),
            saturating_add(self.volume, tao, U128_MAX),
        )

    def after_selling(self, paid_in: int, paid_out: int) -> PoolReserves:
        """After `paid_in` alpha entered the pool for `paid_out` TAO."""
        alpha = min(paid_in, MOST_MOVED_IN)
        return PoolReserves(
            saturating_sub(self.tao, min(paid_out, MOST_MOVED_OUT)),
            saturating_add(self.alpha_in, alpha),
            saturating_sub(self.alpha_out, alpha),
            saturating_add(self.volume, paid_out, U128_MAX),
        )
