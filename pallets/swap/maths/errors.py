"""Refusals of the Swap pallet, numbered as on the chain; the arithmetic raises some of them."""

from __future__ import annotations

from pysubtensor.frame.error import Error


class FeeRateTooHigh(Error, index=0):
    """The fee rate is above the highest allowed."""


class InsufficientInputAmount(Error, index=1):
    """Too little was given to swap."""


class InsufficientLiquidity(Error, index=2):
    """The pool cannot pay out as much."""


class PriceLimitExceeded(Error, index=3):
    """The price is already at or beyond the limit."""


class InsufficientBalance(Error, index=4):
    """The sender has too little."""


class InvalidTickRange(Error, index=5):
    """The ticks bound no range; kept from an earlier kind of pool."""


class InvalidLiquidityValue(Error, index=6):
    """The liquidity is out of its range, probably too small."""


class ReservesTooLow(Error, index=7):
    """The pool holds too little of what would be paid out, or would pay nothing."""


class MechanismDoesNotExist(Error, index=8):
    """There is no such subnet."""


class SubtokenDisabled(Error, index=9):
    """The subnet's alpha is not traded yet."""


class ReservesOutOfBalance(Error, index=10):
    """The reserves are too far apart for weights in range."""


class SwapInputTooLarge(Error, index=11):
    """More than a thousand times the reserve was given."""


class Deprecated(Error, index=12):
    """The call does nothing any more."""
