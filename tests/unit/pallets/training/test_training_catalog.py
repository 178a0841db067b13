"""What clients see of the Training pallet is what the committed table says."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.own_metadata import TABLE, extended, own_metadata

KINDS = (
    *("index", "storage_prefix", "call_type", "event_type", "error_type"),
    *("calls", "storage", "events", "errors", "constants", "api", "types"),
)


@cache
def declared() -> dict[str, Any]:
    return own_metadata(extended())


@cache
def committed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TABLE.read_text())
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_declared_as_committed(kind: str) -> None:
    assert declared()[kind] == committed()[kind], "python -m tests.own_metadata writes it anew"


def test_the_table_has_all_kinds() -> None:
    assert tuple(committed()) == KINDS == tuple(declared())
