"""AdminUtils: who may change which setting when, to what, and what is told of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U16, U64, AccountId
from pysubtensor.frame.weights import DispatchClass, Pays, Weight
from pysubtensor.pallets import admin_utils, evm_chain_id
from pysubtensor.pallets.admin_utils import AdminUtils, errors
from pysubtensor.pallets.admin_utils import events as own
from pysubtensor.pallets.admin_utils.types import Precompile
from pysubtensor.pallets.aura import Aura
from pysubtensor.pallets.evm_chain_id import EVMChainId
from pysubtensor.pallets.grandpa import ChangePending, Grandpa, TooSoon
from pysubtensor.pallets.subtensor import Config, SubtensorModule
from pysubtensor.pallets.subtensor import errors as theirs
from pysubtensor.pallets.subtensor.events import hyperparameters as told
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerHotkeySet
from pysubtensor.pallets.subtensor.hyperparameters import HyperparameterService
from pysubtensor.pallets.subtensor.hyperparameters.table import EVERYWHERE, PER_SUBNET
from pysubtensor.runtime.chain import Build, Constants, pallet_table
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.subtensor_chain import subtensor_config
from tests.support import (
    ALICE,
    BOB,
    CHARLIE,
    catalog_pallet,
    open_block,
    roll_to,
    run,
    run_root,
    runtime_of,
    take_events,
)

NETUID = 1
OWNER = ALICE
ABSENT = 42
ONE = 1 << 64


def sub_config(runtime: Runtime) -> Config:
    return subtensor_config(runtime)


def admin_config(runtime: Runtime) -> admin_utils.Config:
    def set_evm_chain_id(number: U64) -> None:
        runtime.get(EVMChainId).chain_id.put(number)

    return admin_utils.Config(
        HyperparameterService(runtime.get(SubtensorModule)),
        runtime.get(Aura).change_authorities,
        runtime.get(Grandpa).schedule_change,
        set_evm_chain_id,
    )


def fresh() -> Runtime:
    """Block 1, subnet 1 of ALICE with a tempo of 10; nothing is frozen."""
    exact = {each.name: each for each in pallet_table(Build(Constants.PROD))}
    made = runtime_of(
        Entry(3, "Aura", Aura, exact["Aura"].config),
        Entry(4, "Grandpa", Grandpa, exact["Grandpa"].config),
        Entry(7, "SubtensorModule", SubtensorModule, sub_config),
        Entry(19, "AdminUtils", AdminUtils, admin_config),
        Entry(23, "EVMChainId", EVMChainId, lambda _: evm_chain_id.Config()),
        balances={},
    )
    sub = made.get(SubtensorModule)
    sub.networks_added[NETUID] = True
    sub.subnet_owner[NETUID] = OWNER
    sub.tempo[NETUID] = 10
    sub.admin_freeze_window.put(0)
    open_block(made)
    take_events(made)  # the block's own TAO
    return made


@functools.cache
def shared() -> Runtime:
    return fresh()


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    """`fresh` for tests that close no block."""
    with shared().state.discarded():
        yield shared()


@pytest.fixture(name="rolling")
def rolling_runtime() -> Runtime:
    """`fresh` for tests that go from block to block."""
    return fresh()


def do(runtime: Runtime, who: Any, name: str, /, **args: Any) -> None:
    run(runtime, who, "AdminUtils", name, **args)


def refused(runtime: Runtime, who: Any, error: type[Exception], name: str, /, **args: Any) -> None:
    with pytest.raises(error):
        do(runtime, who, name, **args)


# -- every setting -------------------------------------------------------------------------------

GLOBAL = [
    ("sudo_set_default_take", "default_take", "max_delegate_take", 100),
    ("sudo_set_min_delegate_take", "take", "min_delegate_take", 10),
    ("sudo_set_tx_rate_limit", "tx_rate_limit", "tx_rate_limit", 7),
    ("sudo_set_tx_delegate_take_rate_limit", "tx_rate_limit", "tx_delegate_take_rate_limit", 7),
    ("sudo_set_subnet_owner_cut", "subnet_owner_cut", "subnet_owner_cut", 9),
    ("sudo_set_network_rate_limit", "rate_limit", "network_rate_limit", 9),
    ("sudo_set_network_immunity_period", "immunity_period", "network_immunity_period", 9),
    ("sudo_set_network_min_lock_cost", "lock_cost", "network_min_lock_cost", 9),
    ("sudo_set_lock_reduction_interval", "interval", "network_lock_reduction_interval", 7_200),
    ("sudo_set_subnet_limit", "max_subnets", "subnet_limit", 3),
    ("sudo_set_start_call_delay", "delay", "start_call_delay", 0),
    ("sudo_set_stake_threshold", "min_stake", "stake_threshold", 10),
    ("sudo_set_dissolve_network_schedule_duration", "duration",
     "dissolve_network_schedule_duration", 50),
    ("sudo_set_coldkey_swap_announcement_delay", "duration",
     "coldkey_swap_announcement_delay", 100),
    ("sudo_set_coldkey_swap_reannouncement_delay", "duration",
     "coldkey_swap_reannouncement_delay", 100),
    ("sudo_set_commit_reveal_version", "version", "commit_reveal_weights_version", 5),
    ("sudo_set_admin_freeze_window", "window", "admin_freeze_window", 7),
    ("sudo_set_owner_hparam_rate_limit", "epochs", "owner_hyperparam_rate_limit", 5),
    ("sudo_set_max_epochs_per_block", "max_epochs_per_block", "max_epochs_per_block", 1),
    ("sudo_set_max_mechanism_count", "max_mechanism_count", "max_mechanism_count", 16),
    ("sudo_set_subnet_moving_alpha", "alpha", "subnet_moving_alpha", 1 << 31),
    ("sudo_set_ck_burn", "burn", "ck_burn", 4),
    ("sudo_set_nominator_min_required_stake", "min_stake", "nominator_min_required_stake", 4),
    ("sudo_set_tao_flow_cutoff", "flow_cutoff", "tao_flow_cutoff", -(1 << 64)),
    ("sudo_set_tao_flow_normalization_exponent", "exponent", "flow_norm_exponent", ONE * 3 // 2),
    ("sudo_set_tao_flow_smoothing_factor", "smoothing_factor", "flow_ema_smoothing_factor", 1),
    ("sudo_set_net_tao_flow_enabled", "enabled", "net_tao_flow_enabled", False),
]  # fmt: skip
ROOTS = [
    ("sudo_set_min_difficulty", "min_difficulty", "min_difficulty", 10),
    ("sudo_set_difficulty", "difficulty", "difficulty", 10),
    ("sudo_set_weights_set_rate_limit", "weights_set_rate_limit", "weights_set_rate_limit", 10),
    ("sudo_set_adjustment_interval", "adjustment_interval", "adjustment_interval", 10),
    ("sudo_set_kappa", "kappa", "kappa", 10),
    ("sudo_set_network_registration_allowed", "registration_allowed",
     "network_registration_allowed", False),
    ("sudo_set_target_registrations_per_interval", "target_registrations_per_interval",
     "target_registrations_per_interval", 10),
    ("sudo_set_max_registrations_per_block", "max_registrations_per_block",
     "max_registrations_per_block", 10),
    ("sudo_set_max_allowed_validators", "max_allowed_validators", "max_allowed_validators", 10),
    ("sudo_set_tempo", "tempo", "tempo", 10),
    ("sudo_set_rao_recycled", "rao_recycled", "rao_recycled_for_registration", 10),
    ("sudo_set_ema_price_halving_period", "ema_halving", "ema_price_halving_blocks", 10),
    ("sudo_set_subtoken_enabled", "subtoken_enabled", "subtoken_enabled", True),
    ("sudo_set_min_non_immune_uids", "min", "min_non_immune_uids", 12),
    ("sudo_set_subnet_emission_enabled", "enabled", "subnet_emission_enabled", False),
]  # fmt: skip
OWNERS = [
    ("sudo_set_serving_rate_limit", "serving_rate_limit", "serving_rate_limit", 10),
    ("sudo_set_max_difficulty", "max_difficulty", "max_difficulty", 10),
    ("sudo_set_weights_version_key", "weights_version_key", "weights_version_key", 10),
    ("sudo_set_adjustment_alpha", "adjustment_alpha", "adjustment_alpha", 10),
    ("sudo_set_immunity_period", "immunity_period", "immunity_period", 10),
    ("sudo_set_min_allowed_weights", "min_allowed_weights", "min_allowed_weights", 10),
    ("sudo_set_max_allowed_uids", "max_allowed_uids", "max_allowed_uids", 64),
    ("sudo_set_rho", "rho", "rho", 10),
    ("sudo_set_activity_cutoff", "activity_cutoff", "activity_cutoff", 360),
    ("sudo_set_min_burn", "min_burn", "min_burn", 1_000),
    ("sudo_set_max_burn", "max_burn", "max_burn", 100_000_001),
    ("sudo_set_bonds_moving_average", "bonds_moving_average", "bonds_moving_average", 975_000),
    ("sudo_set_bonds_penalty", "bonds_penalty", "bonds_penalty", 10),
    ("sudo_set_min_childkey_take_per_subnet", "take", "min_childkey_take_per_subnet", 5),
    ("sudo_set_commit_reveal_weights_enabled", "enabled", "commit_reveal_weights_enabled", False),
    ("sudo_set_commit_reveal_weights_interval", "interval", "reveal_period_epochs", 100),
    ("sudo_set_liquid_alpha_enabled", "enabled", "liquid_alpha_on", True),
    ("sudo_set_alpha_sigmoid_steepness", "steepness", "alpha_sigmoid_steepness", 3),
    ("sudo_set_yuma3_enabled", "enabled", "yuma3_on", True),
    ("sudo_set_bonds_reset_enabled", "enabled", "bonds_reset_on", True),
    ("sudo_set_toggle_transfer", "toggle", "transfer_toggle", False),
    ("sudo_set_recycle_or_burn", "recycle_or_burn", "recycle_or_burn", RecycleOrBurn.RECYCLE),
    ("sudo_set_owner_immune_neuron_limit", "immune_neurons", "immune_owner_uids_limit", 10),
    ("sudo_set_burn_half_life", "burn_half_life", "burn_half_life", 36_100),
    ("sudo_set_burn_increase_mult", "burn_increase_mult", "burn_increase_mult", 3 * ONE),
    ("sudo_set_mechanism_emission_split", "maybe_split", "mechanism_emission_split", (65_535,)),
    ("sudo_set_mechanism_count", "mechanism_count", "mechanism_count_current", 1),
]  # fmt: skip
AS_OFTEN_AS_THEY_LIKE = [
    ("sudo_set_owner_cut_enabled", "enabled", "owner_cut_enabled", False),
    ("sudo_set_owner_cut_auto_lock_enabled", "enabled", "owner_cut_auto_lock_enabled", True),
]


def own_events(name: str, value: Any) -> list[Any]:
    kind = {
        "yuma3_on": own.Yuma3EnableToggled,
        "bonds_reset_on": own.BondsResetToggled,
        "burn_half_life": own.BurnHalfLifeSet,
        "burn_increase_mult": own.BurnIncreaseMultSet,
        "subnet_emission_enabled": own.SubnetEmissionEnabledSet,
    }.get(name)
    if name == "tempo":
        return [told.TempoSet(U16(NETUID), value)]
    return [] if kind is None else [kind(U16(NETUID), value)]


@pytest.mark.parametrize(("name", "argument", "item", "value"), GLOBAL)
def test_root_sets_what_holds_everywhere(runtime, name, argument, item, value) -> None:
    stored = getattr(runtime.get(SubtensorModule), item)
    before = stored.get()
    refused(runtime, OWNER, BadOrigin, name, **{argument: value})
    assert stored.get() == before
    do(runtime, ROOT, name, **{argument: value})
    assert stored.get() == value
    kind = EVERYWHERE[getattr(SubtensorModule, item)].event
    assert take_events(runtime) == ([] if kind is None else [kind(value)])


@pytest.mark.parametrize(("name", "argument", "item", "value"), ROOTS)
def test_root_alone_sets_these_of_a_subnet(runtime, name, argument, item, value) -> None:
    stored = getattr(runtime.get(SubtensorModule), item)
    args = {"netuid": NETUID, argument: value}
    refused(runtime, OWNER, BadOrigin, name, **args)
    do(runtime, ROOT, name, **args)
    assert stored[NETUID] == value
    kind = PER_SUBNET[getattr(SubtensorModule, item)].event
    expected = [] if kind is None else [kind(U16(NETUID), value)]
    assert take_events(runtime) == [*expected, *own_events(item, value)]


@pytest.mark.parametrize(("name", "argument", "item", "value"), OWNERS)
@pytest.mark.parametrize("who", [OWNER, ROOT])
def test_owners_and_root_set_the_rest(runtime, who, name, argument, item, value) -> None:
    stored = getattr(runtime.get(SubtensorModule), item)
    args = {"netuid": NETUID, argument: value}
    refused(runtime, BOB, BadOrigin, name, **args)
    do(runtime, who, name, **args)
    assert stored[NETUID] == value
    kind = PER_SUBNET[getattr(SubtensorModule, item)].event
    expected = [] if kind is None else [kind(U16(NETUID), value)]
    assert take_events(runtime) == [*expected, *own_events(item, value)]
    if who == OWNER:
        refused(runtime, OWNER, theirs.TxRateLimitExceeded, name, **args)
    do(runtime, ROOT, name, **args)


@pytest.mark.parametrize(("name", "argument", "item", "value"), AS_OFTEN_AS_THEY_LIKE)
def test_some_owners_settings_have_no_limit(runtime, name, argument, item, value) -> None:
    args = {"netuid": NETUID, argument: value}
    refused(runtime, BOB, BadOrigin, name, **args)
    for who in (OWNER, OWNER, ROOT):
        do(runtime, who, name, **args)
    assert getattr(runtime.get(SubtensorModule), item)[NETUID] == value
    assert take_events(runtime) == []
    refused(runtime, ROOT, errors.SubnetDoesNotExist, name, **{**args, "netuid": ABSENT})
    runtime.get(SubtensorModule).networks_added[0] = True
    refused(runtime, ROOT, errors.NotPermittedOnRootSubnet, name, **{**args, "netuid": 0})


UNASKED = {
    "sudo_set_serving_rate_limit", "sudo_set_liquid_alpha_enabled", "sudo_set_yuma3_enabled",
    "sudo_set_bonds_reset_enabled", "sudo_set_toggle_transfer", "sudo_set_recycle_or_burn",
    "sudo_set_owner_immune_neuron_limit", "sudo_set_network_registration_allowed",
    "sudo_set_ema_price_halving_period", "sudo_set_subtoken_enabled",
    "sudo_set_min_non_immune_uids",
}  # fmt: skip
OF_MECHANISMS = {"sudo_set_mechanism_count", "sudo_set_mechanism_emission_split"}


@pytest.mark.parametrize(("name", "argument", "item", "value"), ROOTS + OWNERS)
def test_most_ask_whether_the_subnet_exists(runtime, name, argument, item, value) -> None:
    args = {"netuid": ABSENT, argument: value}
    if name in UNASKED:
        do(runtime, ROOT, name, **args)
    elif name in OF_MECHANISMS:
        refused(runtime, ROOT, theirs.MechanismDoesNotExist, name, **args)
    else:
        refused(runtime, ROOT, errors.SubnetDoesNotExist, name, **args)


ANY_TIME = {
    "sudo_set_weights_set_rate_limit", "sudo_set_adjustment_interval", "sudo_set_kappa",
    "sudo_set_network_registration_allowed", "sudo_set_rao_recycled",
    "sudo_set_ema_price_halving_period", "sudo_set_min_non_immune_uids",
    "sudo_set_subnet_emission_enabled",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "argument", "item", "value"), ROOTS + OWNERS + AS_OFTEN_AS_THEY_LIKE
)
def test_settings_stand_still_before_epochs(runtime, name, argument, item, value) -> None:
    runtime.get(SubtensorModule).admin_freeze_window.put(10)
    args = {"netuid": NETUID, argument: value}
    if name in ANY_TIME:
        do(runtime, ROOT, name, **args)
    else:
        frozen = theirs.AdminActionProhibitedDuringWeightsWindow
        refused(runtime, ROOT, frozen, name, **args)
        if (name, argument, item, value) not in ROOTS:
            refused(runtime, OWNER, frozen, name, **args)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sudo_set_alpha_values", {"alpha_low": 1_638, "alpha_high": 65_525}),
        ("sudo_set_min_allowed_uids", {"min_allowed_uids": 1}),
        ("sudo_trim_to_max_allowed_uids", {"max_n": 8}),
    ],
)
def test_settings_of_more_values_stand_still_too(runtime, name, args) -> None:
    runtime.get(SubtensorModule).admin_freeze_window.put(10)
    frozen = theirs.AdminActionProhibitedDuringWeightsWindow
    refused(runtime, ROOT, frozen, name, netuid=NETUID, **args)


def test_all_calls_are_tested() -> None:
    tables = [*GLOBAL, *ROOTS, *OWNERS, *AS_OFTEN_AS_THEY_LIKE]
    special = {
        "swap_authorities", "schedule_grandpa_change", "sudo_toggle_evm_precompile",
        "sudo_set_total_issuance", "sudo_set_network_pow_registration_allowed",
        "sudo_set_alpha_values", "sudo_set_subnet_owner_hotkey", "sudo_set_sn_owner_hotkey",
        "sudo_trim_to_max_allowed_uids", "sudo_set_min_allowed_uids",
        "sudo_set_evm_chain_id",
    }  # fmt: skip
    every = {each["name"] for each in catalog_pallet("AdminUtils")["calls"]}
    assert {name for name, *_ in tables} | special == every
    assert len(tables) + len(special) == len(every) == 82


# -- when ----------------------------------------------------------------------------------------


def test_settings_are_frozen_for_the_last_blocks_of_a_tempo(rolling) -> None:
    sub = rolling.get(SubtensorModule)
    run_root(rolling, "AdminUtils", "sudo_set_admin_freeze_window", window=3)
    roll_to(rolling, 7)
    sub.last_epoch_block[NETUID] = 0
    do(rolling, ROOT, "sudo_set_min_burn", netuid=NETUID, min_burn=123)
    roll_to(rolling, 8)
    sub.last_epoch_block[NETUID] = 0
    frozen = theirs.AdminActionProhibitedDuringWeightsWindow
    refused(rolling, ROOT, frozen, "sudo_set_min_burn", netuid=NETUID, min_burn=123)
    interval = {"netuid": NETUID, "interval": 77}
    refused(rolling, OWNER, frozen, "sudo_set_commit_reveal_weights_interval", **interval)


def test_an_owner_waits_two_tempos_between_changes_of_one_setting(rolling) -> None:
    rolling.get(SubtensorModule).tempo[NETUID] = 1
    name = "sudo_set_commit_reveal_weights_interval"
    do(rolling, OWNER, name, netuid=NETUID, interval=11)
    refused(rolling, OWNER, theirs.TxRateLimitExceeded, name, netuid=NETUID, interval=12)
    do(rolling, OWNER, "sudo_set_rho", netuid=NETUID, rho=5)
    refused(rolling, OWNER, theirs.TxRateLimitExceeded, "sudo_set_rho", netuid=NETUID, rho=6)
    roll_to(rolling, 2)
    refused(rolling, OWNER, theirs.TxRateLimitExceeded, name, netuid=NETUID, interval=13)
    roll_to(rolling, 3)
    do(rolling, OWNER, name, netuid=NETUID, interval=14)
    do(rolling, OWNER, "sudo_set_rho", netuid=NETUID, rho=7)


def test_a_version_key_stands_for_five_tempos(rolling) -> None:
    name = "sudo_set_weights_version_key"
    do(rolling, ROOT, name, netuid=NETUID, weights_version_key=9)
    do(rolling, OWNER, name, netuid=NETUID, weights_version_key=10)
    late = {"netuid": NETUID, "weights_version_key": 11}
    roll_to(rolling, 50)
    refused(rolling, OWNER, theirs.TxRateLimitExceeded, name, **late)
    roll_to(rolling, 51)
    do(rolling, OWNER, name, **late)


@pytest.mark.parametrize("name", ["sudo_set_sn_owner_hotkey", "sudo_set_subnet_owner_hotkey"])
def test_an_owner_hotkey_needs_a_subnet_and_is_no_account_of_one(runtime, name) -> None:
    refused(runtime, BOB, BadOrigin, name, netuid=NETUID, hotkey=BOB)
    refused(runtime, ROOT, theirs.SubnetNotExists, name, netuid=ABSENT, hotkey=BOB)
    for netuid in (0, 1, 258):
        system = account_of(b"subtensr", netuid.to_bytes(2, "little"))
        refused(runtime, OWNER, theirs.CannotUseSystemAccount, name, netuid=NETUID, hotkey=system)


def test_the_owner_hotkey_is_chosen_once_a_week(runtime) -> None:
    sub = runtime.get(SubtensorModule)
    name = "sudo_set_sn_owner_hotkey"
    do(runtime, OWNER, name, netuid=NETUID, hotkey=BOB)
    assert sub.subnet_owner_hotkey[NETUID] == BOB
    assert take_events(runtime) == [SubnetOwnerHotkeySet(U16(NETUID), BOB)]
    other = {"netuid": NETUID, "hotkey": CHARLIE}
    refused(runtime, ROOT, theirs.TxRateLimitExceeded, "sudo_set_subnet_owner_hotkey", **other)
    open_block(runtime, 50_401)
    do(runtime, ROOT, "sudo_set_subnet_owner_hotkey", **other)
    assert sub.subnet_owner_hotkey[NETUID] == CHARLIE


# -- to what -------------------------------------------------------------------------------------

BOUNDS = [
    ("sudo_set_min_burn", "min_burn", 1_000_000_000, errors.ValueNotInBounds),
    ("sudo_set_min_burn", "min_burn", 100_000_000_001, errors.ValueNotInBounds),
    ("sudo_set_max_burn", "max_burn", 100_000_000, errors.ValueNotInBounds),
    ("sudo_set_activity_cutoff", "activity_cutoff", 359, theirs.ActivityCutoffTooLow),
    ("sudo_set_commit_reveal_weights_interval", "interval", 101, theirs.RevealPeriodTooLarge),
    ("sudo_set_commit_reveal_weights_interval", "interval", 0, theirs.RevealPeriodTooSmall),
    ("sudo_set_burn_half_life", "burn_half_life", 0, errors.InvalidValue),
    ("sudo_set_burn_half_life", "burn_half_life", 36_101, errors.InvalidValue),
    ("sudo_set_burn_increase_mult", "burn_increase_mult", ONE - 1, errors.InvalidValue),
    ("sudo_set_burn_increase_mult", "burn_increase_mult", 3 * ONE + 1, errors.InvalidValue),
    ("sudo_set_owner_immune_neuron_limit", "immune_neurons", 0, theirs.InvalidValue),
    ("sudo_set_owner_immune_neuron_limit", "immune_neurons", 11, theirs.InvalidValue),
    ("sudo_set_min_childkey_take_per_subnet", "take", 11_797, errors.InvalidValue),
    ("sudo_set_mechanism_count", "mechanism_count", 0, theirs.InvalidValue),
    ("sudo_set_mechanism_count", "mechanism_count", 3, theirs.InvalidValue),
    ("sudo_set_mechanism_count", "mechanism_count", 2, theirs.TooManyUIDsPerMechanism),
    ("sudo_set_max_allowed_uids", "max_allowed_uids", 63,
     errors.MaxAllowedUidsLessThanMinAllowedUids),
    ("sudo_set_max_allowed_uids", "max_allowed_uids", 257,
     errors.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids),
    ("sudo_set_max_allowed_validators", "max_allowed_validators", 257,
     errors.MaxValidatorsLargerThanMaxUIds),
    ("sudo_set_min_allowed_uids", "min_allowed_uids", 256,
     errors.MinAllowedUidsGreaterThanMaxAllowedUids),
    ("sudo_set_min_allowed_uids", "min_allowed_uids", 0,
     errors.MinAllowedUidsGreaterThanCurrentUids),
]  # fmt: skip


@pytest.mark.parametrize(("name", "argument", "value", "error"), BOUNDS)
def test_values_have_bounds(runtime, name, argument, value, error) -> None:
    refused(runtime, ROOT, error, name, **{"netuid": NETUID, argument: value})


def test_values_of_the_chain_have_bounds(runtime) -> None:
    refused(runtime, ROOT, errors.ValueNotInBounds, "sudo_set_max_epochs_per_block",
            max_epochs_per_block=0)  # fmt: skip
    for count in (0, 17):
        refused(runtime, ROOT, theirs.InvalidValue, "sudo_set_max_mechanism_count",
                max_mechanism_count=count)  # fmt: skip
    for exponent in (ONE - 1, 2 * ONE + 1):
        refused(runtime, ROOT, errors.InvalidValue, "sudo_set_tao_flow_normalization_exponent",
                exponent=exponent)  # fmt: skip


def test_only_root_may_choose_the_extreme(runtime) -> None:
    for name, argument, value, error in (
        ("sudo_set_bonds_moving_average", "bonds_moving_average", 975_001,
         errors.BondsMovingAverageMaxReached),
        ("sudo_set_alpha_sigmoid_steepness", "steepness", -1, errors.NegativeSigmoidSteepness),
    ):  # fmt: skip
        refused(runtime, OWNER, error, name, **{"netuid": NETUID, argument: value})
        do(runtime, ROOT, name, **{"netuid": NETUID, argument: value})


def test_root_has_no_price_of_registration(runtime) -> None:
    runtime.get(SubtensorModule).networks_added[0] = True
    for name, argument in (
        ("sudo_set_burn_half_life", "burn_half_life"),
        ("sudo_set_burn_increase_mult", "burn_increase_mult"),
        ("sudo_set_subnet_emission_enabled", "enabled"),
    ):
        value = True if argument == "enabled" else ONE if "mult" in argument else 1
        refused(runtime, ROOT, errors.NotPermittedOnRootSubnet, name,
                **{"netuid": 0, argument: value})  # fmt: skip


def test_a_childkey_take_is_not_below_that_of_the_chain(runtime) -> None:
    runtime.get(SubtensorModule).min_childkey_take.put(100)
    low = {"netuid": NETUID, "take": 99}
    name = "sudo_set_min_childkey_take_per_subnet"
    refused(runtime, OWNER, errors.InvalidValue, name, **low)


def test_speeds_of_bonds(runtime) -> None:
    sub = runtime.get(SubtensorModule)
    name = "sudo_set_alpha_values"

    def given(low: int, high: int) -> dict[str, int]:
        return {"netuid": NETUID, "alpha_low": low, "alpha_high": high}

    refused(runtime, BOB, BadOrigin, name, **given(1_638, 65_525))
    refused(runtime, OWNER, theirs.LiquidAlphaDisabled, name, **given(1_638, 65_525))
    do(runtime, OWNER, "sudo_set_liquid_alpha_enabled", netuid=NETUID, enabled=True)
    refused(runtime, OWNER, theirs.AlphaHighTooLow, name, **given(1_638, 1_637))
    for low in (0, 1_637, 65_526):
        refused(runtime, OWNER, theirs.AlphaLowOutOfRange, name, **given(low, 65_525))
    do(runtime, OWNER, name, **given(1_638, 65_525))
    assert sub.alpha_values[NETUID] == (1_638, 65_525)
    refused(runtime, OWNER, theirs.TxRateLimitExceeded, name, **given(1_638, 65_525))


def test_a_tempo_begins_when_it_is_set(rolling) -> None:
    roll_to(rolling, 4)
    do(rolling, ROOT, "sudo_set_tempo", netuid=NETUID, tempo=77)
    assert rolling.get(SubtensorModule).last_epoch_block[NETUID] == 4


def test_sizes_fit_the_neurons_and_mechanisms_there_are(runtime) -> None:
    sub = runtime.get(SubtensorModule)
    sub.subnetwork_n[NETUID] = 70
    size = {"netuid": NETUID, "max_allowed_uids": 69}
    refused(runtime, ROOT, errors.MaxAllowedUIdsLessThanCurrentUIds,
            "sudo_set_max_allowed_uids", **size)  # fmt: skip
    sub.mechanism_count_current[NETUID] = 4
    refused(runtime, ROOT, theirs.TooManyUIDsPerMechanism, "sudo_set_max_allowed_uids",
            netuid=NETUID, max_allowed_uids=70)  # fmt: skip
    do(runtime, ROOT, "sudo_set_min_allowed_uids", netuid=NETUID, min_allowed_uids=69)
    assert sub.min_allowed_uids[NETUID] == 69
    refused(runtime, OWNER, BadOrigin, "sudo_set_min_allowed_uids",
            netuid=NETUID, min_allowed_uids=1)  # fmt: skip
    refused(runtime, ROOT, errors.SubnetDoesNotExist, "sudo_set_min_allowed_uids",
            netuid=ABSENT, min_allowed_uids=1)  # fmt: skip


def test_mechanisms_and_their_parts(runtime) -> None:
    sub = runtime.get(SubtensorModule)
    sub.max_allowed_uids[NETUID] = 128
    do(runtime, OWNER, "sudo_set_mechanism_count", netuid=NETUID, mechanism_count=2)
    name, fifth = "sudo_set_mechanism_emission_split", 65_535 // 5
    for split in ((2 * fifth, 2 * fifth, fifth), (4 * fifth, fifth - 1), ()):
        refused(runtime, OWNER, theirs.InvalidValue, name, netuid=NETUID, maybe_split=split)
    do(runtime, OWNER, name, netuid=NETUID, maybe_split=(fifth, 4 * fifth))
    assert sub.mechanism_emission_split[NETUID] == (fifth, 4 * fifth)
    refused(runtime, OWNER, theirs.TxRateLimitExceeded, name, netuid=NETUID, maybe_split=None)
    index = 4_096 + NETUID
    for key in (index, NETUID):
        sub.weights[key, 3] = ((1, 2),)
        sub.incentive[key] = (1,)
    do(runtime, ROOT, "sudo_set_mechanism_count", netuid=NETUID, mechanism_count=1)
    assert (index, 3) not in sub.weights
    assert index not in sub.incentive
    assert (NETUID, 3) in sub.weights
    assert sub.mechanism_emission_split[NETUID] is None


# -- trimming ------------------------------------------------------------------------------------

EARNED = (17, 42, 8, 56, 23, 91, 34, 77, 12, 65, 3, 88, 29, 51, 74, 39)
KEPT = (3, 5, 6, 7, 9, 11, 13, 14)
MECHANISMS = 4


def hotkey_of(uid: int) -> AccountId:
    return AccountId(bytes((100 + uid,)) * 32)


@pytest.fixture
def crowd(runtime: Runtime) -> SubtensorModule:
    """Sixteen neurons past immunity but for uid 6, in four mechanisms."""
    sub = runtime.get(SubtensorModule)
    open_block(runtime, 5_000)
    sub.min_allowed_uids[NETUID] = 4
    sub.immunity_period[NETUID] = 10
    sub.mechanism_count_current[NETUID] = MECHANISMS
    count = len(EARNED)
    sub.subnetwork_n[NETUID] = count
    for uid in range(count):
        sub.keys[NETUID, uid] = hotkey_of(uid)
        sub.uids[NETUID, hotkey_of(uid)] = uid
        sub.is_network_member[hotkey_of(uid), NETUID] = True
        sub.block_at_registration[NETUID, uid] = 5_000 if uid == 6 else uid + 1
        for index in range(NETUID, MECHANISMS * 4_096, 4_096):
            sub.weights[index, uid] = tuple((to, uid + to) for to in range(count) if to != uid)
            sub.bonds[index, uid] = tuple((to, uid * to) for to in range(count) if to != uid)
    for uid in (6, 10, 12, 14):
        sub.associated_evm_address[NETUID, uid] = (bytes((uid,)) * 20, 5_000)
    for name in ("emission", "consensus", "dividends", "validator_trust", "stake_weight"):
        getattr(sub, name)[NETUID] = EARNED
    for name in ("active", "validator_permit"):
        getattr(sub, name)[NETUID] = tuple(uid in KEPT for uid in range(count))
    for index in range(NETUID, MECHANISMS * 4_096, 4_096):
        sub.incentive[index] = sub.last_update[index] = EARNED
    return sub


def test_trimming_keeps_who_earns_most_and_who_is_new(runtime, crowd) -> None:
    name = "sudo_trim_to_max_allowed_uids"
    do(runtime, ROOT, name, netuid=NETUID, max_n=8)
    earned = tuple(EARNED[uid] for uid in KEPT)
    assert (crowd.max_allowed_uids[NETUID], crowd.subnetwork_n[NETUID]) == (8, 8)
    for item in ("emission", "consensus", "dividends", "validator_trust", "stake_weight"):
        assert getattr(crowd, item)[NETUID] == earned == (56, 91, 34, 77, 65, 88, 51, 74)
    assert crowd.active[NETUID] == crowd.validator_permit[NETUID] == (True,) * 8
    assert sorted(crowd.uids.items()) == [
        ((NETUID, hotkey_of(old)), new) for new, old in enumerate(KEPT)
    ]
    assert sorted(crowd.keys.items()) == [
        ((NETUID, new), hotkey_of(old)) for new, old in enumerate(KEPT)
    ]
    assert set(crowd.block_at_registration.keys()) == {(NETUID, uid) for uid in range(8)}
    assert dict(crowd.associated_evm_address.items()) == {
        (NETUID, 2): (bytes((6,)) * 20, 5_000),
        (NETUID, 7): (bytes((14,)) * 20, 5_000),
    }
    assert {who for (who, _), here in crowd.is_network_member.items() if here} == {
        hotkey_of(uid) for uid in KEPT
    }
    for index in range(NETUID, MECHANISMS * 4_096, 4_096):
        assert crowd.incentive[index] == crowd.last_update[index] == earned
        for rows, of in ((crowd.weights, int.__add__), (crowd.bonds, int.__mul__)):
            assert dict(rows.items(index)) == {
                (index, new): tuple((place, of(old, to)) for place, to in enumerate(KEPT)
                                    if to != old)
                for new, old in enumerate(KEPT)
            }  # fmt: skip
    for size in (2, 9):
        refused(runtime, ROOT, theirs.InvalidValue, name, netuid=NETUID, max_n=size)
    refused(runtime, ROOT, theirs.SubnetNotExists, name, netuid=ABSENT, max_n=8)


def test_owners_trim_once_a_month_and_keep_their_own(runtime, crowd) -> None:
    name = "sudo_trim_to_max_allowed_uids"
    crowd.subnet_owner_hotkey[NETUID] = hotkey_of(10)  # earns least of all
    do(runtime, OWNER, name, netuid=NETUID, max_n=8)
    assert crowd.uids[NETUID, hotkey_of(10)] is not None
    assert crowd.uids[NETUID, hotkey_of(13)] is None
    refused(runtime, OWNER, theirs.TxRateLimitExceeded, name, netuid=NETUID, max_n=7)


def test_trimming_leaves_a_fifth_that_is_not_immune(runtime, crowd) -> None:
    for uid in range(4):
        crowd.block_at_registration[NETUID, uid] = 5_000
    name = "sudo_trim_to_max_allowed_uids"  # with uid 6, five are immune
    error = theirs.TrimmingWouldExceedMaxImmunePercentage
    for size in (4, 5, 6):  # 100, 100 and 83 %
        refused(runtime, ROOT, error, name, netuid=NETUID, max_n=size)
    assert crowd.max_allowed_uids[NETUID] == 256
    do(runtime, ROOT, name, netuid=NETUID, max_n=7)
    assert crowd.subnetwork_n[NETUID] == 7


def test_room_without_neurons_is_only_a_limit(runtime, crowd) -> None:
    do(runtime, ROOT, "sudo_trim_to_max_allowed_uids", netuid=NETUID, max_n=100)
    assert (crowd.max_allowed_uids[NETUID], crowd.subnetwork_n[NETUID]) == (100, 16)


# -- the chain -----------------------------------------------------------------------------------


def test_root_names_authors_and_voters(runtime) -> None:
    keys = (b"\1" * 32, b"\2" * 32)
    refused(runtime, OWNER, BadOrigin, "swap_authorities", new_authorities=keys)
    do(runtime, ROOT, "swap_authorities", new_authorities=keys)
    assert runtime.get(Aura).authorities.get() == keys
    change = {"next_authorities": ((keys[0], U64(1)),), "in_blocks": 41, "forced": None}
    refused(runtime, OWNER, BadOrigin, "schedule_grandpa_change", **change)
    do(runtime, ROOT, "schedule_grandpa_change", **change)
    pending = runtime.get(Grandpa).pending_change.get()
    assert pending is not None
    assert (pending.scheduled_at, pending.delay, pending.next_authorities) == (
        1, 41, change["next_authorities"]
    )  # fmt: skip
    refused(runtime, ROOT, ChangePending, "schedule_grandpa_change", **change)


def test_a_forced_change_of_voters_bars_the_next_for_twice_its_delay(rolling) -> None:
    change = {"next_authorities": ((b"\1" * 32, U64(1)),), "in_blocks": 2, "forced": 0}
    do(rolling, ROOT, "schedule_grandpa_change", **change)
    roll_to(rolling, 4)
    refused(rolling, ROOT, TooSoon, "schedule_grandpa_change", **change)
    roll_to(rolling, 5)
    do(rolling, ROOT, "schedule_grandpa_change", **change)


def test_precompiles_are_switched_and_told_of_once(runtime) -> None:
    args = {"precompile_id": Precompile.BALANCE_TRANSFER, "enabled": False}
    name = "sudo_toggle_evm_precompile"
    refused(runtime, OWNER, BadOrigin, name, **args)
    do(runtime, ROOT, name, **args)
    do(runtime, ROOT, name, **args)
    assert take_events(runtime) == [own.PrecompileUpdated(*args.values())]
    switched = runtime.get(AdminUtils).precompile_enable
    assert not switched[Precompile.BALANCE_TRANSFER]
    assert switched[Precompile.STAKING]


def test_what_is_gone_refuses_everybody(runtime) -> None:
    for who in (ROOT, OWNER, BOB):
        refused(runtime, who, errors.Deprecated, "sudo_set_total_issuance", total_issuance=1)
        refused(runtime, who, errors.POWRegistrationDisabled,
                "sudo_set_network_pow_registration_allowed",
                netuid=NETUID, registration_allowed=True)  # fmt: skip


def test_root_sets_the_number_of_the_chain(runtime) -> None:
    kept = runtime.get(EVMChainId).chain_id
    for who in (OWNER, BOB):
        refused(runtime, who, BadOrigin, "sudo_set_evm_chain_id", chain_id=945)
    assert kept.get() == 0
    run_root(runtime, "AdminUtils", "sudo_set_evm_chain_id", chain_id=945)
    assert kept.get() == 945


# -- prices --------------------------------------------------------------------------------------


def test_classes_and_fees_are_those_of_the_catalog(runtime) -> None:
    specs = {spec.name: spec for spec in runtime.get(AdminUtils).dispatchables().values()}
    for each in catalog_pallet("AdminUtils")["calls"]:
        spec = specs[each["name"]]
        assert spec.dispatch_class == DispatchClass[each["dispatch_class"].upper()]
        assert (spec.pays_fee == Pays.YES) == each["pays_fee"]


def test_longer_lists_cost_more(runtime) -> None:
    keys = (b"\1" * 32,) * 3
    swap = runtime.call("AdminUtils", "swap_authorities", new_authorities=keys)
    assert runtime.dispatch_info(swap).call_weight == Weight(4_442_146 + 3 * 29_392 + 10**8, 0)
    change = runtime.call("AdminUtils", "schedule_grandpa_change", in_blocks=1, forced=None,
                          next_authorities=tuple((key, U64(1)) for key in keys))  # fmt: skip
    assert runtime.dispatch_info(change).call_weight == Weight(
        7_972_506 + 3 * 15_444 + 125 * 10**6, 2_779
    )
