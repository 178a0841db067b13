"""How a block's TAO is divided between subnets: by the slow average of their prices.

A subnet counts less by the part of its miners' emission that went to its owner, and for nothing
where emission is switched off.  Prices and shares are raw U64F64.
Formulas: coinbase/subnet_emissions, staking/stake_utils (moving price).
"""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.fixed_point import I96F32, U64F64, U96F32

fixed, add, sub = U64F64.from_int, U64F64.saturating_add, U64F64.saturating_sub
mul, div = U64F64.saturating_mul, U64F64.safe_div


def average_price(stored: int, *, dynamic: bool) -> int:
    """A subnet's averaged price of its `stored` one (I96F32); 1 where alpha has no price."""
    return U64F64.convert(stored, I96F32) if dynamic else U64F64.one


def next_average_price(
    average: int, price: int, smoothing: int, age: int, halving_blocks: int
) -> int:
    """The averaged price to store (I96F32) after a block with spot price `price`, at most 1.

    average + w * (price - average), with w = smoothing * age / (age + halving_blocks): the weight
    (`smoothing`, I96F32) sets in over the first blocks.  `age` counts from the block of the start
    call, as `age_at` does.
    """
    setting_in = div(fixed(age), add(fixed(age), fixed(halving_blocks)))
    weight = mul(U64F64.convert(smoothing, I96F32), setting_in)
    new = mul(weight, min(price, U64F64.one))
    old = mul(sub(U64F64.one, weight), average)
    return I96F32.convert(add(new, old), U64F64)


def age_at(block: int, first_emission_block: int) -> int:
    """Blocks since the start call, which comes one block before the first emission."""
    return saturating_sub(block, saturating_sub(first_emission_block, 1))


def price_shares(averages: Sequence[int]) -> list[int]:
    """Each price's part of their sum; all 0 when the sum is."""
    total = _total(averages)
    return [div(price, total) for price in averages]


def shares(averages: Sequence[int], withheld: Sequence[int]) -> list[int]:
    """Price shares times what miners did get, divided by their sum.

    `withheld` is the part (U96F32) of each subnet's last miner emission that went to its owner.
    When that leaves nothing the price shares stand as they are.
    """
    by_price = price_shares(averages)
    weighted = [
        mul(share, sub(U64F64.one, min(U64F64.convert(part, U96F32), U64F64.one)))
        for share, part in zip(by_price, withheld, strict=True)
    ]
    total = _total(weighted)
    return [div(share, total) for share in weighted] if total else by_price


def emissions(shares: Sequence[int], enabled: Sequence[bool], block_emission: int) -> list[int]:
    """TAO of each subnet in rao, U96F32: its share of `block_emission` rao.

    Where emission is off there is none, and the others divide it among them.
    """
    if not all(enabled):
        kept = [share if on else 0 for share, on in zip(shares, enabled, strict=True)]
        total = _total(kept)
        shares = [div(share, total) for share in kept]
    whole = fixed(block_emission)
    return [U96F32.convert(mul(whole, share), U64F64) for share in shares]


def root_sells(averages: Sequence[int]) -> bool:
    """Whether root's alpha is paid out at all: the averaged prices sum to more than 1.

    The chain's sum wraps at 2**64.
    """
    return U64F64.sum(averages) > U64F64.one


def _total(numbers: Sequence[int]) -> int:
    return U64F64.saturate(sum(numbers))
