"""Metadata V14, V15 and V16 of a small runtime with one of everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest

from pysubtensor.frame.call import call, deprecated
from pysubtensor.frame.codec.errors import BadTag, CodecError
from pysubtensor.frame.codec.resolve import COMPACT, Wire
from pysubtensor.frame.error import Error
from pysubtensor.frame.event import Event
from pysubtensor.frame.extensions import Extension
from pysubtensor.frame.hashers import blake2_128_concat, twox_64_concat
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U8, U16, U32, AccountId, Hash
from pysubtensor.frame.storage import CountedMap, Map, Value
from pysubtensor.frame.view import RuntimeApi, view, view_function
from pysubtensor.runtime.metadata import (
    VERSIONS,
    ChainInfo,
    decode_metadata,
    metadata,
    metadata_digest,
    v14,
    v15,
    v16,
)
from pysubtensor.runtime.metadata import registry as r
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.support import CHAIN, runtime_of


@dataclass(frozen=True)
class Config:
    """Settings."""

    slots: U16 = constant(U16(7), "How many there are.")
    hidden: int = 5
    name: bytes = constant(b"ab", "What it is called.", name="TheName")


class Arrived(Event, index=2):
    """Somebody came."""

    who: AccountId


class Full(Error, index=1):
    """There is no room."""


class Inn(Pallet[Config], crate="pallet_inn"):
    """A place to stay.

    For a night.
    """

    associated_types: ClassVar[dict[str, Any]] = {"Guest": AccountId}

    rate = Value[U16](default=U16(3))
    """Price of a night."""
    owner = Value[AccountId | None]()
    rooms = CountedMap[U8, AccountId | None](twox_64_concat)
    """Who sleeps where.

    Nobody sleeps in the attic.
    """
    stays = Map[tuple[AccountId, U32], bytes](blake2_128_concat, twox_64_concat, default=b"")

    @call(4, weight=0)
    def enter(self, origin: Origin, nights: Annotated[U32, COMPACT], from_: U8) -> None:
        """Take a room."""

    @call(5, weight=0)
    @deprecated("take a room", "1.1")
    def sneak_in(self, origin: Origin) -> None:
        """Do not pay."""

    @view_function("has_room(u16) -> bool")
    def has_room(self, nights: U16) -> bool:
        """Is there one?"""
        return nights < 9


class Door(Pallet[None], crate="pallet_door"):
    """Nothing in it."""


Door.parts = ()  # the events and errors of this module are those of the Inn


class CheckBell(Extension):
    """Did it ring?"""

    identifier = "CheckBell"
    extra: ClassVar[Any] = Annotated[U8, Wire("tests::CheckBell")]
    implicit_type: ClassVar[Any] = Hash


class CheckCoat(Extension):
    """Was it hung up?"""

    identifier = "CheckCoat"
    extra: ClassVar[Any] = None
    wrapper: ClassVar[Any] = Annotated[None, Wire("tests::Coat")]


class InnApi(RuntimeApi, version=3):
    """Questions to the keeper."""

    @view
    def price(self, nights: U32, from_: U8) -> U16 | None:
        """Of some nights."""
        return None


def make(**spec: Any) -> Runtime:
    return runtime_of(
        Entry(9, "Inn", Inn, lambda _: Config()),
        Entry(11, "Door", Door, has_storage=False),
        extensions=lambda _: [CheckBell(), CheckCoat()],
        **{"apis": lambda _: [InnApi()], **spec},
    )


RUNTIME = make()


class View:
    """Decoded metadata with types by number."""

    def __init__(self, version: int, runtime: Runtime = RUNTIME) -> None:
        data = metadata(runtime, version)
        assert data is not None
        self.all: Any = decode_metadata(data)
        self.inn = next(each for each in self.all.pallets if each.name == "Inn")
        self.door = next(each for each in self.all.pallets if each.name == "Door")

    def type(self, number: int) -> r.Type:
        found = self.all.types[number]
        assert found.id == number
        return found.type

    def path(self, number: int) -> str:
        return "::".join(self.type(number).path)

    def cases(self, number: int) -> list[tuple[int, str]]:
        definition = self.type(number).definition
        assert isinstance(definition, r.VariantDef)
        return [(case.index, case.name) for case in definition.variants]


@pytest.fixture(params=VERSIONS, name="each_version")
def _each_version(request: Any) -> View:
    return View(request.param)


def enum_of(reference: Any) -> int:
    return reference.type if isinstance(reference, v16.EnumMetadata) else reference


def test_pallets_in_order(each_version: View) -> None:
    found = [(each.name, each.index) for each in each_version.all.pallets]
    assert found == [("System", 0), ("Inn", 9), ("Door", 11)]


def test_enums(each_version: View) -> None:
    inn = each_version.inn
    assert each_version.path(enum_of(inn.calls)) == "pallet_inn::pallet::Call"
    assert each_version.cases(enum_of(inn.calls)) == [(4, "enter"), (5, "sneak_in")]
    assert each_version.cases(enum_of(inn.event)) == [(2, "Arrived")]
    assert each_version.cases(enum_of(inn.error)) == [(1, "Full")]
    door = each_version.door
    assert (door.storage, door.calls, door.event, door.error) == (None,) * 4


def test_call_arguments(each_version: View) -> None:
    definition = each_version.type(enum_of(each_version.inn.calls)).definition
    assert isinstance(definition, r.VariantDef)
    enter = definition.variants[0]
    assert enter.docs == ("Take a room.",)
    assert [(field.name, field.type_name) for field in enter.fields] == [
        ("nights", "u32"),
        ("from", "u8"),
    ]


def test_storage(each_version: View) -> None:
    storage = each_version.inn.storage
    assert storage.prefix == "Inn"
    assert [(e.name, e.modifier.name, e.default) for e in storage.entries] == [
        ("Rate", "DEFAULT", b"\3\0"),
        ("Owner", "OPTIONAL", b"\0"),
        ("Rooms", "OPTIONAL", b"\0"),
        ("CounterForRooms", "DEFAULT", bytes(4)),
        ("Stays", "DEFAULT", b"\0"),
    ]
    rate, owner, rooms, counter, stays = storage.entries
    assert isinstance(rate.type, v14.Plain)
    assert each_version.path(owner.type.value) == "sp_core::crypto::AccountId32"
    assert rooms.type.hashers == (v14.StorageHasher.TWOX_64_CONCAT,)
    assert rooms.docs == ("Who sleeps where.", "", "Nobody sleeps in the attic.")
    assert (rate.docs, owner.docs) == (("Price of a night.",), ())
    assert len(counter.docs) == 1
    key = each_version.type(stays.type.key).definition
    assert isinstance(key, r.TupleDef)
    assert len(key.fields) == len(stays.type.hashers) == 2


def test_constants(each_version: View) -> None:
    found = [(each.name, each.value, each.docs) for each in each_version.inn.constants]
    assert found == [
        ("Slots", b"\7\0", ("How many there are.",)),
        ("TheName", b"\x08ab", ("What it is called.",)),
    ]


def test_extensions(each_version: View) -> None:
    extrinsic = each_version.all.extrinsic
    found = getattr(extrinsic, "signed_extensions", None) or extrinsic.extensions
    assert [each.identifier for each in found] == ["CheckBell", "CheckCoat"]
    assert each_version.path(found[0].type) == "tests::CheckBell"
    assert each_version.path(found[0].additional_signed) == "primitive_types::H256"
    assert each_version.type(found[1].type).definition == r.TupleDef(())


def test_both_forms_of_the_extrinsic_are_there() -> None:
    view = View(14)
    extrinsic = view.type(view.all.extrinsic.type)
    assert extrinsic.path == ("fp_self_contained", "unchecked_extrinsic", "UncheckedExtrinsic")
    names = ["Address", "Call", "Signature", "Extension"]
    assert [each.name for each in extrinsic.params] == names
    assert isinstance(extrinsic.definition, r.CompositeDef)
    generic = view.type(extrinsic.definition.fields[0].type)
    assert "::".join(generic.path) == "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic"
    assert [each.name for each in generic.params] == [*names[:3], "Extra"]
    assert [each.type for each in generic.params] == [each.type for each in extrinsic.params]
    assert view.all.extrinsic.version == 4


def test_v14_has_the_runtime_type() -> None:
    view = View(14)
    assert view.path(view.all.type) == f"{CHAIN}::Runtime"


def test_v15_extrinsic_and_outer_enums() -> None:
    view = View(15)
    extrinsic = view.all.extrinsic
    assert isinstance(extrinsic, v15.ExtrinsicMetadata)
    assert extrinsic.version == 4
    assert view.path(extrinsic.address) == "sp_runtime::multiaddress::MultiAddress"
    assert view.path(extrinsic.signature) == "sp_runtime::MultiSignature"
    extra = view.type(extrinsic.extra).definition
    assert isinstance(extra, r.TupleDef)
    assert [view.path(each) for each in extra.fields] == ["tests::CheckBell", "tests::Coat"]
    outer = view.all.outer_enums
    assert extrinsic.call == outer.call
    assert [view.path(each) for each in (outer.call, outer.event, outer.error)] == [
        f"{CHAIN}::RuntimeCall",
        f"{CHAIN}::RuntimeEvent",
        f"{CHAIN}::RuntimeError",
    ]
    assert view.cases(outer.event) == [(0, "System"), (9, "Inn")]
    assert view.all.custom == {}


@pytest.mark.parametrize("version", [15, 16])
def test_apis(version: int) -> None:
    view = View(version)
    (api,) = view.all.apis
    assert (api.name, api.docs) == ("InnApi", ("Questions to the keeper.",))
    (method,) = api.methods
    assert (method.name, method.docs) == ("price", ("Of some nights.",))
    assert [each.name for each in method.inputs] == ["nights", "from"]
    assert view.path(method.output) == "Option"
    assert view.inn.docs == ("A place to stay.", "", "For a night.")


def test_v16_adds_versions_types_and_notes() -> None:
    view = View(16)
    assert view.all.extrinsic.versions == b"\4\5"
    assert view.all.extrinsic.extensions_by_version == {0: (0, 1)}
    assert view.all.apis[0].version == 3
    inn = view.inn
    assert inn.calls.deprecated == {5: v16.DeprecatedCase("take a room", "1.1")}
    assert inn.event.deprecated == {}
    assert inn.deprecation == v16.NotDeprecated()
    (guest,) = inn.associated_types
    assert (guest.name, view.path(guest.type)) == ("Guest", "sp_core::crypto::AccountId32")
    (question,) = inn.view_functions
    assert question.id == twox_128(b"Inn") + twox_128(b"has_room(u16) -> bool")
    assert (question.name, question.docs) == ("has_room", ("Is there one?",))
    assert [each.name for each in question.inputs] == ["nights"]


def test_view_functions_answer() -> None:
    (question,) = RUNTIME.pallets["Inn"].view_functions()
    assert question.method(b"\x08\0") == b"\1"
    assert question.method(b"\x09\0") == b"\0"


def test_other_versions_are_not_spoken() -> None:
    for version in (0, 13, 17, 2**32 - 1):
        assert metadata(RUNTIME, version) is None


@pytest.mark.parametrize("data", [b"", b"meta", b"atem\x0e", b"meta\x0d\0", b"meta\x0f\x04"])
def test_what_is_no_metadata(data: bytes) -> None:
    with pytest.raises(CodecError):
        decode_metadata(data)
    with pytest.raises(BadTag):
        decode_metadata(b"meta\x0d")


@pytest.mark.parametrize("version", VERSIONS)
def test_same_declarations_same_bytes(version: int) -> None:
    again = make()
    assert metadata(again, version) == metadata(RUNTIME, version)
    assert metadata(again, version) is metadata(again, version)


def test_extensions_in_groups() -> None:
    runtime = make(extension_groups=(1, 1))
    view = View(15, runtime)
    assert view.all.extrinsic == View(15).all.extrinsic
    nested = runtime_of(
        extensions=lambda _: [CheckBell(), CheckCoat(), CheckBell()], extension_groups=(2, 1)
    )
    name = nested.extrinsics.unchecked.extension.name
    assert name == "((tests::CheckBell, tests::Coat), tests::CheckBell)"
    with pytest.raises(ValueError, match="groups of 3 extensions"):
        make(extension_groups=(2, 1))


def test_digest() -> None:
    info = ChainInfo(425, "node-subtensor", 42, 9, "TAO")
    digest = metadata_digest(RUNTIME, info)
    assert len(digest) == 32
    assert metadata_digest(make(apis=lambda _: []), info) == digest
    assert metadata_digest(RUNTIME, ChainInfo(426, "node-subtensor", 42, 9, "TAO")) != digest
