"""From Python annotations to codecs.

    U32, Tao                       u32, u64 (a NewType shares the wire type of its base)
    bool, str, bytes               bool, str, Vec<u8>
    tuple[T, ...], tuple[A, B]     Vec<T>, (A, B)
    T | None                       Option<T>
    dict[K, V], frozenset[T]       BTreeMap<K, V>, BTreeSet<T>
    None                           ()
    Annotated[U64, COMPACT]        Compact<u64>
    Annotated[tuple[T | None] | None, NESTED]     Option<Option<T>>: None, (None,), (value,)
    Annotated[bytes, Fixed(8)]     [u8; 8]; on a tuple [T; 8]
    Annotated[tuple[T, ...], Bounded(5)]          BoundedVec<T, _>
    Annotated[U128, Fraction(64)]  FixedU128<U64>, whose value is its raw bits
    Annotated[X, Wire("a::B")]     a struct `a::B` of one unnamed field, whose value is that field
    Struct, Variant, rust_enum     composites and enums (pysubtensor.frame.codec.struct)
    a class with `wire_codec()`    whatever codec that class method gives

One `Resolver` serves one runtime: `bind` gives it the types that only the composed runtime knows
(its calls, events and origins).
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NewType, Union, cast, get_args, get_origin, get_type_hints

from pysubtensor.frame import primitives as p
from pysubtensor.frame.codec.containers import (
    Array,
    BitSequence,
    NestedOption,
    Option,
    OrderedMap,
    OrderedSet,
    Tuple,
    Vector,
)
from pysubtensor.frame.codec.errors import UnknownType
from pysubtensor.frame.codec.fixed import fixed_point
from pysubtensor.frame.codec.records import Case, Composite, Field, Transparent, TypeParams, Variant
from pysubtensor.frame.codec.scale import Bool, ByteArray, ByteVector, Codec, Compact, Integer, Text
from pysubtensor.frame.codec.struct import ENUM_PATHS, Struct, pascal_case
from pysubtensor.frame.codec.struct import Variant as VariantBase

_BOUNDED = "bounded_collections::bounded_vec::BoundedVec"
_WEAK_BOUNDED = "bounded_collections::weak_bounded_vec::WeakBoundedVec"


class Marker:
    """What may stand in an `Annotated` to choose the wire form."""


class CompactMarker(Marker):
    """Written in compact form."""


COMPACT = CompactMarker()


class NestedMarker(Marker):
    """An option whose present value may itself be None; it stands in a tuple of one."""


NESTED = NestedMarker()


class Fixed(Marker):
    """A Rust array: no length on the wire."""

    def __init__(self, length: int) -> None:
        self.length = length


class Bounded(Marker):
    """A vector (or bytes, map, set) of at most `limit` elements under its Rust wrapper."""

    def __init__(self, limit: int | None, *, weak: bool = False, plain: bool = False) -> None:
        self.limit, self.weak, self.plain = limit, weak, plain


class Wire(Marker):
    """A one-field struct at `path`, transparent in Python."""

    def __init__(
        self, path: str, *, field: str | None = None, type_name: str = "", **params: object
    ) -> None:
        self.path, self.field, self.type_name, self.params = path, field, type_name, params


class Fraction(Marker):
    """An integer whose lowest `bits` are a binary fraction: a number of `substrate_fixed`."""

    def __init__(self, bits: int) -> None:
        self.bits = bits


class Bits(Marker):
    """`tuple[bool, ...]` as a bit sequence."""

    def __init__(self, *, lsb_first: bool = True) -> None:
        self.lsb_first = lsb_first


class Named(Marker):
    """Overrides the field's `type_name` in the metadata; changes nothing on the wire."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name


class Prelude(Marker):
    """A wrapper of one field that keeps its short Rust path: `Cow<str>`, `NonZeroU64`."""

    def __init__(self, path: str, *, generic: bool = False) -> None:
        self.path, self.generic = path, generic


_INTEGERS: dict[object, Integer] = {
    new_type: Integer(int(new_type.__name__[1:]), signed=new_type.__name__[0] == "I")
    for new_type in (
        *(p.U8, p.U16, p.U32, p.U64, p.U128, p.U256),
        *(p.I8, p.I16, p.I32, p.I64, p.I128, p.I256),
    )
}
_U8 = _INTEGERS[p.U8]
_SPELLED: dict[object, str] = {key: codec.name for key, codec in _INTEGERS.items()}
_SPELLED |= {bytes: "Vec<u8>", str: "String", p.AccountId: "T::AccountId", p.Hash: "T::Hash"}
_SPELLED |= {p.Tao: "TaoBalance", p.Alpha: "AlphaBalance"}


