"""Weights committed and revealed: the queue, its limits, and when a reveal is in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT, Origin, Signed
from pysubtensor.pallets.subtensor import errors as e
from pysubtensor.pallets.subtensor import guards
from pysubtensor.pallets.subtensor.events.weights import (
    BatchCompletedWithErrors,
    BatchWeightItemFailed,
    BatchWeightsCompleted,
    WeightsBatchRevealed,
    WeightsCommitted,
    WeightsRevealed,
    WeightsSet,
)
from pysubtensor.pallets.subtensor.neurons.uids import replace
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN
from pysubtensor.pallets.subtensor.weights import commits
from pysubtensor.pallets.subtensor.weights.commits import Reveal
from pysubtensor.pallets.subtensor.weights.rows import Row
from tests.support import ALICE, BOB, DAVE
from tests.unit.pallets.subtensor.weights.weights_chain import SALT, WeightsChain, hash_of

UIDS, VALUES = (0, 1), (10, 10)


@pytest.fixture
def chain(chain: WeightsChain) -> WeightsChain:
    chain.sub.commit_reveal_weights_enabled[1] = True
    return chain


def salted(number: int) -> tuple[int, ...]:
    return (number,) * 8


def commit(chain: WeightsChain, salt: tuple[int, ...] = SALT) -> bytes:
    """Alice commits; the hash."""
    found = hash_of(ALICE, 1, UIDS, VALUES, salt)
    done = chain.call(ALICE, "commit_weights", netuid=1, commit_hash=found)
    assert done == [WeightsCommitted(ALICE, 1, found)]
    return found


def revealing(salt: tuple[int, ...] = SALT, **changes: Any) -> dict[str, Any]:
    args = {"netuid": 1, "uids": UIDS, "values": VALUES, "salt": salt, "version_key": 0}
    return args | changes


def straight(chain: WeightsChain, salt: tuple[int, ...] = SALT) -> None:
    """Alice's reveal past the guards."""
    revealed: Any = Reveal(Row(UIDS, VALUES, 0), salt)  # type: ignore[arg-type]
    commits.reveal(chain.sub, Origin(Signed(ALICE)), 1, MAIN, revealed)  # type: ignore[arg-type]


def test_reveals_what_was_committed_an_epoch_ago(chain: WeightsChain) -> None:
    chain.at(7)
    found = commit(chain)
    assert chain.sub.weight_commits[1, ALICE] == ((found, 0, 7, 0),)
    assert chain.sub.last_update[1] == (7, 0, 0)
    chain.epoch(1)
    chain.at(9)
    done = chain.call(ALICE, "reveal_weights", **revealing())
    assert done == [WeightsSet(1, 0), WeightsRevealed(ALICE, 1, found)]
    assert chain.sub.weights[1, 0] == ((0, 65_535), (1, 65_535))
    assert chain.sub.last_update[1] == (7, 0, 0)
    assert (1, ALICE) not in chain.sub.weight_commits


def test_a_version_key_is_hashed_and_checked(chain: WeightsChain) -> None:
    chain.sub.weights_version_key[1] = 5
    for key in (4, 5):
        found = hash_of(ALICE, 1, UIDS, VALUES, SALT, key)
        chain.call(ALICE, "commit_weights", netuid=1, commit_hash=found)
    chain.epoch(1)
    old, new = revealing(version_key=4), revealing(version_key=5)
    chain.refused(e.IncorrectWeightVersionKey, ALICE, "reveal_weights", **old)
    chain.call(ALICE, "reveal_weights", **new)


def test_order_of_refusals_of_a_commitment(chain: WeightsChain) -> None:
    sub, args = chain.sub, {"netuid": 2, "commit_hash": bytes(32)}
    chain.refused(e.MechanismDoesNotExist, ROOT, "commit_weights", **args)
    args["netuid"] = 1
    chain.refused(BadOrigin, ROOT, "commit_weights", **args)
    sub.commit_reveal_weights_enabled[1] = False
    chain.refused(e.CommitRevealDisabled, DAVE, "commit_weights", **args)
    sub.commit_reveal_weights_enabled[1] = True
    chain.refused(e.HotKeyNotRegisteredInSubNet, DAVE, "commit_weights", **args)
    sub.stake_threshold.put(1)
    chain.refused(e.NotEnoughStakeToSetWeights, ALICE, "commit_weights", **args)


