"""What clients see of our own pallets is what the committed tables say."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.own_metadata import OWN, extended, own_metadata, table

KINDS = (
    *("index", "storage_prefix", "call_type", "event_type", "error_type"),
    *("calls", "storage", "events", "errors", "constants", "api", "types"),
)


@cache
def declared(name: str) -> dict[str, Any]:
    return own_metadata(extended(), name)


@cache
def committed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(table(name).read_text())
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OWN)
def test_declared_as_committed(name: str, kind: str) -> None:
    here, there = declared(name)[kind], committed(name)[kind]
    assert here == there, "python -m tests.own_metadata writes it anew"


@pytest.mark.parametrize("name", OWN)
def test_the_table_has_all_kinds(name: str) -> None:
    assert tuple(committed(name)) == KINDS == tuple(declared(name))
