"""Settings of root and of owners where subnets come and go.

Facts of the chain's own tests of AdminUtils.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.primitives import U8, U16, U64
from pysubtensor.pallets import admin_utils
from pysubtensor.pallets.subtensor import errors
from pysubtensor.pallets.subtensor.events.weights import EpochDeferred
from pysubtensor.pallets.subtensor.networks import pruning, registration
from tests.support import (
    ALICE,
    BOB,
    CHARLIE,
    DAVE,
    ROOT,
    events,
    roll_to,
)
from tests.unit.pallets.admin_utils.governed_chain import GovernedChain
from tests.unit.pallets.subtensor.networks.subnets_chain import TAO, account, netuid

ONE, TWO = netuid(1), netuid(2)


@pytest.fixture
def chain(chain: GovernedChain) -> GovernedChain:
    """With subnet 1 of Alice and her hotkey Bob, registered in block 10."""
    chain.at(10)
    chain.register(ALICE, BOB)
    chain.set(ROOT, "sudo_set_admin_freeze_window", window=U16(0))
    return chain


def test_root_says_how_long_everybody_waits_for_the_next_subnet(chain):
    chain.set(ROOT, "sudo_set_network_rate_limit", rate_limit=U64(9))
    chain.give(CHARLIE, 1_000 * TAO)
    chain.at(18)
    chain.refused("NetworkTxRateLimitExceeded", CHARLIE, "register_network", hotkey=DAVE)
    chain.set(ROOT, "sudo_set_network_rate_limit", rate_limit=U64(8))
    assert chain.register(CHARLIE, DAVE) == TWO


def test_root_says_how_many_subnets_there_are(chain):
    chain.set(ROOT, "sudo_set_subnet_limit", max_subnets=U16(1))
    chain.give(CHARLIE, 1_000 * TAO)
    chain.refused("SubnetLimitReached", CHARLIE, "register_network", hotkey=DAVE)
    chain.set(ROOT, "sudo_set_subnet_limit", max_subnets=U16(2))
    assert chain.register(CHARLIE, DAVE) == TWO


def test_fewer_places_than_subnets_remove_one_for_each_that_comes(chain):
    for number in range(2):
        chain.register(account("c", number), account("h", number))
    chain.set(ROOT, "sudo_set_subnet_limit", max_subnets=U16(1))
    chain.set(ROOT, "sudo_set_network_immunity_period", immunity_period=U64(0))
    assert chain.register(CHARLIE, DAVE) == ONE
    assert chain.sub.total_networks.get() == 3


def test_root_says_when_a_subnet_may_go(chain):
    chain.at(30)
    assert pruning.to_prune(chain.sub) is None
    chain.set(ROOT, "sudo_set_network_immunity_period", immunity_period=U64(20))
    assert pruning.to_prune(chain.sub) == ONE
    chain.set(ROOT, "sudo_set_network_immunity_period", immunity_period=U64(21))
    assert pruning.to_prune(chain.sub) is None


def test_root_says_what_a_subnet_costs_at_least(chain):
    chain.set(ROOT, "sudo_set_lock_reduction_interval", interval=U64(10))
    chain.set(ROOT, "sudo_set_network_min_lock_cost", lock_cost=U64(120 * TAO))
    costs = []
    for block in (10, 15, 18, 30):
        chain.at(block)
        costs.append(registration.lock_cost_now(chain.sub) // TAO)
    assert costs == [200, 150, 120, 120]


def test_root_says_how_fast_the_cost_falls(chain):
    chain.at(20)
    for interval, cost in ((10, 100), (20, 150), (100, 190), (0, 200)):
        chain.set(ROOT, "sudo_set_lock_reduction_interval", interval=U64(interval))
        assert registration.lock_cost_now(chain.sub) == cost * TAO


def test_root_says_how_long_a_start_waits(chain):
    assert chain.sub.start_call_delay.get() == 0
    with pytest.raises(BadOrigin):
        chain.set(ALICE, "sudo_set_start_call_delay", delay=U64(0))
    chain.set(ROOT, "sudo_set_start_call_delay", delay=U64(5))
    chain.at(14)
    chain.refused("NeedWaitingMoreBlocksToStarCall", ALICE, "start_call", netuid=ONE)
    chain.set(ROOT, "sudo_set_start_call_delay", delay=U64(0))
    chain.call(ALICE, "start_call", netuid=ONE)
    assert chain.sub.first_emission_block_number[ONE] == 15


def test_an_owner_sets_what_is_the_owners_until_the_subnet_ends(chain):
    chain.set(ALICE, "sudo_set_rho", netuid=ONE, rho=U16(7))
    with pytest.raises(BadOrigin):
        chain.set(CHARLIE, "sudo_set_rho", netuid=ONE, rho=U16(8))
    chain.dissolve(ONE)
    with pytest.raises(BadOrigin):
        chain.set(ALICE, "sudo_set_rho", netuid=ONE, rho=U16(9))
    with pytest.raises(admin_utils.errors.SubnetDoesNotExist):
        chain.set(ROOT, "sudo_set_rho", netuid=ONE, rho=U16(9))


def test_the_next_owner_waits_for_what_the_last_one_set(chain):
    """The block is kept by netuid and outlives the subnet."""
    chain.set(ALICE, "sudo_set_rho", netuid=ONE, rho=U16(7))
    chain.dissolve(ONE)
    assert chain.register(CHARLIE, DAVE) == ONE
    assert chain.sub.rho[ONE] == chain.sub.config.initial_rho
    with pytest.raises(errors.TxRateLimitExceeded):
        chain.set(CHARLIE, "sudo_set_rho", netuid=ONE, rho=U16(8))
    chain.at(10 + 2 * 360)
    chain.set(CHARLIE, "sudo_set_rho", netuid=ONE, rho=U16(8))


@pytest.mark.parametrize("who", [ALICE, ROOT])
def test_the_owners_hotkey_changes_at_most_once_a_week(chain, who):
    chain.set(who, "sudo_set_sn_owner_hotkey", netuid=ONE, hotkey=CHARLIE)
    assert chain.sub.subnet_owner_hotkey[ONE] == CHARLIE
    with pytest.raises(errors.TxRateLimitExceeded):
        chain.set(who, "sudo_set_sn_owner_hotkey", netuid=ONE, hotkey=DAVE)
    chain.at(10 + 50_400)
    chain.set(who, "sudo_set_sn_owner_hotkey", netuid=ONE, hotkey=DAVE)


def test_an_owner_opens_and_closes_trade_of_alpha_only_by_starting(chain):
    with pytest.raises(BadOrigin):
        chain.set(ALICE, "sudo_set_subtoken_enabled", netuid=ONE, subtoken_enabled=True)
    chain.set(ROOT, "sudo_set_subtoken_enabled", netuid=ONE, subtoken_enabled=True)
    chain.set(ROOT, "sudo_set_subtoken_enabled", netuid=ONE, subtoken_enabled=False)
    chain.call(ALICE, "start_call", netuid=ONE)
    assert chain.sub.subtoken_enabled[ONE]


def test_speeds_of_bonds_are_the_owners_of_the_subnet(chain):
    """Who owns no subnet yet may not set them."""
    speeds = {"alpha_low": U16(1_638), "alpha_high": U16(65_525)}
    with pytest.raises(BadOrigin):
        chain.set(CHARLIE, "sudo_set_alpha_values", netuid=TWO, **speeds)
    assert chain.register(CHARLIE, DAVE) == TWO
    with pytest.raises(errors.LiquidAlphaDisabled):
        chain.set(CHARLIE, "sudo_set_alpha_values", netuid=TWO, **speeds)
    chain.set(CHARLIE, "sudo_set_liquid_alpha_enabled", netuid=TWO, enabled=True)
    chain.set(CHARLIE, "sudo_set_alpha_values", netuid=TWO, **speeds)
    assert chain.sub.alpha_values[TWO] == (1_638, 65_525)


def test_root_lets_emission_flow_and_stops_it(chain):
    assert not chain.sub.subnet_emission_enabled[ONE]
    for enabled in (True, False):
        chain.set(ROOT, "sudo_set_subnet_emission_enabled", netuid=ONE, enabled=enabled)
        assert chain.sub.subnet_emission_enabled[ONE] is enabled
    with pytest.raises(BadOrigin):
        chain.set(ALICE, "sudo_set_subnet_emission_enabled", netuid=ONE, enabled=True)


@pytest.mark.parametrize(("most", "deferred"), [(1, 3), (3, 1), (6, 0)])
def test_root_says_how_many_epochs_a_block_runs(most, deferred):
    """Of four that are due the others wait."""
    chain = GovernedChain()
    for number in range(4):
        net = chain.register(account("c", number), account("h", number))
        chain.sub.pending_epoch_at[net] = U64(1)
    chain.set(ROOT, "sudo_set_max_epochs_per_block", max_epochs_per_block=U8(most))
    roll_to(chain.runtime, 2)
    assert sum(isinstance(each, EpochDeferred) for each in events(chain.runtime)) == deferred
