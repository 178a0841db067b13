"""The type registry: what each wire type looks like, and in which order types are numbered."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any

import pytest
from hypothesis import given

from pysubtensor.frame.codec.resolve import (
    COMPACT,
    Bits,
    Bounded,
    Fixed,
    Fraction,
    Prelude,
    Resolver,
    Wire,
)
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.primitives import U8, U16, U32, U64, U128, AccountId
from pysubtensor.frame.result import DispatchResult
from pysubtensor.runtime.metadata import registry as r
from tests.strategies import codecs
from tests.support import without_address


class Parcel(Struct, path="tests::mail::Parcel", params={"W": U16, "S": None}):
    """Something sent.

    By somebody.
    """

    weight: U16
    to: AccountId
    inside: tuple[Parcel, ...]


class Stamp(Variant, path="tests::mail::Stamp"):
    """A stamp."""


class Plain(Stamp, index=3):
    """Without a picture."""


class Picture(Stamp, index=9, unnamed=True):
    """With one."""

    number: U32


@rust_enum("tests::mail::Speed")
class Speed(IntEnum):
    """How fast."""

    SLOW = 0
    VERY_FAST = 4


def described(annotation: Any) -> list[r.Type]:
    registry = r.Registry()
    assert registry(Resolver()(annotation)) == 0
    types = registry.types()
    assert [each.id for each in types] == list(range(len(types)))
    return [each.type for each in types]


def bare(definition: r.TypeDef) -> r.Type:
    return r.Type((), (), definition, ())


def plain(number: int, name: str | None = None, type_name: str | None = None) -> r.TypeField:
    return r.TypeField(name, number, type_name, ())


P = r.Primitive
U8_TYPE, U16_TYPE, U32_TYPE = (bare(r.PrimitiveDef(p)) for p in (P.U8, P.U16, P.U32))
T0 = (r.TypeParameter("T", 1),)


@pytest.mark.parametrize(
    ("annotation", "types"),
    [
        (U8, [U8_TYPE]),
        (bool, [bare(r.PrimitiveDef(P.BOOL))]),
        (str, [bare(r.PrimitiveDef(P.STR))]),
        (None, [bare(r.TupleDef(()))]),
        (bytes, [bare(r.SequenceDef(1)), U8_TYPE]),
        (tuple[U16, ...], [bare(r.SequenceDef(1)), U16_TYPE]),
        (tuple[U8, U16, U8], [bare(r.TupleDef((1, 2, 1))), U8_TYPE, U16_TYPE]),
        (Annotated[U16, COMPACT], [bare(r.CompactDef(1)), U16_TYPE]),
        (Annotated[bytes, Fixed(4)], [bare(r.ArrayDef(4, 1)), U8_TYPE]),
        (Annotated[tuple[U16, ...], Fixed(2)], [bare(r.ArrayDef(2, 1)), U16_TYPE]),
        (
            U8 | None,
            [
                r.Type(
                    ("Option",),
                    T0,
                    r.VariantDef(
                        (
                            r.TypeVariant("None", (), 0, ()),
                            r.TypeVariant("Some", (plain(1),), 1, ()),
                        )
                    ),
                    (),
                ),
                U8_TYPE,
            ],
        ),
        (
            dict[U8, U16],
            [
                r.Type(
                    ("BTreeMap",),
                    (r.TypeParameter("K", 1), r.TypeParameter("V", 2)),
                    r.CompositeDef((plain(3),)),
                    (),
                ),
                U8_TYPE,
                U16_TYPE,
                bare(r.SequenceDef(4)),
                bare(r.TupleDef((1, 2))),
            ],
        ),
        (
            frozenset[U8],
            [
                r.Type(("BTreeSet",), T0, r.CompositeDef((plain(2),)), ()),
                U8_TYPE,
                bare(r.SequenceDef(1)),
            ],
        ),
        (
            Annotated[str, Prelude("Cow", generic=True)],
            [
                r.Type(("Cow",), T0, r.CompositeDef((plain(1),)), ()),
                bare(r.PrimitiveDef(P.STR)),
            ],
        ),
        (
            Annotated[U64, Prelude("NonZeroU64")],
            [
                r.Type(("NonZeroU64",), (), r.CompositeDef((plain(1),)), ()),
                bare(r.PrimitiveDef(P.U64)),
            ],
        ),
        (
            Annotated[U8, Wire("a::B", field="inner")],
            [r.Type(("a", "B"), (), r.CompositeDef((plain(1, "inner"),)), ()), U8_TYPE],
        ),
        (
            Annotated[tuple[bool, ...], Bits()],
            [
                bare(r.BitSequenceDef(1, 2)),
                U8_TYPE,
                r.Type(("bitvec", "order", "Lsb0"), (), r.CompositeDef(()), ()),
            ],
        ),
        (
            Annotated[bytes, Bounded(9)],
            [
                r.Type(
                    ("bounded_collections", "bounded_vec", "BoundedVec"),
                    (r.TypeParameter("T", 1), r.TypeParameter("S", None)),
                    r.CompositeDef((plain(2, None, "Vec<u8>"),)),
                    (),
                ),
                U8_TYPE,
                bare(r.SequenceDef(1)),
            ],
        ),
        (
            Speed,
            [
                r.Type(
                    ("tests", "mail", "Speed"),
                    (),
                    r.VariantDef(
                        (
                            r.TypeVariant("Slow", (), 0, ()),
                            r.TypeVariant("VeryFast", (), 4, ()),
                        )
                    ),
                    (),
                )
            ],
        ),
    ],
    ids=lambda each: "" if isinstance(each, list) else without_address(each),
)
def test_descriptions(annotation: Any, types: list[r.Type]) -> None:
    assert described(annotation) == types


def test_records_and_the_order_of_numbers() -> None:
    parcel, weight, account, word, byte, below = described(Parcel)
    assert parcel.path == ("tests", "mail", "Parcel")
    assert parcel.docs == ("Something sent.", "", "By somebody.")
    assert parcel.params == (r.TypeParameter("W", 1), r.TypeParameter("S", None))
    assert parcel.definition == r.CompositeDef(
        (
            plain(1, "weight", "u16"),
            plain(2, "to", "T::AccountId"),
            plain(5, "inside", "Vec<Parcel>"),
        )
    )
    assert (weight, byte, below) == (U16_TYPE, U8_TYPE, bare(r.SequenceDef(0)))
    assert account.path[-1] == "AccountId32"
    assert word == bare(r.ArrayDef(32, 4))


def test_enums() -> None:
    stamp, number = described(Stamp)
    assert number == U32_TYPE
    assert stamp.definition == r.VariantDef(
        (
            r.TypeVariant("Plain", (), 3, ("Without a picture.",)),
            r.TypeVariant("Picture", (plain(1, None, "u32"),), 9, ("With one.",)),
        )
    )


def test_results_keep_their_short_path() -> None:
    result = described(DispatchResult)[0]
    assert result.path == ("Result",)
    assert [each.name for each in result.params] == ["T", "E"]
    assert isinstance(result.definition, r.VariantDef)
    assert [case.name for case in result.definition.variants] == ["Ok", "Err"]


def test_numerals() -> None:
    fixed, *numeral, bits = described(Annotated[U128, Fraction(32)])
    assert fixed.path == ("substrate_fixed", "FixedU128")
    assert fixed.params == (r.TypeParameter("Frac", 1),)
    assert bits == bare(r.PrimitiveDef(P.U128))
    names = [each.path[-1] for each in numeral]
    assert names == ["UInt"] * 6 + ["UTerm", "B1", "B0"]


def test_a_type_is_registered_once() -> None:
    registry, codecs_of = r.Registry(), Resolver()
    first = registry.many([codecs_of(Parcel), codecs_of(U16), codecs_of(Parcel)])
    assert first == (0, 1, 0)
    other = Resolver()
    assert registry.many([other(U16), other(Parcel)]) == (1, 0)


def test_a_codec_of_no_known_kind() -> None:
    class Odd(Codec):
        name = "odd"

        def encode(self, value: Any) -> bytes:
            return b""

        def decode(self, data: bytes, pos: int) -> tuple[Any, int]:
            return None, pos

        def check(self, value: Any) -> None:
            """All fit."""

    with pytest.raises(TypeError, match="cannot describe"):
        r.Registry()(Odd())
    even = Odd()
    even.described = Resolver()(U8)  # type: ignore[attr-defined]
    registry = r.Registry()
    registry(even)
    assert [each.type for each in registry.types()] == [U8_TYPE]


@given(codecs)
def test_every_type_comes_back_from_its_bytes(codec: Codec) -> None:
    registry = r.Registry()
    registry(codec)
    portable = Resolver()(tuple[r.PortableType, ...])
    types = registry.types()
    assert portable.from_bytes(portable.to_bytes(types)) == types
