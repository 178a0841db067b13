"""Metadata V16: V15 with versions of extrinsics and APIs, associated types, view functions and
notes of deprecation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pysubtensor.frame.call import CallSpec
from pysubtensor.frame.codec.resolve import COMPACT, Fixed, doc_of
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.pallet import Constant, Pallet
from pysubtensor.frame.primitives import U8, U32
from pysubtensor.frame.storage import Item
from pysubtensor.frame.view import RuntimeApi, RuntimeApiMethod, ViewFunction
from pysubtensor.runtime.metadata import v14, v15
from pysubtensor.runtime.metadata.registry import Docs, PortableType, Registry, TypeId, docs_of

if TYPE_CHECKING:
    from pysubtensor.runtime.runtime import Runtime

EXTRINSIC_VERSIONS = bytes((4, 5))
EXTENSION_VERSION = U8(0)
"""The only version of the set of extensions so far."""


class ItemDeprecation(Variant, path="frame_metadata::v16::ItemDeprecationInfo"):
    """Whether an item is advised against."""


class NotDeprecated(ItemDeprecation, index=0):
    """It is not."""


class DeprecatedWithoutNote(ItemDeprecation, index=1):
    """It is."""


class Deprecated(ItemDeprecation, index=2):
    """It is, for a reason."""

    note: str
    since: str | None


class CaseDeprecation(Variant, path="frame_metadata::v16::VariantDeprecationInfo"):
    """Why a case of an enum is advised against."""


class DeprecatedCaseWithoutNote(CaseDeprecation, index=1, rust_name="DeprecatedWithoutNote"):
    """No reason is given."""


class DeprecatedCase(CaseDeprecation, index=2, rust_name="Deprecated"):
    """For this reason."""

    note: str
    since: str | None


class EnumMetadata(Struct, path="frame_metadata::v16::PalletCallMetadata"):
    """An enum of calls, events or errors, and which of its cases are advised against, by index."""

    type: TypeId
    deprecated: dict[U8, CaseDeprecation]


class StorageEntry(Struct, path="frame_metadata::v16::StorageEntryMetadata"):
    """A storage item."""

    name: str
    modifier: v14.Modifier
    type: v14.EntryType
    default: bytes
    docs: Docs
    deprecation: ItemDeprecation


class PalletStorage(Struct, path="frame_metadata::v16::PalletStorageMetadata"):
    """The storage items of a pallet."""

    prefix: str
    entries: tuple[StorageEntry, ...]


class PalletConstant(Struct, path="frame_metadata::v16::PalletConstantMetadata"):
    """A constant."""

    name: str
    type: TypeId
    value: bytes
    docs: Docs
    deprecation: ItemDeprecation


class AssociatedType(Struct, path="frame_metadata::v16::PalletAssociatedTypeMetadata"):
    """A type that the runtime chose for a pallet."""

    name: str
    type: TypeId
    docs: Docs


class PalletViewFunction(Struct, path="frame_metadata::v16::PalletViewFunctionMetadata"):
    """A question that a pallet answers."""

    id: Annotated[bytes, Fixed(32)]
    name: str
    inputs: tuple[v15.Parameter, ...]
    output: TypeId
    docs: Docs
    deprecation: ItemDeprecation


class PalletMetadata(Struct, path="frame_metadata::v16::PalletMetadata"):
    """A pallet."""

    name: str
    storage: PalletStorage | None
    calls: EnumMetadata | None
    event: EnumMetadata | None
    constants: tuple[PalletConstant, ...]
    error: EnumMetadata | None
    associated_types: tuple[AssociatedType, ...]
    view_functions: tuple[PalletViewFunction, ...]
    index: U8
    docs: Docs
    deprecation: ItemDeprecation


class ExtrinsicMetadata(Struct, path="frame_metadata::v16::ExtrinsicMetadata"):
    """What an extrinsic is made of; which extensions each version of their set has."""

    versions: bytes
    address: TypeId
    call: TypeId
    signature: TypeId
    extensions_by_version: dict[U8, tuple[Annotated[U32, COMPACT], ...]]
    extensions: tuple[v14.SignedExtension, ...]


class ApiMethod(Struct, path="frame_metadata::v16::RuntimeApiMethodMetadata"):
    """A method of a runtime API."""

    name: str
    inputs: tuple[v15.Parameter, ...]
    output: TypeId
    docs: Docs
    deprecation: ItemDeprecation


class Api(Struct, path="frame_metadata::v16::RuntimeApiMetadata"):
    """A runtime API."""

    name: str
    methods: tuple[ApiMethod, ...]
    docs: Docs
    version: Annotated[U32, COMPACT]
    deprecation: ItemDeprecation


class MetadataV16(Struct, path="frame_metadata::v16::RuntimeMetadataV16"):
    """All of it."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletMetadata, ...]
    extrinsic: ExtrinsicMetadata
    apis: tuple[Api, ...]
    outer_enums: v15.OuterEnums
    custom: dict[str, v15.CustomValue]


