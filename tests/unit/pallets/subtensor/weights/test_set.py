"""Weights set at once: what is stored, and in which order what is wrong is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.fixed_point import I64F64
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.pallets.subtensor import errors as e
from pysubtensor.pallets.subtensor import guards
from pysubtensor.pallets.subtensor.events.weights import (
    BatchCompletedWithErrors,
    BatchWeightItemFailed,
    BatchWeightsCompleted,
    WeightsSet,
)
from pysubtensor.pallets.subtensor.pools.stake_weight import inherited_stake, stake_weight_of
from pysubtensor.pallets.subtensor.subnets import mechanisms
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.weights.weights_chain import WeightsChain


def weights(
    netuid: int = 1,
    dests: tuple[int, ...] = (1, 2),
    weights: tuple[int, ...] = (1, 2),
    version_key: int = 0,
) -> dict[str, object]:
    return locals()


def test_stores_the_row_with_its_largest_at_65535(chain: WeightsChain) -> None:
    chain.at(7)
    assert chain.call(ALICE, "set_weights", **weights()) == [WeightsSet(1, 0)]
    assert chain.sub.weights[1, 0] == ((1, 32_768), (2, 65_535))
    assert chain.sub.last_update[1] == (7, 0, 0)


def test_values_over_the_width_of_their_sum_are_kept(chain: WeightsChain) -> None:
    chain.call(ALICE, "set_weights", **weights(weights=(65_535, 65_535)))
    assert chain.sub.weights[1, 0] == ((1, 65_535), (2, 65_535))


def test_zeros_and_nothing_are_rows_too(chain: WeightsChain) -> None:
    chain.call(ALICE, "set_weights", **weights(weights=(0, 0)))
    assert chain.sub.weights[1, 0] == ((1, 0), (2, 0))
    chain.call(ALICE, "set_weights", **weights(dests=(), weights=()))
    assert chain.sub.weights[1, 0] == ()


def test_commit_reveal_is_told_before_anything_of_the_row(chain: WeightsChain) -> None:
    chain.sub.commit_reveal_weights_enabled[1] = True
    bad = weights(dests=(1,))
    chain.refused(e.CommitRevealEnabled, ALICE, "set_weights", **bad)
    chain.refused(e.CommitRevealEnabled, ROOT, "set_weights", **bad)
    chain.refused(e.CommitRevealEnabled, ALICE, "set_mechanism_weights", mecid=1, **bad)


def test_order_of_refusals(chain: WeightsChain) -> None:
    sub, row = chain.sub, weights(dests=(1, 1, 7, 8), weights=(1,), version_key=1)
    sub.validator_permit[1] = (False, False, False)
    sub.min_allowed_weights[1] = 3
    sub.weights_version_key[1] = 2

    def refused(error: type[Exception], who: object = ALICE, **changes: object) -> None:
        row.update(changes)
        chain.refused(error, who, "set_weights", **row)  # type: ignore[arg-type]

    refused(BadOrigin, ROOT)
    sub.commit_reveal_weights_enabled[0] = False
    refused(e.CanNotSetRootNetworkWeights, netuid=0)
    sub.commit_reveal_weights_enabled[3] = False
    refused(e.WeightVecNotEqualSize, netuid=3)
    refused(e.MechanismDoesNotExist, weights=(1, 2, 3, 4))
    refused(e.UidsLengthExceedUidsInSubNet, netuid=1)
    refused(e.HotKeyNotRegisteredInSubNet, DAVE, dests=(1, 1), weights=(1, 2))
    refused(e.IncorrectWeightVersionKey)
    refused(e.NeuronNoValidatorPermit, version_key=2)
    sub.validator_permit[1] = (True, False, False)
    refused(e.DuplicateUids)
    refused(e.UidVecContainInvalidOne, dests=(1, 3))
    refused(e.WeightVecLengthIsLow, dests=(1, 2))
    sub.min_allowed_weights[1] = 2
    assert chain.call(ALICE, "set_weights", **row) == [WeightsSet(1, 0)]


def test_version_key_may_be_newer_and_need_not_be_where_none_is_asked(chain: WeightsChain) -> None:
    chain.call(ALICE, "set_weights", **weights())
    chain.sub.weights_version_key[1] = 12_312
    chain.call(ALICE, "set_weights", **weights(version_key=20_313))
    chain.sub.weights_version_key[1] = 20_313
    late = weights(version_key=12_312)
    chain.refused(e.IncorrectWeightVersionKey, ALICE, "set_weights", **late)


def test_itself_alone_needs_no_permit_and_no_length(chain: WeightsChain) -> None:
    chain.sub.min_allowed_weights[1] = 3
    assert chain.call(BOB, "set_weights", **weights(dests=(1,), weights=(9,))) == [WeightsSet(1, 1)]
    assert chain.sub.weights[1, 1] == ((1, 65_535),)
    other = weights(dests=(2,), weights=(9,))
    chain.refused(e.NeuronNoValidatorPermit, BOB, "set_weights", **other)


def test_a_small_subnet_asks_for_no_more_than_it_has(chain: WeightsChain) -> None:
    chain.sub.min_allowed_weights[1] = 1024
    chain.refused(e.WeightVecLengthIsLow, ALICE, "set_weights", **weights())
    chain.call(ALICE, "set_weights", **weights(dests=(0, 1, 2), weights=(1, 1, 1)))


def test_every_tenth_block_at_a_limit_of_ten(chain: WeightsChain) -> None:
    chain.sub.weights_set_rate_limit[1] = 10
    for block in range(1, 40):
        chain.at(block)
        if block % 10 == 1:
            chain.call(ALICE, "set_weights", **weights())
        else:
            chain.refused(e.SettingWeightsTooFast, ALICE, "set_weights", **weights())


def test_weights_of_block_0_count_as_none(chain: WeightsChain) -> None:
    chain.sub.weights_set_rate_limit[1] = 10
    chain.at(0)
    chain.call(ALICE, "set_weights", **weights())
    chain.at(1)
    assert chain.call(ALICE, "set_weights", **weights(weights=(2, 1))) == [WeightsSet(1, 0)]
    assert chain.sub.weights[1, 0] == ((1, 65_535), (2, 32_768))
    assert chain.sub.last_update[1] == (1, 0, 0)


def test_owner_needs_neither_stake_nor_permit(chain: WeightsChain) -> None:
    chain.sub.stake_threshold.put(1)
    chain.sub.subnet_owner_hotkey[1] = CHARLIE
    row = weights(dests=(0,), weights=(1,))
    chain.refused(e.NotEnoughStakeToSetWeights, BOB, "set_weights", **row)
    chain.sub.total_hotkey_alpha[BOB, 1] = 1
    chain.refused(e.NeuronNoValidatorPermit, BOB, "set_weights", **row)
    assert chain.call(CHARLIE, "set_weights", **row) == [WeightsSet(1, 2)]


def test_stake_at_the_threshold_is_enough(chain: WeightsChain) -> None:
    chain.sub.stake_threshold.put(20_000)
    chain.sub.total_hotkey_alpha[ALICE, 1] = 19_999
    chain.refused(e.NotEnoughStakeToSetWeights, ALICE, "set_weights", **weights())
    chain.sub.total_hotkey_alpha[ALICE, 1] = 20_000
    chain.call(ALICE, "set_weights", **weights())


def test_a_mechanism_has_its_own_rows_and_pace(chain: WeightsChain) -> None:
    sub, row = chain.sub, weights(weights=(88, 65_535))
    sub.weights_set_rate_limit[1] = 10
    chain.refused(e.SettingWeightsTooFast, ALICE, "set_mechanism_weights", mecid=1, **row)
    sub.mechanism_count_current[1] = 2
    chain.at(5)
    done = chain.call(ALICE, "set_mechanism_weights", mecid=1, **row)
    assert done == [WeightsSet(4097, 0)]
    assert sub.weights[4097, 0] == ((1, 88), (2, 65_535))
    assert sub.weights[1, 0] == ()
    assert (sub.last_update[4097], sub.last_update[1]) == ((5, 0, 0), (0, 0, 0))
    chain.call(ALICE, "set_weights", **row)
    chain.refused(e.SettingWeightsTooFast, ALICE, "set_mechanism_weights", mecid=1, **row)


def test_batch_sets_what_it_can_and_tells_the_rest() -> None:
    chain = WeightsChain(1, 2, 3)
    chain.sub.commit_reveal_weights_enabled[2] = True
    rows = (((1, 1), (2, 2)), (), ((9, 1),))
    args = {"netuids": (1, 2, 3), "weights": rows, "version_keys": (0, 0, 0)}
    failed = [
        BatchWeightItemFailed(2, chain.runtime.dispatch_error(e.CommitRevealEnabled())),
        BatchWeightItemFailed(3, chain.runtime.dispatch_error(e.UidVecContainInvalidOne())),
    ]
    end = BatchWeightsCompleted((1, 2, 3), ALICE)
    expected = [WeightsSet(1, 0), BatchCompletedWithErrors(), *failed, end]
    assert chain.call(ALICE, "batch_set_weights", **args) == expected
    assert chain.sub.weights[1, 0] == ((1, 32_768), (2, 65_535))


def test_batch_of_unequal_lists_and_with_little_stake_is_refused_as_a_whole() -> None:
    chain = WeightsChain(1, 2)
    args = {"netuids": (1, 2), "weights": ((), ()), "version_keys": (0,)}
    chain.refused(e.InputLengthsUnequal, ALICE, "batch_set_weights", **args)
    chain.refused(BadOrigin, ROOT, "batch_set_weights", **args)
    chain.sub.stake_threshold.put(1)
    chain.sub.total_hotkey_alpha[ALICE, 1] = 1
    args["version_keys"] = (0, 0)
    chain.refused(e.NotEnoughStakeToSetWeights, ALICE, "batch_set_weights", **args)


def test_no_hotkey_gets_past_the_threshold_in_the_guard(chain: WeightsChain) -> None:
    chain.sub.stake_threshold.put(10**12)
    chain.sub.commit_reveal_weights_enabled[1] = True
    found = chain.runtime.call("SubtensorModule", "set_weights", **weights())
    with pytest.raises(e.NotEnoughStakeToSetWeights):
        guards.check(chain.sub, ALICE, found)
    chain.refused(e.NotEnoughStakeToSetWeights, ALICE, "set_weights", **weights())


# -- stakes ---------------------------------------------------------------------------------------


def test_stake_is_lent_to_children_and_borrowed_from_parents(chain: WeightsChain) -> None:
    sub = chain.sub
    for netuid, own in ((1, 1000), (0, 400)):
        sub.total_hotkey_alpha[ALICE, netuid] = own
        sub.total_hotkey_alpha[BOB, netuid] = 2 * own
    quarter = U64_MAX // 4 + 1
    sub.child_keys[BOB, 1] = ((quarter, ALICE),)
    sub.parent_keys[ALICE, 1] = ((quarter, BOB),)
    assert inherited_stake(sub, ALICE, 1) == (1500, 600)
    assert inherited_stake(sub, BOB, 1) == (1500, 600)
    assert inherited_stake(sub, BOB, 0) == (800, 800)


def test_root_stake_weighs_by_the_tao_weight(chain: WeightsChain) -> None:
    sub = chain.sub
    sub.total_hotkey_alpha[ALICE, 1] = 10
    sub.total_hotkey_alpha[ALICE, 0] = 100
    sub.tao_weight.put(U64_MAX)
    assert stake_weight_of(sub, ALICE, 1) == 110 * I64F64.one
    sub.tao_weight.put(0)
    assert stake_weight_of(sub, ALICE, 1) == 10 * I64F64.one


# -- numbers of mechanisms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("netuid", "mechanism", "index"),
    [(0, 0, 0), (1, 0, 1), (4095, 0, 4095), (1, 1, 4097), (4095, 15, 65_535), (1, 16, 65_535)],
)
def test_number_of_a_mechanism(netuid: int, mechanism: int, index: int) -> None:
    assert mechanisms.storage_index(netuid, mechanism) == index  # type: ignore[arg-type]


@given(st.integers(0, 4095), st.integers(0, 15))
def test_a_number_stands_for_one_mechanism(netuid: int, mechanism: int) -> None:
    index = mechanisms.storage_index(netuid, mechanism)  # type: ignore[arg-type]
    assert mechanisms.of_index(index) == (netuid, mechanism)