def test_commitments_keep_the_pace_of_weights(chain: WeightsChain) -> None:
    chain.sub.weights_set_rate_limit[1] = 10
    chain.at(11)
    commit(chain)
    again = {"netuid": 1, "commit_hash": bytes(32)}
    for block in (11, 16, 20):
        chain.at(block)
        chain.refused(e.CommittingWeightsTooFast, ALICE, "commit_weights", **again)
    chain.at(21)
    chain.call(ALICE, "commit_weights", **again)
    chain.sub.commit_reveal_weights_enabled[1] = False
    row = {"netuid": 1, "dests": (0,), "weights": (1,), "version_key": 0}
    chain.refused(e.SettingWeightsTooFast, ALICE, "set_weights", **row)
    chain.at(31)
    chain.call(ALICE, "set_weights", **row)


def test_ten_wait_and_a_reveal_takes_the_older_with_it(chain: WeightsChain) -> None:
    for number in range(10):
        commit(chain, salted(number))
    eleventh = {"netuid": 1, "commit_hash": bytes(32)}
    chain.refused(e.TooManyUnrevealedCommits, ALICE, "commit_weights", **eleventh)
    chain.epoch(1)
    chain.call(ALICE, "reveal_weights", **revealing(salted(1)))
    assert len(chain.sub.weight_commits[1, ALICE]) == 8
    chain.call(ALICE, "reveal_weights", **revealing(salted(9)))
    assert (1, ALICE) not in chain.sub.weight_commits
    chain.call(ALICE, "commit_weights", **eleventh)


def test_a_commitment_drops_those_whose_time_is_over(chain: WeightsChain) -> None:
    for number in range(10):
        chain.epoch(number // 5)
        commit(chain, salted(number))
    chain.epoch(2)
    commit(chain, salted(11))
    epochs = [each[1] for each in chain.sub.weight_commits[1, ALICE]]
    assert epochs == [1] * 5 + [2]
    with pytest.raises(e.InvalidRevealCommitHashNotMatch):
        straight(chain, salted(0))


@pytest.mark.parametrize("period", [1, 2, 7, 100])
def test_in_one_epoch_only(chain: WeightsChain, period: int) -> None:
    chain.sub.reveal_period_epochs[1] = period
    chain.epoch(3)
    commit(chain)
    for number in (3, 3 + period - 1, 3 + period + 1):
        chain.epoch(number)
        chain.refused(e.RevealTooEarly, ALICE, "reveal_weights", **revealing())
    with pytest.raises(e.ExpiredWeightCommit):
        straight(chain)
    chain.epoch(3 + period)
    chain.call(ALICE, "reveal_weights", **revealing())
    chain.refused(e.NoWeightsCommitFound, ALICE, "reveal_weights", **revealing())


def test_an_epoch_that_is_due_counts_already(chain: WeightsChain) -> None:
    chain.sub.tempo[1] = 10
    chain.at(9)
    commit(chain)
    chain.refused(e.RevealTooEarly, ALICE, "reveal_weights", **revealing())
    chain.at(10)
    commit(chain, salted(2))
    assert [each[1] for each in chain.sub.weight_commits[1, ALICE]] == [0, 1]
    chain.call(ALICE, "reveal_weights", **revealing())


def test_what_was_not_committed(chain: WeightsChain) -> None:
    chain.refused(e.NoWeightsCommitFound, ALICE, "reveal_weights", **revealing())
    chain.refused(BadOrigin, ROOT, "reveal_weights", **revealing())
    commit(chain)
    chain.epoch(1)
    for wrong in (revealing(salted(0)), revealing(uids=(0, 2)), revealing(version_key=1)):
        chain.refused(e.NoWeightsCommitFound, ALICE, "reveal_weights", **wrong)
    chain.refused(e.NoWeightsCommitFound, BOB, "reveal_weights", **revealing())


def test_refusals_past_the_guards(chain: WeightsChain) -> None:
    with pytest.raises(e.NoWeightsCommitFound):
        straight(chain)
    commit(chain)
    with pytest.raises(e.RevealTooEarly):
        straight(chain)
    with pytest.raises(e.InvalidRevealCommitHashNotMatch):
        straight(chain, salted(0))
    chain.epoch(2)
    with pytest.raises(e.NoWeightsCommitFound):
        straight(chain, salted(0))
    chain.sub.commit_reveal_weights_enabled[1] = False
    with pytest.raises(e.CommitRevealDisabled):
        straight(chain)


def test_a_row_that_cannot_be_set_stays_committed(chain: WeightsChain) -> None:
    found = hash_of(ALICE, 1, UIDS, (1, 2, 3))
    chain.call(ALICE, "commit_weights", netuid=1, commit_hash=found)
    chain.epoch(1)
    bad = revealing(values=(1, 2, 3))
    chain.refused(e.WeightVecNotEqualSize, ALICE, "reveal_weights", **bad)
    assert len(chain.sub.weight_commits[1, ALICE]) == 1


@pytest.mark.parametrize(
    ("uids", "error"),
    [
        ((0, 0), e.DuplicateUids),
        ((0, 3), e.UidVecContainInvalidOne),
        ((0, 1, 2, 0), e.UidsLengthExceedUidsInSubNet),
    ],
)
def test_a_row_that_was_committed_is_checked_like_others(
    chain: WeightsChain, uids: tuple[int, ...], error: type[Exception]
) -> None:
    values = (10,) * len(uids)
    chain.call(ALICE, "commit_weights", netuid=1, commit_hash=hash_of(ALICE, 1, uids, values))
    chain.epoch(1)
    chain.refused(error, ALICE, "reveal_weights", **revealing(uids=uids, values=values))


def loses_its_uid(chain: WeightsChain) -> None:
    replace(chain.sub, 1, 0, DAVE)  # type: ignore[arg-type]


def loses_its_permit(chain: WeightsChain) -> None:
    chain.sub.validator_permit[1] = (False,) * 3


def must_weigh_more(chain: WeightsChain) -> None:
    chain.sub.min_allowed_weights[1] = 3


def need_no_longer_commit(chain: WeightsChain) -> None:
    chain.sub.commit_reveal_weights_enabled[1] = False


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (loses_its_uid, e.HotKeyNotRegisteredInSubNet),
        (loses_its_permit, e.NeuronNoValidatorPermit),
        (must_weigh_more, e.WeightVecLengthIsLow),
        (need_no_longer_commit, e.CommitRevealDisabled),
    ],
)
def test_what_changes_after_a_commitment_counts(
    chain: WeightsChain, change: Callable[[WeightsChain], None], error: type[Exception]
) -> None:
    commit(chain)
    chain.epoch(1)
    change(chain)
    chain.refused(error, ALICE, "reveal_weights", **revealing())


