"""What clients see of subnets that were made by calls.

Facts of the chain's tests/subnet_info, delegate_info and neuron_info.
"""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.fixed_point import I32F32, U64F64
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT
from pysubtensor.frame.primitives import I16, U16, U32, U64, U64_MAX, U128, U128_MAX, Tao
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.reads import api
from pysubtensor.pallets.subtensor.reads import types as shown
from pysubtensor.pallets.subtensor.reads.types import HyperparamValue
from pysubtensor.pallets.subtensor.staking import trades
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.networks.subnets_chain import TAO, SubnetChain, account, netuid

ONE, SEVEN = netuid(1), netuid(7)


@pytest.fixture
def chain(subnet_chain) -> SubnetChain:
    """With subnet 1 of Alice and her hotkey Bob, registered in block 5."""
    subnet_chain.at(5)
    subnet_chain.register(ALICE, BOB)
    return subnet_chain


@pytest.fixture
def subnets(chain) -> api.SubnetInfoRuntimeApi:
    return api.SubnetInfoRuntimeApi(chain.sub)


# -- subnets --------------------------------------------------------------------------------------


def test_a_new_subnet_with_its_pool(chain, subnets):
    found = subnets.get_dynamic_info(ONE)
    assert (found.netuid, found.owner_coldkey, found.owner_hotkey) == (ONE, ALICE, BOB)
    assert (found.tao_in, found.alpha_in, found.alpha_out) == (100 * TAO, 100 * TAO, 0)
    assert (found.tempo, found.network_registered_at, found.last_step) == (360, 5, 0)
    assert bytes(found.token_symbol) == chain.sub.token_symbol[ONE]
    assert found.subnet_identity is None
    assert subnets.get_all_dynamic_info() == (found,)


def test_a_new_subnet_as_such(subnets):
    found = subnets.get_subnet_info(ONE)
    assert (found.netuid, found.subnetwork_n, found.owner) == (ONE, 1, ALICE)
    assert (found.max_allowed_uids, found.max_allowed_validators) == (256, 64)
    assert (found.immunity_period, found.min_allowed_weights, found.burn) == (5_000, 1, TAO)


def test_a_metagraph_shows_the_owners_neuron(subnets):
    found = subnets.get_metagraph(ONE)
    assert (found.num_uids, found.hotkeys, found.coldkeys) == (1, (BOB,), (ALICE,))
    assert (found.block_at_registration, found.last_update, found.active) == ((5,), (5,), (True,))


def test_a_subnet_that_has_ended_is_not_seen(chain, subnets):
    chain.dissolve(ONE)
    for ask in (subnets.get_dynamic_info, subnets.get_subnet_info, subnets.get_metagraph,
                subnets.get_subnet_hyperparams_v3, subnets.get_subnet_account_id):  # fmt: skip
        assert ask(ONE) is None
    assert subnets.get_all_dynamic_info() == subnets.get_subnets_info() == ()


def test_accounts_of_257_subnets_differ(chain, subnets):
    for number in range(257):
        chain.sub.networks_added[netuid(number)] = True
    assert len({subnets.get_subnet_account_id(netuid(number)) for number in range(257)}) == 257


def test_the_cost_and_who_makes_room_follow_registrations(chain, subnets):
    cost = api.SubnetRegistrationRuntimeApi(chain.sub).get_network_registration_cost
    assert cost() == 200 * TAO
    assert subnets.get_subnet_to_prune() is None
    chain.at(6)
    assert cost() == 150 * TAO
    chain.at(7)
    chain.register(CHARLIE, DAVE)
    assert cost() == 200 * TAO
    chain.at(5 + chain.sub.network_immunity_period.get())
    assert subnets.get_subnet_to_prune() == ONE


# -- settings by name -----------------------------------------------------------------------------

