"""Epochs in their turn, block by block.  Facts of the chain's tests/coinbase and tests/emission."""

import pytest

from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor.coinbase import block_step, drain
from pysubtensor.pallets.subtensor.coinbase.drain import Pending
from pysubtensor.pallets.subtensor.epoch_schedule import EpochSchedule
from pysubtensor.pallets.subtensor.events.weights import EpochDeferred, EpochSkipped
from tests.support import events
from tests.unit.pallets.subtensor.coinbase.economy import TAO, close, key

ONE, TWO = 1, 2
VALIDATOR, MINER, OWNER_HOT, COLD = key(1), key(2), key(1001), key(3)
OWNER = key(1000)
MOST = 2**64 - 1


# -- turns -----------------------------------------------------------------------------------------


def test_a_block_without_epoch_is_counted(chain):
    chain.network(ONE)
    assert drain.drain_pending(chain.sub, [ONE]) == []
    assert drain.drain_pending(chain.sub, [ONE]) == []
    assert chain.sub.blocks_since_last_step[ONE] == 2


def test_blocks_are_counted_from_one_epoch_to_the_next(chain):
    chain.network(ONE, tempo=720)
    seen = {}
    for block in range(1, 1_461):
        chain.at(block)
        drain.drain_pending(chain.sub, [ONE])
        seen[block] = chain.sub.blocks_since_last_step[ONE]
    assert [seen[block] for block in (5, 719, 720, 730, 1_440, 1_460)] == [5, 719, 0, 10, 0, 20]


def test_a_turn_takes_what_waited(chain):
    chain.network(ONE, tempo=100)
    chain.at(102)
    sub = chain.sub
    sub.blocks_since_last_step[ONE] = 12_345_678
    sub.last_mechanism_step_block[ONE] = 12_345
    sub.subnet_epoch_index[ONE] = 7
    pending = {
        sub.pending_server_emission: 123_434_534,
        sub.pending_validator_emission: 111_111,
        sub.pending_root_alpha_divs: 12_222_222,
        sub.pending_owner_cut: 12_345_678,
    }
    for item, amount in pending.items():
        item[ONE] = amount
    assert drain.drain_pending(sub, [ONE]) == [(ONE, Pending(*pending.values()))]
    assert [item[ONE] for item in pending] == [0, 0, 0, 0]
    assert drain.schedule_of(sub, ONE) == EpochSchedule(100, 102, 0, 0, 8)
    assert sub.last_mechanism_step_block[ONE] == 12_345  # only after the payout


def test_turns_beyond_the_most_of_a_block_wait_for_the_next(chain):
    chain.sub.max_epochs_per_block.put(2)
    for netuid in (1, 2, 3, 4):
        chain.network(netuid, tempo=100)
        chain.sub.pending_epoch_at[netuid] = 1
    assert [netuid for netuid, _ in drain.drain_pending(chain.sub, [1, 2, 3, 4])] == [1, 2]
    assert events(chain.runtime)[-2:] == [EpochDeferred(3, 1, 2), EpochDeferred(4, 1, 2)]
    assert [chain.sub.pending_epoch_at[netuid] for netuid in (1, 2, 3, 4)] == [0, 0, 2, 2]
    assert [chain.sub.subnet_epoch_index[netuid] for netuid in (1, 2, 3, 4)] == [1, 1, 0, 0]
    chain.at(2)
    assert [netuid for netuid, _ in drain.drain_pending(chain.sub, [1, 2, 3, 4])] == [3, 4]


def test_a_subnet_in_disorder_loses_its_turn_but_nothing_that_waits(chain):
    chain.network(ONE, tempo=10)
    chain.sub.keys[ONE, 0] = chain.sub.keys[ONE, 1] = VALIDATOR
    chain.sub.pending_server_emission[ONE] = 5
    chain.at(10)
    assert drain.drain_pending(chain.sub, [ONE]) == []
    assert events(chain.runtime)[-1] == EpochSkipped(ONE, 10)
    assert chain.sub.pending_server_emission[ONE] == 5
    assert drain.schedule_of(chain.sub, ONE) == EpochSchedule(10, 10, 0, 1, 1)


@pytest.mark.parametrize(
    ("keys", "consistent"),
    [
        ([], True),
        ([(ONE, 0, VALIDATOR), (ONE, 1, MINER)], True),
        ([(ONE, 0, VALIDATOR), (ONE, 1, VALIDATOR)], False),
        ([(ONE, 0, VALIDATOR), (TWO, 0, VALIDATOR)], True),
    ],
)
def test_each_neuron_needs_a_hotkey_of_its_own(chain, keys, consistent):
    for netuid, uid, hotkey in keys:
        chain.sub.keys[netuid, uid] = hotkey
    assert drain.keys_are_consistent(chain.sub, ONE) is consistent


# -- whole blocks ----------------------------------------------------------------------------------


