"""Putting a block's TAO and alpha into a subnet's pool, and buying alpha with the TAO left over.

The order decides the numbers: the pool's weights move for the amounts to come, then the purchase
happens against the old reserves, and only then the amounts are added.
Source: coinbase/run_coinbase (inject_and_maybe_swap, emit_to_subnets).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from consensus.yuma.fixed import U96F32
from pallets.subtensor.coinbase.terms import AlphaSplit, Terms, root_proportion, split_alpha
from pallets.subtensor.staking.reserves import Reserves
from runtime.arith import saturating_add, saturating_sub


class Bought(Protocol):
    """What a purchase paid, in rao."""

    @property
    def paid_in(self) -> int:
        """TAO that entered the pool."""

    @property
    def paid_out(self) -> int:
        """Alpha that left it."""


class Exchange(Protocol):
    """A subnet's pool, which keeps its weights itself."""

    def accept(self, reserves: Reserves, tao: int, alpha: int) -> tuple[int, int]:
        """Move the weights for amounts to be added, and say what may be: both, or nothing."""

    def buy(self, reserves: Reserves, tao: int) -> Bought | None:
        """Alpha for `tao` rao without fee or limit; None when the pool refuses."""


class Injection(NamedTuple):
    """What came of a subnet's terms, in rao."""

    reserves: Reserves
    spent: int = 0
    """Of the block's TAO; also when the pool then refused the purchase."""
    tao_in: int = 0
    alpha_in: int = 0
    excess_tao: int = 0
    """TAO that bought alpha."""
    bought: int = 0
    """Alpha it bought, which belongs to the protocol."""
    staked: int = 0
    """What the total stake grows by."""

    @property
    def protocol_flow(self) -> int:
        """TAO that the protocol put into the pool."""
        return self.excess_tao + self.tao_in


def inject(reserves: Reserves, terms: Terms, credit: int, exchange: Exchange) -> Injection:
    """Carry out `terms` with at most `credit` rao of the block's TAO.

    What the credit does not cover in full is left out: first the purchase, then the TAO for the
    pool; the alpha enters all the same.
    """
    tao, alpha, excess = map(U96F32.to_uint, (terms.tao_in, terms.alpha_in, terms.excess_tao))
    tao, alpha = exchange.accept(reserves, tao, alpha)
    done = Injection(reserves)
    if 0 < excess <= credit:
        done = _buy(done, excess, exchange)
    after = done.reserves
    after = after._replace(alpha_in=saturating_add(after.alpha_in, alpha))
    done = done._replace(reserves=after, alpha_in=alpha)
    return _add_tao(done, tao) if tao <= credit - done.spent else done


def _buy(done: Injection, tao: int, exchange: Exchange) -> Injection:
    bought = exchange.buy(done.reserves, tao)
    if bought is None:
        return done._replace(spent=tao)
    return done._replace(
        reserves=done.reserves.after_buying(tao, bought.paid_in, bought.paid_out),
        spent=tao,
        excess_tao=bought.paid_in,
        bought=bought.paid_out,
        staked=tao,
    )


def _add_tao(done: Injection, tao: int) -> Injection:
    reserves = done.reserves._replace(tao=saturating_add(done.reserves.tao, tao))
    return done._replace(
        reserves=reserves, spent=done.spent + tao, tao_in=tao, staked=done.staked + tao
    )


class HandedOut(NamedTuple):
    """A subnet's alpha of a block, handed out: what each side's pending amount grows by."""

    reserves: Reserves
    split: AlphaSplit
    recycled: int
    """Root's alpha that ceased to be, because root does not sell."""


def hand_out(
    reserves: Reserves, alpha: int, owner_cut: int, root_stake: tuple[int, int], *, root_sells: bool
) -> HandedOut:
    """Create `alpha` rao outside the pool and split it.

    `owner_cut` is u16, 0 where the owner has none.  `root_stake` is root's TAO in rao and its
    weight (U96F32): its proportion is of the reserves after injection, with `alpha` in them.
    """
    reserves = reserves._replace(alpha_out=saturating_add(reserves.alpha_out, alpha))
    split = split_alpha(alpha, owner_cut, root_proportion(*root_stake, reserves.alpha_issuance))
    if root_sells:
        return HandedOut(reserves, split, 0)
    reserves = reserves._replace(alpha_out=saturating_sub(reserves.alpha_out, split.root))
    return HandedOut(reserves, split._replace(root=0), split.root)