def test_neurons_of_root_commit_and_cannot_reveal(chain: WeightsChain) -> None:
    chain.add_subnet(0, commit_reveal=True)
    found = hash_of(ALICE, 0, UIDS, VALUES)
    chain.call(ALICE, "commit_weights", netuid=0, commit_hash=found)
    chain.epoch(1, netuid=0)
    chain.refused(e.CanNotSetRootNetworkWeights, ALICE, "reveal_weights", **revealing(netuid=0))


def test_a_mechanism_cannot_be_revealed_to_as_the_subnet_of_its_number(chain: WeightsChain) -> None:
    chain.sub.mechanism_count_current[1] = 2
    found = hash_of(ALICE, 4097, UIDS, VALUES)
    chain.call(ALICE, "commit_mechanism_weights", netuid=1, mecid=1, commit_hash=found)
    chain.at(chain.sub.tempo[4097])  # an epoch of what does not exist is due as well
    chain.refused(e.MechanismDoesNotExist, ALICE, "reveal_weights", **revealing(netuid=4097))


def test_mechanisms_commit_apart(chain: WeightsChain) -> None:
    found = hash_of(ALICE, 4097, (1, 2), (88, 65_535))
    args = {"netuid": 1, "mecid": 1, "commit_hash": found}
    chain.refused(e.CommittingWeightsTooFast, ALICE, "commit_mechanism_weights", **args)
    chain.refused(e.MechanismDoesNotExist, DAVE, "commit_mechanism_weights", **args)
    chain.sub.mechanism_count_current[1] = 2
    done = chain.call(ALICE, "commit_mechanism_weights", **args)
    assert done == [WeightsCommitted(ALICE, 4097, found)]
    chain.epoch(1)
    row = revealing(uids=(1, 2), values=(88, 65_535))
    chain.refused(e.NoWeightsCommitFound, ALICE, "reveal_weights", **row)
    chain.refused(e.NoWeightsCommitFound, ALICE, "reveal_mechanism_weights", mecid=2, **row)
    done = chain.call(ALICE, "reveal_mechanism_weights", mecid=1, **row)
    assert done == [WeightsSet(4097, 0), WeightsRevealed(ALICE, 4097, found)]
    assert chain.sub.weights[4097, 0] == ((1, 88), (2, 65_535))
    assert chain.sub.weights[1, 0] == ()