NAMES = (
    "kappa immunity_period min_allowed_weights max_weights_limit tempo weights_version"
    " weights_rate_limit activity_cutoff activity_cutoff_factor registration_allowed"
    " target_regs_per_interval min_burn max_burn burn_half_life burn_increase_mult"
    " bonds_moving_avg max_regs_per_block serving_rate_limit max_validators commit_reveal_period"
    " commit_reveal_weights_enabled alpha_high alpha_low liquid_alpha_enabled"
    " alpha_sigmoid_steepness yuma_version subnet_is_active transfers_enabled bonds_reset_enabled"
    " user_liquidity_enabled owner_cut_enabled owner_cut_auto_lock_enabled min_childkey_take"
)  # fmt: skip
SETTINGS = [
    ("network_registration_allowed", False, "registration_allowed", shown.BoolParam(False)),
    ("commit_reveal_weights_enabled", True, "commit_reveal_weights_enabled",
     shown.BoolParam(True)),
    ("liquid_alpha_on", True, "liquid_alpha_enabled", shown.BoolParam(True)),
    ("bonds_reset_on", True, "bonds_reset_enabled", shown.BoolParam(True)),
    ("owner_cut_enabled", True, "owner_cut_enabled", shown.BoolParam(True)),
    ("owner_cut_auto_lock_enabled", True, "owner_cut_auto_lock_enabled", shown.BoolParam(True)),
    ("transfer_toggle", False, "transfers_enabled", shown.BoolParam(False)),
    ("subtoken_enabled", True, "subnet_is_active", shown.BoolParam(True)),
    ("kappa", U16(12), "kappa", shown.U16Param(U16(12))),
    ("immunity_period", U16(13), "immunity_period", shown.U16Param(U16(13))),
    ("min_allowed_weights", U16(14), "min_allowed_weights", shown.U16Param(U16(14))),
    ("tempo", U16(16), "tempo", shown.U16Param(U16(16))),
    ("activity_cutoff_factor_milli", U32(1375), "activity_cutoff", shown.U64Param(U64(495))),
    ("activity_cutoff_factor_milli", U32(1375), "activity_cutoff_factor",
     shown.U32Param(U32(1375))),
    ("target_registrations_per_interval", U16(24), "target_regs_per_interval",
     shown.U16Param(U16(24))),
    ("burn_half_life", U16(33), "burn_half_life", shown.U16Param(U16(33))),
    ("max_registrations_per_block", U16(28), "max_regs_per_block", shown.U16Param(U16(28))),
    ("max_allowed_validators", U16(30), "max_validators", shown.U16Param(U16(30))),
    ("yuma3_on", False, "yuma_version", shown.U16Param(U16(2))),
    ("yuma3_on", True, "yuma_version", shown.U16Param(U16(3))),
    ("min_childkey_take_per_subnet", U16(32), "min_childkey_take", shown.U16Param(U16(32))),
    ("weights_version_key", U64(19), "weights_version", shown.U64Param(U64(19))),
    ("weights_set_rate_limit", U64(20), "weights_rate_limit", shown.U64Param(U64(20))),
    ("bonds_moving_average", U64(27), "bonds_moving_avg", shown.U64Param(U64(27))),
    ("serving_rate_limit", U64(29), "serving_rate_limit", shown.U64Param(U64(29))),
    ("min_burn", Tao(U64(25)), "min_burn", shown.TaoParam(Tao(U64(25)))),
    ("max_burn", Tao(U64(26)), "max_burn", shown.TaoParam(Tao(U64(26)))),
    ("alpha_sigmoid_steepness", I16(5), "alpha_sigmoid_steepness",
     shown.I32F32Param(I32F32.from_int(5))),
    ("burn_increase_mult", U128(U64F64.from_int(2)), "burn_increase_mult",
     shown.U64F64Param(U64F64.from_int(2))),
]  # fmt: skip


def settings(subnets: api.SubnetInfoRuntimeApi) -> dict[str, HyperparamValue]:
    return {each.name.decode(): each.value for each in subnets.get_subnet_hyperparams_v3(ONE)}


def test_every_setting_has_its_name_once(subnets):
    names = [each.name.decode() for each in subnets.get_subnet_hyperparams_v3(ONE)]
    assert sorted(names) == sorted(NAMES.split())


