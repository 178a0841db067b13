"""SCALE codecs: one object per wire type that encodes, decodes and checks Python values.

`encode(value)` gives bytes and trusts the value; `check(value)` refuses one that does not fit;
`decode(data, pos)` gives the value and the position after it.  `name` is the type as the chain's
metadata spells it (`Vec<u8>`, `Option<u32>`); two codecs of one name are the same type.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from struct import Struct as Packer
from typing import Any, Final

from pysubtensor.frame.codec.errors import (
    BadTag,
    BadText,
    BadValue,
    EndOfInput,
    LengthTooLong,
    NonCanonicalCompact,
    TrailingBytes,
)


def encode_compact(value: int) -> bytes:
    """SCALE compact form of `value`, 0 <= value < 2**536."""
    if value < 64:
        if value < 0:
            raise BadValue("Compact", value)
        return bytes((value << 2,))
    if value < 1 << 14:
        return (value << 2 | 1).to_bytes(2, "little")
    if value < 1 << 30:
        return (value << 2 | 2).to_bytes(4, "little")
    size = (value.bit_length() + 7) >> 3
    if size > 67:
        raise BadValue("Compact", value)
    return bytes(((size - 4) << 2 | 3,)) + value.to_bytes(size, "little")


def decode_compact(data: bytes, pos: int) -> tuple[int, int]:
    """Read a compact integer.  Errors: EndOfInput, NonCanonicalCompact."""
    try:
        first = data[pos]
    except IndexError:
        raise EndOfInput from None
    mode = first & 3
    if mode == 0:
        return first >> 2, pos + 1
    if mode == 3:
        return _decode_big_compact(data, pos)
    size = mode << 1
    end = pos + size
    if end > len(data):
        raise EndOfInput
    value = int.from_bytes(data[pos:end], "little") >> 2
    if value < (1 << 6 if mode == 1 else 1 << 14):
        raise NonCanonicalCompact
    return value, end


def _decode_big_compact(data: bytes, pos: int) -> tuple[int, int]:
    size = (data[pos] >> 2) + 4
    end = pos + 1 + size
    if end > len(data):
        raise EndOfInput
    value = int.from_bytes(data[pos + 1 : end], "little")
    if value < 1 << 30 or value >> (8 * (size - 1)) == 0:
        raise NonCanonicalCompact
    return value, end


class Codec(ABC):
    """One wire type."""

    name: str
    bytes_width: int | None = None
    """Length of the bytes that a value is, where it is nothing but them."""
    min_size: int = 1
    """Fewest bytes a value takes; lengths are judged by it before anything is allocated."""

    @abstractmethod
    def encode(self, value: Any) -> bytes:
        """Bytes of a value that `check` accepts."""

    @abstractmethod
    def decode(self, data: bytes, pos: int) -> tuple[Any, int]:
        """Read one value at `pos`.  Errors: those of `pysubtensor.frame.codec.errors`."""

    @abstractmethod
    def check(self, value: object) -> None:
        """Refuse a value that the type cannot hold.  Errors: BadValue."""

    def parts(self) -> Iterable[Codec]:
        """Codecs that this one is made of."""
        return ()

    def to_bytes(self, value: Any) -> bytes:
        """Check, then encode."""
        self.check(value)
        return self.encode(value)

    def from_bytes(self, data: bytes) -> Any:
        """Decode `data` whole.  Errors: TrailingBytes and those of `decode`."""
        value, end = self.decode(data, 0)
        if end != len(data):
            raise TrailingBytes(len(data) - end)
        return value

    def __repr__(self) -> str:
        return f"<codec {self.name}>"


PACKED: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""By size in bytes, how `struct` writes unsigned integers that it knows."""


