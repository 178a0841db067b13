"""Everything that can be wrong with encoded bytes or with a value to encode, by name."""


class CodecError(ValueError):
    """Root of all refusals of the codec."""


class EndOfInput(CodecError):
    """The bytes stop before the value does."""

    def __init__(self) -> None:
        super().__init__("Not enough data to fill buffer")


class TrailingBytes(CodecError):
    """Bytes remain after a value that should have used them all."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} bytes left after the value")


class BadTag(CodecError):
    """An enum, option or bool tag that stands for nothing."""

    def __init__(self, type_name: str, tag: int) -> None:
        super().__init__(f"Could not decode `{type_name}`, variant doesn't exist: {tag}")


class NonCanonicalCompact(CodecError):
    """A compact integer that was written longer than it needs, or does not fit its type."""

    def __init__(self) -> None:
        super().__init__("out of range decoding Compact")


class LengthTooLong(CodecError):
    """A length prefix beyond the bytes at hand or beyond the bound of the type."""

    def __init__(self, type_name: str, length: int) -> None:
        super().__init__(f"length {length} is too long for {type_name}")


class DepthExceeded(CodecError):
    """Values nested deeper than a call may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"Maximum recursion depth reached when decoding: {limit}")


class TooManyParts(CodecError):
    """More values of a type within one than anything sensible has."""

    def __init__(self, type_name: str, limit: int) -> None:
        super().__init__(f"more than {limit} values of {type_name} in one")


class BadText(CodecError):
    """A string that is not UTF-8."""

    def __init__(self) -> None:
        super().__init__("Invalid utf8 sequence")


class BadValue(CodecError):
    """A Python value that the type cannot hold."""

    def __init__(self, type_name: str, value: object) -> None:
        super().__init__(f"{_shown(value)} does not fit {type_name}")


def _shown(value: object) -> str:
    try:
        return f"{value!r:.120}"
    except ValueError:  # Python writes no integer of thousands of digits
        return f"this {type(value).__name__}"


class UnknownType(TypeError):
    """An annotation that no wire type belongs to."""

    def __init__(self, annotation: object) -> None:
        super().__init__(f"no wire type for the annotation {annotation!r}")
