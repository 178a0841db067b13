"""Metagraphs, states and neurons: what each shows of the same subnet."""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U8, U16, U16_MAX, U32, U64, U64_MAX, U128, Alpha, Uid
from pysubtensor.pallets.subtensor.reads.api import SubnetInfoRuntimeApi
from pysubtensor.pallets.subtensor.reads.metagraph import SELECTABLE
from pysubtensor.pallets.subtensor.reads.metagraph_types import Metagraph, SelectiveMetagraph
from pysubtensor.pallets.subtensor.reads.subnet import NO_AXON
from pysubtensor.pallets.subtensor.types import (
    AxonInfo,
    ChainIdentity,
    MechId,
    PrometheusInfo,
    SubnetIdentity,
)
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.reads.reads_chain import (
    HOTKEYS,
    NOW,
    ONE,
    ROOT,
    api,
    module,
    stake,
    subnets,
)

AXON = AxonInfo(U64(9), U32(1), U128(0x7F000001), U16(8091), U8(4), U8(0), U8(1), U8(2))
SECOND = U16(4097)
IDENTITY = SubnetIdentity(b"mine", *[b""] * 7)


@pytest.fixture
def runtime(runtime):
    sub = module(runtime)
    sub.axons[ONE, DAVE] = AXON
    sub.identities_v2[BOB] = ChainIdentity(b"bob", *[b""] * 6)
    sub.subnet_identities_v3[ONE] = IDENTITY
    sub.validator_permit[ONE] = (True, False)
    sub.active[ONE] = (True, True)
    sub.emission[ONE] = (Alpha(U64(70)), Alpha(U64(30)))
    sub.incentive[U16(1)], sub.incentive[SECOND] = (U16(1), U16(2)), (U16(3), U16(4))
    sub.last_update[U16(1)], sub.last_update[SECOND] = (U64(5), U64(6)), (U64(7), U64(8))
    sub.alpha_dividends_per_subnet[ONE, CHARLIE] = Alpha(U64(44))
    sub.last_hotkey_emission_on_netuid[DAVE, ONE] = Alpha(U64(3))
    stake(sub, CHARLIE, ALICE, ROOT, 5_000)
    sub.tao_weight.put(U64(U64_MAX // 2))
    return runtime


def selected(runtime, *indices, netuid=ONE):
    return subnets(runtime).get_selective_metagraph(netuid, tuple(U16(i) for i in indices))


def test_a_metagraph_shows_its_neurons(runtime):
    found = subnets(runtime).get_metagraph(ONE)
    assert found.hotkeys == HOTKEYS
    assert found.coldkeys == (ALICE, BOB)
    assert found.axons == (NO_AXON, AXON)
    assert [each and each.name for each in found.identities] == [None, b"bob"]
    assert found.block_at_registration == (50, 51)
    assert found.emission == (70, 30)
    assert found.alpha_dividends_per_hotkey == ((CHARLIE, 44), (DAVE, 0))
    assert found.tao_dividends_per_hotkey == ((CHARLIE, 0), (DAVE, 0))
    assert (found.block, found.num_uids, found.netuid) == (NOW, 2, 1)
    assert (found.trust, found.rank, found.pruning_score) == ((), (), ())
    assert found.alpha_stake == (1_000, 0)
    assert found.tao_stake == (5_000, 0)
    assert found.total_stake == (3_499, 0), "the weight of TAO rounds down"


def test_uids_without_a_key_have_no_stake(runtime):
    module(runtime).subnetwork_n[ONE] = U16(3)
    found = subnets(runtime).get_metagraph(ONE)
    assert found.total_stake == (3_499, 0, 0)
    assert found.hotkeys[2] == bytes(32)


def test_a_state_is_part_of_the_metagraph(runtime):
    whole, state = subnets(runtime).get_metagraph(ONE), subnets(runtime).get_subnet_state(ONE)
    for name in set(state.__struct_fields__) & set(whole.__struct_fields__):
        assert getattr(state, name) == getattr(whole, name), name
    assert state.emission_history == ((0, 0), (0, 3))


def test_all_fields_selected_are_the_metagraph(runtime):
    whole, chosen = subnets(runtime).get_metagraph(ONE), selected(runtime, *range(74))
    for name in Metagraph.__struct_fields__:
        shown = getattr(chosen, name)
        assert (shown[0] if name == "identity" else shown) == getattr(whole, name), name
    assert chosen.validators == (0,)
    assert chosen.commitments == ()
    assert len(SELECTABLE) == 74


@pytest.mark.parametrize("index", range(1, 74))
def test_one_field_selected_is_the_only_one(runtime, index):
    chosen = selected(runtime, index)
    given = [name for name in SELECTABLE if getattr(chosen, name) is not None]
    assert given == ["netuid", SELECTABLE[index]]
    assert chosen.netuid == 0, "unless it is asked for"


def test_fields_may_be_unknown_or_come_twice(runtime):
    assert selected(runtime, 74, 65_535) == SelectiveMetagraph(netuid=ROOT)
    assert selected(runtime, 7, 7, 0) == SelectiveMetagraph(netuid=ONE, block=U64(NOW))


def test_an_identity_asked_for_that_is_not_there(runtime):
    ask = runtime.methods["SubnetInfoRuntimeApi_get_selective_metagraph"]
    asked = b"\1\0" + b"\4" + b"\3\0"
    given = bytes((1, 0, 0, 0, 1, 1)) + b"\x10mine" + bytes(7)
    assert ask(asked) == given + bytes(70)
    del module(runtime).subnet_identities_v3[ONE]
    assert ask(asked) == bytes((1, 0, 0, 0, 1, 0)) + bytes(70)
    assert ask(b"\1\0" + b"\0") == bytes((1, 0, 0, 0, 0)) + bytes(70)


def test_a_mechagraph_is_seen_from_its_mechanism(runtime):
    module(runtime).mechanism_count_current[ONE] = U8(2)
    whole = subnets(runtime).get_metagraph(ONE)
    found = subnets(runtime).get_mechagraph(ONE, MechId(U8(1)))
    assert found.netuid == SECOND
    assert (found.incentives, found.last_update) == ((3, 4), (7, 8))
    differ = {n for n in Metagraph.__struct_fields__ if getattr(found, n) != getattr(whole, n)}
    assert differ == {"netuid", "incentives", "last_update"}


def test_selected_mechagraphs_need_no_mechanism(runtime):
    ask = subnets(runtime).get_selective_mechagraph
    found = ask(ONE, MechId(U8(1)), (U16(62), U16(66)))
    assert (found.netuid, found.incentives) == (ONE, (3, 4))
    assert found.block_at_registration == (50, 51)
    assert ask(ONE, MechId(U8(255)), (U16(59),)).last_update == ()


def test_commitments_are_those_of_their_pallet(runtime):
    asked = SubnetInfoRuntimeApi(module(runtime), lambda netuid: [(ALICE, bytes((netuid, 200)))])
    found = asked.get_selective_metagraph(ONE, (U16(73),))
    assert found.commitments == ((ALICE, (1, 200)),)


def test_validators_have_more_than_the_threshold_the_least_first(runtime):
    sub = module(runtime)
    sub.validator_permit[ONE] = (True, True, True)
    stake(sub, DAVE, BOB, ONE, 2_000)
    assert selected(runtime, 72).validators == (1, 0)
    sub.stake_threshold.put(U64(2_000))
    assert selected(runtime, 72).validators == (0,), "as much is not more"
    sub.validator_permit[ONE] = ()
    assert selected(runtime, 72).validators == ()


# -- neurons --------------------------------------------------------------------------------------


def test_a_neuron(runtime):
    sub = module(runtime)
    metrics = PrometheusInfo(U64(1), U32(2), U128(3), U16(4), U8(6))
    sub.prometheus[ONE, CHARLIE] = metrics
    sub.weights[U16(1), Uid(U16(0))] = ((U16(0), U16(0)), (U16(1), U16(9)))
    sub.bonds[U16(1), Uid(U16(0))] = ((U16(0), U16(8)), (U16(1), U16(0)))
    sub.weights[SECOND, Uid(U16(0))] = ((U16(0), U16(5)),)
    found = api(runtime, "NeuronInfoRuntimeApi").get_neuron(ONE, U16(0))
    assert (found.hotkey, found.coldkey, found.uid, found.netuid) == (CHARLIE, ALICE, 0, ONE)
    assert found.stake == ((ALICE, 1_000),)
    assert (found.weights, found.bonds) == (((1, 9),), ((0, 8),)), "without zeros"
    assert (found.incentive, found.last_update, found.emission) == (1, 5, 70)
    assert (found.rank, found.trust, found.pruning_score) == (0, 0, U16_MAX)
    assert found.prometheus_info == metrics
    assert (found.active, found.validator_permit) == (True, True)
    assert (found.consensus, found.dividends, found.validator_trust) == (0, 0, 0)


def test_lite_neurons_lack_weights_and_bonds_only(runtime):
    asked = api(runtime, "NeuronInfoRuntimeApi")
    for full, lite in zip(asked.get_neurons(ONE), asked.get_neurons_lite(ONE), strict=True):
        names = set(full.__struct_fields__) - set(lite.__struct_fields__)
        assert names == {"weights", "bonds"}
        assert all(getattr(full, n) == getattr(lite, n) for n in lite.__struct_fields__)


def test_neurons_end_at_the_first_gap(runtime):
    sub = module(runtime)
    asked = api(runtime, "NeuronInfoRuntimeApi")
    assert [each.uid for each in asked.get_neurons(ONE)] == [0, 1]
    sub.subnetwork_n[ONE] = U16(4)
    sub.keys[ONE, Uid(U16(3))] = ALICE
    assert [each.uid for each in asked.get_neurons_lite(ONE)] == [0, 1]
    assert asked.get_neuron(ONE, U16(2)) is None
    assert asked.get_neuron_lite(ONE, U16(3)).hotkey == ALICE
    assert asked.get_neuron_lite(ONE, U16(3)).active is False
