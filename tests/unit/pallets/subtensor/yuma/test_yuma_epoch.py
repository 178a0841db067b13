"""Small subnets whose outcome can be worked out by hand."""

from dataclasses import replace

import pytest

from pysubtensor.pallets.subtensor.yuma.epoch import epoch, run_epoch
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, stored_row
from pysubtensor.pallets.subtensor.yuma.mechanisms import (
    Mechanism,
    run_mechanisms,
    split_emission,
)
from pysubtensor.pallets.subtensor.yuma.vectors import ONE, among_highest

FULL = 65535

# Two validators with a stake of 3 and 1, two miners; all bonds are the first validator's.
SUBNET = EpochInput(
    n=4,
    block=1000,
    emission=8000,
    alpha_stake=[3000, 1000, 0, 0],
    tao_stake=[0, 0, 0, 0],
    registered_at=[0, 0, 0, 0],
    last_update=[999, 999, 999, 999],
    validator_permit=[True, True, False, False],
    weights={0: stored_row([(2, FULL)]), 1: stored_row([(3, FULL)])},
    bonds={0: stored_row([(2, FULL), (3, FULL)])},
    last_step_block=900,
    tempo=100,
    activity_cutoff_factor=1000,
    stake_threshold=0,
    tao_weight=0,
    kappa=32767,
    max_validators=2,
    bonds_moving_average=500_000,
    bonds_penalty=FULL,
    yuma3=False,
    liquid_alpha=False,
    alpha_low=45875,
    alpha_high=58982,
    alpha_sigmoid_steepness=1000,
)


def test_the_majority_decides_who_earns():
    output = run_epoch(SUBNET)
    assert output.consensus == [0, 0, FULL, 0]
    assert output.incentive == [0, 0, FULL, 0]
    assert output.validator_trust == [FULL, 0, 0, 0]
    assert output.server_emission == [0, 0, 4000, 0]
    assert output.validator_emission == [4000, 0, 0, 0]


def test_without_weights_stake_earns():
    output = run_epoch(replace(SUBNET, weights={}))
    assert output.server_emission == [0, 0, 0, 0]
    assert output.validator_emission == [6000, 2000, 0, 0]


def test_without_active_stake_all_stake_earns():
    output = run_epoch(replace(SUBNET, last_update=[899, 899, 0, 0]))
    assert output.active == [False] * 4
    assert output.validator_emission == [6000, 2000, 0, 0]


@pytest.mark.parametrize(("updated", "active"), [(900, True), (899, False)])
def test_the_cutoff_is_the_last_active_block(updated, active):
    assert run_epoch(replace(SUBNET, last_update=[updated] * 4)).active == [active] * 4


def test_nobody_weighs_itself_but_the_owner():
    own = {0: stored_row([(0, FULL)])}
    assert run_epoch(replace(SUBNET, weights=own)).incentive == [0, 0, 0, 0]
    assert run_epoch(replace(SUBNET, weights=own, owner_uid=0)).incentive == [FULL, 0, 0, 0]


def test_weights_do_not_outlive_their_miner():
    assert run_epoch(replace(SUBNET, registered_at=[0, 0, 999, 0])).incentive == [0, 0, 0, 0]
    assert run_epoch(replace(SUBNET, registered_at=[0, 0, 998, 0])).incentive == [0, 0, FULL, 0]


def test_nor_do_those_that_wait_for_their_reveal():
    later = replace(SUBNET, registered_at=[0, 0, 950, 0])
    assert run_epoch(replace(later, oldest_commit=[949] * 4)).incentive == [0, 0, 0, 0]
    assert run_epoch(replace(later, oldest_commit=[950] * 4)).incentive == [0, 0, FULL, 0]


def test_bonds_belong_to_the_miner_of_the_last_epoch():
    unsure = replace(SUBNET, weights={1: stored_row([(3, FULL)])}, kappa=0)
    kept = run_epoch(replace(unsure, registered_at=[0, 0, 900, 0]))
    lost = run_epoch(replace(unsure, registered_at=[0, 0, 901, 0]))
    assert [uid for uid, _ in kept.bonds[0].tolist()] == [2, 3]
    assert [uid for uid, _ in lost.bonds[0].tolist()] == [3]


def test_bonds_of_the_unpermitted_are_not_kept():
    output = run_epoch(replace(SUBNET, max_validators=1))
    assert output.new_validator_permit == [True, False, False, False]
    assert [len(row) for row in output.bonds] == [2, 0, 0, 0]


def test_the_threshold_spares_the_owner():
    high = replace(SUBNET, stake_threshold=3001, owner_uid=1)
    assert run_epoch(high).stake_weight == [0, FULL, 0, 0]
    assert run_epoch(high).stake == [3000, 1000, 0, 0]


def test_of_equal_stakes_the_later_has_the_permit():
    assert among_highest([5, 7, 5, 5], 2) == [False, True, False, True]
    assert among_highest([1, 2], 3) == [True, True]


def test_a_liquid_bond_without_a_weight_is_forgotten():
    liquid = replace(SUBNET, yuma3=True, liquid_alpha=True)
    plain = replace(SUBNET, yuma3=True)
    assert [uid for uid, _ in run_epoch(liquid).bonds[0].tolist()] == [2]
    assert [uid for uid, _ in run_epoch(plain).bonds[0].tolist()] == [2, 3]


def test_more_than_all_of_old_bonds_may_be_kept():
    found = epoch(replace(SUBNET, yuma3=True, bonds_moving_average=2_000_000))
    assert dict(found.steps.bonding.ema_bonds[0]) == {2: ONE, 3: 2 * ONE}


def test_the_remainder_is_the_first_mechanisms():
    assert split_emission(10, 3, None) == [4, 3, 3]
    assert split_emission(10, 2, [0, 32768]) == [5, 5]
    assert split_emission(10, 2, [FULL]) == [10, 0]
    assert split_emission(10, 0, None) == []


def test_mechanisms_share_stake_and_add_pay():
    second = Mechanism({0: stored_row([(3, FULL)])}, {}, SUBNET.last_update)
    first = Mechanism(SUBNET.weights, SUBNET.bonds, SUBNET.last_update)
    joined = run_mechanisms(SUBNET, [first, second], [16384, 49151])
    assert [each.incentive for each in joined.each] == [[0, 0, FULL, 0], [0, 0, 0, FULL]]
    assert joined.server_emission == [0, 0, 1000, 2999]
    assert joined.validator_emission == [3999, 0, 0, 0]  # of 2001 and of 5999
    assert joined.consensus == [0, 0, 16391, 49143]


def test_without_emission_the_first_mechanism_counts():
    first = Mechanism(SUBNET.weights, SUBNET.bonds, SUBNET.last_update)
    second = Mechanism({0: stored_row([(3, FULL)])}, {}, SUBNET.last_update)
    joined = run_mechanisms(replace(SUBNET, emission=0), [first, second], None)
    assert joined.consensus == [0, 0, FULL, 0]
    assert joined.emission == [0, 0, 0, 0]
