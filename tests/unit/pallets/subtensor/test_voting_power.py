"""Voting power of validators.  Facts of the chain's tests/voting_power."""

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.pallets.subtensor import voting_power
from pysubtensor.pallets.subtensor.events.networks import (
    VotingPowerEmaAlphaSet,
    VotingPowerTrackingDisabled,
    VotingPowerTrackingDisableScheduled,
    VotingPowerTrackingEnabled,
)
from tests.support import run, take_events
from tests.unit.pallets.subtensor.coinbase.economy import key

ONE = 1
OWNER, STRANGER, VALIDATOR, MINER = key(1000), key(5), key(1), key(2)
STAKE = 10**12
WHOLE = 10**18
GRACE = 100_800


@pytest.fixture
def chain(economy):
    economy.network(ONE)
    economy.neuron(ONE, VALIDATOR, OWNER)
    economy.neuron(ONE, MINER, OWNER)
    return economy


@pytest.fixture
def tracked(chain):
    chain.sub.voting_power_tracking_enabled[ONE] = True
    return chain


def epochs(chain, times=1, *, permit=True, stake=STAKE):
    for _ in range(times):
        neurons = [(VALIDATOR, permit, stake), (MINER, False, STAKE)]
        voting_power.update(chain.sub, ONE, neurons)


def power(chain, hotkey=VALIDATOR):
    return chain.sub.voting_power[ONE, hotkey]


# -- calls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [OWNER, ROOT])
def test_owner_and_root_may_have_it_tracked(chain, who):
    told = chain.call(who, "enable_voting_power_tracking", netuid=ONE)
    assert told == [VotingPowerTrackingEnabled(ONE)]
    assert chain.sub.voting_power_tracking_enabled[ONE]
    assert chain.sub.voting_power_disable_at_block[ONE] == 0


@pytest.mark.parametrize("who", [OWNER, ROOT])
def test_tracking_ends_after_two_weeks(tracked, who):
    tracked.at(7)
    told = tracked.call(who, "disable_voting_power_tracking", netuid=ONE)
    assert told == [VotingPowerTrackingDisableScheduled(ONE, 7 + GRACE)]
    assert tracked.sub.voting_power_tracking_enabled[ONE]
    assert tracked.sub.voting_power_disable_at_block[ONE] == 7 + GRACE


def test_what_is_not_tracked_cannot_be_ended(chain):
    chain.refused(
        "VotingPowerTrackingNotEnabled", OWNER, "disable_voting_power_tracking", netuid=ONE
    )


@pytest.mark.parametrize("call", ["enable_voting_power_tracking", "disable_voting_power_tracking"])
def test_strangers_may_do_neither(tracked, call):
    with pytest.raises(BadOrigin):
        run(tracked.runtime, STRANGER, "SubtensorModule", call, netuid=ONE)
    assert tracked.sub.voting_power_disable_at_block[ONE] == 0


def test_tracking_may_go_on_before_it_ends(tracked):
    tracked.call(OWNER, "disable_voting_power_tracking", netuid=ONE)
    tracked.call(OWNER, "enable_voting_power_tracking", netuid=ONE)
    assert ONE not in tracked.sub.voting_power_disable_at_block


@pytest.mark.parametrize("alpha", [0, WHOLE // 2, WHOLE])
def test_root_sets_the_weight_of_the_latest_stake(chain, alpha):
    assert chain.sub.voting_power_ema_alpha[ONE] == 3_570_000_000_000_000
    told = chain.call(ROOT, "sudo_set_voting_power_ema_alpha", netuid=ONE, alpha=alpha)
    assert told == [VotingPowerEmaAlphaSet(ONE, alpha)]
    assert chain.sub.voting_power_ema_alpha[ONE] == alpha


def test_the_weight_is_at_most_all(chain):
    call = "sudo_set_voting_power_ema_alpha"
    chain.refused("InvalidVotingPowerEmaAlpha", ROOT, call, netuid=ONE, alpha=WHOLE + 1)
    with pytest.raises(BadOrigin):
        run(chain.runtime, OWNER, "SubtensorModule", call, netuid=ONE, alpha=1)


# -- epochs ----------------------------------------------------------------------------------------


def test_power_nears_the_stake(tracked):
    expected = 0
    for _ in range(11):
        epochs(tracked)
        expected = (
            3_570_000_000_000_000 * STAKE + (WHOLE - 3_570_000_000_000_000) * expected
        ) // WHOLE
        assert power(tracked) == expected
    assert 0 < expected < STAKE


def test_only_validators_have_power(tracked):
    epochs(tracked)
    assert power(tracked) > 0
    assert (ONE, MINER) not in tracked.sub.voting_power


def test_who_loses_the_permit_loses_the_power(tracked):
    epochs(tracked, 10)
    epochs(tracked, permit=False)
    assert (ONE, VALIDATOR) not in tracked.sub.voting_power


def test_who_leaves_the_subnet_loses_the_power(tracked):
    epochs(tracked, 10)
    del tracked.sub.is_network_member[VALIDATOR, ONE]
    epochs(tracked)
    assert (ONE, VALIDATOR) not in tracked.sub.voting_power


@pytest.mark.parametrize(
    ("before", "alpha", "stake", "stays"),
    [
        (999, WHOLE // 100, 0, True),  # was never above the threshold
        (1_100, WHOLE // 100, 950, True),  # a small dip moves it little
        (1_000, WHOLE, 0, False),  # gone at once
        (1_000, WHOLE, 999, False),
        (1_000, WHOLE, 1_000, True),
    ],
)
def test_power_that_falls_below_the_threshold_is_removed(tracked, before, alpha, stake, stays):
    tracked.sub.stake_threshold.put(1_000)
    tracked.sub.voting_power[ONE, VALIDATOR] = before
    tracked.sub.voting_power_ema_alpha[ONE] = alpha
    epochs(tracked, stake=stake)
    assert ((ONE, VALIDATOR) in tracked.sub.voting_power) is stays


def test_no_power_leaves_no_entry(tracked):
    epochs(tracked, stake=0)
    assert (ONE, VALIDATOR) not in tracked.sub.voting_power


def test_nothing_happens_untracked(chain):
    epochs(chain)
    assert list(chain.sub.voting_power.keys()) == []


@pytest.mark.parametrize(("early", "ended"), [(1_000, False), (0, True), (-1, True)])
def test_power_lasts_until_tracking_ends(tracked, early, ended):
    epochs(tracked, 10)
    tracked.call(OWNER, "disable_voting_power_tracking", netuid=ONE)
    tracked.at(tracked.sub.voting_power_disable_at_block[ONE] - early)
    take_events(tracked.runtime)
    epochs(tracked)
    assert tracked.sub.voting_power_tracking_enabled[ONE] is not ended
    assert (power(tracked) == 0) is ended
    assert (ONE in tracked.sub.voting_power_disable_at_block) is not ended
    assert take_events(tracked.runtime) == ([VotingPowerTrackingDisabled(ONE)] if ended else [])


def test_an_epoch_updates_it(tracked):
    tracked.stake(VALIDATOR, OWNER, ONE, STAKE)
    tracked.pay_out(ONE, 0, 0)
    assert power(tracked) == STAKE * 3_570_000_000_000_000 // WHOLE


def test_the_stake_counts_once_for_each_mechanism(tracked):
    tracked.stake(VALIDATOR, OWNER, ONE, STAKE)
    tracked.sub.mechanism_count_current[ONE] = 2
    tracked.pay_out(ONE, 0, 0)
    assert power(tracked) == 2 * STAKE * 3_570_000_000_000_000 // WHOLE
