"""The chains with SubtensorModule, each new for its test; a folder below may offer its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.subtensor_chain import ONE, Chain, borrowed
from tests.support import ALICE, BOB
from tests.unit.pallets.subtensor.coinbase.economy import Economy
from tests.unit.pallets.subtensor.networks.subnets_chain import SubnetChain
from tests.unit.pallets.subtensor.staking.market import Market


@pytest.fixture
def bare_chain() -> Chain:
    """No subnets, no accounts."""
    return Chain()


@pytest.fixture
def chain(bare_chain: Chain) -> Chain:
    """Subnet 1 of BOB with his hotkey ALICE as its only neuron."""
    bare_chain.subnet(ONE, BOB)
    bare_chain.neuron(ONE, ALICE, BOB)
    return bare_chain


@pytest.fixture
def market() -> Iterator[Market]:
    """Root, subnets 1 and 2 with pools, and subnet 3 whose alpha costs one TAO."""
    with borrowed(Market) as chain:
        yield chain


@pytest.fixture
def economy() -> Iterator[Economy]:
    """Steps of the coinbase, for subnets that a test adds."""
    with borrowed(Economy) as chain:
        yield chain


@pytest.fixture
def subnet_chain() -> SubnetChain:
    """Subnets are registered by calls and paid for."""
    return SubnetChain()
