"""The share of each subnet in a block's TAO: by its moving price.

A subnet counts less by the part of its miners' emission that was withheld from them, and gets
nothing where emission is switched off.  Prices and shares are raw U64F64.
Source: coinbase/subnet_emissions (get_shares, get_subnet_block_emissions).
"""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.fixed_point import U64F64, U96F32

minus, times, over = U64F64.saturating_sub, U64F64.saturating_mul, U64F64.safe_div


def price_shares(moving_prices: Sequence[int]) -> list[int]:
    """The part of each price in the sum of all; all 0 when that is 0 (`get_shares_price_ema`)."""
    total = _total(moving_prices)
    return [over(price, total) for price in moving_prices]


def shares(moving_prices: Sequence[int], miner_burned: Sequence[int]) -> list[int]:
    """Price shares times the part that miners did get, divided by their sum (`get_shares`).

    `miner_burned` is the part (U96F32) of each subnet's last miner emission that was withheld.
    When that leaves nothing the price shares stand as they are.
    """
    by_price = price_shares(moving_prices)
    weighted = [
        times(share, minus(U64F64.one, min(U64F64.convert(part, U96F32), U64F64.one)))
        for share, part in zip(by_price, miner_burned, strict=True)
    ]
    total = _total(weighted)
    return [over(share, total) for share in weighted] if total else by_price


def subnet_block_emissions(
    shares: Sequence[int], enabled: Sequence[bool], block_emission: int
) -> list[int]:
    """TAO of each subnet in rao, U96F32: its share of `block_emission` rao.

    Subnets whose emission is switched off get none, and the others divide it among them
    (`get_subnet_block_emissions`).
    """
    if not all(enabled):
        left = [share if on else 0 for share, on in zip(shares, enabled, strict=True)]
        total = _total(left)
        shares = [over(share, total) for share in left]
    whole = U64F64.from_int(block_emission)
    return [U96F32.convert(times(whole, share), U64F64) for share in shares]


def _total(numbers: Sequence[int]) -> int:
    return U64F64.saturate(sum(numbers))
