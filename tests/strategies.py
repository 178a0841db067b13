"""Hypothesis strategies: wire types and the values that fit them."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from hypothesis import strategies as st

from pysubtensor.frame.codec import containers, records, scale
from pysubtensor.frame.codec.scale import Codec

INTEGERS = [
    scale.Integer(bits, signed=signed)
    for bits in (8, 16, 32, 64, 128, 256)
    for signed in (False, True)
]
U8 = INTEGERS[0]
UNSIGNED = [each for each in INTEGERS if not each.signed]


@singledispatch
def values_of(codec: Codec) -> st.SearchStrategy[Any]:
    """Values that `codec` takes."""
    raise TypeError(f"no strategy for {codec!r}")


@values_of.register
def _(codec: scale.Integer) -> st.SearchStrategy[int]:
    return st.integers(codec.low, codec.high)


@values_of.register
def _(codec: scale.Bool) -> st.SearchStrategy[bool]:
    return st.booleans()


@values_of.register
def _(codec: scale.Text) -> st.SearchStrategy[str]:
    return st.text(max_size=30)


@values_of.register
def _(codec: scale.Compact) -> st.SearchStrategy[Any]:
    return values_of(codec.inner)


@values_of.register
def _(codec: scale.ByteVector) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=70 if codec.bound is None else codec.bound)


@values_of.register
def _(codec: scale.ByteArray) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=codec.length, max_size=codec.length)


def _tuples(codec: Codec, low: int, high: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values_of(codec), min_size=low, max_size=high).map(tuple)


@values_of.register
def _(codec: containers.Vector) -> st.SearchStrategy[tuple[Any, ...]]:
    return _tuples(codec.element, 0, 6 if codec.bound is None else codec.bound)


@values_of.register
def _(codec: containers.Array) -> st.SearchStrategy[tuple[Any, ...]]:
    return _tuples(codec.element, codec.length, codec.length)


@values_of.register
def _(codec: containers.Tuple) -> st.SearchStrategy[Any]:
    return st.tuples(*map(values_of, codec.items)) if codec.items else st.none()


@values_of.register
def _(codec: containers.Option) -> st.SearchStrategy[Any]:
    return st.none() | values_of(codec.inner)


@values_of.register
def _(codec: containers.OrderedMap) -> st.SearchStrategy[dict[Any, Any]]:
    most = 5 if codec.pairs.bound is None else codec.pairs.bound
    return st.dictionaries(values_of(codec.key), values_of(codec.value), max_size=most)


@values_of.register
def _(codec: containers.OrderedSet) -> st.SearchStrategy[frozenset[Any]]:
    most = 5 if codec.items.bound is None else codec.items.bound
    return st.frozensets(values_of(codec.element), max_size=most)


@values_of.register
def _(codec: containers.BitSequence) -> st.SearchStrategy[tuple[bool, ...]]:
    return st.lists(st.booleans(), max_size=20).map(tuple)


@values_of.register
def _(codec: records.Composite) -> st.SearchStrategy[Any]:
    return st.builds(codec.make, *(values_of(field.codec) for field in codec.fields))


@values_of.register
def _(codec: records.Transparent) -> st.SearchStrategy[Any]:
    return values_of(codec.inner)


@values_of.register
def _(codec: records.Variant) -> st.SearchStrategy[Any]:
    return st.one_of(
        [
            st.builds(case.make, *(values_of(field.codec) for field in case.fields))
            for case in codec.cases
        ]
    )


SIMPLE: st.SearchStrategy[Codec] = st.one_of(
    st.sampled_from(INTEGERS),
    st.just(scale.Bool()),
    st.just(scale.Text()),
    st.sampled_from(UNSIGNED).map(scale.Compact),
    st.just(scale.ByteVector(U8)),
    st.integers(0, 40).map(lambda length: scale.ByteArray(U8, length)),
)
"""Wire types that hold no other."""

KEYS: st.SearchStrategy[Codec] = st.sampled_from([*INTEGERS, scale.Text(), scale.ByteVector(U8)])


def _around(inner: st.SearchStrategy[Codec]) -> st.SearchStrategy[Codec]:
    solid = inner.filter(lambda codec: codec.min_size > 0)  # `Vec<()>` is no type of the chain
    return st.one_of(
        solid.map(containers.Vector),
        st.builds(containers.Vector, solid, st.integers(0, 5)),
        st.builds(containers.Array, inner, st.integers(0, 4)),
        st.lists(inner, max_size=4).map(lambda items: containers.Tuple(tuple(items))),
        inner.filter(_never_none).map(containers.Option),
        st.builds(containers.OrderedMap, KEYS, inner),
        KEYS.map(containers.OrderedSet),
    )


def _never_none(codec: Codec) -> bool:
    """None inside an option could not be told from its absence."""
    return not isinstance(codec, containers.Option) and codec.name != "()"


codecs: st.SearchStrategy[Codec] = st.recursive(SIMPLE, _around, max_leaves=6)
"""Wire types of any make but records and enums, which tests declare themselves."""


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Codec, Any]:
    """A wire type and a value of it."""
    codec = draw(codecs)
    return codec, draw(values_of(codec))
