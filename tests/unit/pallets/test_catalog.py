"""Every pallet of the chain declares exactly the interface of the chain at spec 425."""

from __future__ import annotations

import functools

import pytest

from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime, pallet_table
from pysubtensor.runtime.runtime import Runtime
from tests.catalog import describe, expected, roots, wrong_definitions

BUILD = Build(Constants.PROD, Variety.EXACT)
PALLETS = [entry.name for entry in pallet_table(BUILD)]
KINDS = (
    *("index", "storage_prefix", "call_type", "event_type", "error_type"),
    *("calls", "storage", "events", "errors", "constants"),
)


@functools.cache
def chain() -> Runtime:
    return make_runtime(BUILD, EmptyBacking())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PALLETS)
def test_declared_as_in_the_catalog(name: str, kind: str) -> None:
    assert describe(chain(), name)[kind] == expected(name)[kind]


@pytest.mark.parametrize("name", PALLETS)
def test_types_defined_as_in_the_catalog(name: str) -> None:
    assert wrong_definitions(roots(chain(), name)) == {}


def test_reasons_to_hold_money_are_those_of_the_catalog() -> None:
    codecs = [item.codec for item in chain().pallets["Balances"].storage.values()]
    assert wrong_definitions(codecs, whole=True) == {}