def own_name(annotation: object) -> str:
    """How an annotation is spelled in the metadata's `type_name`.

    It says nothing of the encoding, but there are clients that compose no call with an argument
    without one.
    """
    for marker in getattr(annotation, "__metadata__", ()):
        if isinstance(marker, Named):
            return marker.type_name
        if isinstance(marker, Wire) and marker.type_name:
            return marker.type_name
    if annotation in _SPELLED:
        return _SPELLED[annotation]
    if isinstance(annotation, NewType | type) and not get_args(annotation):
        return str(getattr(annotation, "wire_name", annotation.__name__))
    return _generic_name(get_origin(annotation), get_args(annotation))


def _generic_name(origin: object, args: tuple[object, ...]) -> str:
    """`Vec<u16>`, `Option<NetUid>`, `(u64, T::AccountId)`; empty when a part has no name."""
    if origin is Annotated:
        bounded = any(isinstance(marker, Bounded) and not marker.plain for marker in args[1:])
        name = own_name(args[0])
        return f"Bounded{name}" if name and bounded else name
    parts = [_part_name(each) for each in args if each is not Ellipsis and each is not _NONE]
    if not parts or not all(parts):
        return ""
    if origin is tuple and Ellipsis not in args:
        return f"({', '.join(parts)})"
    return f"{_CONTAINERS[origin]}<{', '.join(parts)}>" if origin in _CONTAINERS else ""


def _part_name(annotation: object) -> str:
    """The name of an annotation inside another, where a compact form shows."""
    name = own_name(annotation)
    markers = getattr(annotation, "__metadata__", ())
    compact = any(isinstance(marker, CompactMarker) for marker in markers)
    return f"Compact<{name}>" if name and compact else name


_NONE = type(None)
_CONTAINERS: dict[object, str] = {
    tuple: "Vec",
    types.UnionType: "Option",
    Union: "Option",
    dict: "BTreeMap",
    frozenset: "BTreeSet",
}


