"""The metadata hash against published and hand-made ones."""

from __future__ import annotations

import lzma
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.runtime.metadata import ChainInfo, decode_metadata
from pysubtensor.runtime.metadata import registry as r
from pysubtensor.runtime.metadata.digest import UnsupportedType, merkle_root, metadata_hash
from pysubtensor.runtime.metadata.v14 import SignedExtension
from pysubtensor.runtime.metadata.v15 import ExtrinsicMetadata, MetadataV15, OuterEnums

ACALA = Path(__file__).parents[3] / "data" / "rfc78" / "acala_v15.scale.xz"
INFO = ChainInfo(1, "nice", 1, 1, "lol")


def hashed(*parts: bytes) -> bytes:
    return blake3(b"".join(parts)).digest()


def bare(definition: r.TypeDef, *path: str) -> r.Type:
    return r.Type(path, (), definition, ())


def field(number: int, name: str | None = None) -> r.TypeField:
    return r.TypeField(name, number, None, ("not hashed",))


def metadata_of(*types: r.Type, root: int = 0) -> MetadataV15:
    """Metadata whose extrinsic is made of type `root` and has one empty extension."""
    nothing = len(types)
    extension = SignedExtension("Check", nothing, root)
    extrinsic = ExtrinsicMetadata(4, root, root, root, nothing, (extension,))
    all_types = (*types, bare(r.TupleDef(())))
    numbered = tuple(r.PortableType(n, each) for n, each in enumerate(all_types))
    return MetadataV15(numbered, (), extrinsic, 0, (), OuterEnums(0, 0, 0), {})


def expected(root: bytes, reference: bytes) -> bytes:
    """The hash for a types' root and the reference to the type that the extrinsic is made of."""
    extrinsic = b"\x04" + reference * 3 + b"\x04\x14Check\x15" + reference
    chain = b"\x01\0\0\0\x10nice\x01\0\x01\x0clol"
    return hashed(b"\x01", root, hashed(extrinsic), chain)


def test_published_hash() -> None:
    metadata = decode_metadata(lzma.decompress(ACALA.read_bytes()))
    assert isinstance(metadata, MetadataV15)
    assert metadata_hash(metadata, INFO).hex() == (
        "bd64dee496517c5288c47014fe0f57c2e12e42a7d627caeafa95e9f992e7e774"
    )


def test_a_primitive_has_no_leaf() -> None:
    metadata = metadata_of(bare(r.PrimitiveDef(r.Primitive.U32)))
    assert metadata_hash(metadata, INFO) == expected(bytes(32), b"\x05")


U8, U32 = r.PrimitiveDef(r.Primitive.U8), r.PrimitiveDef(r.Primitive.U32)


@pytest.mark.parametrize(
    ("definition", "leaf"),
    [
        (r.SequenceDef(1), b"\x02\x05"),
        (r.ArrayDef(3, 1), b"\x03\x03\0\0\0\x05"),
        (r.TupleDef((1, 2)), b"\x04\x08\x05\x11"),
        (r.CompositeDef((field(1, "a"), field(2))), b"\0\x08\x01\x04a\x05\0\0\x11\0"),
        (r.CompositeDef((field(0),)), b"\0\x04\0\x16\0\0"),
        (r.BitSequenceDef(3, 4), b"\x05\x01\x01"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_leaves(definition: r.TypeDef, leaf: bytes) -> None:
    order = bare(r.CompositeDef(()), "bitvec", "order", "Lsb0")
    others = (bare(U32), bare(r.CompactDef(1)), bare(U8), order)
    metadata = metadata_of(bare(definition, "a", "B"), *others)
    root = hashed(b"\x08\x04a\x04B", leaf, b"\0")
    assert metadata_hash(metadata, INFO) == expected(root, b"\x16\0")


def test_an_enum_has_a_leaf_for_each_case_by_index() -> None:
    high = r.TypeVariant("High", (), 9, ())
    low = r.TypeVariant("Low", (field(1, "x"),), 2, ())
    metadata = metadata_of(bare(r.VariantDef((high, low)), "E"), bare(U32))
    leaves = [
        hashed(b"\x04\x04E\x01\x0cLow\x04\x01\x04x\x05\0\x08\0"),
        hashed(b"\x04\x04E\x01\x10High\0\x24\0"),
    ]
    assert metadata_hash(metadata, INFO) == expected(hashed(*leaves), b"\x16\0")


def test_types_that_no_transaction_needs_do_not_count() -> None:
    used = (bare(r.SequenceDef(1)), bare(U32))
    plain = metadata_of(*used)
    more = metadata_of(*used, bare(r.SequenceDef(0)))
    assert metadata_hash(plain, INFO) == metadata_hash(more, INFO)


@pytest.mark.parametrize(
    "change",
    [
        {"spec_version": 2},
        {"spec_name": "nicer"},
        {"ss58_prefix": 42},
        {"decimals": 9},
        {"token_symbol": "TAO"},
    ],
    ids=str,
)
def test_everything_about_the_chain_counts(change: dict[str, object]) -> None:
    metadata = metadata_of(bare(U32))
    assert metadata_hash(metadata, replace(INFO, **change)) != metadata_hash(metadata, INFO)


def test_compact_looks_through_records() -> None:
    types = (bare(r.CompactDef(1)), bare(r.CompositeDef((field(2),))), bare(U32))
    assert metadata_hash(metadata_of(*types), INFO) == expected(bytes(32), b"\x11")
    nothing = (bare(r.CompactDef(1)),)
    assert metadata_hash(metadata_of(*nothing), INFO) == expected(bytes(32), b"\x15")


@pytest.mark.parametrize(
    "types",
    [
        (bare(r.CompactDef(1)), bare(r.TupleDef((2, 3))), bare(U32), bare(U8)),
        (bare(r.CompactDef(1)), bare(r.PrimitiveDef(r.Primitive.STR))),
        (bare(r.BitSequenceDef(1, 2)), bare(r.PrimitiveDef(r.Primitive.BOOL)), bare(U8)),
    ],
)
def test_types_without_a_form(types: tuple[r.Type, ...]) -> None:
    with pytest.raises(UnsupportedType):
        metadata_hash(metadata_of(*types), INFO)


def test_root_of_five() -> None:
    a, b, c, d, e = (bytes((n,)) * 32 for n in range(5))
    assert merkle_root([a, b, c, d, e]) == hashed(hashed(hashed(d, e), a), hashed(b, c))


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=20))
def test_root_is_that_of_a_complete_tree(leaves: list[bytes]) -> None:
    """As RFC-78 draws it: nodes numbered level by level, the leaves are the last ones."""
    if not leaves:
        assert merkle_root(leaves) == bytes(32)
        return
    first = len(leaves) - 1
    nodes = dict(enumerate(leaves, first))
    for place in reversed(range(first)):
        nodes[place] = hashed(nodes[2 * place + 1], nodes[2 * place + 2])
    assert merkle_root(leaves) == nodes[0]
