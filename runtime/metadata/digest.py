"""The metadata hash of RFC-78: a Merkle root over the types that a transaction needs.

    types reachable from the extrinsic -> leaves -> root
    root, extrinsic, chain -> digest -> hash

Offline signers hold parts of the metadata, each with a proof against this root.  Types get new
numbers here, in the order of their old ones; an enum has a leaf for every case.  All hashes are
BLAKE3.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from blake3 import blake3

from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.primitives import Hash
from pysubtensor.runtime.metadata.registry import (
    ArrayDef,
    BitSequenceDef,
    CompactDef,
    CompositeDef,
    Primitive,
    PrimitiveDef,
    SequenceDef,
    TupleDef,
    Type,
    TypeDef,
    TypeField,
    VariantDef,
)
from pysubtensor.runtime.metadata.v14 import SignedExtension
from pysubtensor.runtime.metadata.v15 import ExtrinsicMetadata, MetadataV15

_COMPACTS: Final = {
    Primitive.U8: 15,
    Primitive.U16: 16,
    Primitive.U32: 17,
    Primitive.U64: 18,
    Primitive.U128: 19,
    Primitive.U256: 20,
}
_VOID: Final = b"\x15"
_BY_ID: Final = b"\x16"
_STORES: Final = {Primitive.U8: 1, Primitive.U16: 2, Primitive.U32: 4, Primitive.U64: 8}
_DIGEST_V1: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class ChainInfo:
    """What a signer shows beside the call; `ss58_prefix` begins addresses."""

    spec_version: int
    spec_name: str
    ss58_prefix: int
    decimals: int
    token_symbol: str


class UnsupportedType(ValueError):
    """A type that RFC-78 has no form for."""


def metadata_hash(metadata: MetadataV15, info: ChainInfo) -> Hash:
    """The metadata hash of a chain.  Errors: UnsupportedType."""
    types = _Types([each.type for each in metadata.types], metadata.extrinsic)
    digest = (
        _DIGEST_V1
        + merkle_root([_hash(leaf) for leaf in types.leaves()])
        + _hash(types.extrinsic())
        + info.spec_version.to_bytes(4, "little")
        + _text(info.spec_name)
        + info.ss58_prefix.to_bytes(2, "little")
        + info.decimals.to_bytes(1, "little")
        + _text(info.token_symbol)
    )
    return Hash(_hash(digest))


def merkle_root(hashes: Iterable[bytes]) -> bytes:
    """Root of the binary tree whose nodes are joined from the right; of nothing, 32 zero bytes."""
    nodes = deque(hashes)
    while len(nodes) > 1:
        right, left = nodes.pop(), nodes.pop()
        nodes.appendleft(_hash(left + right))
    return nodes.pop() if nodes else bytes(32)


def _hash(data: bytes) -> bytes:
    return blake3(data).digest()


class _Types:
    """The types reachable from an extrinsic, in the form of the digest."""

    def __init__(self, types: list[Type], extrinsic: ExtrinsicMetadata) -> None:
        self._types = types
        self._extrinsic = extrinsic
        reached = sorted(_reachable(types, _roots(extrinsic)))
        kept = [number for number in reached if not _is_plain(types[number].definition)]
        self._numbers: Mapping[int, int] = {old: new for new, old in enumerate(kept)}

    def leaves(self) -> Iterator[bytes]:
        """Each type, each case of an enum, in order."""
        for old, new in self._numbers.items():
            kind = self._types[old]
            head = _vector(map(_text, kind.path))
            for definition in self._definitions(kind.definition):
                yield head + definition + encode_compact(new)

    def extrinsic(self) -> bytes:
        """What an extrinsic is made of."""
        found = self._extrinsic
        parts = (found.address, found.call, found.signature)
        return (
            found.version.to_bytes(1, "little")
            + b"".join(map(self._reference, parts))
            + _vector(map(self._extension, found.signed_extensions))
        )

    def _extension(self, extension: SignedExtension) -> bytes:
        explicit = self._reference(extension.type)
        return _text(extension.identifier) + explicit + self._reference(extension.additional_signed)

    def _definitions(self, definition: TypeDef) -> Iterator[bytes]:
        match definition:
            case CompositeDef(fields):
                yield b"\x00" + self._fields(fields)
            case VariantDef(variants):
                for case in sorted(variants, key=lambda each: each.index):
                    yield (
                        b"\x01"
                        + _text(case.name)
                        + self._fields(case.fields)
                        + encode_compact(case.index)
                    )
            case SequenceDef(element):
                yield b"\x02" + self._reference(element)
            case ArrayDef(length, element):
                yield b"\x03" + length.to_bytes(4, "little") + self._reference(element)
            case TupleDef(elements):
                yield b"\x04" + _vector(map(self._reference, elements))
            case BitSequenceDef(store, order):
                yield b"\x05" + self._bits(store, order)

    def _fields(self, fields: Iterable[TypeField]) -> bytes:
        return _vector(
            _optional(field.name) + self._reference(field.type) + _optional(field.type_name)
            for field in fields
        )

    def _bits(self, store: int, order: int) -> bytes:
        size = _STORES[self._only_primitive(store)]
        return bytes((size, self._types[order].path[-1] == "Lsb0"))

    def _reference(self, number: int) -> bytes:
        definition = self._types[number].definition
        if isinstance(definition, PrimitiveDef):
            return bytes((definition.primitive,))
        if isinstance(definition, CompactDef):
            return self._compact(definition)
        if _is_plain(definition):
            return _VOID
        return _BY_ID + encode_compact(self._numbers[number])

    def _compact(self, definition: CompactDef) -> bytes:
        found = self._primitives(definition.type)
        if not found:
            return _VOID
        if len(found) > 1 or found[0] not in _COMPACTS:
            raise UnsupportedType(f"compact form of {[each.name for each in found]}")
        return bytes((_COMPACTS[found[0]],))

    def _only_primitive(self, number: int) -> Primitive:
        found = self._primitives(number)
        if len(found) != 1 or found[0] not in _STORES:
            raise UnsupportedType(f"bits in {[each.name for each in found]}")
        return found[0]

    def _primitives(self, number: int) -> list[Primitive]:
        """The primitives inside a type."""
        reached = _reachable(self._types, (number,), through_compact=True)
        kinds = [self._types[each].definition for each in sorted(reached)]
        return [kind.primitive for kind in kinds if isinstance(kind, PrimitiveDef)]


def _roots(extrinsic: ExtrinsicMetadata) -> Iterator[int]:
    yield from (extrinsic.call, extrinsic.address, extrinsic.signature)
    for extension in extrinsic.signed_extensions:
        yield from (extension.type, extension.additional_signed)


def _reachable(
    types: list[Type], roots: Iterable[int], *, through_compact: bool = False
) -> set[int]:
    seen: set[int] = set()
    todo = list(roots)
    while todo:
        number = todo.pop()
        if number in seen:
            continue
        seen.add(number)
        definition = types[number].definition
        if through_compact or not isinstance(definition, CompactDef | BitSequenceDef):
            todo.extend(_parts(definition))
    return seen


def _parts(definition: TypeDef) -> Iterator[int]:
    match definition:
        case CompositeDef(fields):
            yield from (field.type for field in fields)
        case VariantDef(variants):
            yield from (field.type for case in variants for field in case.fields)
        case SequenceDef(element) | ArrayDef(_, element) | CompactDef(element):
            yield element
        case TupleDef(elements):
            yield from elements
        case BitSequenceDef(store, order):
            yield from (store, order)


def _is_plain(definition: TypeDef) -> bool:
    """Whether it is a primitive, a compact, or empty: a type without a leaf of its own."""
    match definition:
        case PrimitiveDef() | CompactDef():
            return True
        case CompositeDef(members) | VariantDef(members) | TupleDef(members):
            return not members
    return False


def _text(value: str) -> bytes:
    raw = value.encode()
    return encode_compact(len(raw)) + raw


def _optional(value: str | None) -> bytes:
    return b"\x00" if value is None else b"\x01" + _text(value)


def _vector(items: Iterable[bytes]) -> bytes:
    parts = list(items)
    return encode_compact(len(parts)) + b"".join(parts)
