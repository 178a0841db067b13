"""Hotkeys that take the place of others, on one subnet and on all.

Facts of the chain's tests/swap_hotkey and swap_hotkey_with_subnet; tests with `where` hold for both
ways.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U8, U16, U32, U64, U64_MAX, U128, Alpha, Hash
from pysubtensor.pallets.subtensor.events.keys import HotkeySwapped, HotkeySwappedOnSubnet
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerHotkeySet
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import (
    AxonInfo,
    LastTxBlock,
    LastTxBlockChildKeyTake,
    LastTxBlockDelegateTake,
    NetUidStorageIndex,
    NeuronCertificate,
    PrometheusInfo,
)
from tests.support import ALICE, BOB, run
from tests.unit.pallets.subtensor.staking.market import (
    DEPOSIT,
    MINER,
    NOMINATOR,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    ROOT,
    STABLE,
    TWO,
)
from tests.unit.pallets.subtensor.swaps.swaps_chain import (
    NEW,
    NOW,
    THIRD,
    before_a_swap,
    refuse,
    swap,
)

ALL = U64(U64_MAX)
INDEX = NetUidStorageIndex(U16(1))


@pytest.fixture
def chain(chain):
    return before_a_swap(chain)


# -- keys and neurons -----------------------------------------------------------------------------


def test_the_new_hotkey_is_the_coldkeys(chain, where):
    events = swap(chain, where)
    assert chain.sub.owner[NEW] == OWNER
    assert NEW in chain.sub.owned_hotkeys[OWNER]
    assert (MINER in chain.sub.owner) is (where is not None)
    assert (MINER in chain.sub.owned_hotkeys[OWNER]) is (where is not None)
    if where is None:
        assert events[-1] == HotkeySwapped(OWNER, MINER, NEW)
    else:
        assert events[-1] == HotkeySwappedOnSubnet(OWNER, MINER, NEW, ONE)


def test_the_former_call_moves_the_stake(chain, where):
    chain.stake(StakePosition(MINER, NOMINATOR, ONE), 1_000)
    chain.call(OWNER, "swap_hotkey", hotkey=MINER, new_hotkey=NEW, netuid=where)
    assert ledger.of(chain.sub, NEW, NOMINATOR, ONE) == 1_000


def test_nothing_is_locked_with_a_hotkey_that_was_replaced(chain):
    chain.stake(StakePosition(MINER, NOMINATOR, ONE), 1_000)
    swap(chain, None)
    args = {"hotkey": MINER, "netuid": ONE, "amount": Alpha(U64(100))}
    chain.refused("HotKeyAccountNotExists", NOMINATOR, "lock_stake", **args)


def test_a_hotkey_of_ones_own_may_be_taken(chain, where):
    chain.own(NEW, OWNER)
    swap(chain, where)
    assert chain.sub.owned_hotkeys[OWNER].count(NEW) == 1


def test_the_place_on_the_subnet_moves(chain, where):
    chain.neuron(ONE, OTHER_MINER, OTHER)
    uids.append(chain.sub, ONE, MINER)
    swap(chain, where)
    sub = chain.sub
    assert (sub.uids[ONE, NEW], sub.keys[ONE, U16(1)]) == (1, NEW)
    assert sub.is_network_member[NEW, ONE]
    assert (ONE, MINER) not in sub.uids
    assert (MINER, ONE) not in sub.is_network_member


def test_a_hotkey_that_is_no_neuron_becomes_none(chain, where):
    swap(chain, where)
    assert (ONE, NEW) not in chain.sub.uids
    assert chain.sub.is_network_member[NEW, ONE] is False
    assert (NEW, ONE) in chain.sub.is_network_member


RECORDS = {
    "axons": AxonInfo(U64(1), U32(2), U128(3), U16(4), U8(4), U8(5), U8(6), U8(7)),
    "prometheus": PrometheusInfo(U64(1), U32(2), U128(3), U16(4), U8(4)),
    "neuron_certificates": NeuronCertificate(b"\1\2\3", U8(1)),
}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("is_neuron", [True, False])
def test_what_a_neuron_announced_moves(chain, where, name, is_neuron):
    if is_neuron:
        uids.append(chain.sub, ONE, MINER)
    item = getattr(chain.sub, name)
    item[ONE, MINER] = RECORDS[name]
    swap(chain, where)
    assert item[ONE, NEW if is_neuron else MINER] == RECORDS[name]
    assert item[ONE, MINER if is_neuron else NEW] is None


def test_commitments_of_all_mechanisms_move(chain, where):
    sub = chain.sub
    uids.append(sub, ONE, MINER)
    sub.mechanism_count_current[ONE] = U8(2)
    commits = ((Hash(bytes(32)), U64(1), U64(2), U64(0)),)
    for index in (INDEX, NetUidStorageIndex(U16(4096 + 1))):
        sub.weight_commits[index, MINER] = commits
    swap(chain, where)
    for index in (INDEX, NetUidStorageIndex(U16(4096 + 1))):
        assert sub.weight_commits[index, NEW] == commits
        assert sub.weight_commits[index, MINER] is None


def test_loaded_emission_is_renamed(chain, where):
    uids.append(chain.sub, ONE, MINER)
    chain.sub.loaded_emission[ONE] = ((MINER, U64(1), U64(2)), (ALICE, U64(3), U64(4)))
    swap(chain, where)
    assert chain.sub.loaded_emission[ONE] == ((NEW, 1, 2), (ALICE, 3, 4))


def test_the_owners_hotkey_is_replaced(chain, where):
    chain.sub.subnet_owner_hotkey[ONE] = MINER
    assert SubnetOwnerHotkeySet(ONE, NEW) in swap(chain, where)
    assert chain.sub.subnet_owner_hotkey[ONE] == NEW


def test_takes_move(chain, where):
    sub = chain.sub
    sub.delegates[MINER] = U16(100)
    sub.childkey_take[MINER, ONE] = U16(5000)
    swap(chain, where)
    assert sub.childkey_take[NEW, ONE] == 5000
    assert (MINER, ONE) not in sub.childkey_take
    assert sub.delegates[NEW if where is None else MINER] == 100
    assert ((NEW if where else MINER) in sub.delegates) is False


def test_a_take_that_was_never_chosen_is_not_written(chain, where):
    swap(chain, where)
    assert (NEW, ONE) not in chain.sub.childkey_take


def test_when_a_hotkey_last_did_something_is_kept(chain, where):
    last = chain.sub.last_rate_limited_block
    kinds = {LastTxBlock: 123, LastTxBlockDelegateTake: 4567, LastTxBlockChildKeyTake: 8910}
    for kind, block in kinds.items():
        last[kind(MINER)] = U64(block)
    swap(chain, where)
    assert [last[kind(NEW)] for kind in kinds] == list(kinds.values())
    assert (LastTxBlock(MINER) in last) is (where is not None)
    assert last[LastTxBlock(OWNER)] == NOW


def test_automatic_stakes_follow(chain, where):
    sub = chain.sub
    sub.auto_stake_destination_coldkeys[MINER, ONE] = (ALICE, BOB, OWNER)
    sub.auto_stake_destination[OWNER, ONE] = MINER
    swap(chain, where)
    assert sub.auto_stake_destination_coldkeys[NEW, ONE] == (ALICE, BOB, OWNER)
    assert (MINER, ONE) not in sub.auto_stake_destination_coldkeys
    assert {sub.auto_stake_destination[who, ONE] for who in (ALICE, BOB, OWNER)} == {NEW}


# -- stake ----------------------------------------------------------------------------------------


def test_all_stake_on_the_subnet_moves(chain, where):
    sub = chain.sub
    for coldkey, amount in ((OWNER, 100), (NOMINATOR, 200), (OTHER, 300)):
        chain.stake(StakePosition(MINER, coldkey, ONE), amount)
        chain.stake(StakePosition(MINER, coldkey, TWO), 2 * amount)
    swap(chain, where)
    assert ledger.on_hotkey(sub, NEW, ONE) == 600
    assert ledger.on_hotkey(sub, MINER, ONE) == 0
    assert [ledger.of(sub, NEW, who, ONE) for who in (OWNER, NOMINATOR, OTHER)] == [100, 200, 300]
    assert [key for key in sub.alpha_v2.keys(MINER) if key[2] == ONE] == []
    stays, moves = (NEW, MINER) if where is None else (MINER, NEW)
    assert ledger.on_hotkey(sub, stays, TWO) == 1200
    assert ledger.on_hotkey(sub, moves, TWO) == 0


def test_stake_joins_what_is_there(chain):
    chain.own(NEW, OWNER)
    for hotkey, one, other in ((MINER, 100, 200), (NEW, 300, 500)):
        chain.stake(StakePosition(hotkey, NOMINATOR, ONE), one)
        chain.stake(StakePosition(hotkey, OTHER, ONE), other)
        ledger.increase_for_all(chain.sub, hotkey, ONE, 1_000_000_000)
    before = [
        ledger.of(chain.sub, MINER, who, ONE) + ledger.of(chain.sub, NEW, who, ONE)
        for who in (NOMINATOR, OTHER)
    ]
    swap(chain, ONE)
    after = [ledger.of(chain.sub, NEW, who, ONE) for who in (NOMINATOR, OTHER)]
    assert all(abs(a - b) <= 1 for a, b in zip(after, before, strict=True))
    assert ledger.on_hotkey(chain.sub, MINER, ONE) <= 1, "what shares round away"


def test_who_staked_with_the_hotkey_staked_with_the_new_one(chain, where):
    for coldkey in (NOMINATOR, OTHER):
        chain.stake(StakePosition(MINER, coldkey, ONE), 100)
    chain.sub.staking_hotkeys[NOMINATOR] = (MINER, NEW, THIRD)
    swap(chain, where)
    if where is None:
        assert chain.sub.staking_hotkeys[NOMINATOR] == (THIRD, NEW)
        assert chain.sub.staking_hotkeys[OTHER] == (NEW,)
    else:
        assert chain.sub.staking_hotkeys[NOMINATOR] == (MINER, NEW, THIRD)
        assert chain.sub.staking_hotkeys[OTHER] == (MINER, NEW)


def test_records_of_the_last_epoch_add_up(chain, where):
    sub = chain.sub
    sub.voting_power[ONE, MINER] = U64(5)
    sub.total_hotkey_alpha_last_epoch[MINER, ONE] = Alpha(U64(10))
    sub.total_hotkey_alpha_last_epoch[NEW, ONE] = Alpha(U64(1))
    sub.alpha_dividends_per_subnet[ONE, MINER] = Alpha(U64(20))
    sub.alpha_dividends_per_subnet[ONE, NEW] = Alpha(U64(2))
    swap(chain, where)
    assert sub.voting_power[ONE, NEW] == 5
    assert sub.total_hotkey_alpha_last_epoch[NEW, ONE] == 11
    assert sub.alpha_dividends_per_subnet[ONE, NEW] == 22
    assert (ONE, MINER) not in sub.voting_power
    assert (MINER, ONE) not in sub.total_hotkey_alpha_last_epoch
    assert (ONE, MINER) not in sub.alpha_dividends_per_subnet


def test_stake_may_stay_behind(chain, where):
    sub = chain.sub
    uids.append(sub, ONE, MINER)
    sub.voting_power[ONE, MINER] = U64(5)
    chain.stake(StakePosition(MINER, NOMINATOR, ONE), 1_000)
    sub.child_keys[MINER, ONE], sub.parent_keys[ALICE, ONE] = ((ALL, ALICE),), ((ALL, MINER),)
    swap(chain, where, keep_stake=True)
    assert ledger.of(sub, MINER, NOMINATOR, ONE) == ledger.on_hotkey(sub, MINER, ONE) == 1_000
    assert ledger.on_hotkey(sub, NEW, ONE) == 0
    assert (sub.voting_power[ONE, MINER], sub.voting_power[ONE, NEW]) == (5, 0)
    assert sub.staking_hotkeys[NOMINATOR] == (MINER,)
    assert sub.uids[ONE, NEW] == 0
    assert sub.child_keys[NEW, ONE] == ((ALL, ALICE),)
    assert sub.parent_keys[ALICE, ONE] == ((ALL, NEW),)


def test_a_swap_back_brings_everything_back(chain):
    sub = chain.sub
    uids.append(sub, ONE, MINER)
    sub.subnet_owner_hotkey[ONE] = MINER
    sub.voting_power[ONE, MINER] = U64(5)
    sub.auto_stake_destination_coldkeys[MINER, ONE] = (ALICE,)
    sub.child_keys[MINER, ONE], sub.parent_keys[ALICE, ONE] = ((ALL, ALICE),), ((ALL, MINER),)
    sub.total_hotkey_alpha_last_epoch[MINER, ONE] = Alpha(U64(10))
    sub.alpha_dividends_per_subnet[ONE, MINER] = Alpha(U64(20))
    chain.stake(StakePosition(MINER, NOMINATOR, ONE), 1_000)
    swap(chain, ONE)
    chain.stake(StakePosition(MINER, NOMINATOR, ONE), 500)
    chain.at(2 * NOW)
    swap(chain, ONE, old=NEW, new=MINER)
    assert ledger.of(sub, MINER, NOMINATOR, ONE) == 1_500
    assert ledger.of(sub, NEW, NOMINATOR, ONE) == 0
    assert sub.uids[ONE, MINER] == 0
    assert sub.subnet_owner_hotkey[ONE] == MINER
    assert sub.voting_power[ONE, MINER] == 5
    assert sub.total_hotkey_alpha_last_epoch[MINER, ONE] == 10
    assert sub.alpha_dividends_per_subnet[ONE, MINER] == 20
    assert sub.auto_stake_destination_coldkeys[MINER, ONE] == (ALICE,)
    assert sub.child_keys[MINER, ONE] == ((ALL, ALICE),)
    assert sub.parent_keys[ALICE, ONE] == ((ALL, MINER),)


# -- refusals and costs ---------------------------------------------------------------------------


def test_swaps_cost_tao_that_is_recycled(chain, where):
    cost = chain.sub.config.key_swap_cost if where is None else 1_000_000
    before, issued = chain.free(OWNER), chain.sub.total_issuance.get()
    swap(chain, where)
    assert chain.free(OWNER) == before - cost
    assert chain.sub.total_issuance.get() == max(issued - cost, 0)


@pytest.mark.parametrize(("short", "error"), [(1, "NotEnoughBalanceToPaySwapHotKey")])
def test_a_coldkey_must_be_able_to_pay(chain, where, short, error):
    cost = chain.sub.config.key_swap_cost if where is None else 1_000_000
    chain.own(THIRD, ALICE)
    chain.give(ALICE, cost - short)
    refuse(chain, error, where, old=THIRD, who=ALICE)
    chain.give(ALICE, short)
    refuse(chain, "InsufficientBalance", where, old=THIRD, who=ALICE)
    chain.give(ALICE, DEPOSIT)
    swap(chain, where, old=THIRD, who=ALICE)
    assert chain.free(ALICE) == DEPOSIT


def test_whose_hotkeys_and_which(chain, where):
    refuse(chain, "NonAssociatedColdKey", where, who=OTHER)
    refuse(chain, "NonAssociatedColdKey", where, old=THIRD)
    refuse(chain, "NonAssociatedColdKey", where, new=OTHER_MINER)
    refuse(chain, "NewHotKeyIsSameWithOld", where, new=MINER)
    refuse(chain, "CannotUseSystemAccount", where, new=registry.account_of_subnet(chain.sub, ONE))


@pytest.mark.parametrize(
    ("netuid", "neuron_on", "refused"),
    [(None, ONE, True), (None, ROOT, True), (ONE, ONE, True), (ONE, TWO, False)],
)
def test_the_new_hotkey_must_be_no_neuron_there(chain, netuid, neuron_on, refused):
    chain.sub.is_network_member[NEW, neuron_on] = True
    if refused:
        refuse(chain, "HotKeyAlreadyRegisteredInSubNet", netuid)
    else:
        swap(chain, netuid)


def test_to_have_been_swapped_to_is_as_being_a_neuron(chain):
    chain.sub.is_network_member[NEW, ONE] = False
    refuse(chain, "HotKeyAlreadyRegisteredInSubNet", ONE)
    swap(chain, None)


def test_swaps_are_limited_in_time(chain, where):
    chain.sub.tx_rate_limit.put(U64(7_201))
    swap(chain, where)
    chain.at(NOW + 7_201)
    refuse(chain, "HotKeySetTxRateLimitExceeded", where, old=NEW, new=THIRD)
    chain.at(NOW + 7_202)
    swap(chain, where, old=NEW, new=THIRD)


def test_swaps_on_a_subnet_need_an_interval(chain):
    chain.at(7_200)
    refuse(chain, "HotKeySwapOnSubnetIntervalNotPassed", ONE)
    chain.at(7_201)
    swap(chain, ONE)
    assert chain.sub.last_hotkey_swap_on_netuid[ONE, OWNER] == 7_201


def test_swaps_everywhere_heed_and_start_that_interval(chain):
    uids.append(chain.sub, ONE, MINER)
    swap(chain, ONE)
    refuse(chain, "HotKeySwapOnSubnetIntervalNotPassed", ONE, old=NEW, new=THIRD)
    refuse(chain, "HotKeySwapOnSubnetIntervalNotPassed", None, old=NEW, new=THIRD)
    chain.at(NOW + 7_201)
    swap(chain, None, old=NEW, new=THIRD)
    assert chain.sub.last_hotkey_swap_on_netuid[ONE, OWNER] == NOW + 7_201


def test_the_interval_holds_for_parents_but_not_for_children(chain):
    sub = chain.sub
    uids.append(sub, ONE, MINER)
    sub.child_keys[MINER, TWO] = ((ALL, ALICE),)
    sub.parent_keys[MINER, STABLE] = ((ALL, BOB),)
    chain.at(1)
    swap(chain, None)
    assert sub.child_keys[NEW, TWO] == ((ALL, ALICE),)
    assert sub.parent_keys[NEW, STABLE] == ((ALL, BOB),)
    last = [sub.last_hotkey_swap_on_netuid[netuid, OWNER] for netuid in (ONE, TWO, STABLE)]
    assert last == [1, 1, 0]


def test_what_a_swap_weighs_depends_on_what_there_was_to_move(chain):
    def weighed(**stakes):
        with chain.runtime.state.discarded():
            for coldkey in stakes.values():
                chain.stake(StakePosition(MINER, coldkey, ONE), 100)
            args = {"hotkey": MINER, "new_hotkey": NEW, "netuid": ONE, "keep_stake": False}
            post = run(chain.runtime, OWNER, "SubtensorModule", "swap_hotkey_v2", **args)
            return post.actual_weight.ref_time // 25_000_000

    # reads + 4 * writes: a share is 1 + 1 and its coldkey 3 + 2; its list of hotkeys is there
    assert weighed(a=NOMINATOR) - weighed() == 4 + 4 * 3
    assert weighed() == (4 + 3 + 7 + 1 + 5 + 1 + 3 + 6) + 4 * (3 + 2 + 1 + 2 + 3 + 6 + 2)
