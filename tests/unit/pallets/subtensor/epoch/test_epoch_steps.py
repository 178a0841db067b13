"""Steps of an epoch with few neurons.  Facts of the chain's tests/epoch_logs, tests/mechanism."""

import pytest

from pysubtensor.pallets.subtensor.events.staking import IncentiveAlphaEmittedToMiners
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.yuma.mechanisms import split_emission
from tests.support import events
from tests.unit.pallets.subtensor.coinbase.economy import close, key
from tests.unit.pallets.subtensor.epoch.crowd import ALL, EMISSION, ONE, Crowd, parts

BILLION = 10**9
THIRD = round(1 / 3, 4)


@pytest.fixture
def pair(chain):
    return Crowd(chain, [BILLION, BILLION])


def test_without_weights_validators_earn_by_stake(pair):
    found = pair.traced()
    assert found.stakes.active == [True, True]
    assert parts(found.stakes.share) == parts(found.stakes.voting) == [0.5, 0.5]
    assert found.stakes.permits == found.stakes.new_permits == [True, True]
    assert found.steps.consensus == [0, 0]
    assert parts(found.shares.validator) == parts(found.shares.combined) == [0.5, 0.5]
    assert found.output.emission == [EMISSION // 2, EMISSION // 2]


def test_a_permit_that_is_not_stored_is_none(pair):
    pair.sub.validator_permit[ONE] = (True,)
    assert pair.traced().output.validator_emission == [EMISSION, 0]


def test_who_is_inactive_has_no_vote_and_earns_only_if_all_are(pair):
    pair.chain.at(1_000_000)
    found = pair.traced()
    assert found.stakes.active == [False, False]
    assert found.stakes.voting == [0, 0]
    assert parts(found.shares.combined) == [0.5, 0.5]


def test_among_active_and_inactive_only_the_active_earn(pair):
    pair.sub.last_update[ONE] = (5_999, 1)
    pair.chain.at(6_000)
    found = pair.traced()
    assert found.stakes.active == [True, False]
    assert parts(found.stakes.voting) == parts(found.shares.combined) == [1, 0]


@pytest.mark.parametrize("permits", [(0,), (1,)])
def test_who_may_not_validate_has_no_vote(pair, permits):
    pair.permit(*permits)
    assert parts(pair.traced().stakes.voting) == [uid in permits for uid in (0, 1)]


def test_only_the_best_staked_get_new_permits(chain):
    crowd = Crowd(chain, [2 * BILLION, BILLION])
    crowd.sub.max_allowed_validators[ONE] = 1
    found = crowd.traced()
    assert parts(found.stakes.share) == [0.6667, 0.3333]
    assert found.stakes.new_permits == [True, False]


def test_stake_below_the_threshold_does_not_count(chain):
    crowd = Crowd(chain, [2 * BILLION, BILLION])
    crowd.sub.stake_threshold.put(BILLION + 1)
    assert parts(crowd.traced().stakes.share) == [1, 0]
    crowd.sub.subnet_owner_hotkey[ONE] = key(2)  # but the owner's always does
    assert parts(crowd.traced().stakes.share) == [0.6667, 0.3333]


@pytest.mark.parametrize("yuma3", [False, True])
def test_both_kinds_of_bonds_have_their_steps(pair, yuma3):
    pair.sub.yuma3_on[ONE] = yuma3
    bonding = pair.traced().steps.bonding
    assert (bonding.bonds_delta is None) == yuma3
    assert (bonding.ema_bonds_norm is None) == (not yuma3)


@pytest.fixture
def five(chain):
    """Three validators of equal stake and two servers."""
    crowd = Crowd(chain, [BILLION, BILLION, BILLION, 0, 0], mechanisms=2)
    crowd.chain.at(2)
    crowd.permit(0, 1, 2)
    return crowd


def test_two_of_three_trust_one_server(five):
    for uid, server in enumerate((3, 4, 3)):
        five.weigh(uid, {server: ALL})
    found = five.traced()
    assert parts(found.steps.consensus) == [0, 0, 0, 1, 0]
    assert parts(found.steps.validator_trust) == [1, 0, 1, 0, 0]
    assert parts(found.steps.bonding.dividends) == [0.5, 0, 0.5, 0, 0]
    assert parts(found.shares.combined) == [0.25, 0, 0.25, 0.5, 0]


def test_a_validator_that_splits_its_weight_earns_from_both(five):
    for uid, weights in enumerate(({3: ALL}, {4: ALL}, {3: ALL, 4: ALL})):
        five.weigh(uid, weights)
    found = five.traced()
    assert parts(found.steps.bonding.dividends) == [0.25, 0.25, 0.5, 0, 0]
    assert parts(found.shares.combined) == [0.125, 0.125, 0.25, 0.25, 0.25]


# -- mechanisms ------------------------------------------------------------------------------------


def test_each_mechanism_has_weights_of_its_own(five):
    for uid, servers in enumerate(((3, 4), (4, 3), (3, 4))):
        for mechanism, server in enumerate(servers):
            five.weigh(uid, {server: ALL}, mechanism)
    first, second = five.traced(0), five.traced(1)
    assert parts(first.stakes.voting) == parts(second.stakes.voting) == [THIRD] * 3 + [0, 0]
    assert parts(first.shares.combined) == [0.25, 0, 0.25, 0.5, 0]
    assert parts(second.shares.combined) == [0.25, 0, 0.25, 0, 0.5]


def test_three_mechanisms_side_by_side(chain):
    crowd = Crowd(chain, [BILLION, BILLION, 0, 0], mechanisms=3)
    chain.at(2)
    crowd.permit(0, 1)
    for mechanism, weights in enumerate(({2: ALL}, {2: ALL, 3: ALL}, {3: ALL})):
        for uid in (0, 1):
            crowd.weigh(uid, weights, mechanism)
    assert [parts(crowd.traced(each).shares.combined) for each in range(3)] == [
        [0.25, 0.25, 0.5, 0],
        [0.25, 0.25, 0.25, 0.25],
        [0.25, 0.25, 0, 0.5],
    ]


@pytest.mark.parametrize(
    ("emission", "count", "split", "parts"),
    [
        (25, 5, None, [5] * 5),
        (10, 4, None, [4, 2, 2, 2]),
        (19, 5, [3450, 6899, 10348, 17247, 27594], [1, 2, 3, 5, 8]),
    ],
)
def test_emission_is_split_between_mechanisms(emission, count, split, parts):
    assert split_emission(emission, count, split) == parts


@pytest.fixture
def both(chain):
    """Two mechanisms; neurons 0 and 1 have stake and weigh themselves and each other."""
    crowd = Crowd(chain, [BILLION, BILLION, 0], mechanisms=2)
    chain.at(2)
    crowd.permit(0, 1)
    for uid in (0, 1):
        for mechanism in (0, 1):
            crowd.weigh(uid, {0: ALL, 1: ALL}, mechanism)
    return crowd


def incentives(crowd):
    return [list(crowd.sub.incentive[storage_index(ONE, each)]) for each in (0, 1)]


def test_each_mechanism_has_incentives_of_its_own(both):
    both.epoch()
    assert incentives(both) == [[32_767, 32_767, 0]] * 2
    told = [each for each in events(both.chain.runtime) if "Emitted" in type(each).__name__]
    half = EMISSION // 8 - 1
    assert told == [
        IncentiveAlphaEmittedToMiners(storage_index(ONE, each), (half + 1, half + 1, 0))
        for each in (0, 1)
    ]


def test_each_mechanism_has_bonds_of_its_own(both):
    both.weigh(0, {0: ALL, 1: 0}, mechanism=1)
    both.epoch()
    second = storage_index(ONE, 1)
    assert both.sub.bonds[ONE, 0] == ((1, ALL),)
    assert both.sub.bonds[ONE, 1] == both.sub.bonds[second, 1] == ((0, ALL),)
    assert both.sub.bonds[second, 0] == ()


@pytest.mark.parametrize(("high", "low"), [(4, 1), (3, 2)])
def test_incentives_follow_the_weights(both, high, low):
    both.permit(0)
    both.weigh(0, {1: ALL // 5 * high, 2: ALL // 5 * low}, mechanism=0)
    both.weigh(0, {1: ALL // 5 * low, 2: ALL // 5 * high}, mechanism=1)
    both.epoch()
    (_, first, second), (_, third, fourth) = incentives(both)
    for found, fifths in zip((first, second, third, fourth), (high, low, low, high), strict=True):
        assert close(found, ALL // 5 * fifths, 1)


def test_no_weight_no_incentive(both):
    both.permit(0)
    for mechanism in (0, 1):
        both.weigh(0, {1: 1, 2: 0}, mechanism)
    both.epoch()
    assert incentives(both) == [[0, ALL, 0]] * 2


def test_what_mechanisms_find_is_averaged_by_their_part(both):
    both.sub.mechanism_emission_split[ONE] = (16_383, 49_152)
    both.permit(0)
    both.weigh(0, {1: 3, 2: 2}, mechanism=0)
    both.weigh(0, {1: 1, 2: 4}, mechanism=1)
    first, second = both.traced(0).output, both.traced(1).output
    earned = both.epoch()
    sub = both.sub
    for uid in range(3):
        for stored, name in (
            (sub.consensus, "consensus"),
            (sub.dividends, "dividends"),
            (sub.validator_trust, "validator_trust"),
        ):
            expected = 0.25 * getattr(first, name)[uid] + 0.75 * getattr(second, name)[uid]
            assert close(stored[ONE][uid], expected, 2)
        expected = 0.25 * first.server_emission[uid] + 0.75 * second.server_emission[uid]
        assert close(earned[uid].server, expected, 20_000)
    assert sub.active[ONE] == (True, True, True)
    assert sub.validator_permit[ONE] == (True, True, False)


def test_without_weights_a_mechanism_pays_by_stake(chain):
    crowd = Crowd(chain, [10, 30, 60, 0], mechanisms=2)
    crowd.permit(0, 1, 2)
    found = crowd.traced(1).output
    assert found.server_emission == [0, 0, 0, 0]
    for amount, tenths in zip(found.validator_emission, (1, 3, 6, 0), strict=True):
        assert close(amount, EMISSION // 10 * tenths, 2)
