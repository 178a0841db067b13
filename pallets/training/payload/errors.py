"""All that may be wrong with an encoded payload, by name."""


class Malformed(ValueError):
    """Root of what is wrong with a payload or a part of it."""


class BadLayout(Malformed):
    """Tensors that the format cannot carry, or a `k` it does not know."""


class BadMagic(Malformed):
    """The bytes are no payload, or one of another version."""


class WrongPlace(Malformed):
    """A payload of another run, round or worker."""


class WrongTable(Malformed):
    """A payload of other tensors, or with another `k`."""


class WrongLength(Malformed):
    """More or fewer bytes than tensors of these shapes take."""


class UnsortedIndices(Malformed):
    """The indices of a chunk do not rise, or one comes twice."""


class BadCodebook(Malformed):
    """Magnitudes out of order or out of range, or one too many."""


class BadCode(Malformed):
    """A value of a tensor that travels whole is not in -127..127."""


class WrongNorm(Malformed):
    """The norm is not that of the values."""


class OutOfRange(Malformed):
    """A number that the arithmetic of training does not take."""
