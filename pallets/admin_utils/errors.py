"""Errors of AdminUtils."""

from __future__ import annotations

from pysubtensor.frame.error import Error


class SubnetDoesNotExist(Error, index=0):
    """There is no such subnet."""


class MaxValidatorsLargerThanMaxUIds(Error, index=1):
    """A subnet cannot have more validators than neurons."""


class MaxAllowedUIdsLessThanCurrentUIds(Error, index=2):
    """The subnet has more neurons already."""


class BondsMovingAverageMaxReached(Error, index=3):
    """Owners may not let bonds move that slowly."""


class NegativeSigmoidSteepness(Error, index=4):
    """Only root may choose a steepness below 0."""


class ValueNotInBounds(Error, index=5):
    """The value is too small or too large."""


class MinAllowedUidsGreaterThanCurrentUids(Error, index=6):
    """The subnet does not have more neurons than that."""


class MinAllowedUidsGreaterThanMaxAllowedUids(Error, index=7):
    """The least size must be below the largest."""


class MaxAllowedUidsLessThanMinAllowedUids(Error, index=8):
    """The largest size may not be below the least."""


class MaxAllowedUidsGreaterThanDefaultMaxAllowedUids(Error, index=9):
    """No subnet may be that large."""


class InvalidValue(Error, index=10):
    """The setting cannot have this value."""


class NotPermittedOnRootSubnet(Error, index=11):
    """The root subnet has no such setting."""


class POWRegistrationDisabled(Error, index=12):
    """Neurons can no longer register by work."""


class Deprecated(Error, index=13):
    """The call does nothing any more."""
