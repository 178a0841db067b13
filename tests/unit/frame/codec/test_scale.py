"""Codecs against worked examples, and everything they refuse."""

from __future__ import annotations

import pytest

from pysubtensor.frame.codec.containers import (
    Array,
    BitSequence,
    Option,
    OrderedMap,
    OrderedSet,
    Tuple,
    Vector,
)
from pysubtensor.frame.codec.errors import (
    BadTag,
    BadText,
    BadValue,
    CodecError,
    EndOfInput,
    LengthTooLong,
    NonCanonicalCompact,
    TrailingBytes,
)
from pysubtensor.frame.codec.records import Composite
from pysubtensor.frame.codec.scale import (
    Bool,
    ByteArray,
    ByteVector,
    Codec,
    Compact,
    Integer,
    Text,
    decode_compact,
    encode_compact,
)

U8, U16, U32, U64 = (Integer(bits) for bits in (8, 16, 32, 64))
U128, U256 = Integer(128), Integer(256)
I8, I16, I128 = (Integer(bits, signed=True) for bits in (8, 16, 128))


def order(name: str) -> Codec:
    codec = Composite(f"bitvec::order::{name}", (), tuple, ())
    codec.fill(())
    return codec


LSB = BitSequence(U8, order("Lsb0"))
MSB = BitSequence(U8, order("Msb0"), lsb_first=False)


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (0, "00"),
        (1, "04"),
        (42, "a8"),
        (63, "fc"),
        (64, "0101"),
        (69, "1501"),
        (16383, "fdff"),
        (16384, "02000100"),
        (65535, "feff0300"),
        ((1 << 30) - 1, "feffffff"),
        (1 << 30, "0300000040"),
        ((1 << 32) - 1, "03ffffffff"),
        (1 << 32, "070000000001"),
        (100_000_000_000_000, "0b00407a10f35a"),
        ((1 << 64) - 1, "13" + "ff" * 8),
        ((1 << 128) - 1, "33" + "ff" * 16),
        ((1 << 536) - 1, "ff" * 68),
    ],
)
def test_compact_examples(value, encoded):
    data = bytes.fromhex(encoded)
    assert encode_compact(value) == data
    assert decode_compact(data, 0) == (value, len(data))
    assert decode_compact(b"\xaa" + data, 1) == (value, len(data) + 1)


@pytest.mark.parametrize(
    "encoded",
    [
        "0100",  # 0 in two bytes
        "fd00",  # 63 in two bytes
        "02000000",  # 0 in four
        "fe000000",
        "fefc0000",  # 16191 in four bytes
        "0300000000",
        "03ffffff3f",  # one less than what needs the long form
        "070000004000",  # a leading zero byte
        "13ffffffffffffff00",
    ],
)
def test_compact_must_be_canonical(encoded):
    with pytest.raises(NonCanonicalCompact):
        decode_compact(bytes.fromhex(encoded), 0)


@pytest.mark.parametrize("encoded", ["", "01", "020000", "03000000", "ff", "13ffffff"])
def test_compact_may_not_stop_early(encoded):
    with pytest.raises(EndOfInput):
        decode_compact(bytes.fromhex(encoded), 0)


@pytest.mark.parametrize("value", [-1, 1 << 536])
def test_compact_has_a_range(value):
    with pytest.raises(BadValue):
        encode_compact(value)


@pytest.mark.parametrize("codec", [Compact(U8), Compact(U16), Compact(U32), Compact(U64)])
def test_compact_must_fit_its_integer(codec):
    assert codec.from_bytes(encode_compact((1 << codec.bits) - 1)) == (1 << codec.bits) - 1
    with pytest.raises(NonCanonicalCompact):
        codec.from_bytes(encode_compact(1 << codec.bits))


EXAMPLES = [
    (U8, 69, "45"),
    (I8, -1, "ff"),
    (U16, 42, "2a00"),
    (I16, -2, "feff"),
    (U32, 16_777_215, "ffffff00"),
    (U64, 1, "0100000000000000"),
    (U128, (1 << 128) - 1, "ff" * 16),
    (I128, -(1 << 127), "00" * 15 + "80"),
    (U256, 258, "0201" + "00" * 30),
    (Bool(), False, "00"),
    (Bool(), True, "01"),
    (Text(), "Hamlet", "1848616d6c6574"),
    (Text(), "Война", "28d092d0bed0b9d0bdd0b0"),
    (ByteVector(U8), b"\1\2", "080102"),
    (ByteArray(U8, 4), b"aura", "61757261"),
    (Vector(U16), (4, 8, 15, 16, 23, 42), "18040008000f00100017002a00"),
    (Array(U16, 2), (4, 8), "04000800"),
    (Tuple(()), None, ""),
    (Tuple((Compact(U32), Bool())), (3, False), "0c00"),
    (Option(Bool()), None, "00"),
    (Option(Bool()), False, "0100"),
    (Option(U8), 1, "0101"),
    (OrderedMap(U8, Bool()), {2: True, 1: False}, "0801000201"),
    (OrderedSet(U8), frozenset((3, 1, 2)), "0c010203"),
    (LSB, (True, False, False, True), "1009"),
    (MSB, (True, False, False, True), "1090"),
    (LSB, (False,) * 8 + (True,), "240001"),
]


