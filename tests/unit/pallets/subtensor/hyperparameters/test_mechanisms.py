"""How many mechanisms a subnet has, what they share, and what goes with them.

Facts of the chain's tests/mechanism.
"""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.origin import Origin, Signed
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor import errors as e
from pysubtensor.pallets.subtensor.epoch.run import run
from pysubtensor.pallets.subtensor.events.weights import WeightsSet
from pysubtensor.pallets.subtensor.hyperparameters import mechanisms as counts
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.weights.rows import Row, set_row
from pysubtensor.pallets.subtensor.yuma.mechanisms import split_emission
from tests.subtensor_chain import ONE, Chain
from tests.support import ALICE, BOB, CHARLIE, DAVE

MOST_SUBNETS, MOST_MECHANISMS = 4_096, 16
KEPT, GONE = ONE + MOST_SUBNETS, ONE + 2 * MOST_SUBNETS


@pytest.fixture
def chain(bare_chain) -> Chain:
    """Three neurons in two mechanisms; ALICE, neuron 0, may validate."""
    bare_chain.subnet(ONE, DAVE, tempo=13)
    for hotkey in (ALICE, BOB, CHARLIE):
        bare_chain.neuron(ONE, hotkey, DAVE)
    sub = bare_chain.sub
    sub.validator_permit[ONE] = (True, False, False)
    sub.commit_reveal_weights_enabled[ONE] = False
    sub.weights_set_rate_limit[ONE] = 0
    sub.min_allowed_weights[ONE] = 1
    sub.mechanism_count_current[ONE] = 2
    return bare_chain


# -- how many ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "most", "room", "error"),
    [
        (1, 2, 256, None),
        (2, 2, 128, None),
        (0, 2, 256, e.InvalidValue),
        (3, 2, 1, e.InvalidValue),
        (9, 2, 1, e.InvalidValue),
        (17, 16, 1, e.InvalidValue),
        (17, 17, 1, e.InvalidValue),
        (16, 16, 16, None),
        (2, 2, 129, e.TooManyUIDsPerMechanism),
        (17, 17, 256, e.TooManyUIDsPerMechanism),
    ],
)
def test_how_many_there_may_be(chain, count, most, room, error) -> None:
    chain.sub.max_mechanism_count.put(most)
    chain.sub.max_allowed_uids[ONE] = room
    if error is None:
        counts.ensure_count(chain.sub, ONE, count)
    else:
        with pytest.raises(error):
            counts.ensure_count(chain.sub, ONE, count)


def test_without_a_subnet_there_is_none(chain) -> None:
    for refused in (counts.ensure_count, counts.ensure_split):
        with pytest.raises(e.MechanismDoesNotExist):
            refused(chain.sub, NetUid(7), None if refused is counts.ensure_split else 1)


@pytest.mark.parametrize(("most", "fits"), [(0, False), (1, True), (16, True), (17, False)])
def test_root_sets_how_many_there_may_be(chain, most, fits) -> None:
    if fits:
        counts.ensure_most(chain.sub, most)
    else:
        with pytest.raises(e.InvalidValue):
            counts.ensure_most(chain.sub, most)


def kept_by(chain: Chain, index: int) -> list[Any]:
    sub = chain.sub
    return [
        dict(sub.weights.items(index)), dict(sub.bonds.items(index)), sub.incentive[index],
        index in sub.last_update, sub.weight_commits[index, BOB],
        sub.timelocked_weight_commits[index, 1],
    ]  # fmt: skip


def test_what_a_mechanism_knew_goes_with_it(chain) -> None:
    sub = chain.sub
    sub.mechanism_count_current[ONE] = 3
    sub.mechanism_emission_split[ONE] = (123, 234, 345)
    for index in (KEPT, GONE):
        sub.weights[index, 0] = sub.bonds[index, 0] = ((1, 1),)
        sub.incentive[index], sub.last_update[index] = (1,), (123,)
        sub.weight_commits[index, BOB] = ((bytes(32), 1, 2, 3),)
        sub.timelocked_weight_commits[index, 1] = ((BOB, 1, b"", 0),)
    before = kept_by(chain, KEPT)
    counts.put_count(sub, ONE, 2)
    assert kept_by(chain, KEPT) == before
    assert kept_by(chain, GONE) == [{}, {}, (), False, None, ()]
    assert (sub.mechanism_count_current[ONE], sub.mechanism_emission_split[ONE]) == (2, None)


@pytest.mark.parametrize(("count", "split"), [(3, None), (2, (1, 2))])
def test_a_split_lasts_as_long_as_the_number(chain, count, split) -> None:
    chain.sub.mechanism_emission_split[ONE] = (1, 2)
    counts.put_count(chain.sub, ONE, count)
    assert chain.sub.mechanism_count_current[ONE] == count
    assert chain.sub.mechanism_emission_split[ONE] == split


