"""What blocks create follows the halving curve, block by block, across each threshold."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.face.scratch import Scratch
from pysubtensor.frame.origin import Id
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import mainnet_like

SUPPLY = 21_000_000 * TAO
BLOCKS = 6
THRESHOLDS = st.integers(1, 32).map(lambda k: SUPPLY - (SUPPLY >> k)) | st.just(SUPPLY)
STARTS = st.builds(
    lambda at, below: at - below, THRESHOLDS, st.integers(-3 * TAO, 3 * TAO) | st.integers(-3, 3)
).filter(lambda start: start >= 10_600_000 * TAO)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def emission(issued):
    """1 TAO, halved as often as half of what was left has been issued."""
    per_block, left = TAO, SUPPLY
    while issued >= SUPPLY - left // 2 and per_block:
        per_block, left = per_block // 2, left // 2
    return per_block if issued < SUPPLY else 0


@pytest.fixture(scope="module")
def world():
    """One subnet, which takes all the TAO of a block."""
    with Devnet(mainnet_like(Size(subnets=1, neurons=3, validators=1))) as d:
        yield d


@pytest.mark.parametrize(
    ("issued", "created"),
    [
        (0, TAO),
        (10_500_000 * TAO - 1, TAO),
        (10_500_000 * TAO, TAO // 2),
        (15_750_000 * TAO - 1, TAO // 2),
        (15_750_000 * TAO, TAO // 4),
        (18_375_000 * TAO, TAO // 8),
        (SUPPLY - 1, 0),
        (SUPPLY, 0),
    ],
)
def test_the_curve(issued, created):
    assert emission(issued) == created


@FEW
@given(STARTS)
def test_tao_follows_the_curve(world, start):
    with Scratch(world) as d:
        missing = start - d.balances.total_issuance()
        free = d.free("//Ferdie") + missing
        d.as_root(
            "Balances", "force_set_balance", who=Id(account("//Ferdie")), new_free=max(free, 0)
        )
        d.subtensor_module.total_issuance.put(d.balances.total_issuance())
        for _ in range(BLOCKS):
            before = d.balances.total_issuance()
            d.mine()
            created = d.balances.total_issuance() - before
            assert d.subtensor_module.total_issuance.get() == before + created
            expected = min(emission(before), max(SUPPLY - before, 0))
            assert expected - 2 <= created <= expected, "shares are rounded down"


@FEW
@given(STARTS)
def test_alpha_follows_the_same_curve(world, start):
    with Scratch(world) as d:
        sub = d.subtensor_module
        d.as_root("AdminUtils", "sudo_set_tempo", netuid=1, tempo=1_000)
        sub.subnet_alpha_out[1] = start - sub.subnet_alpha_in[1]
        for _ in range(BLOCKS):
            issued = sub.subnet_alpha_in[1] + sub.subnet_alpha_out[1]
            d.mine()
            assert sub.subnet_alpha_out_emission[1] == emission(issued)
            assert sub.subnet_alpha_in_emission[1] <= emission(issued)
