"""Metadata V15: V14 with runtime APIs, the extrinsic's parts and the outer enums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pysubtensor.frame.codec.resolve import doc_of
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.primitives import U8
from pysubtensor.frame.view import RuntimeApi, RuntimeApiMethod
from pysubtensor.runtime.metadata import v14
from pysubtensor.runtime.metadata.registry import Docs, PortableType, Registry, TypeId, docs_of

if TYPE_CHECKING:
    from pysubtensor.runtime.runtime import Runtime


class PalletMetadata(Struct, path="frame_metadata::v15::PalletMetadata"):
    """A pallet."""

    name: str
    storage: v14.PalletStorage | None
    calls: TypeId | None
    event: TypeId | None
    constants: tuple[v14.PalletConstant, ...]
    error: TypeId | None
    index: U8
    docs: Docs


class ExtrinsicMetadata(Struct, path="frame_metadata::v15::ExtrinsicMetadata"):
    """What an extrinsic is made of."""

    version: U8
    address: TypeId
    call: TypeId
    signature: TypeId
    extra: TypeId
    signed_extensions: tuple[v14.SignedExtension, ...]


class Parameter(Struct, path="frame_metadata::v15::RuntimeApiMethodParamMetadata"):
    """An argument of an API method or view function."""

    name: str
    type: TypeId


class ApiMethod(Struct, path="frame_metadata::v15::RuntimeApiMethodMetadata"):
    """A method of a runtime API."""

    name: str
    inputs: tuple[Parameter, ...]
    output: TypeId
    docs: Docs


class Api(Struct, path="frame_metadata::v15::RuntimeApiMetadata"):
    """A runtime API."""

    name: str
    methods: tuple[ApiMethod, ...]
    docs: Docs


class OuterEnums(Struct, path="frame_metadata::v15::OuterEnums"):
    """The enums over all pallets."""

    call: TypeId
    event: TypeId
    error: TypeId


class CustomValue(Struct, path="frame_metadata::v15::CustomValueMetadata"):
    """A value that the chain adds on its own."""

    type: TypeId
    value: bytes


class MetadataV15(Struct, path="frame_metadata::v15::RuntimeMetadataV15"):
    """All of it."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletMetadata, ...]
    extrinsic: ExtrinsicMetadata
    type: TypeId
    apis: tuple[Api, ...]
    outer_enums: OuterEnums
    custom: dict[str, CustomValue]


def build(runtime: Runtime) -> MetadataV15:
    """Metadata of a composed runtime.

    Pallets come first, as in FRAME: there are clients that know the first types by number
    (`AccountId32` 0, `u64` 6), and the metadata hash goes by the order of the types.
    """
    ids = Registry()
    pallets = tuple([_pallet(runtime, ids, index) for index in runtime.by_index])
    extrinsic = _extrinsic(runtime, ids)
    itself = ids(v14.runtime_type(runtime))
    apis = tuple([_api(runtime, ids, each) for each in runtime.apis])
    outer = outer_enums(runtime, ids)
    return MetadataV15(ids.types(), pallets, extrinsic, itself, apis, outer, {})


def _extrinsic(runtime: Runtime, ids: Registry) -> ExtrinsicMetadata:
    parts = runtime.extrinsics.unchecked
    address, call, signature = ids.many((parts.address, parts.call, parts.signature))
    extensions = v14.signed_extensions(runtime, ids)
    extra = ids(parts.extension)
    return ExtrinsicMetadata(v14.EXTRINSIC_VERSION, address, call, signature, extra, extensions)


def _pallet(runtime: Runtime, ids: Registry, index: int) -> PalletMetadata:
    found = v14.pallet(runtime, ids, index)
    return PalletMetadata(
        found.name,
        found.storage,
        found.calls,
        found.event,
        found.constants,
        found.error,
        found.index,
        docs_of(doc_of(type(runtime.by_index[index]))),
    )


def _api(runtime: Runtime, ids: Registry, api: RuntimeApi) -> Api:
    methods = tuple([method(ids, each) for each in api.methods(runtime.codecs).values()])
    return Api(api.api_name, methods, docs_of(doc_of(type(api))))


def method(ids: Registry, found: RuntimeApiMethod) -> ApiMethod:
    """A method of a runtime API."""
    inputs = parameters(ids, found)
    return ApiMethod(found.name, inputs, ids(found.output), docs_of(found.docs))


def parameters(ids: Registry, found: RuntimeApiMethod) -> tuple[Parameter, ...]:
    """The arguments of a method."""
    return tuple([Parameter(name, ids(codec)) for name, codec in found.inputs])


def outer_enums(runtime: Runtime, ids: Registry) -> OuterEnums:
    """The enums over all pallets."""
    return OuterEnums(*ids.many((runtime.calls, runtime.events, runtime.errors)))
