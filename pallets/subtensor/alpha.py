"""A subnet's alpha as it is created, burned and recycled.  Amounts are in rao.

Source: coinbase/alpha.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.primitives import U64, Alpha, NetUid
from pysubtensor.pallets.subtensor.storage import Storage


def create_outside(sub: Storage, netuid: NetUid, amount: int) -> None:
    """Create alpha outside the pool (`mint_alpha`)."""
    if amount:
        sub.config.alpha_issuance().mint(netuid, Alpha(U64(amount)))
        total = saturating_add(sub.subnet_alpha_out[netuid], amount)
        sub.subnet_alpha_out[netuid] = Alpha(U64(total))


def create_in_pool(sub: Storage, netuid: NetUid, amount: int) -> None:
    """Create alpha in the pool."""
    if amount:
        sub.config.alpha_issuance().mint(netuid, Alpha(U64(amount)))
        total = saturating_add(sub.subnet_alpha_in[netuid], amount)
        sub.subnet_alpha_in[netuid] = Alpha(U64(total))


def recycle(sub: Storage, netuid: NetUid, amount: int) -> None:
    """Destroy alpha outside the pool, to be issued anew (`recycle_subnet_alpha`)."""
    if amount:
        left = saturating_sub(sub.subnet_alpha_out[netuid], amount)
        sub.subnet_alpha_out[netuid] = Alpha(U64(left))
        sub.config.alpha_issuance().recycle(netuid, Alpha(U64(amount)))


def burn(sub: Storage, netuid: NetUid, amount: int) -> None:
    """Note that alpha outside the pool can no longer be used; it still counts as issued.

    In subtensor: `burn_subnet_alpha`.
    """
    if amount:
        sub.config.alpha_issuance().burn(netuid, Alpha(U64(amount)))