FINE = NotDeprecated()


def build(runtime: Runtime) -> MetadataV16:
    """Metadata of a composed runtime."""
    ids = Registry()
    pallets = tuple([_pallet(runtime, ids, index) for index in runtime.by_index])
    extrinsic = _extrinsic(runtime, ids)
    apis = tuple([_api(runtime, ids, each) for each in runtime.apis])
    outer = v15.outer_enums(runtime, ids)
    return MetadataV16(ids.types(), pallets, extrinsic, apis, outer, {})


def _extrinsic(runtime: Runtime, ids: Registry) -> ExtrinsicMetadata:
    parts = runtime.extrinsics.unchecked
    address, call, signature = ids.many((parts.address, parts.call, parts.signature))
    extensions = v14.signed_extensions(runtime, ids)
    indices = tuple([U32(index) for index in range(len(extensions))])
    by_version = {EXTENSION_VERSION: indices}
    return ExtrinsicMetadata(EXTRINSIC_VERSIONS, address, call, signature, by_version, extensions)


def _pallet(runtime: Runtime, ids: Registry, index: int) -> PalletMetadata:
    pallet = runtime.by_index[index]
    name = pallet.name
    return PalletMetadata(
        name,
        _storage(pallet, ids),
        _enum(runtime.call_types.get(name), ids, pallet.dispatchables()),
        _enum(runtime.event_types.get(name), ids),
        tuple([_constant(each, ids) for each in pallet.constant_list()]),
        _enum(runtime.error_types.get(name), ids),
        _associated_types(pallet, runtime, ids),
        tuple([_view_function(each, ids) for each in pallet.view_functions()]),
        U8(index),
        docs_of(doc_of(type(pallet))),
        FINE,
    )


def _storage(pallet: Pallet[object], ids: Registry) -> PalletStorage | None:
    entries = tuple([_entry(item, docs, ids) for item, docs in v14.storage_items(pallet)])
    return PalletStorage(pallet.prefix or pallet.name, entries) if entries else None


def _entry(item: Item[object], docs: Docs, ids: Registry) -> StorageEntry:
    entry = v14.entry(item, docs, ids)
    return StorageEntry(entry.name, entry.modifier, entry.type, entry.default, docs, FINE)


def _enum(
    kind: Codec | None, ids: Registry, calls: dict[int, CallSpec] | None = None
) -> EnumMetadata | None:
    if kind is None:
        return None
    notes: dict[U8, CaseDeprecation] = {
        U8(index): DeprecatedCase(*spec.function.__deprecation__)
        for index, spec in (calls or {}).items()
        if hasattr(spec.function, "__deprecation__")
    }
    return EnumMetadata(ids(kind), notes)


def _constant(each: Constant, ids: Registry) -> PalletConstant:
    found = v14.constant(each, ids)
    return PalletConstant(found.name, found.type, found.value, found.docs, FINE)


def _associated_types(
    pallet: Pallet[object], runtime: Runtime, ids: Registry
) -> tuple[AssociatedType, ...]:
    return tuple(
        [
            AssociatedType(name, ids(runtime.codecs(annotation)), ())
            for name, annotation in pallet.associated_types.items()
        ]
    )


def _view_function(each: ViewFunction, ids: Registry) -> PalletViewFunction:
    method = each.method
    inputs = v15.parameters(ids, method)
    docs = docs_of(method.docs)
    return PalletViewFunction(each.id, method.name, inputs, ids(method.output), docs, FINE)


def _api(runtime: Runtime, ids: Registry, api: RuntimeApi) -> Api:
    methods = tuple([_method(ids, each) for each in api.methods(runtime.codecs).values()])
    return Api(api.api_name, methods, docs_of(doc_of(type(api))), U32(api.api_version), FINE)


def _method(ids: Registry, method: RuntimeApiMethod) -> ApiMethod:
    found = v15.method(ids, method)
    return ApiMethod(found.name, found.inputs, found.output, found.docs, FINE)
