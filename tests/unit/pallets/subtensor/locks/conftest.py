"""The chain of the tests of locks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.subtensor_chain import borrowed
from tests.unit.pallets.subtensor.locks.locks_chain import LocksChain


@pytest.fixture
def chain() -> Iterator[LocksChain]:
    """A market where ALICE has stake to lock, and her locks do not decay."""
    with borrowed(LocksChain) as chain:
        yield chain
