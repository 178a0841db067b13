"""Each storage item says what it keeps, and each call is named by a test."""

from __future__ import annotations

import pytest

from pysubtensor.frame.hashers import identity
from pysubtensor.frame.pallet import Pallet, attribute_docs
from pysubtensor.frame.primitives import U32
from pysubtensor.frame.storage import Map, Value
from pysubtensor.runtime.chain import Variety
from tests.call_docs import calls, chain
from tests.naming import is_named, sources_of_tests

PALLETS = chain(Variety.EXTENDED).pallets


def wrong_docs(items: list[str], docs: dict[str, str]) -> list[str]:
    """Items without a sentence in the string below them, or with a question."""
    told = ((each, docs.get(each, "").rstrip()) for each in items)
    return [each for each, text in told if not text.endswith(".") or "?" in text]


@pytest.mark.parametrize("name", PALLETS)
def test_every_storage_item_is_documented(name: str) -> None:
    pallet = PALLETS[name]
    assert not wrong_docs(list(pallet.declared_items), pallet.item_docs())


def test_every_call_is_named_by_a_test() -> None:
    sources = sources_of_tests()
    missing = [
        spec.title
        for spec in calls(Variety.EXTENDED)
        if not is_named(spec.name, sources, beside=spec.pallet.removesuffix("Module"))
    ]
    assert not missing


class Planted(Pallet[object], crate="pallet_planted"):
    """A pallet whose items are described badly."""

    good = Value[U32](default=U32(0))
    """What it keeps."""
    bare = Map[U32, U32](identity, default=U32(0))
    empty = Value[U32](default=U32(0))
    """ """
    asked = Value[U32](default=U32(0))
    """Is it kept?  It may be."""
    cut = Value[U32](default=U32(0))
    """What it"""

    def method(self) -> None:
        """Items below a method are not found, so they count as bare."""

    late = Value[U32](default=U32(0))
    """What it keeps."""


def test_items_without_a_sentence_are_found() -> None:
    docs = dict(attribute_docs(Planted))
    assert wrong_docs(list(Planted.declared_items), docs) == [
        "bare",
        "empty",
        "asked",
        "cut",
        "late",
    ]
