"""The chain of the tests of subnets that come and go."""

from __future__ import annotations

import pytest

from tests.unit.pallets.subtensor.networks.subnets_chain import SubnetChain


@pytest.fixture
def chain(subnet_chain: SubnetChain) -> SubnetChain:
    """No subnets yet; they are registered by calls and paid for."""
    return subnet_chain
