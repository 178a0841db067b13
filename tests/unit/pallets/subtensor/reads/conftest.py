"""The runtime that the tests of the reads ask."""

from __future__ import annotations

import pytest

from pysubtensor.runtime.runtime import Runtime
from tests.unit.pallets.subtensor.reads.reads_chain import populated


@pytest.fixture
def runtime() -> Runtime:
    """The whole chain; on subnet 1 ALICE and BOB have a neuron each."""
    return populated()
