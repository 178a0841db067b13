"""How much is minted per block: 1 TAO, halved each time half of what is left has been issued.

The same curve serves TAO and, with a subnet's alpha issuance, its alpha.
Formula: coinbase/block_emission; its logarithm in fixed point comes to the integers used here.
"""

from __future__ import annotations

from pysubtensor.frame.primitives import RAO_PER_TAO

SUPPLY = 21 * 10**15
"""Rao that may ever exist."""
FIRST_EMISSION = RAO_PER_TAO
"""Rao per block before the first halving."""


def halvings(issuance: int) -> int:
    """Halvings that `issuance` rao have gone through: floor(log2(SUPPLY / (SUPPLY - issuance))).

    `issuance` is below SUPPLY.
    """
    return (SUPPLY // (SUPPLY - issuance)).bit_length() - 1


def block_emission(issuance: int) -> int:
    """Rao that a block adds to `issuance` rao; 0 once all is issued."""
    return FIRST_EMISSION >> halvings(issuance) if issuance < SUPPLY else 0


def mintable(amount: int, issuance: int) -> int:
    """As much of `amount` as may be minted when `issuance` rao exist."""
    return min(amount, max(SUPPLY - issuance, 0))
