"""What a type takes comes back from its bytes; whatever bytes come, the answer has a name."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.resolve import COMPACT, Bits, Bounded, Fixed, Fraction, Resolver
from pysubtensor.frame.codec.scale import decode_compact, encode_compact
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.error import DispatchError
from pysubtensor.frame.event import Phase
from pysubtensor.frame.extrinsic import MultiSignature
from pysubtensor.frame.header import Block, Digest, DigestItem, Header, block_codec
from pysubtensor.frame.origin import MultiAddress, RawOrigin
from pysubtensor.frame.primitives import U8, U16, U32, U128, AccountId
from pysubtensor.frame.result import DispatchResult
from pysubtensor.frame.validity import ValidityError, ValidTransaction
from pysubtensor.frame.weights import DispatchClass, Weight
from tests.strategies import codecs, typed_values, values_of


class Pair(Struct, path="tests::Pair"):
    """A record of everything that annotations can say."""

    id: AccountId
    small: Annotated[U128, COMPACT]
    bits: Annotated[tuple[bool, ...], Bits(lsb_first=False)]
    name: Annotated[bytes, Bounded(8)]
    tags: Annotated[frozenset[U16], Bounded(3)]
    fraction: Annotated[U128, Fraction(64)]


class Shape(Variant, path="tests::Shape"):
    """An enum with every kind of case."""


class Point(Shape, index=0):
    """Nothing in it."""


class Line(Shape, index=7, unnamed=True):
    """A tuple."""

    length: Annotated[U32, COMPACT]


class Box(Shape, index=255):
    """Named fields, one of another record."""

    pair: Pair | None
    corners: Annotated[tuple[U8, ...], Fixed(4)]


FEW = settings(max_examples=20)
"""For tests that are repeated for many types."""
RESOLVER = Resolver()
DECLARED = [
    *(Pair, Shape, Digest, DigestItem, Header, MultiSignature, ValidityError, ValidTransaction),
    *(DispatchError, DispatchResult, Phase, MultiAddress, RawOrigin, Weight, DispatchClass),
]


@given(typed_values())
def test_values_come_back(typed: tuple[Any, Any]) -> None:
    codec, value = typed
    data = codec.to_bytes(value)
    assert len(data) >= codec.min_size
    assert codec.from_bytes(data) == value
    assert codec.decode(b"\xff\xff" + data + b"\xff", 2) == (value, len(data) + 2)


@pytest.mark.parametrize("annotation", DECLARED, ids=lambda each: each.__name__)
@FEW
@given(data=st.data())
def test_declared_values_come_back(annotation: Any, data: st.DataObject) -> None:
    codec = RESOLVER(annotation)
    value = data.draw(values_of(codec))
    assert codec.from_bytes(codec.to_bytes(value)) == value


@FEW
@given(data=st.data())
def test_blocks_come_back(data: st.DataObject) -> None:
    codec = block_codec(RESOLVER(bytes))
    header = data.draw(values_of(RESOLVER(Header)))
    block = Block(header, data.draw(st.lists(st.binary(max_size=20)).map(tuple)))
    assert codec.from_bytes(codec.to_bytes(block)) == block


@given(codecs, st.binary(max_size=80))
def test_any_bytes_give_a_value_or_a_named_error(codec: Any, data: bytes) -> None:
    try:
        value, end = codec.decode(data, 0)
    except CodecError:
        return
    assert 0 <= end <= len(data)
    codec.check(value)
    assert codec.from_bytes(codec.encode(value)) == value


@pytest.mark.parametrize("annotation", DECLARED, ids=lambda each: each.__name__)
@FEW
@given(data=st.binary(max_size=120))
def test_any_bytes_for_declared_types(annotation: Any, data: bytes) -> None:
    codec = RESOLVER(annotation)
    try:
        value, end = codec.decode(data, 0)
    except CodecError:
        return
    codec.check(value)
    assert codec.decode(codec.encode(value), 0)[0] == value
    assert end <= len(data)


@given(st.integers(0, (1 << 536) - 1))
def test_compact_comes_back(value: int) -> None:
    data = encode_compact(value)
    assert decode_compact(data, 0) == (value, len(data))


@given(st.binary(min_size=1, max_size=70))
def test_compact_has_one_form(data: bytes) -> None:
    try:
        value, end = decode_compact(data, 0)
    except CodecError:
        return
    assert encode_compact(value) == data[:end]