@pytest.mark.parametrize(("item", "value", "name", "found"), SETTINGS)
def test_settings_are_those_of_the_subnet(chain, subnets, item, value, name, found):
    chain.sub.min_childkey_take.put(U16(31))
    getattr(chain.sub, item)[ONE] = value
    assert settings(subnets)[name] == found


def test_there_are_none_of_what_is_not_there(subnets):
    assert subnets.get_subnet_hyperparams_v3(SEVEN) is None


def round_trip(annotation: Any, value: Any) -> Any:
    codec = Resolver()(annotation)
    return codec.from_bytes(codec.to_bytes(value))


def test_settings_survive_the_wire(subnets):
    entries = subnets.get_subnet_hyperparams_v3(ONE)
    assert round_trip(tuple[shown.HyperparamEntry, ...], entries) == entries


@pytest.mark.parametrize(
    "value",
    [
        shown.BoolParam(True),
        shown.BoolParam(False),
        shown.U16Param(U16(65_535)),
        shown.U32Param(U32(2**32 - 1)),
        shown.U64Param(U64(U64_MAX)),
        shown.U128Param(U128(U128_MAX)),
        shown.TaoParam(Tao(U64(123_456_789))),
        shown.I32F32Param(I32F32.from_int(-7)),
        shown.U64F64Param(U64F64.from_int(42)),
    ],
)
def test_every_kind_of_value_survives_the_wire(value):
    assert round_trip(HyperparamValue, value) == value


# -- neurons and delegates ------------------------------------------------------------------------


@pytest.fixture
def neurons(chain) -> api.NeuronInfoRuntimeApi:
    return api.NeuronInfoRuntimeApi(chain.sub)


@pytest.mark.parametrize(("net", "uid"), [(ONE, 42), (SEVEN, 0)])
def test_there_is_no_such_neuron(neurons, net, uid):
    assert neurons.get_neuron(net, U16(uid)) is None
    assert neurons.get_neuron_lite(net, U16(uid)) is None


def test_the_owners_neuron(neurons):
    found = neurons.get_neuron(ONE, U16(0))
    assert (found.hotkey, found.coldkey, found.uid, found.netuid) == (BOB, ALICE, 0, ONE)
    assert (found.active, found.validator_permit, found.last_update) == (True, False, 5)


def test_a_list_of_neurons(chain, neurons):
    assert len(neurons.get_neurons(ONE)) == len(neurons.get_neurons_lite(ONE)) == 1
    chain.neuron(ONE, DAVE, CHARLIE)
    assert [each.hotkey for each in neurons.get_neurons(ONE)] == [BOB, DAVE]
    assert neurons.get_neurons(SEVEN) == ()


NOTHING = (0, 0, 0, 0)


@pytest.mark.parametrize(
    "amounts",
    [(1, 2, 1, 2), (1, 0, 2, 0), (1, 0, 0, 2), (1, 0, 0, 0), NOTHING],
)
def test_what_a_coldkey_has_with_delegates(chain, amounts):
    """TAO staked with delegate 0 on subnets 1 and 2, then with delegate 1."""
    two = chain.register(CHARLIE, DAVE)
    delegates, who = (account("delegate", 0), account("delegate", 1)), account("nominator")
    chain.give(who, 100 * TAO)
    places = [(hotkey, net) for hotkey in delegates for net in (ONE, two)]
    for hotkey in delegates:
        chain.sub.delegates[hotkey] = U16(0)
    for (hotkey, net), amount in zip(places, amounts, strict=True):
        if amount:
            trades.stake(chain.sub, StakePosition(hotkey, who, net), amount * TAO, HIGHEST_LIMIT)
    found = api.DelegateInfoRuntimeApi(chain.sub).get_delegated(who)
    expected = {
        (hotkey, net): ledger.of(chain.sub, hotkey, who, net)
        for (hotkey, net), amount in zip(places, amounts, strict=True)
        if amount
    }
    assert {(info.delegate_ss58, net): stake for info, (net, stake) in found} == expected
