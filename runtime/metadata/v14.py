"""Metadata V14: the records, and how a runtime fills them.

V15 and V16 keep most of these records.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from pysubtensor.frame.codec.containers import Tuple
from pysubtensor.frame.codec.records import Composite
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.pallet import Constant, Pallet
from pysubtensor.frame.primitives import U8, U32
from pysubtensor.frame.storage import CountedMap, Item, Map
from pysubtensor.runtime.metadata.registry import Docs, PortableType, Registry, TypeId, docs_of

if TYPE_CHECKING:
    from pysubtensor.frame.extensions import Extension
    from pysubtensor.runtime.runtime import Runtime

EXTRINSIC_VERSION: Final = U8(4)
"""The format in which wallets send transactions."""


@rust_enum("frame_metadata::v14::StorageEntryModifier")
class Modifier(IntEnum):
    """What an absent entry reads as: nothing, or the default."""

    OPTIONAL = 0
    DEFAULT = 1


@rust_enum(
    "frame_metadata::v14::StorageHasher",
    BLAKE2_128="Blake2_128",
    BLAKE2_256="Blake2_256",
    BLAKE2_128_CONCAT="Blake2_128Concat",
    TWOX_64_CONCAT="Twox64Concat",
)
class StorageHasher(IntEnum):
    """How a part of a key is hashed."""

    BLAKE2_128 = 0
    BLAKE2_256 = 1
    BLAKE2_128_CONCAT = 2
    TWOX128 = 3
    TWOX256 = 4
    TWOX_64_CONCAT = 5
    IDENTITY = 6


class EntryType(Variant, path="frame_metadata::v14::StorageEntryType"):
    """A value, or a map to values."""


class Plain(EntryType, index=0, unnamed=True):
    """One value."""

    value: TypeId


class MapType(EntryType, index=1, rust_name="Map"):
    """Values under keys; several hashers share a key that is a tuple."""

    hashers: tuple[StorageHasher, ...]
    key: TypeId
    value: TypeId


class StorageEntry(Struct, path="frame_metadata::v14::StorageEntryMetadata"):
    """A storage item."""

    name: str
    modifier: Modifier
    type: EntryType
    default: bytes
    docs: Docs


class PalletStorage(Struct, path="frame_metadata::v14::PalletStorageMetadata"):
    """The storage items of a pallet; `prefix` begins their keys."""

    prefix: str
    entries: tuple[StorageEntry, ...]


class PalletConstant(Struct, path="frame_metadata::v14::PalletConstantMetadata"):
    """A constant with its encoded value."""

    name: str
    type: TypeId
    value: bytes
    docs: Docs


class PalletMetadata(Struct, path="frame_metadata::v14::PalletMetadata"):
    """A pallet; `calls`, `event` and `error` are enums."""

    name: str
    storage: PalletStorage | None
    calls: TypeId | None
    event: TypeId | None
    constants: tuple[PalletConstant, ...]
    error: TypeId | None
    index: U8


class SignedExtension(Struct, path="frame_metadata::v14::SignedExtensionMetadata"):
    """A transaction extension: what travels in the extrinsic, and what is only signed."""

    identifier: str
    type: TypeId
    additional_signed: TypeId


class ExtrinsicMetadata(Struct, path="frame_metadata::v14::ExtrinsicMetadata"):
    """The extrinsic's type, whose parameters name its parts, and the extensions in order."""

    type: TypeId
    version: U8
    signed_extensions: tuple[SignedExtension, ...]


class MetadataV14(Struct, path="frame_metadata::v14::RuntimeMetadataV14"):
    """All of it."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletMetadata, ...]
    extrinsic: ExtrinsicMetadata
    type: TypeId


def build(runtime: Runtime) -> MetadataV14:
    """Metadata of a composed runtime."""
    ids = Registry()
    pallets = tuple([pallet(runtime, ids, index) for index in runtime.by_index])
    extrinsic = ExtrinsicMetadata(
        ids(runtime.extrinsics.unchecked), EXTRINSIC_VERSION, signed_extensions(runtime, ids)
    )
    itself = ids(runtime_type(runtime))
    return MetadataV14(ids.types(), pallets, extrinsic, itself)


def runtime_type(runtime: Runtime) -> Codec:
    """The type that stands for the runtime itself."""
    codec = Composite(f"{runtime.spec.name}::Runtime", (), tuple, ())
    codec.fill(())
    return codec


def pallet(runtime: Runtime, ids: Registry, index: int) -> PalletMetadata:
    """The pallet at `index`."""
    found = runtime.by_index[index]
    name = found.name
    return PalletMetadata(
        name,
        storage(found, ids),
        enum_id(runtime.call_types.get(name), ids),
        enum_id(runtime.event_types.get(name), ids),
        tuple([constant(each, ids) for each in found.constant_list()]),
        enum_id(runtime.error_types.get(name), ids),
        U8(index),
    )


def enum_id(kind: Codec | None, ids: Registry) -> U32 | None:
    """The number of an enum that a pallet may lack."""
    return None if kind is None else ids(kind)


def storage(owner: Pallet[object], ids: Registry) -> PalletStorage | None:
    """The storage of a pallet; None without any."""
    entries = tuple([entry(item, docs, ids) for item, docs in storage_items(owner)])
    return PalletStorage(owner.prefix or owner.name, entries) if entries else None


def storage_items(owner: Pallet[object]) -> Iterator[tuple[Item[object], Docs]]:
    """Storage items with their documentation, the counters behind counted maps included."""
    docs = owner.item_docs()
    for item in owner.storage.values():
        yield item, docs_of(docs.get(item.attribute, ""))
        if isinstance(item, CountedMap):
            yield item.counter, (f"How many entries `{item.wire_name}` has.",)


def entry(item: Item[object], docs: Docs, ids: Registry) -> StorageEntry:
    """A storage item."""
    modifier = Modifier.OPTIONAL if item.optional else Modifier.DEFAULT
    return StorageEntry(item.wire_name, modifier, entry_type(item, ids), item.default_bytes(), docs)


def entry_type(item: Item[object], ids: Registry) -> EntryType:
    """The type of a storage item."""
    if not isinstance(item, Map):
        return Plain(ids(item.codec))
    codecs = item.key_codecs
    key = ids(codecs[0] if len(codecs) == 1 else Tuple(codecs))
    hashers = tuple([StorageHasher(hasher.tag) for hasher in item.hashers])
    return MapType(hashers, key, ids(item.codec))


def constant(each: Constant, ids: Registry) -> PalletConstant:
    """A constant with its value."""
    value = each.codec.to_bytes(each.value)
    return PalletConstant(each.name, ids(each.codec), value, docs_of(each.docs))


def signed_extensions(runtime: Runtime, ids: Registry) -> tuple[SignedExtension, ...]:
    """The transaction extensions in order."""
    return tuple([_extension(runtime, ids, each) for each in runtime.pipeline.extensions])


def _extension(runtime: Runtime, ids: Registry, extension: Extension) -> SignedExtension:
    explicit = ids(runtime.codecs(extension.extra))
    implicit = ids(runtime.codecs(extension.implicit_type))
    return SignedExtension(extension.identifier, explicit, implicit)
