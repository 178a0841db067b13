"""SubnetInfoRuntimeApi: subnets, their settings, and what there is of subnets unknown."""

from __future__ import annotations

import pytest

from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.primitives import I16, I128, U8, U16, U32, U64, U128, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.reads.names import NAMES
from pysubtensor.pallets.subtensor.reads.types import (
    BoolParam,
    I32F32Param,
    TaoParam,
    U16Param,
    U64F64Param,
)
from pysubtensor.pallets.subtensor.types import NetworkLastRegistered, SubnetIdentity
from tests.unit.pallets.subtensor.reads.reads_chain import (
    FAR,
    NOW,
    ONE,
    ROOT,
    TWO,
    add_subnet,
    api,
    chain,
    module,
    populated,
    subnets,
)

NOTHING = "00"
UNKNOWN = [
    ("SubnetInfoRuntimeApi_get_subnet_info", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnets_info", "", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_info_v2", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnets_info_v2", "", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_hyperparams", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_hyperparams_v2", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_hyperparams_v3", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_all_dynamic_info", "", NOTHING),
    ("SubnetInfoRuntimeApi_get_dynamic_info", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_all_metagraphs", "", NOTHING),
    ("SubnetInfoRuntimeApi_get_metagraph", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_all_mechagraphs", "", NOTHING),
    ("SubnetInfoRuntimeApi_get_mechagraph", "e70300", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_state", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_selective_metagraph", "e703040000", NOTHING),
    ("SubnetInfoRuntimeApi_get_selective_mechagraph", "e70300040000", NOTHING),
    ("SubnetInfoRuntimeApi_get_coldkey_auto_stake_hotkey", "01" * 32 + "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_to_prune", "", NOTHING),
    ("SubnetInfoRuntimeApi_get_subnet_account_id", "e703", NOTHING),
    ("SubnetInfoRuntimeApi_get_next_epoch_start_block", "e703", "01" + "6801" + "00" * 6),
    ("NeuronInfoRuntimeApi_get_neurons", "e703", NOTHING),
    ("NeuronInfoRuntimeApi_get_neuron", "e7030000", NOTHING),
    ("NeuronInfoRuntimeApi_get_neurons_lite", "e703", NOTHING),
    ("NeuronInfoRuntimeApi_get_neuron_lite", "e7030000", NOTHING),
    ("DelegateInfoRuntimeApi_get_delegates", "", NOTHING),
    ("DelegateInfoRuntimeApi_get_delegate", "01" * 32, NOTHING),
    ("DelegateInfoRuntimeApi_get_delegated", "01" * 32, NOTHING),
    ("StakeInfoRuntimeApi_get_stake_info_for_coldkey", "01" * 32, NOTHING),
    ("StakeInfoRuntimeApi_get_stake_info_for_coldkeys", "00", NOTHING),
    (
        "StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid",
        "02" * 32 + "01" * 32 + "e703",
        "01" + "02" * 32 + "01" * 32 + "9d0f" + "00" * 6,
    ),
    ("StakeInfoRuntimeApi_get_stake_availability_for_coldkeys", "0000", NOTHING),
    (
        "StakeInfoRuntimeApi_get_stake_fee",
        "00" + "01" * 32 + "01" + "02" * 32 + "e703" + "01" * 32 + "ff" * 8,
        "00" * 8,
    ),
    ("StakeInfoRuntimeApi_get_coldkey_lock", "01" * 32 + "e703", NOTHING),
    ("StakeInfoRuntimeApi_get_hotkey_conviction", "01" * 32 + "e703", "00" * 16),
    ("StakeInfoRuntimeApi_get_most_convicted_hotkey_on_subnet", "e703", NOTHING),
]


@pytest.mark.parametrize(("method", "asked", "answer"), UNKNOWN)
def test_everybody_gets_an_answer_about_nothing(method, asked, answer):
    assert chain().methods[method](bytes.fromhex(asked)).hex() == answer


def test_every_method_was_asked_about_nothing():
    ours = {"SubnetInfo", "NeuronInfo", "DelegateInfo", "StakeInfo"}
    there = {
        name for name in chain().methods if name.split("_")[0].removesuffix("RuntimeApi") in ours
    }
    assert there == {method for method, _, _ in UNKNOWN}


def test_settings_are_those_of_storage():
    runtime = populated()
    sub = module(runtime)
    sub.kappa[ONE] = U16(12)
    sub.tempo[ONE], sub.activity_cutoff_factor_milli[ONE] = U16(16), U32(1375)
    sub.network_registration_allowed[ONE] = False
    sub.min_burn[ONE] = Tao(U64(25))
    sub.burn_increase_mult[ONE] = U128(2 << 64)
    sub.alpha_sigmoid_steepness[ONE] = I16(-5)
    sub.yuma3_on[ONE] = True
    sub.min_childkey_take.put(U16(31))
    sub.min_childkey_take_per_subnet[ONE] = U16(32)
    entries = subnets(runtime).get_subnet_hyperparams_v3(ONE)
    assert entries is not None
    found = {each.name.decode(): each.value for each in entries}
    assert len(found) == len(entries) == 33
    assert found["kappa"] == U16Param(12)
    assert found["activity_cutoff"].value == 22
    assert found["registration_allowed"] == BoolParam(False)
    assert found["min_burn"] == TaoParam(25)
    assert found["burn_increase_mult"] == U64F64Param(2 << 64)
    assert found["alpha_sigmoid_steepness"] == I32F32Param(-5 << 32)
    assert found["yuma_version"] == U16Param(3)
    assert found["min_childkey_take"] == U16Param(32)
    assert found["user_liquidity_enabled"] == BoolParam(False)
    second = subnets(runtime).get_subnet_hyperparams_v2(ONE)
    first = subnets(runtime).get_subnet_hyperparams(ONE)
    for name in first.__struct_fields__:
        assert getattr(first, name) == getattr(second, name)
        if name in found:
            assert found[name].value == getattr(second, name)
    assert (second.rho, second.alpha_low, second.alpha_high) == (10, 45_875, 58_982)


def test_subnets_without_tempo_still_have_a_cutoff():
    runtime = populated()
    module(runtime).tempo[ONE] = U16(0)
    assert subnets(runtime).get_subnet_hyperparams(ONE).activity_cutoff == 1
    assert subnets(runtime).get_next_epoch_start_block(ONE) is None


def test_subnets_counted_and_reckoned_blocks():
    runtime = populated()
    sub = module(runtime)
    sub.blocks_since_last_step[ONE], sub.last_mechanism_step_block[ONE] = U64(7), U64(90)
    assert subnets(runtime).get_subnet_info(ONE).blocks_since_last_step == 7
    assert subnets(runtime).get_subnet_info_v2(ONE).blocks_since_last_step == 7
    assert subnets(runtime).get_dynamic_info(ONE).blocks_since_last_step == NOW - 90
    assert subnets(runtime).get_metagraph(ONE).blocks_since_last_step == NOW - 90


def test_lists_of_subnets():
    runtime = populated()
    sub = module(runtime)
    for number in (256, 2):
        add_subnet(sub, NetUid(U16(number)))
    sub.networks_added[TWO] = False
    assert [each.netuid for each in subnets(runtime).get_subnets_info()] == [0, 1, 256]
    assert [each.netuid for each in subnets(runtime).get_subnets_info_v2()] == [0, 1, 256]
    dynamic = subnets(runtime).get_all_dynamic_info()
    assert [each and each.netuid for each in dynamic] == [0, 256, 1, None]


def test_names():
    runtime = populated()
    sub = module(runtime)
    assert bytes(subnets(runtime).get_dynamic_info(ROOT).subnet_name) == b"root"
    assert bytes(subnets(runtime).get_dynamic_info(ONE).subnet_name) == b"apex"
    add_subnet(sub, FAR)
    assert bytes(subnets(runtime).get_dynamic_info(FAR).subnet_name) == b"unknown"
    for name in (b"", b"mine"):
        sub.subnet_identities_v3[ONE] = SubnetIdentity(name, *[b""] * 7)
        shown = subnets(runtime).get_dynamic_info(ONE)
        assert bytes(shown.subnet_name) == (name or b"apex")
        assert shown.subnet_identity.subnet_name == name
    assert len(NAMES) == 439
    assert NAMES[438] == b"ra"


def test_names_are_written_byte_by_byte():
    runtime = populated()
    module(runtime).token_symbol[ONE] = "\u03b1".encode()
    wire = runtime.methods["SubnetInfoRuntimeApi_get_dynamic_info"](b"\1\0")
    name = b"".join(encode_compact(each) for each in b"apex")
    symbol = b"".join(encode_compact(each) for each in "\u03b1".encode())
    assert wire[1:].startswith(b"\4" + bytes(64) + b"\x10" + name + b"\x08" + symbol)
    assert len(name) == 8


def test_pending_alpha_is_that_of_miners_and_validators():
    runtime = populated()
    sub = module(runtime)
    sub.pending_server_emission[ONE] = Alpha(U64(5))
    sub.pending_validator_emission[ONE] = Alpha(U64(7))
    shown = subnets(runtime).get_dynamic_info(ONE)
    assert (shown.pending_alpha_emission, shown.pending_root_emission, shown.emission) == (12, 0, 0)


def test_accounts_of_subnets():
    runtime = chain()
    assert subnets(runtime).get_subnet_account_id(ROOT) == b"modlsubtensr".ljust(32, b"\0")
    assert subnets(runtime).get_subnet_account_id(ONE) is None
    module(runtime).networks_added[ONE] = False
    assert subnets(runtime).get_subnet_account_id(ONE) == b"modlsubtensr\1".ljust(32, b"\0")


def test_the_next_epoch_is_as_asked_for_when_that_is_sooner():
    runtime = populated()
    sub = module(runtime)
    sub.tempo[ONE], sub.last_epoch_block[ONE] = U16(360), U64(40)
    assert subnets(runtime).get_next_epoch_start_block(ONE) == 400
    sub.pending_epoch_at[ONE] = U64(130)
    assert subnets(runtime).get_next_epoch_start_block(ONE) == 130


def prices(sub, of):
    sub.network_immunity_period.put(U64(10))
    for number, (price, born) in of.items():
        netuid = NetUid(U16(number))
        add_subnet(sub, netuid)
        sub.subnet_moving_price[netuid] = I128(price)
        sub.network_registered_at[netuid] = U64(born)


@pytest.mark.parametrize(
    ("of", "pruned"),
    [
        ({1: (50, 1), 2: (40, 2), 3: (60, 0)}, 2),
        ({1: (40, 9), 2: (40, 2)}, 2),
        ({1: (50, 1), 2: (40, 91)}, 1),
        ({1: (50, 1), 2: (40, 90)}, 2),
        ({1: (50, 95)}, None),
        ({1: (40, 3), 2: (-5, 3), 3: (0, 3)}, 2),
    ],
    ids=["cheapest", "oldest", "immune", "no longer immune", "all immune", "below 0 is 0"],
)
def test_who_makes_room(of, pruned):
    runtime = chain()
    prices(module(runtime), of)
    assert subnets(runtime).get_subnet_to_prune() == pruned


def test_subnets_where_alpha_has_no_price_count_as_1():
    runtime = chain()
    sub = module(runtime)
    prices(sub, {1: (0, 1), 2: ((1 << 32) - 1, 1), 3: (1 << 33, 1)})
    sub.subnet_mechanism[ONE] = U16(0)
    assert subnets(runtime).get_subnet_to_prune() == 2


def test_what_a_subnet_costs():
    runtime = chain()
    cost = api(runtime, "SubnetRegistrationRuntimeApi").get_network_registration_cost
    assert cost() == 1_000 * 10**9
    sub = module(runtime)
    sub.last_rate_limited_block[NetworkLastRegistered()] = U64(NOW - 10)
    interval = sub.network_lock_reduction_interval.get()
    assert cost() == 2_000 * 10**9 - 10 * (1_000 * 10**9 // interval)


def test_mechanisms_count():
    runtime = populated()
    sub = module(runtime)
    sub.mechanism_count_current[ONE] = U8(2)
    sub.incentive[U16(4097)] = (U16(3), U16(4))
    sub.incentive[U16(1)] = (U16(1), U16(2))
    found = subnets(runtime).get_all_mechagraphs()
    assert [each.netuid for each in found] == [0, 1, 4097]
    assert [each.incentives for each in found] == [(), (1, 2), (3, 4)]
    assert subnets(runtime).get_mechagraph(ONE, U8(2)) is None