def test_batch_commits_what_it_can_and_tells_the_rest() -> None:
    chain = WeightsChain(1, 2, 3, commit_reveal=True)
    for netuid in (1, 3):
        chain.sub.commit_reveal_weights_enabled[netuid] = False
    hashes = (b"\xaa" * 32, b"\xbb" * 32, b"\xcc" * 32)
    args = {"netuids": (1, 2, 3), "commit_hashes": hashes}
    error = chain.runtime.dispatch_error(e.CommitRevealDisabled())
    assert chain.call(ALICE, "batch_commit_weights", **args) == [
        WeightsCommitted(ALICE, 2, hashes[1]),
        BatchCompletedWithErrors(),
        BatchWeightItemFailed(1, error),
        BatchWeightItemFailed(3, error),
        BatchWeightsCompleted((1, 2, 3), ALICE),
    ]
    args["commit_hashes"] = hashes[:2]
    chain.refused(e.InputLengthsUnequal, ALICE, "batch_commit_weights", **args)


# -- several reveals ------------------------------------------------------------------------------


def several(*salts: tuple[int, ...], **changes: Any) -> dict[str, Any]:
    size = len(salts)
    args = {"netuid": 1, "uids_list": (UIDS,) * size, "values_list": (VALUES,) * size}
    return args | {"salts_list": salts, "version_keys": (0,) * size} | changes


def test_reveals_several_in_any_order(chain: WeightsChain) -> None:
    hashes = [commit(chain, salted(number)) for number in range(4)]
    chain.epoch(1)
    done = chain.call(ALICE, "batch_reveal_weights", **several(salted(2), salted(0)))
    told = WeightsBatchRevealed(ALICE, 1, (hashes[2], hashes[0]))
    assert done == [WeightsSet(1, 0), WeightsSet(1, 0), told]
    assert [each[0] for each in chain.sub.weight_commits[1, ALICE]] == [hashes[1], hashes[3]]
    chain.call(ALICE, "batch_reveal_weights", **several(salted(1), salted(3)))
    assert (1, ALICE) not in chain.sub.weight_commits
    missing = several(salted(0))
    chain.refused(e.NoWeightsCommitFound, ALICE, "batch_reveal_weights", **missing)


def test_several_are_revealed_or_none(chain: WeightsChain) -> None:
    commit(chain, salted(0))
    chain.epoch(1)
    commit(chain, salted(1))
    both, twice = several(salted(0), salted(1)), several(salted(0), salted(0))
    chain.refused(e.RevealTooEarly, ALICE, "batch_reveal_weights", **both)
    chain.refused(e.InvalidRevealCommitHashNotMatch, ALICE, "batch_reveal_weights", **twice)


def test_several_lists_are_of_one_length(chain: WeightsChain) -> None:
    commit(chain)
    chain.epoch(1)
    for name in ("uids_list", "values_list", "salts_list", "version_keys"):
        bad = several(SALT, **{name: ()})
        for who in (ALICE, ROOT):
            chain.refused(e.InputLengthsUnequal, who, "batch_reveal_weights", **bad)
    chain.refused(BadOrigin, ROOT, "batch_reveal_weights", **several(SALT))


def test_none_of_several_clears_what_is_over(chain: WeightsChain) -> None:
    commit(chain)
    chain.epoch(2)
    done = chain.call(ALICE, "batch_reveal_weights", **several())
    assert done == [WeightsBatchRevealed(ALICE, 1, ())]
    assert (1, ALICE) not in chain.sub.weight_commits


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("set_mechanism_weights", {"netuid": 1, "mecid": 0, "dests": (), "weights": ()}),
        ("batch_set_weights", {"netuids": (1,), "weights": ((),), "version_keys": (0,)}),
        ("commit_weights", {"netuid": 1, "commit_hash": bytes(32)}),
        ("commit_mechanism_weights", {"netuid": 1, "mecid": 0, "commit_hash": bytes(32)}),
        ("batch_commit_weights", {"netuids": (1,), "commit_hashes": (bytes(32),)}),
        ("reveal_weights", revealing()),
        ("reveal_mechanism_weights", revealing(mecid=0)),
        ("batch_reveal_weights", several(SALT)),
    ],
)
def test_each_call_needs_stake_in_its_guard(
    chain: WeightsChain, name: str, args: dict[str, Any]
) -> None:
    if name == "set_mechanism_weights":
        args = args | {"version_key": 0}
    call = chain.runtime.call("SubtensorModule", name, **args)
    chain.sub.stake_threshold.put(1)
    chain.refused(e.NotEnoughStakeToSetWeights, ALICE, name, **args)
    with pytest.raises(e.NotEnoughStakeToSetWeights):
        guards.check(chain.sub, ALICE, call)
    chain.sub.stake_threshold.put(0)
    if "reveal" in name:
        with pytest.raises(e.NoWeightsCommitFound):
            guards.check(chain.sub, ALICE, call)
    else:
        guards.check(chain.sub, ALICE, call)
