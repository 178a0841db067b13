"""The chain of the tests of weights."""

from __future__ import annotations

import pytest

from tests.unit.pallets.subtensor.weights.weights_chain import WeightsChain


@pytest.fixture
def chain() -> WeightsChain:
    """Subnet 1 with three neurons, of which the first may validate; weights are set at once."""
    return WeightsChain()