@pytest.mark.parametrize(("codec", "value", "encoded"), EXAMPLES, ids=str)
def test_examples(codec, value, encoded):
    data = bytes.fromhex(encoded)
    assert codec.to_bytes(value) == data
    assert codec.from_bytes(data) == value


@pytest.mark.parametrize(("codec", "value", "encoded"), EXAMPLES, ids=str)
def test_every_shorter_input_is_refused(codec, value, encoded):
    data = bytes.fromhex(encoded)
    for length in range(len(data)):
        with pytest.raises(CodecError):
            codec.from_bytes(data[:length])


@pytest.mark.parametrize(("codec", "value", "encoded"), EXAMPLES, ids=str)
def test_a_longer_input_is_refused(codec, value, encoded):
    with pytest.raises(TrailingBytes):
        codec.from_bytes(bytes.fromhex(encoded) + b"\0")


@pytest.mark.parametrize(
    ("codec", "encoded", "error"),
    [
        (Bool(), "02", BadTag),
        (Option(U8), "0200", BadTag),
        (Text(), "04ff", BadText),
        (Text(), "08c328", BadText),
        (ByteVector(U8, 2), "0c010203", LengthTooLong),
        (Vector(U16, 1), "0801000200", LengthTooLong),
        (OrderedMap(U8, U8, 1), "0801010202", LengthTooLong),
        (OrderedSet(U8, 1), "080102", LengthTooLong),
        # lengths that promise more than there is must not be believed
        (ByteVector(U8), "feffffff", EndOfInput),
        (Vector(U64), "feffffff" + "00" * 64, EndOfInput),
        (Vector(Vector(U8)), "feffffff0000", EndOfInput),
        (OrderedMap(U8, U8), "feffffff01", EndOfInput),
        (LSB, "feffffff", EndOfInput),
        (Vector(U8), "33" + "ff" * 16, EndOfInput),
        (Vector(U8), "0100", NonCanonicalCompact),
    ],
)
def test_refused_bytes(codec, encoded, error):
    with pytest.raises(error):
        codec.from_bytes(bytes.fromhex(encoded))


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        (U8, 256),
        (U8, -1),
        (U8, "1"),
        (U8, 1.0),
        (U8, None),
        (I8, 128),
        (U256, 1 << 256),
        (Bool(), 1),
        (Text(), b"a"),
        (ByteVector(U8), "a"),
        (ByteVector(U8, 2), b"abc"),
        (ByteArray(U8, 2), b"abc"),
        (ByteArray(U8, 2), bytearray(2)),
        (Vector(U8), [1]),
        (Vector(U8), (256,)),
        (Vector(U8, 1), (1, 2)),
        (Array(U8, 2), (1,)),
        (Tuple((U8, U8)), (1,)),
        (Tuple((U8,)), (256,)),
        (Tuple(()), 1),
        (Option(U8), 256),
        (Compact(U8), 256),
        (OrderedMap(U8, U8), {256: 1}),
        (OrderedMap(U8, U8), ((1, 1),)),
        (OrderedSet(U8), {1}),
        (OrderedSet(U8), frozenset((256,))),
        (LSB, (1,)),
        (LSB, b"\1"),
    ],
    ids=str,
)
def test_refused_values(codec, value):
    with pytest.raises(BadValue):
        codec.to_bytes(value)


def test_a_map_comes_back_sorted_and_once():
    codec = OrderedMap(U8, U8)
    assert list(codec.from_bytes(bytes.fromhex("0c020101010103")).items()) == [(1, 3), (2, 1)]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        (Vector(Option(Compact(U32))), "Vec<Option<Compact<u32>>>"),
        (Tuple((U8,)), "(u8,)"),
        (Tuple(()), "()"),
        (Array(Tuple((U8, I16)), 3), "[(u8, i16); 3]"),
        (OrderedMap(U8, ByteVector(U8)), "BTreeMap<u8, Vec<u8>>"),
        (OrderedSet(Text()), "BTreeSet<str>"),
        (LSB, "BitSequence<u8, bitvec::order::Lsb0>"),
    ],
)
def test_names_are_those_of_the_metadata(codec, name):
    assert codec.name == name


def test_the_largest_integers_are_refused_like_others():
    with pytest.raises(BadValue, match="this int does not fit u8"):
        Integer(8).check(1 << 100_000)
    with pytest.raises(BadValue, match="this tuple does not fit u8"):
        Integer(8).check((1 << 100_000,))