class Integer(Codec):
    """u8..u256 and i8..i256, little-endian; a value is an int."""

    def __init__(self, bits: int, *, signed: bool = False) -> None:
        self.name = f"{'i' if signed else 'u'}{bits}"
        self.bits = bits
        self.signed = signed
        self.size = self.min_size = bits // 8
        self.low = -(1 << bits - 1) if signed else 0
        self.high = (1 << bits - 1) - 1 if signed else (1 << bits) - 1
        letter = PACKED.get(self.size)
        if letter is not None:
            self.encode = Packer("<" + (letter.lower() if signed else letter)).pack  # type: ignore[method-assign,assignment]

    def encode(self, value: int) -> bytes:
        return value.to_bytes(self.size, "little", signed=self.signed)

    def decode(self, data: bytes, pos: int) -> tuple[int, int]:
        end = pos + self.size
        if end > len(data):
            raise EndOfInput
        return int.from_bytes(data[pos:end], "little", signed=self.signed), end

    def check(self, value: Any) -> None:
        if value.__class__ is int and self.low <= value <= self.high:
            return
        try:
            if self.low <= value <= self.high and value.__index__() == value:
                return
        except (TypeError, AttributeError):
            pass
        raise BadValue(self.name, value)


class Bool(Codec):
    """One byte, 0 or 1."""

    name = "bool"

    def encode(self, value: bool) -> bytes:
        return b"\1" if value else b"\0"

    def decode(self, data: bytes, pos: int) -> tuple[bool, int]:
        tag = data[pos : pos + 1]
        if tag == b"\0":
            return False, pos + 1
        if tag == b"\1":
            return True, pos + 1
        if not tag:
            raise EndOfInput
        raise BadTag("bool", tag[0])

    def check(self, value: object) -> None:
        if value is not True and value is not False:
            raise BadValue("bool", value)


class Compact(Codec):
    """Compact<uN>: short for small numbers."""

    def __init__(self, inner: Integer | Codec) -> None:
        self.inner = inner
        self.name = f"Compact<{inner.name}>"
        self.bits = inner.bits if isinstance(inner, Integer) else 0

    def encode(self, value: int) -> bytes:
        return encode_compact(value) if self.bits else b""

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        if not self.bits:
            return self.inner.decode(data, pos)
        value, end = decode_compact(data, pos)
        if value >> self.bits:
            raise NonCanonicalCompact
        return value, end

    def check(self, value: object) -> None:
        self.inner.check(value)

    def parts(self) -> Iterable[Codec]:
        return (self.inner,)


class Text(Codec):
    """A UTF-8 string behind its compact length in bytes."""

    name = "str"

    def encode(self, value: str) -> bytes:
        raw = value.encode()
        return encode_compact(len(raw)) + raw

    def decode(self, data: bytes, pos: int) -> tuple[str, int]:
        raw, end = decode_bytes(data, pos)
        try:
            return raw.decode(), end
        except UnicodeDecodeError:
            raise BadText from None

    def check(self, value: object) -> None:
        if not isinstance(value, str):
            raise BadValue("str", value)


def decode_bytes(data: bytes, pos: int, bound: int | None = None) -> tuple[bytes, int]:
    """Read a compact length and that many bytes."""
    size, start = decode_compact(data, pos)
    end = start + size
    if bound is not None and size > bound:
        raise LengthTooLong("Vec<u8>", size)
    if end > len(data):
        raise EndOfInput
    return bytes(data[start:end]), end


class ByteVector(Codec):
    """Vec<u8> as `bytes`; with `bound`, at most that many."""

    def __init__(self, element: Codec, bound: int | None = None) -> None:
        self.element = element
        self.name = f"Vec<{element.name}>"
        self.bound = bound

    def encode(self, value: bytes) -> bytes:
        return encode_compact(len(value)) + value

    def decode(self, data: bytes, pos: int) -> tuple[bytes, int]:
        return decode_bytes(data, pos, self.bound)

    def check(self, value: object) -> None:
        if not isinstance(value, bytes) or (self.bound is not None and len(value) > self.bound):
            raise BadValue(self.name, value)

    def parts(self) -> Iterable[Codec]:
        return (self.element,)


class ByteArray(Codec):
    """[u8; N] as `bytes` of that length."""

    def __init__(self, element: Codec, length: int) -> None:
        self.element = element
        self.length = self.min_size = self.bytes_width = length
        self.name = f"[{element.name}; {length}]"

    def encode(self, value: bytes) -> bytes:
        return value

    def decode(self, data: bytes, pos: int) -> tuple[bytes, int]:
        end = pos + self.length
        if end > len(data):
            raise EndOfInput
        return bytes(data[pos:end]), end

    def check(self, value: object) -> None:
        if value.__class__ is not bytes or len(value) != self.length:
            raise BadValue(self.name, value)

    def parts(self) -> Iterable[Codec]:
        return (self.element,)
