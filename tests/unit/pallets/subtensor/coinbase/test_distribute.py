"""Who is paid when an epoch has run.  Facts of the chain's tests/coinbase."""

import pytest

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.subtensor.coinbase import distribute
from pysubtensor.pallets.subtensor.coinbase.dividends import (
    NetworkRates,
    split_dividends,
    total_incentives,
)
from pysubtensor.pallets.subtensor.epoch.run import Earned
from pysubtensor.pallets.subtensor.events.staking import AutoStakeAdded
from pysubtensor.pallets.subtensor.pools import stake_weight
from pysubtensor.pallets.subtensor.pools.stake_weight import (
    inherited_alpha,
    inherited_stake,
    stake_weight_of,
)
from pysubtensor.pallets.subtensor.proportions import proportion_u64
from tests.support import events
from tests.unit.pallets.subtensor.coinbase.economy import TAO, WHOLE, close, key

ONE = 1
HALF = TAO // 2
HOT, OTHER, COLD, COLDER = key(1), key(2), key(3), key(4)
OWNER, OWNER_HOT = key(1000), key(1001)


@pytest.fixture
def chain(chain):
    chain.network(ONE)
    return chain


@pytest.fixture
def owned(chain):
    """The subnet's owner has a hotkey, which is its first neuron."""
    chain.sub.subnet_owner_hotkey[ONE] = OWNER_HOT
    chain.neuron(ONE, OWNER_HOT, OWNER)
    return chain


def untaken(chain, *hotkeys):
    """Hotkeys that keep nothing of what they earn for others."""
    for hotkey in hotkeys:
        chain.sub.delegates[hotkey] = 0


# -- stakes of validators --------------------------------------------------------------------------


def test_nothing_to_pay_and_nobody(chain):
    chain.pay_out(ONE, 0, 0)
    chain.pay_out(7, 0, 0)  # nor a subnet
    assert list(chain.sub.total_hotkey_alpha.keys()) == []


def test_who_is_no_neuron_gets_nothing(chain):
    chain.stake(HOT, COLD, ONE, TAO)
    chain.pay_out(ONE, HALF, HALF)
    assert chain.staked(HOT, ONE) == TAO


def test_the_only_neuron_gets_all(chain):
    chain.neuron(ONE, HOT, COLD)
    chain.stake(HOT, COLD, ONE, TAO)
    chain.pay_out(ONE, HALF, HALF)
    assert close(chain.staked(HOT, ONE), 2 * TAO)
    assert chain.sub.last_mechanism_step_block[ONE] == 1


def test_stake_on_root_earns_alpha_that_is_claimed_later(chain):
    chain.neuron(ONE, HOT, COLD)
    untaken(chain, HOT)
    chain.sub.tao_weight.put(WHOLE)
    chain.stake(HOT, COLD, 0, TAO)
    chain.stake(HOT, COLD, ONE, TAO)
    chain.pay_out(ONE, HALF, HALF, root=TAO)
    assert close(chain.staked(HOT, ONE), 2 * TAO)
    assert chain.staked(HOT, 0) == TAO
    assert close(chain.sub.root_claimable[HOT][ONE], 2**32)  # one alpha for each TAO
    assert close(chain.sub.root_alpha_dividends_per_subnet[ONE, HOT], TAO)


@pytest.mark.parametrize("take", [0, 11_796, 65_535])
def test_a_take_goes_to_the_hotkey_s_owner(chain, take):
    chain.neuron(ONE, HOT, COLD)
    chain.sub.delegates[HOT] = take
    chain.stake(HOT, COLDER, ONE, TAO)
    chain.pay_out(ONE, HALF, HALF)
    taken = TAO * take // 65_535
    assert close(chain.sub.alpha_dividends_per_subnet[ONE, HOT], TAO - taken)
    assert close(chain.staked(HOT, ONE), 2 * TAO)
    assert (HOT in chain.sub.staking_hotkeys[COLD]) == bool(taken)
    assert chain.sub.total_hotkey_alpha_last_epoch[HOT, ONE] == chain.staked(HOT, ONE)


