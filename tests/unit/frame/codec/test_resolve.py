"""Which wire type each annotation stands for."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, NewType

import pytest

from pysubtensor.frame.codec.errors import BadValue, UnknownType
from pysubtensor.frame.codec.records import Composite, Transparent, Variant
from pysubtensor.frame.codec.resolve import (
    COMPACT,
    Bits,
    Bounded,
    Fixed,
    Fraction,
    Named,
    Prelude,
    Resolver,
    Wire,
    own_name,
)
from pysubtensor.frame.codec.scale import Integer
from pysubtensor.frame.codec.struct import Struct, pascal_case, rust_enum
from pysubtensor.frame.codec.struct import Variant as VariantBase
from pysubtensor.frame.primitives import (
    I64,
    U8,
    U16,
    U32,
    U64,
    U128,
    AccountId,
    BlockNumber,
    Hash,
    NetUid,
    Tao,
)
from tests.support import without_address

Share = NewType("Share", Tao)
BOUNDED = "bounded_collections::bounded_vec::BoundedVec"


class Node(Struct, path="tests::Node", params={"T": U8, "S": None}):
    """A record that holds its own kind."""

    value: U8
    class_: bool
    below: tuple[Node, ...]


class Tree(VariantBase, path="tests::Tree"):
    """An enum that holds its own kind."""


class Leaf(Tree, index=1):
    """The end."""


class Fork(Tree, index=4, unnamed=True, rust_name="Branch"):
    """The way on."""

    left: Tree
    right: Tree


@rust_enum("tests::Colour", EVM="EVM")
class Colour(IntEnum):
    """Without fields."""

    DARK_RED = 2
    EVM = 5


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (U8, "u8"),
        (I64, "i64"),
        (Share, "u64"),
        (NetUid, "u16"),
        (bool, "bool"),
        (str, "str"),
        (bytes, "Vec<u8>"),
        (None, "()"),
        (AccountId, "sp_core::crypto::AccountId32"),
        (Hash, "primitive_types::H256"),
        (tuple[U8, ...], "Vec<u8>"),
        (tuple[U8, bool], "(u8, bool)"),
        (tuple[U8], "(u8,)"),
        (U8 | None, "Option<u8>"),
        (dict[U16, str], "BTreeMap<u16, str>"),
        (frozenset[U16], "BTreeSet<u16>"),
        (Annotated[Tao, COMPACT], "Compact<u64>"),
        (Annotated[Tao, COMPACT] | None, "Option<Compact<u64>>"),
        (Annotated[None, COMPACT], "Compact<()>"),
        (Annotated[bytes, Fixed(8)], "[u8; 8]"),
        (Annotated[tuple[U16, ...], Fixed(2)], "[u16; 2]"),
        (Annotated[bytes, Bounded(5)], f"{BOUNDED}<u8, _>"),
        (Annotated[bytes, Bounded(5, plain=True)], "Vec<u8>"),
        (Annotated[tuple[U16, ...], Bounded(5)], f"{BOUNDED}<u16, _>"),
        (
            Annotated[tuple[U16, ...], Bounded(5, weak=True)],
            "bounded_collections::weak_bounded_vec::WeakBoundedVec<u16, _>",
        ),
        (
            Annotated[dict[U8, U16], Bounded(5)],
            "bounded_collections::bounded_btree_map::BoundedBTreeMap<u8, u16, _>",
        ),
        (
            Annotated[frozenset[U8], Bounded(5)],
            "bounded_collections::bounded_btree_set::BoundedBTreeSet<u8, _>",
        ),
        (Annotated[tuple[bool, ...], Bits()], "BitSequence<u8, bitvec::order::Lsb0>"),
        (Annotated[U128, Fraction(64)], "substrate_fixed::FixedU128<U64>"),
        (Annotated[I64, Fraction(32)], "substrate_fixed::FixedI64<U32>"),
        (Annotated[U64, Wire("a::B", T=U8)], "a::B<u8>"),
        (Annotated[str, Prelude("Cow", generic=True)], "Cow<str>"),
        (Annotated[U64, Prelude("NonZeroU64")], "NonZeroU64"),
        (Annotated[U64, COMPACT, Wire("a::B")], "a::B"),
        (Annotated[U64, Named("T::Balance")], "u64"),
        (Node, "tests::Node<u8, _>"),
        (Tree, "tests::Tree"),
        (Colour, "tests::Colour"),
    ],
    ids=without_address,
)
def test_names(annotation: Any, name: str) -> None:
    resolver = Resolver()
    codec = resolver(annotation)
    assert codec.name == name
    assert resolver(annotation) is codec


class Bare(Struct):
    """Without a path."""


@pytest.mark.parametrize(
    "annotation", [int, float, object, list[U8], U8 | U16 | None, U8 | U16, Bare, 5, [], "U8"]
)
def test_what_stands_for_nothing(annotation: Any) -> None:
    with pytest.raises(UnknownType):
        Resolver()(annotation)


def test_records_may_hold_themselves() -> None:
    codec = Resolver()(Node)
    value = Node(U8(1), True, (Node(U8(2), False, ()),))
    assert codec.to_bytes(value).hex() == "010104020000"
    assert codec.from_bytes(bytes.fromhex("010104020000")) == value
    assert [field.name for field in codec.fields] == ["value", "class", "below"]


def test_enums_may_hold_themselves() -> None:
    codec = Resolver()(Tree)
    value = Fork(Leaf(), Fork(Leaf(), Leaf()))
    assert codec.to_bytes(value).hex() == "0401040101"
    assert codec.from_bytes(bytes.fromhex("0401040101")) == value
    assert isinstance(codec, Variant)
    assert [(case.index, case.name) for case in codec.cases] == [(1, "Leaf"), (4, "Branch")]
    assert [field.name for field in codec.cases[1].fields] == [None, None]


def test_plain_enums() -> None:
    codec = Resolver()(Colour)
    assert codec.to_bytes(Colour.EVM) == b"\x05"
    assert codec.from_bytes(b"\x02") is Colour.DARK_RED
    assert isinstance(codec, Variant)
    assert [case.name for case in codec.cases] == ["DarkRed", "EVM"]
    with pytest.raises(BadValue):
        codec.to_bytes(3)


def test_values_of_another_record_are_refused() -> None:
    resolver = Resolver()
    with pytest.raises(BadValue):
        resolver(Tree).to_bytes(Node(U8(1), True, ()))
    with pytest.raises(BadValue):
        resolver(Node).to_bytes(Leaf())


def test_two_cases_may_not_share_an_index() -> None:
    with pytest.raises(ValueError, match="share an index"):

        class Again(Tree, index=4):
            """Taken."""


def test_a_runtime_binds_its_own_types() -> None:
    class Marker:
        """Known to the runtime alone."""

    resolver = Resolver()
    with pytest.raises(UnknownType):
        resolver(Marker)
    resolver.bind(Marker, Integer(8))
    assert resolver(tuple[Marker, ...]).name == "Vec<u8>"


@pytest.mark.parametrize(
    ("annotation", "spelling"),
    [
        (U8, "u8"),
        (bytes, "Vec<u8>"),
        (AccountId, "T::AccountId"),
        (BlockNumber, "BlockNumber"),
        (Annotated[U32, Named("EraIndex")], "EraIndex"),
        (Annotated[U32, Wire("a::B", type_name="B")], "B"),
        (Node, "Node"),
        (tuple[U8, ...], "Vec<u8>"),
        (tuple[tuple[U16, AccountId], ...], "Vec<(u16, T::AccountId)>"),
        (tuple[Annotated[U16, COMPACT], ...], "Vec<Compact<u16>>"),
        (Annotated[U16, COMPACT], "u16"),
        (Annotated[bytes, Bounded(9)], "BoundedVec<u8>"),
        (U16 | None, "Option<u16>"),
        (frozenset[U16], "BTreeSet<u16>"),
        (dict[U16, Node], "BTreeMap<u16, Node>"),
    ],
    ids=without_address,
)
def test_spelling_in_the_metadata(annotation: Any, spelling: str) -> None:
    assert own_name(annotation) == spelling


def test_wrappers_are_transparent() -> None:
    codec = Resolver()(Annotated[U64, Wire("a::B", field="inner")])
    assert isinstance(codec, Transparent)
    assert codec.to_bytes(1) == bytes((1, 0, 0, 0, 0, 0, 0, 0))
    assert codec.fields[0].name == "inner"


def test_numerals_are_chains_of_bits() -> None:
    codec = Resolver()(Annotated[U128, Fraction(6)])
    (_, number), bits = codec.params[0], []
    while isinstance(number, Composite) and number.params:
        (_, high), (_, low) = number.params
        bits.append(low.name[-1])
        number = high
    assert "".join(reversed(bits)) == "110"
    assert number.path == "substrate_typenum::uint::UTerm"
    assert codec.to_bytes(3) == b"\3" + bytes(15)


@pytest.mark.parametrize(
    ("name", "pascal"),
    [("set_code", "SetCode"), ("DARK_RED", "DarkRed"), ("id", "Id"), ("X_1", "X1")],
)
def test_pascal_case(name: str, pascal: str) -> None:
    assert pascal_case(name) == pascal
