"""The portable type registry: every type that metadata mentions, once, under a number.

Types are numbered when they are first mentioned, a type before its parameters and those before its
fields, as scale-info does.  Codecs of one name are one type.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import singledispatchmethod
from typing import Annotated, Final

from pysubtensor.frame.codec import containers, records, scale
from pysubtensor.frame.codec.resolve import COMPACT
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.primitives import U8, U32

TypeId = Annotated[U32, COMPACT]
Docs = tuple[str, ...]


class TypeField(Struct, path="scale_info::Field"):
    """A field of a composite or of a variant."""

    name: str | None
    type: TypeId
    type_name: str | None
    docs: Docs


class TypeVariant(Struct, path="scale_info::Variant"):
    """A case of an enum."""

    name: str
    fields: tuple[TypeField, ...]
    index: U8
    docs: Docs


class TypeDef(Variant, path="scale_info::TypeDef"):
    """How a type is made."""


class CompositeDef(TypeDef, index=0):
    """A struct."""

    fields: tuple[TypeField, ...]


class VariantDef(TypeDef, index=1):
    """An enum."""

    variants: tuple[TypeVariant, ...]


class SequenceDef(TypeDef, index=2):
    """As many of one type as a length says."""

    type: TypeId


class ArrayDef(TypeDef, index=3):
    """A fixed number of one type."""

    len: U32
    type: TypeId


class TupleDef(TypeDef, index=4):
    """Types one after another."""

    fields: tuple[TypeId, ...]


@rust_enum("scale_info::TypeDefPrimitive")
class Primitive(IntEnum):
    """Types that need no description."""

    BOOL = 0
    CHAR = 1
    STR = 2
    U8 = 3
    U16 = 4
    U32 = 5
    U64 = 6
    U128 = 7
    U256 = 8
    I8 = 9
    I16 = 10
    I32 = 11
    I64 = 12
    I128 = 13
    I256 = 14


class PrimitiveDef(TypeDef, index=5):
    """One of the primitives."""

    primitive: Primitive


class CompactDef(TypeDef, index=6):
    """An integer in compact form."""

    type: TypeId


class BitSequenceDef(TypeDef, index=7):
    """Bits, packed into `store` in `order`."""

    store: TypeId
    order: TypeId


class TypeParameter(Struct, path="scale_info::TypeParameter"):
    """A generic argument; without a type when it does not show in the encoding."""

    name: str
    type: TypeId | None


class Type(Struct, path="scale_info::Type"):
    """A type with its path, arguments and definition."""

    path: tuple[str, ...]
    params: tuple[TypeParameter, ...]
    definition: TypeDef
    docs: Docs


class PortableType(Struct, path="scale_info::PortableType"):
    """A type and its number."""

    id: TypeId
    type: Type


NO_DOCS: Final[Docs] = ()
_PRIMITIVES: Final = {primitive.name.lower(): primitive for primitive in Primitive}


def docs_of(text: str) -> Docs:
    """The lines of a docstring."""
    return tuple(text.splitlines())


class Registry:
    """Collects types while metadata is built."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._types: list[Type | None] = []

    def types(self) -> tuple[PortableType, ...]:
        """All types in the order of their numbers."""
        return tuple(
            PortableType(U32(number), kind)
            for number, kind in enumerate(self._types)
            if kind is not None
        )

    def __call__(self, codec: Codec) -> U32:
        """The number of a codec's type; registers it, with all it is made of, when it is new."""
        known = self._ids.get(codec.name)
        if known is not None:
            return U32(known)
        number = len(self._types)
        self._ids[codec.name] = number
        self._types.append(None)
        self._types[number] = self._describe(getattr(codec, "described", codec))
        return U32(number)

    def many(self, codecs: Iterable[Codec]) -> tuple[U32, ...]:
        """Numbers of several codecs."""
        return tuple([self(codec) for codec in codecs])

    # -- each kind of codec -------------------------------------------------------------------

    @singledispatchmethod
    def _describe(self, codec: Codec) -> Type:
        raise TypeError(f"metadata cannot describe {codec!r}")

    @_describe.register
    def _primitive(self, codec: scale.Integer | scale.Bool | scale.Text) -> Type:
        return _bare(PrimitiveDef(_PRIMITIVES[codec.name]))

    @_describe.register
    def _sequence(self, codec: containers.Vector | scale.ByteVector) -> Type:
        return _bare(SequenceDef(self(codec.element)))

    @_describe.register
    def _array(self, codec: containers.Array | scale.ByteArray) -> Type:
        return _bare(ArrayDef(U32(codec.length), self(codec.element)))

    @_describe.register
    def _tuple(self, codec: containers.Tuple) -> Type:
        return _bare(TupleDef(self.many(codec.items)))

    @_describe.register
    def _compact(self, codec: scale.Compact) -> Type:
        return _bare(CompactDef(self(codec.inner)))

    @_describe.register
    def _bits(self, codec: containers.BitSequence) -> Type:
        store = self(codec.store)
        return _bare(BitSequenceDef(store, self(codec.order)))

    @_describe.register
    def _option(self, codec: containers.Option) -> Type:
        inner = self(codec.inner)
        some = TypeVariant("Some", (_unnamed(inner),), U8(1), NO_DOCS)
        none = TypeVariant("None", (), U8(0), NO_DOCS)
        params = (TypeParameter("T", inner),)
        return Type(("Option",), params, VariantDef((none, some)), NO_DOCS)

    @_describe.register
    def _map(self, codec: containers.OrderedMap) -> Type:
        params = (TypeParameter("K", self(codec.key)), TypeParameter("V", self(codec.value)))
        pairs = _unnamed(self(codec.pairs))
        return Type(("BTreeMap",), params, CompositeDef((pairs,)), NO_DOCS)

    @_describe.register
    def _set(self, codec: containers.OrderedSet) -> Type:
        params = (TypeParameter("T", self(codec.element)),)
        items = _unnamed(self(codec.items))
        return Type(("BTreeSet",), params, CompositeDef((items,)), NO_DOCS)

    @_describe.register
    def _composite(self, codec: records.Composite | records.Transparent) -> Type:
        params = self._params(codec.params)
        definition = CompositeDef(self._fields(codec.fields))
        return Type(_segments(codec.path), params, definition, docs_of(codec.docs))

    @_describe.register
    def _variant(self, codec: records.Variant) -> Type:
        params = self._params(codec.params)
        cases = tuple(
            [
                TypeVariant(
                    case.name, self._fields(case.fields), U8(case.index), docs_of(case.docs)
                )
                for case in codec.cases
            ]
        )
        return Type(_segments(codec.path), params, VariantDef(cases), docs_of(codec.docs))

    def _params(self, params: records.TypeParams) -> tuple[TypeParameter, ...]:
        return tuple(
            [TypeParameter(name, None if each is None else self(each)) for name, each in params]
        )

    def _fields(self, fields: tuple[records.Field, ...]) -> tuple[TypeField, ...]:
        return tuple(
            [
                TypeField(
                    field.name, self(field.codec), field.type_name or None, docs_of(field.docs)
                )
                for field in fields
            ]
        )


def _bare(definition: TypeDef) -> Type:
    return Type((), (), definition, NO_DOCS)


def _unnamed(type_id: U32) -> TypeField:
    return TypeField(None, type_id, None, NO_DOCS)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.split("::"))
