"""Epochs one after the other.  Facts of the chain's tests/epoch."""

import pytest

from pysubtensor.frame.primitives import U16
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.types import NO_ALPHA
from tests.unit.pallets.subtensor.coinbase.economy import close, key
from tests.unit.pallets.subtensor.epoch.crowd import ALL, EMISSION, ONE, Crowd

QUARTERS = {4: ALL // 4, 5: ALL // 2, 6: ALL // 4 * 3, 7: ALL}


def crowd_of(chain, *stakes):
    """Neurons one block after their first epoch, which gave them permits."""
    crowd = Crowd(chain, stakes)
    crowd.epoch()
    chain.at(2)
    return crowd


def test_one_neuron_that_weighs_itself(chain):
    crowd = crowd_of(chain, 10**9)
    crowd.weigh(0, {0: ALL})
    crowd.epoch()
    for item in (crowd.sub.consensus, crowd.sub.incentive, crowd.sub.dividends):
        assert item[ONE] == (0,)
    assert chain.staked(key(1), ONE) == 10**9


def test_ten_neurons_that_weigh_themselves_earn_by_stake(chain):
    crowd = crowd_of(chain, *[1] * 10)
    for uid in range(10):
        crowd.weigh(uid, {uid: ALL})
    crowd.epoch()
    assert crowd.sub.consensus[ONE] == crowd.sub.incentive[ONE] == (0,) * 10
    assert crowd.sub.emission[ONE] == (99_999_999,) * 10


@pytest.mark.parametrize("interleave", [0, 1])
@pytest.mark.parametrize("server_self", [False, True])
def test_sixty_four_validators_that_agree(chain, interleave, server_self):
    n, validators_n = 512, 64
    step = n // validators_n if interleave else 1
    validators = [step * each for each in range(validators_n)]
    servers = [uid for uid in range(n) if uid not in validators]
    stakes = [328_125_000_000_000 if uid in validators else 0 for uid in range(n)]
    crowd = Crowd(chain, stakes)
    crowd.sub.max_allowed_validators[ONE] = U16(validators_n)
    crowd.epoch()
    chain.at(2)
    for uid in validators:
        crowd.weigh(uid, dict.fromkeys(servers, 1))
    for uid in servers if server_self else ():
        crowd.weigh(uid, {uid: ALL})
    for _ in range(3):
        crowd.epoch()
    for uid in (validators[0], validators[-1]):
        assert (crowd.sub.consensus[ONE][uid], crowd.sub.incentive[ONE][uid]) == (0, 0)
        assert crowd.sub.dividends[ONE][uid] == 1023
        assert crowd.sub.emission[ONE][uid] == 7_812_500
        assert crowd.bond(uid, validators[0]) == 0
        assert crowd.bond(uid, servers[0]) == ALL
    for uid in (servers[0], servers[-1]):
        assert (crowd.sub.consensus[ONE][uid], crowd.sub.incentive[ONE][uid]) == (146, 146)
        assert crowd.sub.dividends[ONE][uid] == 0
        assert crowd.sub.emission[ONE][uid] == 1_116_071
        assert crowd.sub.bonds[ONE, uid] == ()


def test_who_is_where_does_not_matter(chain):
    """The same validators and servers under other uids find the same."""
    seen = []
    for step in (1, 2, 4):  # validators in front, or with servers between them
        validators = [step * each for each in range(16)]
        servers = [uid for uid in range(64) if uid not in validators]
        with chain.runtime.state.discarded():
            stakes = [0] * 64
            for number, uid in enumerate(validators):
                stakes[uid] = 10**12 * (number + 1)
            crowd = crowd_of(chain, *stakes)
            for number, uid in enumerate(validators):
                crowd.weigh(uid, {s: (number * k * 7919) % 997 + 1 for k, s in enumerate(servers)})
            crowd.next_epoch()
            crowd.next_epoch()
            lists = crowd.sub.consensus, crowd.sub.incentive, crowd.sub.dividends
            seen.append([[item[ONE][uid] for uid in validators + servers] for item in lists])
    assert seen[0] == seen[1] == seen[2]
    assert len(set(seen[0][1])) > 40


def test_bonds_of_those_who_stop_weighing_shrink(chain):
    crowd = crowd_of(chain, 1, 2, 3, 4, 0, 0, 0, 0)
    crowd.sub.tempo[ONE] = 1
    for uid in range(4):
        crowd.weigh(uid, QUARTERS)
    crowd.epoch()
    assert [crowd.bond(uid, 4) for uid in range(4)] == [16_383, 32_767, 49_151, ALL]
    changes = [(0, {0: ALL}), (1, {1: ALL}), (2, {2: ALL}), (2, {7: ALL}), None, None]
    wanted = [
        (4, [14_582, 32_767, 49_151]),
        (4, [12_603, 28_321, 49_151]),
        (7, [12_602, 28_320, 49_150]),
        (7, [10_951, 24_609, 49_150]),
        (7, [9_559, 21_482, 49_150]),
        (7, [8_376, 18_824, 49_150]),
    ]
    for change, (server, expected) in zip(changes, wanted, strict=True):
        if change is not None:
            crowd.weigh(*change)
        crowd.next_epoch()
        assert [crowd.bond(uid, server) for uid in range(4)] == [*expected, ALL]


def test_only_active_stake_buys_bonds(chain):
    crowd = crowd_of(chain, 1, 1, 1, 1)
    even = {2: 1, 3: 1}
    for uid in (0, 1):
        crowd.weigh(uid, even)
    crowd.epoch()
    assert crowd.sub.dividends[ONE][:2] == (32_767, 32_767)
    assert crowd.sub.emission[ONE] == (250_000_000,) * 4
    assert [crowd.bond(uid, 2) for uid in (0, 1)] == [ALL, ALL]

    chain.at(5_000 + 3)  # who weighed in block 2 is inactive now
    crowd.weigh(0, even)
    crowd.epoch()
    assert crowd.sub.dividends[ONE][:2] == (36_044, 29_490)
    assert crowd.sub.emission[ONE][:2] == (274_999_999, 224_999_999)
    assert [crowd.bond(uid, 2) for uid in (0, 1)] == [ALL, 53_619]

    crowd.weigh(1, even)
    crowd.next_epoch()
    assert crowd.sub.dividends[ONE][:2] == (35_716, 29_818)
    assert crowd.sub.emission[ONE][:2] == (272_501_132, 227_498_866)
    assert [crowd.bond(uid, 3) for uid in (0, 1)] == [ALL, 54_712]


def replaced(crowd, uid, hotkey):
    """Somebody else takes the place, without stake."""
    uids.replace(crowd.sub, ONE, uid, hotkey)


def test_weights_on_a_predecessor_do_not_count(chain):
    crowd = crowd_of(chain, 1, 1, 1, 1)
    crowd.sub.tempo[ONE] = 0  # so that even bonds in a predecessor stay
    for uid in (0, 1):
        crowd.weigh(uid, {2: 2, 3: 1})
    crowd.weigh(2, {2: 1})
    crowd.epoch()
    replaced(crowd, 3, key(99))
    chain.at(3)
    crowd.weigh(0, {2: 2, 3: 1})
    crowd.epoch()
    assert crowd.sub.dividends[ONE][0] == 32_767
    assert crowd.sub.emission[ONE][0] == 250_000_000
    assert (crowd.bond(0, 2), crowd.bond(0, 3), crowd.bond(1, 3)) == (ALL, ALL, ALL)
    assert crowd.sub.incentive[ONE] == (0, 0, ALL, 0)


def test_bonds_in_a_predecessor_are_lost(chain):
    crowd = crowd_of(chain, 1, 1, 1, 1)
    for uid in (0, 1):
        crowd.weigh(uid, {2: 2, 3: 1})
    crowd.epoch()
    assert crowd.bond(1, 3) == ALL
    crowd.sub.last_mechanism_step_block[ONE] = 2
    chain.at(5)
    replaced(crowd, 3, key(99))
    chain.at(6)
    crowd.epoch()
    assert (crowd.bond(1, 2), crowd.bond(1, 3)) == (ALL, 0)


def test_without_weights_that_count_the_only_staker_earns_all(chain):
    crowd = crowd_of(chain, 1, 0)
    assert crowd.sub.emission[ONE] == (EMISSION, 0)
    crowd.weigh(1, {1: ALL})
    crowd.epoch()
    assert crowd.sub.emission[ONE] == (EMISSION, 0)
    crowd.weigh(0, {1: ALL})
    replaced(crowd, 1, key(99))
    crowd.epoch()  # the weights are older than the neuron
    assert crowd.sub.emission[ONE] == (EMISSION, 0)
    chain.at(3)
    crowd.weigh(0, {1: ALL})
    crowd.epoch()
    assert crowd.sub.emission[ONE] == (EMISSION // 2, EMISSION // 2)


@pytest.mark.parametrize(("n", "validators"), [(2, 1), (4, 2), (8, 4)])
@pytest.mark.parametrize("staggered", [False, True])
def test_permits_follow_stake(chain, n, validators, staggered):
    low = range(n - validators)
    stakes = [uid if staggered else 0 for uid in low]
    stakes += [uid + n if staggered else validators for uid in range(n - validators, n)]
    crowd = Crowd(chain, stakes)
    crowd.sub.max_allowed_validators[ONE] = U16(validators)
    crowd.sub.stake_threshold.put(validators)
    crowd.epoch()
    assert crowd.sub.validator_permit[ONE] == tuple(uid not in low for uid in range(n))
    for uid in low:
        chain.stake(key(uid + 1), key(500 + uid), ONE, 4 * n)
    crowd.next_epoch()
    assert crowd.sub.validator_permit[ONE] == tuple(uid in low for uid in range(n))


def test_only_the_owner_may_weigh_itself(chain):
    crowd = Crowd(chain, [5_000 * 10**9, 0])
    crowd.sub.subnet_owner_hotkey[ONE] = key(1)
    chain.at(2)
    crowd.weigh(0, {0: 1, 1: 1})
    first, second = crowd.epoch()
    assert first.server == second.server > 0
    crowd.sub.subnet_owner_hotkey[ONE] = key(2)
    first, second = crowd.epoch()
    assert first.server == 0 < second.server


def test_a_single_staker_gets_the_whole(chain):
    crowd = Crowd(chain, [1])
    ((_, server, validator),) = crowd.epoch()
    assert close(server + validator, EMISSION, 1_000)


def test_more_last_updates_than_neurons_do_no_harm(chain):
    crowd = crowd_of(chain, 10**9)
    crowd.weigh(0, {0: ALL})
    crowd.sub.last_update[ONE] = (1, 1, 1)
    crowd.epoch()
    assert crowd.sub.incentive[ONE] == crowd.sub.dividends[ONE] == (0,)
    assert crowd.sub.emission[ONE] == (EMISSION,)


def test_fewer_last_updates_count_as_never(chain):
    crowd = crowd_of(chain, 1, 1)
    crowd.weigh(0, {1: ALL})
    crowd.weigh(1, {0: ALL})
    crowd.sub.last_update[ONE] = (2,)
    crowd.epoch()
    assert crowd.sub.incentive[ONE] == (0, ALL)  # the second's weights are outdated


def test_an_empty_subnet(chain):
    crowd = Crowd(chain, [])
    assert crowd.epoch() == []
    assert crowd.sub.emission[ONE] == ()


# -- commitments -----------------------------------------------------------------------------------


@pytest.fixture
def committed(chain):
    """A validator committed in block 20 of epoch 5; its weights name three others."""
    crowd = Crowd(chain, [10_000, 0, 0, 0])
    crowd.permit(0)
    crowd.sub.commit_reveal_weights_enabled[ONE] = True
    crowd.sub.reveal_period_epochs[ONE] = 2
    crowd.sub.subnet_epoch_index[ONE] = 5
    crowd.sub.weight_commits[ONE, key(1)] = ((bytes(32), 5, 20, 0),)
    for uid, block in enumerate((0, 19, 20, 21)):
        crowd.sub.block_at_registration[ONE, uid] = block
    chain.at(25)
    crowd.weigh(0, {1: 1, 2: 1, 3: 1})
    return crowd


def earns(crowd):
    crowd.epoch()
    return [incentive > 0 for incentive in crowd.sub.incentive[ONE]]


def test_who_came_after_a_commitment_earns_nothing_by_it(committed):
    assert earns(committed) == [False, True, True, False]


@pytest.mark.parametrize(("epoch", "masked"), [(6, True), (7, True), (8, False)])
def test_a_commitment_counts_until_it_expires(committed, epoch, masked):
    committed.sub.subnet_epoch_index[ONE] = epoch
    assert earns(committed)[3] is not masked


def test_the_epoch_that_is_due_counts_already(committed):
    committed.sub.subnet_epoch_index[ONE] = 7
    committed.sub.pending_epoch_at[ONE] = 25
    assert earns(committed)[3] is True


def test_without_commitments_nobody_is_masked(committed):
    committed.sub.commit_reveal_weights_enabled[ONE] = False
    assert earns(committed) == [False, True, True, True]


def test_timelocked_commitments_count_too(committed):
    del committed.sub.weight_commits[ONE, key(1)]
    assert earns(committed)[3] is True
    commits = ((key(1), 20, b"", 0), (key(77), 1, b"", 0))  # the latter is no neuron
    committed.sub.timelocked_weight_commits[ONE, 4] = commits
    assert earns(committed) == [False, True, True, False]


def test_the_oldest_of_all_commitments_decides(committed):
    committed.sub.timelocked_weight_commits[ONE, 5] = ((key(1), 19, b"", 0),)
    assert earns(committed) == [False, True, False, False]


def test_what_was_earned_is_stored_and_not_paid_by_an_epoch_alone(chain):
    crowd = Crowd(chain, [5])
    crowd.epoch()
    assert crowd.sub.emission[ONE] == (EMISSION,)
    assert chain.staked(key(1), ONE) == 5
    assert chain.sub.pending_server_emission[ONE] == NO_ALPHA