class Resolver:
    """Finds, builds and keeps the codec of each annotation."""

    def __init__(self) -> None:
        self._known: dict[object, Codec] = dict(_INTEGERS)
        self.signatures: dict[object, Any] = {}
        """Codecs of functions' arguments and results, once somebody asked."""
        self._known[bool] = Bool()
        self._known[str] = Text()
        self._known[bytes] = ByteVector(_U8)
        self._known[None] = self._known[type(None)] = Tuple(())
        word = ByteArray(_U8, 32)
        self._known[p.AccountId] = Transparent(
            "sp_core::crypto::AccountId32", (), word, None, "[u8; 32]"
        )
        self._known[p.Hash] = Transparent("primitive_types::H256", (), word, None, "[u8; 32]")

    def bind(self, annotation: object, codec: Codec) -> None:
        """Say what stands for `annotation` in this runtime."""
        self._known[annotation] = codec

    def __call__(self, annotation: object) -> Codec:
        """The codec of `annotation`.  Errors: UnknownType."""
        try:
            found = self._known.get(annotation)
        except TypeError:
            raise UnknownType(annotation) from None
        if found is None:
            found = self._build(annotation)
            self._known[annotation] = found
        return found

    def _build(self, annotation: object) -> Codec:
        if isinstance(annotation, NewType):
            return self(annotation.__supertype__)
        if isinstance(annotation, type):
            built = self._build_class(annotation)
            if built is not None:
                return built
        origin = get_origin(annotation)
        if origin is Annotated:
            return self._build_annotated(annotation)
        build = _GENERIC.get(origin)
        if build is None:
            raise UnknownType(annotation)
        return build(self, get_args(annotation))

    def _build_class(self, cls: type) -> Codec | None:
        if "wire_codec" in cls.__dict__:
            own: Codec = cls.__dict__["wire_codec"].__get__(None, cls)()
            return own
        if issubclass(cls, VariantBase) and "wire_cases" in cls.__dict__:
            return self._build_variant(cls)
        if issubclass(cls, Struct):
            return self._build_struct(cls)
        if issubclass(cls, enum.Enum) and cls in ENUM_PATHS:
            return self._build_enum(cls)
        return None

    def params(self, params: Mapping[str, object]) -> TypeParams:
        """Generic arguments as codecs."""
        return tuple((name, None if a is None else self(a)) for name, a in params.items())

    def fields(self, cls: type[Struct]) -> tuple[Field, ...]:
        """The fields of a record, named or not as it says."""
        hints = get_type_hints(cls, include_extras=True)
        return tuple(
            Field(
                None if cls.wire_unnamed else name.rstrip("_"),
                self(hints[name]),
                own_name(hints[name]),
            )
            for name in cls.__struct_fields__
        )

    def _build_struct(self, cls: type[Struct]) -> Codec:
        if not hasattr(cls, "wire_path"):
            raise UnknownType(cls)
        codec = Composite(
            cls.wire_path, self.params(cls.wire_params), cls, cls.__struct_fields__, doc_of(cls)
        )
        self._known[cls] = codec
        codec.fill(self.fields(cls))
        return codec

    def _build_variant(self, cls: type[VariantBase]) -> Codec:
        codec = Variant(cls.wire_path, self.params(cls.wire_params), docs=doc_of(cls))
        self._known[cls] = codec
        codec.fill({case: self.case(case) for case in cls.wire_cases})
        return codec

    def case(self, cls: Any) -> Case:
        """One case of an enum, from its record."""
        fields = self.fields(cls)
        return Case(cls.wire_index, cls.wire_name, fields, cls, cls.__struct_fields__, doc_of(cls))

    def _build_enum(self, cls: type[enum.Enum]) -> Codec:
        path, names = ENUM_PATHS[cls]
        codec = Variant(path, case_of=lambda member: member)
        codec.fill(
            {
                member: Case(
                    int(member.value),
                    names.get(member.name, pascal_case(member.name)),
                    (),
                    lambda member=member: member,
                )
                for member in cls
            }
        )
        return codec

    def _build_annotated(self, annotation: object) -> Codec:
        inner, *markers = get_args(annotation)
        if NESTED in markers:
            single = get_args(inner)[0]
            return NestedOption(self(get_args(single)[0]))
        codec: Codec | None = None
        for marker in markers:
            codec = self._apply(marker, inner, codec)
        return codec or self(inner)

    def _apply(self, marker: object, inner: object, codec: Codec | None) -> Codec | None:
        if isinstance(marker, CompactMarker):
            return Compact(codec or self(inner))
        if isinstance(marker, Fixed):
            return self._fixed(inner, marker.length)
        if isinstance(marker, Bounded):
            return self._bounded(inner, marker)
        if isinstance(marker, Fraction):
            return fixed_point(cast(Integer, self(inner)), marker.bits)
        if isinstance(marker, Wire):
            base = codec or self(inner)
            params = self.params(marker.params)
            return Transparent(marker.path, params, base, marker.field, "")
        if isinstance(marker, Prelude):
            base = codec or self(inner)
            params = (("T", base),) if marker.generic else ()
            return Transparent(marker.path, params, base, None, "")
        if isinstance(marker, Bits):
            order = "bitvec::order::Lsb0" if marker.lsb_first else "bitvec::order::Msb0"
            empty = Composite(order, (), lambda: None, ())
            empty.fill(())
            return BitSequence(_U8, empty, lsb_first=marker.lsb_first)
        return codec

    def _fixed(self, inner: object, length: int) -> Codec:
        if inner is bytes:
            return ByteArray(_U8, length)
        return Array(self(get_args(inner)[0]), length)

    def _bounded(self, inner: object, bound: Bounded) -> Codec:
        origin = get_origin(inner)
        if inner is bytes:
            element: Codec = _U8
            vector: Codec = ByteVector(_U8, bound.limit)
        elif origin is dict:
            key, value = (self(a) for a in get_args(inner))
            pairs = OrderedMap(key, value, bound.limit)
            path = "bounded_collections::bounded_btree_map::BoundedBTreeMap"
            return Transparent(path, (("K", key), ("V", value), ("S", None)), pairs, None, "")
        elif origin is frozenset:
            element = self(get_args(inner)[0])
            items = OrderedSet(element, bound.limit)
            path = "bounded_collections::bounded_btree_set::BoundedBTreeSet"
            return Transparent(path, (("T", element), ("S", None)), items, None, "")
        else:
            element = self(get_args(inner)[0])
            vector = Vector(element, bound.limit)
        if bound.plain:
            return vector
        path = _WEAK_BOUNDED if bound.weak else _BOUNDED
        return Transparent(
            path, (("T", element), ("S", None)), vector, None, f"Vec<{element.name}>"
        )

    def _tuple(self, args: tuple[object, ...]) -> Codec:
        if len(args) == 2 and args[1] is Ellipsis:
            return Vector(self(args[0]))
        return Tuple(tuple(self(arg) for arg in args))

    def _union(self, args: tuple[object, ...]) -> Codec:
        present = [arg for arg in args if arg is not type(None)]
        if len(present) != 1 or len(args) != 2:
            raise UnknownType(args)
        return Option(self(present[0]))


_GENERIC: dict[object, Callable[[Resolver, tuple[object, ...]], Codec]] = {
    tuple: Resolver._tuple,
    types.UnionType: Resolver._union,
    Union: Resolver._union,
    dict: lambda resolver, args: OrderedMap(resolver(args[0]), resolver(args[1])),
    frozenset: lambda resolver, args: OrderedSet(resolver(args[0])),
}


def doc_of(thing: object) -> str:
    """The docstring that a class or function was written with, not an inherited one."""
    doc = thing.__dict__.get("__doc__") if isinstance(thing, type) else thing.__doc__
    return "\n".join(line.strip() for line in (doc or "").strip().splitlines())