# -- emission ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("emission", "count", "split", "parts"),
    [
        (25, 5, None, [5, 5, 5, 5, 5]),
        (10, 4, None, [4, 2, 2, 2]),
        (19, 5, (3_450, 6_899, 10_348, 17_247, 27_594), [1, 2, 3, 5, 8]),
        (100, 3, (65_535,), [100, 0, 0]),
        (0, 2, None, [0, 0]),
    ],
)
def test_mechanisms_share_the_emission_and_the_first_has_what_is_left(
    emission, count, split, parts
) -> None:
    assert split_emission(emission, count, split) == parts


# -- neurons that go -----------------------------------------------------------------------------


def test_a_neuron_that_goes_leaves_all_mechanisms(chain) -> None:
    sub = chain.sub
    sub.emission[ONE], sub.consensus[ONE], sub.dividends[ONE] = (1, 9, 3), (21, 88, 44), (7, 77, 17)
    for index in (ONE, KEPT):
        sub.incentive[index] = (10, 20, 30)
        sub.weights[index, 1], sub.bonds[index, 1] = ((0, 5),), ((0, 6),)
        sub.weights[index, 0], sub.bonds[index, 0] = ((1, 7), (42, 3)), ((1, 8), (42, 4))
    uids.clear(sub, ONE, 1)
    assert (sub.emission[ONE], sub.consensus[ONE]) == ((1, 0, 3), (21, 0, 44))
    assert sub.dividends[ONE] == (7, 0, 17)
    for index in (ONE, KEPT):
        assert sub.incentive[index] == (10, 0, 30)
        assert dict(sub.weights.items(index)) == {(index, 0): ((1, 0), (42, 3))}
        assert dict(sub.bonds.items(index)) == {(index, 0): ((1, 8), (42, 4))}


def test_a_neuron_without_rows_goes_too(chain) -> None:
    sub = chain.sub
    sub.mechanism_count_current[ONE] = 1
    sub.emission[ONE], sub.consensus[ONE], sub.dividends[ONE] = (5,), (6,), (7,)
    uids.clear(sub, ONE, 0)
    assert (sub.emission[ONE], sub.consensus[ONE], sub.dividends[ONE]) == ((0,), (0,), (0,))


# -- weights -------------------------------------------------------------------------------------


def row(mechanism: int) -> dict[str, Any]:
    return {
        "netuid": ONE, "mecid": mechanism, "dests": (1, 2), "weights": (88, 65_535),
        "version_key": 0,
    }  # fmt: skip


def test_a_row_is_kept_under_its_mechanism(chain) -> None:
    told = chain.call(ALICE, "set_mechanism_weights", **row(1))
    assert told == [WeightsSet(KEPT, 0)]
    assert chain.sub.weights[KEPT, 0] == ((1, 88), (2, 65_535))
    assert (ONE, 0) not in chain.sub.weights
    assert chain.sub.last_update[KEPT] == (1, 0, 0)


def test_there_are_no_weights_for_a_mechanism_that_is_not_there(chain) -> None:
    chain.refused("SettingWeightsTooFast", ALICE, "set_mechanism_weights", **row(2))
    with pytest.raises(e.MechanismDoesNotExist):  # past the guard
        set_row(chain.sub, Origin(Signed(ALICE)), ONE, 2, Row((1, 2), (88, 65_535), 0))


# -- epochs --------------------------------------------------------------------------------------

EMISSION, FIFTH = 10**9, 0xFFFF // 5
EQUAL = ((0, 0xFFFF), (1, 0xFFFF))


def staked(validators: int, *stakes: int) -> Chain:
    """Neurons with these stakes in two mechanisms, of which the first ones validate."""
    chain = Chain()
    sub = chain.sub
    chain.subnet(ONE, DAVE, tempo=1)
    chain.at(1)
    for hotkey, stake in zip(HOTKEYS, stakes, strict=False):
        chain.neuron(ONE, hotkey, DAVE)
        ledger.increase(sub, hotkey, DAVE, ONE, stake)
    sub.mechanism_count_current[ONE] = 2
    sub.activity_cutoff_factor_milli[ONE] = 50_000
    sub.commit_reveal_weights_enabled[ONE] = sub.yuma3_on[ONE] = False
    sub.last_update[ONE] = sub.last_update[KEPT] = (2,) * len(stakes)
    sub.validator_permit[ONE] = tuple(uid < validators for uid in range(len(stakes)))
    chain.at(3)
    return chain


