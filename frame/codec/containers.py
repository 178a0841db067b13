"""SCALE codecs of what holds other values: vectors, arrays, tuples, options, maps and sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from struct import calcsize, pack, unpack_from
from typing import Any

from pysubtensor.frame.codec.errors import BadTag, BadValue, EndOfInput, LengthTooLong
from pysubtensor.frame.codec.scale import PACKED, Codec, Integer, decode_compact, encode_compact


class Flat:
    """Many tuples of `width` unsigned integers of one size, or many integers, at once."""

    def __init__(self, letter: str, high: int, width: int | None) -> None:
        self.letter, self.high, self.width = letter, high, width
        self.size = calcsize("<" + letter)

    @classmethod
    def of(cls, element: Codec) -> Flat | None:
        """For the elements of a vector; None when they are something else."""
        width = len(element.items) if isinstance(element, Tuple) else None
        parts = element.items if isinstance(element, Tuple) else (element,)
        first = parts[0] if parts else None
        if not isinstance(first, Integer) or first.signed or first.size not in PACKED:
            return None
        if any(not isinstance(each, Integer) or each.name != first.name for each in parts):
            return None
        return cls(PACKED[first.size], first.high, width)

    def encode(self, value: tuple[Any, ...]) -> bytes:
        """The elements without their number."""
        numbers = value if self.width is None else tuple(chain.from_iterable(value))
        return pack(f"<{len(numbers)}{self.letter}", *numbers)

    def decode(self, data: bytes, pos: int, count: int) -> tuple[tuple[Any, ...], int]:
        """So many elements, which are known to be there."""
        count *= self.width or 1
        numbers = unpack_from(f"<{count}{self.letter}", data, pos)
        end = pos + count * self.size
        if self.width is None:
            return numbers, end
        return tuple(zip(*[iter(numbers)] * self.width, strict=True)), end

    def fits(self, value: tuple[Any, ...]) -> bool:
        """Whether all elements are plain integers in range; if not, each is checked by itself."""
        numbers = value
        if self.width is not None:
            if not (set(map(type, value)) <= {tuple} and set(map(len, value)) <= {self.width}):
                return False
            numbers = tuple(chain.from_iterable(value))
        if not numbers:
            return True
        return set(map(type, numbers)) == {int} and min(numbers) >= 0 and max(numbers) <= self.high


class Vector(Codec):
    """Vec<T> as a tuple; with `bound`, at most that many elements."""

    def __init__(self, element: Codec, bound: int | None = None) -> None:
        self.element = element
        self.name = f"Vec<{element.name}>"
        self.bound = bound
        self._width = element.bytes_width
        self._flat = Flat.of(element)

    def encode(self, value: tuple[Any, ...]) -> bytes:
        if self._flat is not None:
            return encode_compact(len(value)) + self._flat.encode(value)
        if self._width is not None:
            return encode_compact(len(value)) + b"".join(value)
        each = self.element.encode
        return encode_compact(len(value)) + b"".join([each(item) for item in value])

    def decode(self, data: bytes, pos: int) -> tuple[tuple[Any, ...], int]:
        count, pos = decode_compact(data, pos)
        self._judge(count, len(data) - pos)
        if self._flat is not None:
            return self._flat.decode(data, pos, count)
        each = self.element.decode
        items = []
        for _ in range(count):
            item, pos = each(data, pos)
            items.append(item)
        return tuple(items), pos

    def _judge(self, count: int, remaining: int) -> None:
        if self.bound is not None and count > self.bound:
            raise LengthTooLong(self.name, count)
        if count * max(self.element.min_size, 1) > remaining and count > 0:
            raise EndOfInput

    def check(self, value: object) -> None:
        if not isinstance(value, tuple) or (self.bound is not None and len(value) > self.bound):
            raise BadValue(self.name, value)
        if self._flat is not None and self._flat.fits(value):
            return
        width = self._width
        if width is not None and all(v.__class__ is bytes and len(v) == width for v in value):
            return
        each = self.element.check
        for item in value:
            each(item)

    def parts(self) -> Iterable[Codec]:
        return (self.element,)


class Array(Codec):
    """[T; N] as a tuple of that length."""

    def __init__(self, element: Codec, length: int) -> None:
        self.element = element
        self.length = length
        self.min_size = element.min_size * length
        self.name = f"[{element.name}; {length}]"

    def encode(self, value: tuple[object, ...]) -> bytes:
        return b"".join([self.element.encode(item) for item in value])

    def decode(self, data: bytes, pos: int) -> tuple[tuple[object, ...], int]:
        items = []
        for _ in range(self.length):
            item, pos = self.element.decode(data, pos)
            items.append(item)
        return tuple(items), pos

    def check(self, value: object) -> None:
        if not isinstance(value, tuple) or len(value) != self.length:
            raise BadValue(self.name, value)
        for item in value:
            self.element.check(item)

    def parts(self) -> Iterable[Codec]:
        return (self.element,)


class Tuple(Codec):
    """(A, B, ..) one after another, without a length; `()` is None."""

    def __init__(self, items: tuple[Codec, ...]) -> None:
        self.items = items
        self.min_size = sum(item.min_size for item in items)
        names = [item.name for item in items]
        self.name = f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"

    def encode(self, value: Any) -> bytes:
        if not self.items:
            return b""
        return b"".join([c.encode(item) for c, item in zip(self.items, value, strict=True)])

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        if not self.items:
            return None, pos
        values = []
        for codec in self.items:
            value, pos = codec.decode(data, pos)
            values.append(value)
        return tuple(values), pos

    def check(self, value: object) -> None:
        if not self.items and value is None:
            return
        if not isinstance(value, tuple) or len(value) != len(self.items):
            raise BadValue(self.name, value)
        for codec, item in zip(self.items, value, strict=True):
            codec.check(item)

    def parts(self) -> Iterable[Codec]:
        return self.items


class Option(Codec):
    """Option<T>: None or the value behind a one byte tag."""

    def __init__(self, inner: Codec) -> None:
        self.inner = inner
        self.name = f"Option<{inner.name}>"

    def encode(self, value: object) -> bytes:
        return b"\0" if value is None else b"\1" + self.inner.encode(value)

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        tag = data[pos : pos + 1]
        if tag == b"\0":
            return None, pos + 1
        if tag == b"\1":
            return self.inner.decode(data, pos + 1)
        if not tag:
            raise EndOfInput
        raise BadTag(self.name, tag[0])

    def check(self, value: object) -> None:
        if value is not None:
            self.inner.check(value)

    def parts(self) -> Iterable[Codec]:
        return (self.inner,)


class NestedOption(Option):
    """Option<Option<T>>: None, or a present value in a tuple of one: `(None,)` is not None."""

    def encode(self, value: Any) -> bytes:
        return b"\0" if value is None else b"\1" + self.inner.encode(value[0])

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        inner, end = super().decode(data, pos)
        return (None if data[pos] == 0 else (inner,)), end

    def check(self, value: object) -> None:
        if value is None:
            return
        if not isinstance(value, tuple) or len(value) != 1:
            raise BadValue(self.name, value)
        self.inner.check(value[0])


class OrderedMap(Codec):
    """BTreeMap<K, V> as a dict, written in the order of the keys."""

    def __init__(self, key: Codec, value: Codec, bound: int | None = None) -> None:
        self.pairs = Vector(Tuple((key, value)), bound)
        self.key = key
        self.value = value
        self.name = f"BTreeMap<{key.name}, {value.name}>"

    def encode(self, value: Mapping[Any, Any]) -> bytes:
        return self.pairs.encode(tuple(sorted(value.items(), key=lambda pair: pair[0])))

    def decode(self, data: bytes, pos: int) -> tuple[dict[object, object], int]:
        pairs, pos = self.pairs.decode(data, pos)
        return dict(sorted(dict(pairs).items())), pos

    def check(self, value: object) -> None:
        if not isinstance(value, Mapping):
            raise BadValue(self.name, value)
        self.pairs.check(tuple(value.items()))

    def parts(self) -> Iterable[Codec]:
        return (self.key, self.value)


class OrderedSet(Codec):
    """BTreeSet<T> as a frozenset, written in order."""

    def __init__(self, element: Codec, bound: int | None = None) -> None:
        self.items = Vector(element, bound)
        self.element = element
        self.name = f"BTreeSet<{element.name}>"

    def encode(self, value: frozenset[Any]) -> bytes:
        return self.items.encode(tuple(sorted(value)))

    def decode(self, data: bytes, pos: int) -> tuple[frozenset[object], int]:
        items, pos = self.items.decode(data, pos)
        return frozenset(items), pos

    def check(self, value: object) -> None:
        if not isinstance(value, frozenset):
            raise BadValue(self.name, value)
        self.items.check(tuple(value))

    def parts(self) -> Iterable[Codec]:
        return (self.element,)


class BitSequence(Codec):
    """BitVec<u8, Lsb0> or <u8, Msb0> as a tuple of bools."""

    def __init__(self, store: Codec, order: Codec, *, lsb_first: bool = True) -> None:
        self.store, self.order, self.lsb_first = store, order, lsb_first
        self.name = f"BitSequence<{store.name}, {order.name}>"

    def encode(self, value: tuple[bool, ...]) -> bytes:
        packed = bytearray((len(value) + 7) // 8)
        for index, bit in enumerate(value):
            place = index % 8 if self.lsb_first else 7 - index % 8
            packed[index // 8] |= bit << place
        return encode_compact(len(value)) + bytes(packed)

    def decode(self, data: bytes, pos: int) -> tuple[tuple[bool, ...], int]:
        count, pos = decode_compact(data, pos)
        end = pos + (count + 7) // 8
        if end > len(data):
            raise EndOfInput
        places = range(8) if self.lsb_first else range(7, -1, -1)
        bits = [bool(byte >> place & 1) for byte in data[pos:end] for place in places]
        return tuple(bits[:count]), end

    def check(self, value: object) -> None:
        if not isinstance(value, tuple) or not all(isinstance(bit, bool) for bit in value):
            raise BadValue(self.name, value)

    def parts(self) -> Iterable[Codec]:
        return (self.store, self.order)
