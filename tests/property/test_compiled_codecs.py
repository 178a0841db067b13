"""The compiled encoders and checkers of records do what a walk over the fields would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.codec.containers import Vector
from pysubtensor.frame.codec.errors import BadValue, EndOfInput
from pysubtensor.frame.codec.records import Composite, Variant
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.codec.struct import Variant as VariantBase
from pysubtensor.frame.primitives import U8, U16, U32, U64, U128


class Inner(Struct, path="test::Inner"):
    """Fixed integers only."""

    a: U8
    b: U64


class Outer(Struct, path="test::Outer"):
    """All that is treated differently: runs of integers, wide ones, others between them."""

    a: U16
    b: U32
    text: bytes
    c: U8
    inner: Inner
    wide: U128
    d: U64
    maybe: U32 | None


class Choice(VariantBase, path="test::Choice"):
    """Cases with and without fields."""


class Nothing(Choice, index=3):
    """No fields."""


class Something(Choice, index=9):
    """Some fields."""

    a: U32
    outer: Outer


def integers(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2**bits - 1)


inners = st.builds(Inner, integers(8), integers(64))
outers = st.builds(
    Outer,
    integers(16), integers(32), st.binary(max_size=9), integers(8), inners, integers(128),
    integers(64), st.none() | integers(32),
)  # fmt: skip
choices = st.builds(Nothing) | st.builds(Something, integers(32), outers)
codecs = Resolver()


def walked(codec: Composite, value: object) -> bytes:
    parts = zip(codec.attributes, codec.fields, strict=True)
    return b"".join(field.codec.encode(getattr(value, name)) for name, field in parts)


@given(outers)
def test_records_encode_as_a_walk_does(value: Outer) -> None:
    codec = codecs(Outer)
    assert isinstance(codec, Composite)
    codec.check(value)
    assert codec.encode(value) == walked(codec, value)
    assert codec.from_bytes(codec.encode(value)) == value


@given(choices)
def test_enums_encode_tag_and_fields(value: Choice) -> None:
    codec = codecs(Choice)
    assert isinstance(codec, Variant)
    codec.check(value)
    assert codec.encode(value)[0] == type(value).wire_index
    assert codec.from_bytes(codec.encode(value)) == value


@pytest.mark.parametrize(
    "wrong",
    [
        Inner(256, 0), Inner(-1, 0), Inner(0, 2**64), Inner(1.5, 0), Inner(None, 0),
        Inner("1", 0), Inner(0, b""), Nothing(), None, (1, 2),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(wrong: object) -> None:
    with pytest.raises(BadValue):
        codecs(Inner).check(wrong)


# -- vectors of integers, or of tuples of them, at once -------------------------------------------

FLAT = (tuple[U8, ...], tuple[U64, ...], tuple[tuple[U16, U16], ...], tuple[tuple[U32], ...])
WALKED = (tuple[U128, ...], tuple[tuple[U8, U16], ...], tuple[tuple[()], ...])
ELEMENTS = st.one_of(
    st.integers(-2, 2**64),
    st.booleans(),
    st.text(max_size=1),
    st.lists(st.integers(-1, 2**16), max_size=3).map(tuple),
    st.lists(st.integers(0, 9), min_size=2, max_size=2),
)


def one_by_one(codec):
    """The same vector without the shortcut."""
    slow = Vector(codec.element, codec.bound)
    slow._flat = None
    return slow


def verdict(codec, value):
    try:
        codec.check(value)
    except BadValue as refusal:
        return str(refusal)
    return codec.encode(value)


@given(st.sampled_from([*FLAT, *WALKED]), st.lists(ELEMENTS, max_size=4).map(tuple))
def test_a_vector_at_once_is_checked_as_one_by_one(annotation, value):
    codec = Resolver()(annotation)
    assert verdict(codec, value) == verdict(one_by_one(codec), value)


@pytest.mark.parametrize("annotation", FLAT)
@given(data=st.data())
def test_a_vector_at_once_is_written_as_one_by_one(annotation, data):
    codec = Resolver()(annotation)
    assert codec._flat is not None
    numbers = st.integers(0, 255)
    width = codec._flat.width
    element = numbers if width is None else st.tuples(*[numbers] * width)
    value = data.draw(st.lists(element, max_size=70).map(tuple))
    written = codec.encode(value)
    assert written == one_by_one(codec).encode(value)
    assert codec.decode(b"?" + written + b"!", 1) == (value, len(written) + 1)
    with pytest.raises(EndOfInput):
        codec.decode(one_by_one(codec).encode((*value, *value[:1]))[:-1] or b"", 0)