@pytest.mark.parametrize("on_root", [(0, 0), (TAO, TAO), (2 * TAO, TAO)])
@pytest.mark.parametrize("weight", [WHOLE, WHOLE // 2])
def test_two_of_equal_alpha_share_the_alpha_evenly(chain, on_root, weight):
    chain.sub.tao_weight.put(weight)
    for hotkey, tao in zip((HOT, OTHER), on_root, strict=True):
        chain.neuron(ONE, hotkey, COLD)
        untaken(chain, hotkey)
        chain.stake(hotkey, COLD, ONE, TAO)
        chain.stake(hotkey, COLD, 0, tao)
    chain.pay_out(ONE, HALF, HALF)
    assert close(chain.staked(HOT, ONE), TAO + HALF)
    assert close(chain.staked(OTHER, ONE), TAO + HALF)


def test_the_last_epoch_s_dividends_are_forgotten(chain):
    chain.neuron(ONE, HOT, COLD)
    chain.stake(HOT, COLD, ONE, TAO)
    for item in (chain.sub.alpha_dividends_per_subnet, chain.sub.root_alpha_dividends_per_subnet):
        item[ONE, OTHER] = 5
    chain.pay_out(ONE, HALF, HALF)
    assert [hotkey for _, hotkey in chain.sub.alpha_dividends_per_subnet.keys(ONE)] == [HOT]
    assert [hotkey for _, hotkey in chain.sub.root_alpha_dividends_per_subnet.keys(ONE)] == [HOT]


def test_without_miners_validators_get_their_part_too(chain):
    chain.neuron(ONE, HOT, COLD)
    chain.stake(HOT, COLD, ONE, 1)
    chain.sub.tao_weight.put(0)
    chain.pay_out(ONE, 500_000, 500_000)
    assert close(chain.staked(HOT, ONE), 1_000_001, 1)


# -- incentives ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "recycled", "burned"),
    [
        (None, 0, 10_000_000),
        (RecycleOrBurn.BURN, 0, 10_000_000),
        (RecycleOrBurn.RECYCLE, 10_000_000, 0),
    ],
)
def test_what_an_owner_s_neuron_earns_as_a_miner_is_withheld(owned, choice, recycled, burned):
    owned.neuron(ONE, OTHER, COLD)
    if choice is not None:
        owned.sub.recycle_or_burn[ONE] = choice
    owned.sub.subnet_alpha_out[ONE] = TAO
    distribute.pay_miners(owned.sub, ONE, {OWNER_HOT: 10_000_000, OTHER: 30_000_000})
    assets = owned.runtime.get(AlphaAssets)
    assert (assets.alpha_recycled[ONE], assets.alpha_burned[ONE]) == (recycled, burned)
    assert owned.sub.subnet_alpha_out[ONE] == TAO - recycled
    assert owned.staked(OWNER_HOT, ONE) == 0
    assert owned.staked(OTHER, ONE) == 30_000_000
    assert owned.sub.miner_burned[ONE] == 2**32 // 4


def test_so_is_what_his_other_neurons_earn(owned):
    for number in (5, 6, 7):
        owned.neuron(ONE, key(number), OWNER)
    distribute.pay_miners(owned.sub, ONE, {key(n): 10_000_000 for n in (5, 6, 7)})
    assert [owned.staked(key(n), ONE) for n in (5, 6, 7)] == [0, 0, 0]
    assert owned.sub.miner_burned[ONE] == 2**32


def test_a_hotkey_of_his_that_is_no_neuron_is_paid(owned):
    owned.own(OTHER, OWNER)
    distribute.pay_miners(owned.sub, ONE, {OTHER: 10_000_000})
    assert owned.staked(OTHER, ONE) == 10_000_000
    assert owned.sub.miner_burned[ONE] == 0


def test_without_an_owner_s_hotkey_nobody_stands_for_him(chain):
    chain.neuron(ONE, bytes(32), COLD)
    distribute.pay_miners(chain.sub, ONE, {bytes(32): 5})
    assert chain.staked(bytes(32), ONE) == 5


@pytest.mark.parametrize("destination", [None, OTHER])
def test_a_miner_s_owner_may_choose_where_it_is_staked(owned, destination):
    owned.neuron(ONE, HOT, COLD)
    owned.neuron(ONE, OTHER, COLD)
    if destination is not None:
        owned.call(COLD, "set_coldkey_auto_stake_hotkey", netuid=ONE, hotkey=destination)

    owned.runtime.state.events.clear()
    distribute.pay_miners(owned.sub, ONE, {HOT: 10_000_000})
    assert owned.staked(destination or HOT, ONE) == 10_000_000
    assert owned.staked(OTHER if destination is None else HOT, ONE) == 0
    told = [AutoStakeAdded(ONE, OTHER, HOT, COLD, 10_000_000)]
    assert events(owned.runtime) == ([] if destination is None else told)


# -- the owner's cut -------------------------------------------------------------------------------


def test_the_owner_s_cut_is_staked_on_his_hotkey(owned):
    owned.pay_out(ONE, 0, 0, owner=1_000)
    assert owned.staked(OWNER_HOT, ONE) == 1_000
    assert owned.sub.staking_hotkeys[OWNER] == (OWNER_HOT,)
    assert list(owned.sub.lock.keys(OWNER, ONE)) == []


def test_the_owner_s_cut_may_be_locked_at_once(owned):
    owned.sub.owner_cut_auto_lock_enabled[ONE] = True
    owned.pay_out(ONE, 0, 0, owner=1_000)
    ((lock, state),) = owned.sub.lock.items(OWNER, ONE)
    assert lock == (OWNER, ONE, OWNER_HOT)
    assert state.locked_mass == 1_000


@pytest.mark.parametrize("missing", ["subnet_owner", "subnet_owner_hotkey"])
def test_without_an_owner_the_cut_is_lost(owned, missing):
    del getattr(owned.sub, missing)[ONE]
    owned.pay_out(ONE, 0, 0, owner=1_000)
    assert owned.staked(OWNER_HOT, ONE) == 0


# -- what the epoch's proportions decide -----------------------------------------------------------

STAKES = {
    0: stake_weight.StakePair(4_859_302, 2_342_352),
    1: stake_weight.StakePair(23_423, 859_273),
}
DIVIDENDS = {0: 77_783_738 << 32, 1: 19_283_940 << 32}
EIGHTEEN_PERCENT = U96F32.ratio(18, 100)


@pytest.mark.parametrize(
    ("alpha", "root", "weight"),
    [
        (183_123_567_452, 837_120_949_872, EIGHTEEN_PERCENT),
        (0, 837_120_949_872, EIGHTEEN_PERCENT),
        (183_123_567_452, 0, 0),
        (183_123_567_452, 0, EIGHTEEN_PERCENT),
    ],
)
def test_all_that_is_pending_is_divided(alpha, root, weight):
    found = split_dividends(alpha, root, weight, STAKES, DIVIDENDS)
    assert close(sum(found.alpha.values()) >> 32, alpha, 1_000)
    assert close(sum(found.root.values()) >> 32, root, 1_000)


@pytest.mark.parametrize(
    ("server", "validator"),
    [(683_051_923, 123_456_789), (0, 123_456_789), (123_456_789, 0), (61_728_394, 61_728_394)],
)
def test_incentives_and_dividends_of_one_neuron_add_up(chain, server, validator):
    chain.neuron(ONE, HOT, COLD)
    chain.stake(HOT, COLD, ONE, 1)
    earned = [Earned(HOT, server, validator)]
    incentives = total_incentives((each.hotkey, each.server) for each in earned)
    divided = distribute.split_among_hotkeys(chain.sub, ONE, earned, validator, 0)
    assert incentives == {HOT: server}
    assert {k: v >> 32 for k, v in divided.alpha.items()} == {HOT: validator}


# -- children --------------------------------------------------------------------------------------


def lend(chain, parent, child, part=WHOLE):
    chain.sub.child_keys[parent, ONE] = ((part, child),)
    chain.sub.parent_keys[child, ONE] = ((part, parent),)


def test_a_child_keeps_its_take(chain):
    chain.neuron(ONE, OTHER, COLD)
    chain.stake(HOT, COLDER, ONE, TAO)
    chain.own(HOT, COLDER)
    lend(chain, HOT, OTHER)
    chain.sub.childkey_take[OTHER, ONE] = 6_553
    chain.pay_out(ONE, HALF, HALF)
    assert close(chain.staked(HOT, ONE), TAO + TAO * 9 // 10, 10_000)
    assert close(chain.staked(OTHER, ONE), TAO // 10, 10_000)


def test_a_child_of_the_same_owner_keeps_nothing(chain):
    chain.neuron(ONE, OTHER, COLD)
    chain.stake(HOT, COLD, ONE, TAO)
    chain.own(HOT, COLD)
    lend(chain, HOT, OTHER)
    chain.sub.childkey_take[OTHER, ONE] = 65_535
    chain.pay_out(ONE, HALF, HALF)
    assert close(chain.staked(HOT, ONE), 2 * TAO, 10_000)
    assert chain.staked(OTHER, ONE) == 0


def test_part_of_what_lent_stake_earns_may_be_recycled(chain):
    chain.neuron(ONE, OTHER, COLD)
    chain.stake(HOT, COLDER, ONE, TAO)
    chain.own(HOT, COLDER)
    lend(chain, HOT, OTHER)
    chain.sub.ck_burn.put(WHOLE // 5)
    chain.sub.childkey_take[OTHER, ONE] = 6_553
    chain.sub.subnet_alpha_out[ONE] = 10 * TAO
    chain.pay_out(ONE, HALF, HALF)  # the amounts are divided anew by what is left: 7 to 1
    assert close(chain.staked(HOT, ONE), TAO + TAO * 7 // 8, 20_000)
    assert close(chain.staked(OTHER, ONE), TAO // 8, 20_000)
    assert close(chain.sub.subnet_alpha_out[ONE], 10 * TAO - TAO // 5, 20)


@pytest.fixture
def family(chain):
    """Parent and child validate, both with a TAO on root and an alpha of their own."""
    chain.sub.tao_weight.put(WHOLE)
    chain.sub.networks_added[0] = True
    for hotkey, coldkey in ((HOT, COLD), (OTHER, COLDER)):
        chain.neuron(ONE, hotkey, coldkey)
        untaken(chain, hotkey)
        chain.stake(hotkey, coldkey, 0, TAO)
        chain.stake(hotkey, coldkey, ONE, TAO)
    return chain


def test_what_is_lent_weighs_for_the_child(family):
    lend(family, HOT, OTHER)
    assert inherited_stake(family.sub, HOT, ONE) == (0, 0)
    assert inherited_stake(family.sub, OTHER, ONE) == (2 * TAO, 2 * TAO)
    assert stake_weight_of(family.sub, HOT, ONE) == 0
    assert stake_weight_of(family.sub, OTHER, ONE) >> 64 == 4 * TAO
    assert (family.staked(HOT, ONE), family.staked(OTHER, ONE)) == (TAO, TAO)
    assert inherited_alpha(family.sub, HOT, 0) == TAO  # on root nothing is lent


def dividends(chain):
    return [chain.sub.alpha_dividends_per_subnet[ONE, hotkey] for hotkey in (HOT, OTHER)]


@pytest.mark.parametrize(
    ("part", "take", "wanted"),
    [
        (WHOLE, 0, (HALF, HALF)),
        (WHOLE, 65_535, (0, TAO)),
        (WHOLE, 32_767, (TAO // 4, 3 * TAO // 4)),
        (WHOLE // 2, 0, (HALF, HALF)),
    ],
)
def test_parent_and_child_share_by_stake_and_take(family, part, take, wanted):
    lend(family, HOT, OTHER, part)
    family.sub.childkey_take[OTHER, ONE] = take
    family.pay_out(ONE, HALF, HALF)
    for found, expected in zip(dividends(family), wanted, strict=True):
        assert close(found, expected, 10_000)
    assert family.staked(HOT, 0) == family.staked(OTHER, 0) == TAO


def test_the_least_take_of_a_subnet_counts_for_all_its_children(family):
    lend(family, HOT, OTHER)
    family.sub.min_childkey_take_per_subnet[ONE] = 65_535
    family.pay_out(ONE, HALF, HALF)
    assert close(dividends(family)[0], 0)


def test_shares_of_a_parent_and_a_child_in_numbers(family):
    lend(family, HOT, OTHER)
    rates = NetworkRates(proportion_u64(WHOLE), 0)
    shared = distribute.split_of_child(family.sub, ONE, OTHER, 1_000, rates)
    assert shared.paid == [(HOT, 500), (OTHER, 500)]
    assert distribute.split_of_child(family.sub, ONE, HOT, 1_000, rates).paid == [(HOT, 1_000)]
