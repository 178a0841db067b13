"""Which subnet has to go.  Facts of the chain's tests/networks."""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import I128, U16, U64
from pysubtensor.pallets.subtensor.networks import pruning
from tests.unit.pallets.subtensor.networks.subnets_chain import SubnetChain, account, netuid

IMMUNITY = 1_296_000
BORN = (0, 0, 1, 2, IMMUNITY + 5, IMMUNITY + 6)
"""Blocks in which subnets 1 to 6 were registered."""


@pytest.fixture
def chain(chain) -> SubnetChain:
    """With six subnets, the first two of the same block."""
    for number, block in enumerate(BORN, 1):
        chain.at(block)
        chain.register(account("c", number), account("h", number))
    return chain


def price(chain: SubnetChain, *prices: int) -> None:
    """Let subnets from 1 on have had these prices on average, in TAO."""
    for number, tao in enumerate(prices, 1):
        chain.sub.subnet_moving_price[netuid(number)] = I128(tao << 32)


def test_none_goes_where_there_is_none():
    assert pruning.to_prune(SubnetChain().sub) is None


@pytest.mark.parametrize(
    ("block", "prices", "found"),
    [
        (IMMUNITY + 10, (25, 25, 100, 1, 0, 0), 4),  # the cheapest out of immunity
        (IMMUNITY + 10, (25, 25, 100, 25, 0, 0), 1),  # of equals the oldest, then the first
        (IMMUNITY + 10, (25, 25, 25, 25, 0, 0), 1),
        (0, (25, 25, 25, 25, 0, 0), None),  # all are immune
        (IMMUNITY - 1, (25, 25, 25, 25, 0, 0), None),
        (IMMUNITY, (25, 25, 1, 1, 0, 0), 1),  # the others a block later
        (2 * IMMUNITY + 10, (25, 25, 25, 25, 0, 0), 5),
        (2 * IMMUNITY + 10, (25, 1, 1, 25, 100, 100), 2),  # the older one
    ],
)
def test_the_cheapest_goes_that_is_not_immune(chain, block, prices, found):
    price(chain, *prices)
    chain.at(block)
    assert pruning.to_prune(chain.sub) == found


def test_gaps_between_netuids_do_not_matter(chain):
    price(chain, 25, 25, 25, 25, 0, 0)
    chain.at(2 * IMMUNITY + 10)
    chain.dissolve(netuid(5))
    assert pruning.to_prune(chain.sub) == 6


def test_neither_root_nor_what_is_not_added_goes(chain):
    price(chain, 25, 1, 2, 25, 100, 100)
    chain.at(2 * IMMUNITY)
    chain.sub.networks_added[netuid(0)] = True
    chain.sub.networks_added[netuid(2)] = False
    assert pruning.to_prune(chain.sub) == 3


def test_a_subnet_without_price_is_worth_one_tao(chain):
    price(chain, 2, 0, 2, 2, 2, 2)
    chain.sub.subnet_mechanism[netuid(1)] = U16(0)
    chain.sub.subnet_mechanism[netuid(2)] = U16(0)
    chain.at(IMMUNITY + 10)
    assert pruning.to_prune(chain.sub) == 1


def test_there_is_a_place_until_the_limit(chain):
    chain.at(2 * IMMUNITY)
    chain.sub.subnet_limit.put(U16(7))
    assert pruning.place_to_clear(chain.sub) is None
    chain.sub.subnet_limit.put(U16(6))
    assert pruning.place_to_clear(chain.sub) == 1


def test_immunity_may_be_shortened(chain):
    chain.sub.network_immunity_period.put(U64(1))
    chain.at(IMMUNITY + 6)
    price(chain, 9, 9, 9, 9, 2, 1)
    assert pruning.to_prune(chain.sub) == 5