HOTKEYS = (ALICE, BOB, CHARLIE, DAVE)
"""Of the uids from 0 on."""


def weigh(chain: Chain, *rows: tuple[int, int, tuple[tuple[int, int], ...]]) -> None:
    for index, uid, row in rows:
        chain.sub.weights[index, uid] = row


def test_each_mechanism_finds_incentives() -> None:
    chain = staked(2, EMISSION, EMISSION)
    weigh(chain, *((index, uid, EQUAL) for index in (ONE, KEPT) for uid in (0, 1)))
    run(chain.sub, ONE, EMISSION)
    for index in (ONE, KEPT):
        assert chain.sub.incentive[index] == (0xFFFF // 2, 0xFFFF // 2)


def test_each_mechanism_has_bonds() -> None:
    chain = staked(2, EMISSION, EMISSION)
    weigh(chain, (ONE, 0, EQUAL), (ONE, 1, EQUAL), (KEPT, 1, EQUAL),
          (KEPT, 0, ((0, 0xFFFF), (1, 0))))  # fmt: skip
    run(chain.sub, ONE, EMISSION)
    bonds = [[chain.sub.bonds[index, uid] for uid in (0, 1)] for index in (ONE, KEPT)]
    assert bonds == [[((1, 65_535),), ((0, 65_535),)], [(), ((0, 65_535),)]]


def test_incentives_are_as_the_weights() -> None:
    chain = staked(1, EMISSION, EMISSION, 0)
    weigh(chain, (ONE, 0, ((1, 4 * FIFTH), (2, FIFTH))), (KEPT, 0, ((1, FIFTH), (2, 4 * FIFTH))))
    run(chain.sub, ONE, EMISSION)
    for index, wanted in ((ONE, (0, 4 * FIFTH, FIFTH)), (KEPT, (0, FIFTH, 4 * FIFTH))):
        found = chain.sub.incentive[index]
        assert all(abs(each - want) <= 1 for each, want in zip(found, wanted, strict=True))


def test_who_is_not_weighed_has_no_incentive() -> None:
    chain = staked(1, EMISSION, EMISSION, 0)
    weigh(chain, *((index, 0, ((1, 1), (2, 0))) for index in (ONE, KEPT)))
    run(chain.sub, ONE, EMISSION)
    for index in (ONE, KEPT):
        assert chain.sub.incentive[index] == (0, 0xFFFF, 0)


def test_a_subnet_pays_what_its_mechanisms_do_and_averages_what_they_find() -> None:
    quarter = 0xFFFF // 4
    chain = staked(1, EMISSION, EMISSION, 0)
    sub = chain.sub
    sub.mechanism_emission_split[ONE] = (quarter, 0xFFFF - quarter)
    weigh(chain, (ONE, 0, ((1, 3 * FIFTH), (2, 2 * FIFTH))),
          (KEPT, 0, ((1, FIFTH), (2, 4 * FIFTH))))  # fmt: skip
    parts = split_emission(EMISSION, 2, sub.mechanism_emission_split[ONE])
    assert parts == [EMISSION * quarter // 0xFFFF + 1, EMISSION - EMISSION * quarter // 0xFFFF - 1]
    earned = {each.hotkey: each for each in run(sub, ONE, EMISSION)}
    for hotkey, shares in ((BOB, (3, 1)), (CHARLIE, (2, 4))):
        wanted = sum(part * share // 10 for part, share in zip(parts, shares, strict=True))
        assert abs(earned[hotkey].server - wanted) <= 20_000  # weights are whole in 65535
    assert abs(earned[ALICE].validator - EMISSION // 2) <= 4
    assert sum(each.server for each in earned.values()) <= EMISSION // 2
    assert sub.dividends[ONE] == (0xFFFF - 1, 0, 0)
    assert 0xFFFF - 2 <= sub.validator_trust[ONE][0] <= 0xFFFF  # rounded down thrice
    assert sub.active[ONE] == (True, True, True)
    assert sub.validator_permit[ONE] == (True, True, False)
    assert sub.bonds[ONE, 0] == sub.bonds[KEPT, 0] == ((1, 0xFFFF), (2, 0xFFFF))


def test_without_weights_validators_are_paid_by_stake() -> None:
    chain = staked(3, 10, 30, 60, 0)
    earned = {each.hotkey: each for each in run(chain.sub, ONE, 10**6)}
    assert [earned[hotkey].server for hotkey in HOTKEYS] == [0, 0, 0, 0]
    found = [earned[hotkey].validator for hotkey in HOTKEYS]
    assert all(
        abs(each - want) <= 4
        for each, want in zip(found, (10**5, 3 * 10**5, 6 * 10**5, 0), strict=True)
    )
    assert found[3] == 0
