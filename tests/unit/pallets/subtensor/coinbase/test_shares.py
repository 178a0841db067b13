"""How the shares of subnets are reckoned.  Facts of the chain's tests/subnet_emissions."""

import pytest

from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.pallets.subtensor.coinbase import compute, gather, shares
from pysubtensor.pallets.subtensor.coinbase.flow import normalized_powers
from pysubtensor.pallets.subtensor.pools.moving_price import moving_price

ONE, TWO = 1, 2


def powers(numbers, exponent):
    raw = [int(each * 2**64) for each in numbers]
    return [each / 2**64 for each in normalized_powers(raw, int(exponent * 2**64))]


def test_zeros_stay_zeros():
    assert powers([0, 0, 0], 1) == [0, 0, 0]


@pytest.mark.parametrize("numbers", [(1e-9, 2e-9, 3e-9), (1e9, 2e9, 3e9), (1, 2, 3)])
def test_no_number_is_too_small_or_too_large(numbers):
    for found, wanted in zip(powers(numbers, 2), (1 / 14, 4 / 14, 9 / 14), strict=True):
        assert abs(found - wanted) < wanted / 100


def test_large_numbers_come_to_one():
    found = powers([1e9, 5e9, 1e10], 2)
    assert abs(sum(found) - 1) < 1e-9
    assert all(0 <= each <= 1 for each in found)


@pytest.mark.parametrize("exponent", [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2])
def test_powers_keep_their_proportions(exponent):
    found = powers([2, 3, 5], exponent)
    total = 2**exponent + 3**exponent + 5**exponent
    for each, base in zip(found, (2, 3, 5), strict=True):
        assert abs(each - base**exponent / total) < base**exponent / total / 100
    assert abs(sum(found) - 1) < 1e-12


@pytest.fixture
def chain(chain):
    for netuid in (ONE, TWO):
        chain.network(netuid, price=1)
    return chain


def divided(chain):
    rows = gather.subnet_rows(chain.sub, [ONE, TWO])
    return [each / 2**32 for each in compute.tao_emissions(rows, 1_000)]


def test_root_s_proportion_does_not_matter(chain):
    chain.sub.root_prop[ONE], chain.sub.root_prop[TWO] = 2**32, 2**32 // 10
    assert divided(chain) == [500, 500]


def test_what_an_owner_withholds_from_miners_counts_against_the_subnet(chain):
    chain.sub.miner_burned[ONE] = 2**31
    found = divided(chain)
    assert abs(found[0] - 1_000 / 3) < 1e-6 > abs(found[1] - 2_000 / 3)


def test_where_all_withhold_all_prices_alone_decide(chain):
    chain.sub.miner_burned[ONE] = chain.sub.miner_burned[TWO] = 2**32
    chain.sub.subnet_moving_price[TWO] = 3 * 2**32
    assert divided(chain) == [250, 750]


def test_where_alpha_has_no_price_it_counts_as_one(chain):
    chain.sub.subnet_mechanism[ONE] = 0
    chain.sub.subnet_moving_price[ONE] = 7
    assert moving_price(chain.sub, ONE) == U64F64.one
    assert moving_price(chain.sub, 0) == U64F64.one  # root
    assert divided(chain) == [500, 500]


def test_flows_say_nothing(chain):
    chain.sub.subnet_tao_flow[ONE] = -(10**12)
    assert divided(chain) == [500, 500]
    assert chain.sub.subnet_ema_tao_flow[ONE] is None


def test_no_subnet_no_share():
    assert shares.shares([], []) == []