@pytest.fixture
def busy(chain):
    """A validator with stake that trusts the only miner, and an owner with a hotkey."""
    chain.network(ONE, price=1, tao=1_000_000 * TAO, alpha=1_000_000 * TAO, tempo=10)
    sub = chain.sub
    sub.subnet_owner_hotkey[ONE] = OWNER_HOT
    chain.neuron(ONE, OWNER_HOT, OWNER)
    chain.neuron(ONE, VALIDATOR, COLD)
    chain.neuron(ONE, MINER, COLD)
    chain.stake(VALIDATOR, COLD, ONE, 100_000 * TAO)
    sub.tao_weight.put(0)
    sub.subnet_owner_cut.put(6_553)
    sub.validator_permit[ONE] = (False, True, False)
    sub.last_update[ONE] = (2, 2, 2)
    sub.weights[ONE, 1] = ((2, 65_535),)
    return chain


def test_a_tempo_of_emission_is_paid_out_at_its_end(busy):
    busy.step(range(2, 10))
    assert close(busy.sub.pending_server_emission[ONE], 8 * 450_003_815, 100)
    assert busy.staked(MINER, ONE) == 0
    busy.step([10])
    assert busy.sub.blocks_since_last_step[ONE] == 0
    assert busy.sub.last_mechanism_step_block[ONE] == busy.sub.last_epoch_block[ONE] == 10
    assert busy.sub.pending_server_emission[ONE] == 0
    assert close(busy.staked(MINER, ONE), 9 * 450_003_815, 1_000)
    assert close(busy.staked(VALIDATOR, ONE) - 100_000 * TAO, 9 * 450_003_815, 1_000)
    assert close(busy.staked(OWNER_HOT, ONE), 9 * 99_992_370, 1_000)
    assert busy.sub.incentive[ONE] == (0, 0, 65_535)
    assert busy.sub.dividends[ONE] == (0, 65_535, 0)


def test_before_its_start_a_subnet_has_epochs_without_emission(busy):
    busy.sub.first_emission_block_number[ONE] = None
    busy.step(range(2, 11))
    assert busy.sub.blocks_since_last_step[ONE] == 0
    assert busy.staked(VALIDATOR, ONE) == 100_000 * TAO
    assert busy.staked(MINER, ONE) == 0
    assert busy.sub.incentive[ONE] == (0, 0, 65_535)
    busy.sub.first_emission_block_number[ONE] = 11
    busy.step(range(11, 21))
    assert busy.staked(VALIDATOR, ONE) > 100_000 * TAO
    assert busy.staked(MINER, ONE) > 0


def test_without_a_cut_all_goes_to_miners_and_validators(busy):
    busy.sub.owner_cut_enabled[ONE] = False
    busy.step(range(2, 11))
    assert busy.staked(OWNER_HOT, ONE) == busy.sub.pending_owner_cut[ONE] == 0
    assert close(busy.staked(MINER, ONE), 9 * TAO // 2, 1_000)
    assert list(busy.sub.lock.keys(OWNER, ONE)) == []


@pytest.mark.parametrize("price", [0.5, 2])
def test_root_s_dividends_wait_only_while_root_sells(busy, price):
    busy.sub.subnet_moving_price[ONE] = int(price * 2**32)
    busy.sub.networks_added[0] = True
    busy.stake(VALIDATOR, COLD, 0, 200 * TAO)
    busy.sub.subnet_tao[0] = 200 * TAO
    busy.sub.tao_weight.put(MOST // 10)
    busy.step([2])
    waiting = busy.sub.pending_root_alpha_divs[ONE]
    assert (waiting > 0) == (price > 1)
    busy.step([3])
    assert (busy.sub.pending_root_alpha_divs[ONE] > waiting) == (price > 1)
    busy.step(range(4, 11))
    assert (busy.sub.root_claimable[VALIDATOR][ONE] > 0) == (price > 1)
    assert close(busy.staked(MINER, ONE), 9 * 450_003_815, 1_000_000)


def test_chosen_children_count_from_the_next_epoch_on(busy):
    busy.sub.pending_child_keys[ONE, VALIDATOR] = ((MOST, MINER),), 5
    busy.step(range(2, 10))
    assert busy.sub.child_keys[VALIDATOR, ONE] == ()
    busy.step([10])
    assert busy.sub.child_keys[VALIDATOR, ONE] == ((MOST, MINER),)


# -- the hook --------------------------------------------------------------------------------------


def test_what_a_block_weighs(chain):
    chain.network(ONE)
    used = block_step.on_initialize(chain.sub, 2)
    assert used == weight(110_634_229_000, reads=8304 + 3, writes=110)


def test_old_swaps_of_hotkeys_are_forgotten_in_their_subnet_s_turn(chain):
    interval = chain.sub.config.hotkey_swap_on_subnet_interval
    chain.network(ONE)
    chain.sub.last_hotkey_swap_on_netuid[ONE, COLD] = 5
    chain.sub.last_hotkey_swap_on_netuid[ONE, OWNER] = interval
    swaps = chain.sub.last_hotkey_swap_on_netuid
    block_step.clean_up_hotkey_swaps(chain.sub, 2 * interval)
    assert len(list(swaps.keys())) == 2
    used = block_step.clean_up_hotkey_swaps(chain.sub, 2 * interval + ONE)
    assert [who for _, who in swaps.keys()] == []  # noqa: SIM118
    assert used == weight(0, reads=5, writes=2)
