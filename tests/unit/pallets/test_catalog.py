"""Every pallet declares exactly the interface of the chain at spec 425.

A pallet joins by a line in COMPOSED.
"""

from __future__ import annotations

import functools

import pytest

from runtime.block.runtime import Runtime
from tests.catalog import describe, expected, roots, wrong_definitions
from tests.entries import SMALL
from tests.support import payment_entry, runtime_of

COMPOSED = ["System", "Balances", "TransactionPayment", *(entry.name for entry in SMALL)]


@functools.cache
def composed() -> Runtime:
    return runtime_of(payment_entry(), *SMALL, balances={})


@pytest.mark.parametrize("name", COMPOSED)
@pytest.mark.parametrize(
    "kind",
    [
        *("index", "storage_prefix", "call_type", "event_type", "error_type"),
        *("calls", "storage", "events", "errors", "constants"),
    ],
)
def test_declared_as_in_the_catalog(name: str, kind: str) -> None:
    assert describe(composed(), name)[kind] == expected(name)[kind]


@pytest.mark.parametrize("name", COMPOSED)
def test_types_defined_as_in_the_catalog(name: str) -> None:
    assert wrong_definitions(roots(composed(), name)) == {}
