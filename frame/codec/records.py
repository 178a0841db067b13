"""SCALE codecs of records and enums: what Rust's structs and enums are on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pysubtensor.frame.codec.compiled import Check, Encode, compile_checker, compile_encoder
from pysubtensor.frame.codec.errors import BadTag, BadValue, EndOfInput
from pysubtensor.frame.codec.scale import Codec


class Field:
    """One field of a composite or of a variant; `name` is None in tuple structs."""

    __slots__ = ("codec", "docs", "name", "type_name")

    def __init__(self, name: str | None, codec: Codec, type_name: str, docs: str = "") -> None:
        self.name, self.codec, self.type_name, self.docs = name, codec, type_name, docs


TypeParams = tuple[tuple[str, Codec | None], ...]


def generic_name(path: str, params: TypeParams) -> str:
    """`path<A, _>` as metadata spells it; no brackets when every parameter is left out."""
    if all(codec is None for _, codec in params):
        return path
    return f"{path}<{', '.join('_' if c is None else c.name for _, c in params)}>"


class Composite(Codec):
    """A struct: its fields in order.  `make` builds the Python value, `take` gives its fields."""

    def __init__(
        self,
        path: str,
        params: TypeParams,
        make: Callable[..., object],
        attributes: tuple[str, ...],
        docs: str = "",
    ) -> None:
        self.path, self.params, self.make, self.attributes = path, params, make, attributes
        self.name = generic_name(path, params)
        self.docs = docs
        self.fields: tuple[Field, ...] = ()

    def fill(self, fields: tuple[Field, ...]) -> None:
        """Give the fields; apart from the constructor so that types may refer to themselves."""
        self.fields = fields
        self.min_size = sum(field.codec.min_size for field in fields)
        codecs = [field.codec for field in fields]
        self._decoders = tuple(codec.decode for codec in codecs)
        self._encode = compile_encoder(self.attributes, codecs)
        self.encode = self._encode  # type: ignore[method-assign,assignment]
        self._check_fields = compile_checker(self.attributes, codecs)

    def encode(self, value: object) -> bytes:
        return self._encode(value)

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        values = []
        for decode in self._decoders:
            value, pos = decode(data, pos)
            values.append(value)
        return self.make(*values), pos

    def check(self, value: object) -> None:
        if value.__class__ is not self.make:
            raise BadValue(self.name, value)
        self._check_fields(value)

    def parts(self) -> Iterable[Codec]:
        return [field.codec for field in self.fields]


class Transparent(Codec):
    """A struct of one unnamed field whose Python value is the field itself (AccountId32, H256)."""

    def __init__(
        self, path: str, params: TypeParams, inner: Codec, field: str | None, type_name: str
    ) -> None:
        self.path, self.params, self.inner = path, params, inner
        self.name = generic_name(path, params)
        self.docs = ""
        self.fields = (Field(field, inner, type_name),)
        self.min_size = inner.min_size
        self.bytes_width = inner.bytes_width
        self.encode = inner.encode  # type: ignore[method-assign]
        self.decode = inner.decode  # type: ignore[method-assign]
        self.check = inner.check  # type: ignore[method-assign]

    def encode(self, value: object) -> bytes:
        return self.inner.encode(value)

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        return self.inner.decode(data, pos)

    def check(self, value: object) -> None:
        self.inner.check(value)

    def parts(self) -> Iterable[Codec]:
        return (self.inner,)


class Case:
    """One variant of an enum: `make` builds its Python value from the decoded fields."""

    __slots__ = ("attributes", "decoders", "docs", "fields", "index", "make", "name")

    def __init__(
        self,
        index: int,
        name: str,
        fields: tuple[Field, ...],
        make: Callable[..., object],
        attributes: tuple[str, ...] = (),
        docs: str = "",
    ) -> None:
        self.index, self.name, self.fields, self.make = index, name, fields, make
        self.attributes, self.docs = attributes, docs
        self.decoders = tuple(field.codec.decode for field in fields)

    def encoder(self) -> Encode:
        """Writes the tag and the fields of a value."""
        codecs = [field.codec for field in self.fields]
        return compile_encoder(self.attributes, codecs, bytes((self.index,)))

    def checker(self) -> Check:
        """Checks the fields of a value."""
        return compile_checker(self.attributes, [field.codec for field in self.fields])


class _OnDemand(dict[Any, Callable[[Any], Any]]):
    """Functions of the cases, by their keys, compiled when they are first asked for."""

    def __init__(
        self, cases: Mapping[object, Case], build: Callable[[Case], Callable[[Any], Any]]
    ) -> None:
        super().__init__()
        self._cases, self._build = cases, build

    def __missing__(self, key: object) -> Callable[[Any], Any]:
        built = self[key] = self._build(self._cases[key])
        return built


class Variant(Codec):
    """A Rust enum: one tag byte, then the fields of the chosen case.

    `case_of` maps a Python value to the key under which its case was given: its class for
    records, the value itself for plain enumerations.
    """

    def __init__(
        self,
        path: str,
        params: TypeParams = (),
        case_of: Callable[[object], object] = type,
        docs: str = "",
    ) -> None:
        self.path, self.params, self._case_of, self.docs = path, params, case_of, docs
        self.name = generic_name(path, params)
        self.cases: tuple[Case, ...] = ()

    def fill(self, cases: Mapping[object, Case]) -> None:
        """Give the cases, each under its key; apart from the constructor for self-reference."""
        self.cases = tuple(cases.values())
        self._by_tag = {case.index: case for case in self.cases}
        self._by_key = dict(cases)
        self._encoders = _OnDemand(self._by_key, Case.encoder)
        self._checks = _OnDemand(self._by_key, Case.checker)

    def keys(self) -> Iterable[object]:
        """What the cases are known under."""
        return self._by_key.keys()

    def encode(self, value: Any) -> bytes:
        encoded: bytes = self._encoders[self._case_of(value)](value)
        return encoded

    def decode(self, data: bytes, pos: int) -> tuple[object, int]:
        if pos >= len(data):
            raise EndOfInput
        case = self._by_tag.get(data[pos])
        if case is None:
            raise BadTag(self.name, data[pos])
        pos += 1
        values = []
        for decode in case.decoders:
            value, pos = decode(data, pos)
            values.append(value)
        return case.make(*values), pos

    def check(self, value: object) -> None:
        try:
            check = self._checks[self._case_of(value)]
        except (KeyError, TypeError):
            raise BadValue(self.name, value) from None
        check(value)

    def parts(self) -> Iterable[Codec]:
        return [field.codec for case in self.cases for field in case.fields]
