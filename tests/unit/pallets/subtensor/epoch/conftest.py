"""The chain of the tests of epochs."""

from __future__ import annotations

import pytest

from tests.unit.pallets.subtensor.coinbase.economy import Economy


@pytest.fixture
def chain(economy: Economy) -> Economy:
    """No subnets yet; steps of the coinbase one by one."""
    return economy
