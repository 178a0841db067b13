"""Registering and starting subnets.  Facts of the chain's tests/networks and tests/subnet."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U16, U64, Tao
from pysubtensor.pallets.subtensor.events.hyperparameters import (
    ImmunityPeriodSet,
    MaxAllowedUidsSet,
    MaxAllowedValidatorsSet,
    MinAllowedWeightSet,
    RegistrationAllowed,
)
from pysubtensor.pallets.subtensor.events.keys import SubnetIdentitySet
from pysubtensor.pallets.subtensor.events.networks import (
    FirstEmissionBlockNumberSet,
    NetworkAdded,
    SubnetOwnerHotkeySet,
)
from pysubtensor.pallets.subtensor.networks import registration
from pysubtensor.pallets.subtensor.networks.symbols import SYMBOLS, TAU
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import SubnetIdentity
from tests.subtensor_chain import NAME
from tests.support import ALICE, BOB, CHARLIE, DAVE, ROOT, roll_to, run
from tests.unit.pallets.subtensor.networks.subnets_chain import (
    DEPOSIT,
    TAO,
    SubnetChain,
    account,
    netuid,
)

TEXTS = SubnetIdentity(*[b"text"] * 8)


# -- registered -----------------------------------------------------------------------------------


def test_a_new_subnet_tells_of_its_settings_and_then_of_itself(chain):
    chain.give(ALICE, 200 * TAO)
    told = chain.call(ALICE, "register_network", hotkey=BOB)
    one = netuid(1)
    assert [
        each for each in told if type(each).__module__.startswith("pysubtensor.pallets.subtensor")
    ] == [
        RegistrationAllowed(one, True),
        MaxAllowedUidsSet(one, U16(256)),
        MaxAllowedValidatorsSet(one, U16(64)),
        MinAllowedWeightSet(one, U16(1)),
        ImmunityPeriodSet(one, U16(5000)),
        SubnetOwnerHotkeySet(one, BOB),
        NetworkAdded(one, U16(1)),
    ]


def test_the_owner_pays_the_lock_into_the_subnets_account(chain):
    chain.give(ALICE, 150 * TAO)
    one = chain.call(ALICE, "register_network", hotkey=BOB)[-1].netuid
    assert chain.free(ALICE) == 50 * TAO
    assert chain.free(chain.account(one)) == 100 * TAO
    assert chain.sub.subnet_locked[one] == chain.sub.subnet_tao[one] == 100 * TAO
    assert chain.sub.total_stake.get() == 100 * TAO
    assert chain.money.total_issuance() == chain.sub.total_issuance.get() == 150 * TAO


@pytest.mark.parametrize("lock", [1_000, 1_000_000_000_000])
def test_the_first_pool_has_as_much_alpha_as_tao(lock):
    chain = SubnetChain(least_lock=lock)
    one = chain.register(ALICE, BOB)
    assert chain.sub.subnet_tao[one] == chain.sub.subnet_alpha_in[one] == lock
    assert chain.sub.config.exchange().price(one) == U64F64.one


def test_the_owner_gets_no_alpha(chain):
    one = chain.register(ALICE, BOB)
    assert chain.sub.subnet_alpha_out[one] == 0
    assert ledger.of(chain.sub, BOB, ALICE, one) == 0
    assert list(chain.sub.lock.keys(ALICE, one)) == []


def test_the_owners_hotkey_is_the_first_neuron(chain):
    chain.at(7)
    one = chain.register(ALICE, BOB)
    assert chain.sub.uids[one, BOB] == 0
    assert chain.sub.subnetwork_n[one] == 1
    assert chain.sub.block_at_registration[one, 0] == 7
    assert chain.sub.owner[BOB] == ALICE
    assert (chain.sub.subnet_owner[one], chain.sub.subnet_owner_hotkey[one]) == (ALICE, BOB)


def test_settings_of_a_new_subnet(chain):
    sub, one = chain.sub, chain.register(ALICE, BOB)
    assert sub.tempo[one] == 360
    assert sub.tempo[one] >= sub.weights_set_rate_limit[one]
    assert (sub.burn[one], sub.min_burn[one]) == (TAO, 500_000)
    assert sub.network_registration_allowed[one]
    assert sub.network_pow_registration_allowed[one]
    assert sub.yuma3_on[one]
    assert sub.subnet_mechanism[one] == 1
    assert not sub.subnet_emission_enabled[one]
    assert not sub.subtoken_enabled[one]
    assert sub.first_emission_block_number[one] is None


@pytest.mark.parametrize("item", ["kappa", "activity_cutoff", "registrations_this_interval"])
def test_some_settings_are_written_although_they_are_as_usual(chain, item):
    one = chain.register(ALICE, BOB)
    assert one in getattr(chain.sub, item)


@pytest.mark.parametrize(("block", "last"), [(1, 0), (2, 0), (1_000, 998)])
def test_epochs_are_spread_by_netuid(chain, block, last):
    chain.register(ALICE, BOB)
    chain.at(block)
    assert chain.sub.last_epoch_block[chain.register(CHARLIE, DAVE)] == last


def test_netuids_are_given_in_turn_and_again(chain):
    assert [chain.register(account("c", n), account("h", n)) for n in range(3)] == [1, 2, 3]
    chain.dissolve(netuid(2))
    assert chain.sub.total_networks.get() == 2
    assert chain.register(ALICE, BOB) == 2
    assert chain.register(CHARLIE, DAVE) == 4


def test_a_netuid_whose_entry_denies_it_is_taken_all_the_same(chain):
    chain.sub.networks_added[netuid(1)] = False
    assert chain.register(ALICE, BOB) == 2


def test_identity_comes_with_the_subnet(chain):
    chain.give(ALICE, 200 * TAO)
    told = chain.call(ALICE, "register_network_with_identity", hotkey=BOB, identity=TEXTS)
    assert chain.sub.subnet_identities_v3[netuid(1)] == TEXTS
    assert told[-2:] == [SubnetIdentitySet(netuid(1)), NetworkAdded(netuid(1), U16(1))]


def test_a_subnet_may_come_without_identity(chain):
    one = chain.register(ALICE, BOB, identity=None)
    assert chain.sub.subnet_identities_v3[one] is None


def test_an_identity_too_long_undoes_everything(chain):
    chain.give(ALICE, 200 * TAO)
    texts = SubnetIdentity(b"x" * 257, *[b""] * 7)
    name = "register_network_with_identity"
    chain.refused("InvalidIdentity", ALICE, name, hotkey=BOB, identity=texts)


def test_how_often_a_netuid_was_registered_outlives_the_subnet(chain):
    one, two = chain.register(ALICE, BOB), chain.register(CHARLIE, DAVE)
    counter = chain.sub.registered_subnet_counter
    assert (counter[one], counter[two]) == (1, 1)
    chain.dissolve(one)
    assert counter[one] == 1
    chain.register(ALICE, BOB)
    assert (counter[one], counter[two]) == (2, 1)


# -- refused --------------------------------------------------------------------------------------


def test_who_cannot_pay_gets_no_subnet(chain):
    chain.refused("CannotAffordLockCost", ALICE, "register_network", hotkey=BOB)
    chain.give(ALICE, 100 * TAO - 1)
    chain.refused("CannotAffordLockCost", ALICE, "register_network", hotkey=BOB)
    assert registry.netuids(chain.sub) == []


def test_who_can_just_pay_keeps_the_deposit_and_locks_less(chain):
    chain.give(ALICE, 100 * TAO)
    one = chain.call(ALICE, "register_network", hotkey=BOB)[-1].netuid
    assert chain.free(ALICE) == DEPOSIT
    assert chain.sub.subnet_locked[one] == 100 * TAO - DEPOSIT
    assert chain.sub.network_last_lock_cost.get() == 100 * TAO - DEPOSIT
    assert chain.sub.subnet_tao[one] == 100 * TAO


def test_nobody_takes_the_hotkey_of_another(chain):
    chain.register(ALICE, BOB)
    chain.give(CHARLIE, 1_000 * TAO)
    chain.refused("NonAssociatedColdKey", CHARLIE, "register_network", hotkey=BOB)
    assert chain.free(CHARLIE) == 1_000 * TAO


@pytest.mark.parametrize("number", [0, 1, 2048])
def test_no_subnets_account_is_a_hotkey(chain, number):
    chain.sub.networks_added[netuid(number)] = True
    hotkey = chain.account(netuid(number))
    chain.give(ALICE, 1_000 * TAO)
    chain.refused("CannotUseSystemAccount", ALICE, "register_network", hotkey=hotkey)


def test_registration_opens_at_a_block(chain):
    chain.sub.network_registration_start_block.put(U64(50))
    chain.give(ALICE, 1_000 * TAO)
    chain.at(49)
    chain.refused("SubNetRegistrationDisabled", ALICE, "register_network", hotkey=BOB)
    chain.at(50)
    assert chain.register(ALICE, BOB) == 1


def test_everybody_waits_after_a_registration(chain):
    chain.sub.network_rate_limit.put(U64(100))
    chain.at(5)
    chain.register(ALICE, BOB)
    chain.give(CHARLIE, 1_000 * TAO)
    chain.at(104)
    chain.refused("NetworkTxRateLimitExceeded", CHARLIE, "register_network", hotkey=DAVE)
    chain.at(105)
    chain.call(CHARLIE, "register_network", hotkey=DAVE)


def test_only_accounts_register_subnets(chain):
    with pytest.raises(BadOrigin):
        run(chain.runtime, ROOT, NAME, "register_network", hotkey=BOB)


# -- prices ---------------------------------------------------------------------------------------


def test_the_lock_doubles_and_falls_back(chain):
    chain.sub.network_lock_reduction_interval.put(U64(10))
    chain.at(100)
    chain.register(ALICE, BOB)
    costs = []
    for block in (100, 101, 105, 110, 1_000):
        chain.at(block)
        costs.append(registration.lock_cost_now(chain.sub) // TAO)
    assert costs == [200, 190, 150, 100, 100]


def test_alpha_is_worth_one_tao_where_none_has_a_price(chain):
    sub = chain.sub
    assert registration.median_price(sub) == U64F64.one
    sub.networks_added[netuid(0)] = True
    assert registration.median_price(sub) == U64F64.one
    chain.pool(chain.register(ALICE, BOB), 0, 100)
    assert registration.median_price(sub) == U64F64.one
    hidden = chain.register(CHARLIE, DAVE)
    chain.pool(hidden, 900, 100)
    sub.networks_added[hidden] = False
    assert registration.median_price(sub) == U64F64.one


@pytest.mark.parametrize(
    ("pools", "twice"),
    [((700, 200, 500), 10), ((200, 800, 0), 10), ((500, 200), 7), ((200, 200, 200, 800), 4)],
)
def test_the_median_price(chain, pools, twice):
    for number, tao in enumerate(pools):
        chain.pool(chain.register(account("c", number), account("h", number)), tao, 100)
    chain.sub.networks_added[netuid(0)] = True
    assert registration.median_price(chain.sub) == twice * U64F64.one // 2


def test_a_new_pool_begins_at_the_median_price_of_the_others(chain):
    for number, tao in enumerate((500, 200)):
        chain.pool(chain.register(account("c", number), account("h", number)), tao, 100)
    lock = registration.lock_cost_now(chain.sub)
    three = chain.register(ALICE, BOB)
    assert chain.sub.subnet_tao[three] == lock
    assert chain.sub.subnet_alpha_in[three] == lock * 2 // 7
    assert chain.sub.config.exchange().price(three) >= 7 * U64F64.one // 2
    assert registration.median_price(chain.sub) == chain.sub.config.exchange().price(three)


# -- the limit ------------------------------------------------------------------------------------


def full(chain: SubnetChain, most: int) -> None:
    """As many subnets as there may be, all out of immunity."""
    chain.sub.subnet_limit.put(U16(most))
    for number in range(most):
        chain.register(account("c", number), account("h", number))
    chain.at(chain.sub.network_immunity_period.get() + 100)


def test_a_subnet_goes_for_another_to_come(chain):
    full(chain, 2)
    assert chain.register(ALICE, BOB) == 1
    sub = chain.sub
    assert sub.total_networks.get() == 2
    assert (sub.subnet_owner[netuid(1)], sub.subnet_owner_hotkey[netuid(1)]) == (ALICE, BOB)
    assert sub.subnet_owner[netuid(2)] == account("c", 1)


def test_no_subnet_goes_before_the_other_is_paid(chain):
    full(chain, 1)
    chain.refused("CannotAffordLockCost", ALICE, "register_network", hotkey=BOB)
    assert chain.sub.networks_added[netuid(1)]


def test_immune_subnets_do_not_go(chain):
    full(chain, 1)
    chain.at(2)
    chain.give(ALICE, 10_000 * TAO)
    chain.refused("SubnetLimitReached", ALICE, "register_network", hotkey=BOB)


def test_root_takes_no_place(chain):
    chain.sub.networks_added[netuid(0)] = True
    full(chain, 1)
    chain.sub.subnet_limit.put(U16(2))
    assert chain.register(ALICE, BOB) == 2


# -- symbols --------------------------------------------------------------------------------------


def many(chain: SubnetChain, count: int) -> None:
    chain.sub.subnet_limit.put(U16(len(SYMBOLS)))
    for number in range(count):
        chain.register(account("c", number), account("h", number))
        chain.sub.network_last_lock_cost.put(Tao(U64(1_000)))


def test_every_netuid_has_its_own_symbol_and_later_ones_tau(chain):
    many(chain, len(SYMBOLS) - 1)
    assert [chain.sub.token_symbol[netuid(n)] for n in range(1, len(SYMBOLS))] == list(SYMBOLS[1:])
    late = chain.register(ALICE, BOB)
    assert late == len(SYMBOLS)
    assert chain.sub.token_symbol[late] == TAU


def test_who_finds_the_symbol_taken_gets_the_first_that_is_free(chain):
    many(chain, 50)
    chain.sub.token_symbol[netuid(25)] = SYMBOLS[51]
    assert chain.sub.token_symbol[chain.register(ALICE, BOB)] == SYMBOLS[25]


# -- started --------------------------------------------------------------------------------------


def test_an_owner_starts_the_subnet(chain):
    one = chain.register(ALICE, BOB)
    chain.at(9)
    told = chain.call(ALICE, "start_call", netuid=one)
    assert told == [FirstEmissionBlockNumberSet(one, U64(10))]
    assert chain.sub.first_emission_block_number[one] == 10
    assert chain.sub.subtoken_enabled[one]


def test_blocks_do_not_move_the_start(chain):
    one = chain.register(ALICE, BOB)
    chain.call(ALICE, "start_call", netuid=one)
    roll_to(chain.runtime, 14)
    assert chain.sub.first_emission_block_number[one] == 2


def test_a_subnet_starts_once(chain):
    one = chain.register(ALICE, BOB)
    chain.call(ALICE, "start_call", netuid=one)
    chain.refused("FirstEmissionBlockNumberAlreadySet", ALICE, "start_call", netuid=one)


def test_a_subnet_that_is_not_there_does_not_start(chain):
    chain.refused("SubnetNotExists", ALICE, "start_call", netuid=netuid(1))


@pytest.mark.parametrize("who", [BOB, CHARLIE, ROOT])
def test_nobody_else_starts_it(chain, who):
    one = chain.register(ALICE, BOB)
    with pytest.raises(BadOrigin):
        run(chain.runtime, who, NAME, "start_call", netuid=one)


def test_a_start_has_to_wait_where_root_wants_that(chain):
    chain.at(10)
    one = chain.register(ALICE, BOB)
    chain.sub.start_call_delay.put(U64(20))
    chain.at(29)
    chain.refused("NeedWaitingMoreBlocksToStarCall", ALICE, "start_call", netuid=one)
    chain.at(30)
    chain.call(ALICE, "start_call", netuid=one)
