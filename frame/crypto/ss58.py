"""SS58 addresses: a network prefix, a public key or account id, and a checksum, in base 58."""

from hashlib import blake2b

from pysubtensor.frame.crypto.errors import CryptoError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DEFAULT_PREFIX = 42
"""The prefix of any Substrate chain without one of its own, Bittensor among them."""
MAX_PREFIX = 16_383

_DIGITS = {letter: digit for digit, letter in enumerate(ALPHABET)}
_RESERVED = (46, 47)
_CHECKSUM = 2
_BODIES = (32, 33)
_LONGEST = 52
"""Letters of the longest address, two prefix bytes and a 33-byte key: bounds the work below."""


class Ss58Error(CryptoError):
    """The text is not an address, or the value cannot become one."""


class BadAlphabet(Ss58Error):
    """The text holds a letter that base 58 does not use."""

    def __init__(self, letter: str) -> None:
        super().__init__(f"{letter!r} is not a base 58 letter")
        self.letter = letter


class BadLength(Ss58Error):
    """The address does not hold 32 bytes (account id) or 33 (compressed ecdsa key)."""

    def __init__(self, length: int) -> None:
        super().__init__(f"an address holds 32 or 33 bytes, not {length}")
        self.length = length


class BadPrefix(Ss58Error):
    """The network prefix is reserved, out of range, or not readable."""

    def __init__(self, prefix: int) -> None:
        super().__init__(f"{prefix} is no network prefix (0 to {MAX_PREFIX}, but not 46, 47)")
        self.prefix = prefix


class BadChecksum(Ss58Error):
    """The checksum does not fit: most likely the address was mistyped."""

    def __init__(self) -> None:
        super().__init__("the checksum of the address does not fit")


def ss58_encode(public: bytes, prefix: int = DEFAULT_PREFIX) -> str:
    """The address of `public`, 32 or 33 bytes, on network `prefix`.

    Errors: BadLength; BadPrefix.
    """
    if len(public) not in _BODIES:
        raise BadLength(len(public))
    payload = _prefix_bytes(prefix) + public
    return _to_base58(payload + _checksum(payload))


def ss58_decode(text: str) -> tuple[bytes, int]:
    """The bytes an address holds, and its network prefix.

    Errors: BadAlphabet; BadLength; BadPrefix; BadChecksum.
    """
    data = _from_base58(text)
    prefix, start = _read_prefix(data)
    body = data[start:-_CHECKSUM]
    if len(body) not in _BODIES:
        raise BadLength(len(body))
    if _checksum(data[:-_CHECKSUM]) != data[-_CHECKSUM:]:
        raise BadChecksum
    return body, prefix


def _checksum(payload: bytes) -> bytes:
    return blake2b(b"SS58PRE" + payload).digest()[:_CHECKSUM]


def _prefix_bytes(prefix: int) -> bytes:
    if not 0 <= prefix <= MAX_PREFIX or prefix in _RESERVED:
        raise BadPrefix(prefix)
    if prefix < 64:
        return bytes([prefix])
    # Bits 7..2 go into the first byte below the marker 01, bits 13..8 and 1..0 into the second.
    return bytes([(prefix & 0xFC) >> 2 | 0x40, prefix >> 8 | (prefix & 0x03) << 6])


def _read_prefix(data: bytes) -> tuple[int, int]:
    """The prefix `data` starts with and how many bytes it takes."""
    if len(data) < 2 + _CHECKSUM:
        raise BadLength(max(len(data) - 1 - _CHECKSUM, 0))
    first, second = data[0], data[1]
    if first < 64:
        prefix, width = first, 1
    elif first < 128:
        prefix, width = (first << 2 & 0xFC) | second >> 6 | (second & 0x3F) << 8, 2
    else:
        raise BadPrefix(first)
    if prefix in _RESERVED:
        raise BadPrefix(prefix)
    return prefix, width


def _to_base58(data: bytes) -> str:
    number = int.from_bytes(data)
    letters = []
    while number:
        number, digit = divmod(number, 58)
        letters.append(ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return ALPHABET[0] * zeros + "".join(reversed(letters))


def _from_base58(text: str) -> bytes:
    if len(text) > _LONGEST:
        raise BadLength(len(text) * 733 // 1000)
    number = 0
    for letter in text:
        digit = _DIGITS.get(letter)
        if digit is None:
            raise BadAlphabet(letter)
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
