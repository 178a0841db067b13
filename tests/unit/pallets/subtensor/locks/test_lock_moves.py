"""Locks when stake leaves, moves or is burned, and when they move themselves.

Facts of the chain's tests/locks.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U16, U64, Alpha, Uid
from pysubtensor.pallets.subtensor.events.staking import LockMoved
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.locks.conviction import DecayTimes, LockKind, roll_forward
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking import nominations
from tests.support import ALICE, BOB, CHARLIE
from tests.unit.pallets.subtensor.locks.locks_chain import (
    HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    OWNER_HOTKEY,
    STAKE,
    UNIT,
    state,
)
from tests.unit.pallets.subtensor.staking.market import ONE, TWO

HALF = STAKE // 2


def unstake(amount, hotkey=HOTKEY):
    return {"hotkey": hotkey, "netuid": ONE, "amount_unstaked": Alpha(U64(amount))}


def to_bob(amount):
    return {
        "destination_coldkey": BOB,
        "hotkey": HOTKEY,
        "origin_netuid": ONE,
        "destination_netuid": ONE,
        "alpha_amount": Alpha(U64(amount)),
    }


def move(dest_hotkey, dest_netuid, amount):
    return {
        "origin_hotkey": HOTKEY,
        "destination_hotkey": dest_hotkey,
        "origin_netuid": ONE,
        "destination_netuid": dest_netuid,
        "alpha_amount": Alpha(U64(amount)),
    }


def rolled(chain, lock, *, lasts):
    rates = DecayTimes(chain.sub.unlock_rate.get(), chain.sub.maturity_rate.get())
    block = chain.sub.config.system.block_number()
    return roll_forward(lock, block, rates, LockKind(perpetual=lasts))[0]


def put(chain, coldkey, lock, total):
    """Locks of a coldkey and of all with HOTKEY, as if they had matured."""
    chain.sub.lock[coldkey, ONE, HOTKEY] = lock
    chain.sub.hotkey_lock[ONE, HOTKEY] = total


# -- unstaking ------------------------------------------------------------------------------------


def test_without_a_lock_all_may_be_unstaked(chain):
    chain.call(ALICE, "remove_stake", **unstake(STAKE))
    assert ledger.of(chain.sub, HOTKEY, ALICE, ONE) == 0


def test_what_is_not_locked_may_be_unstaked(chain):
    chain.lock(HALF)
    chain.later(1)
    chain.refused("StakeUnavailable", ALICE, "remove_stake", **unstake(HALF + 1))
    chain.call(ALICE, "remove_stake", **unstake(HALF))
    assert ledger.of(chain.sub, HOTKEY, ALICE, ONE) == locks.locked(chain.sub, ALICE, ONE) == HALF


def test_unstaking_brings_the_lock_up_to_date(chain):
    del chain.sub.decaying_lock[ALICE, ONE]
    chain.lock(10**9)
    chain.later(100)
    chain.call(ALICE, "remove_stake", **unstake(10**9))
    now = rolled(chain, state(10**9), lasts=False)
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == now
    total = chain.sub.decaying_hotkey_lock[ONE, HOTKEY]
    assert (total.locked_mass, total.last_update) == (now.locked_mass, 101)


def test_dust_leaves_the_sum_when_its_owner_unstakes(chain):
    for coldkey, amount in ((ALICE, 10**9), (BOB, 100)):
        chain.put_stake(coldkey, HOTKEY)
        del chain.sub.decaying_lock[coldkey, ONE]
        chain.lock(amount, coldkey, OTHER_HOTKEY)
    sums = chain.sub.decaying_hotkey_lock
    assert sums[ONE, OTHER_HOTKEY].locked_mass == 10**9 + 100
    chain.later(100)
    now = rolled(chain, state(10**9), lasts=False).locked_mass
    chain.call(ALICE, "remove_stake", **unstake(10**9))
    assert sums[ONE, OTHER_HOTKEY].locked_mass == now + 100
    chain.call(BOB, "remove_stake", **unstake(10**9))
    assert sums[ONE, OTHER_HOTKEY].locked_mass == now
    assert (BOB, ONE, OTHER_HOTKEY) not in chain.sub.lock


@pytest.mark.parametrize("name", ["recycle_alpha", "burn_alpha"])
def test_locked_alpha_is_neither_recycled_nor_burned(chain, name):
    chain.lock(STAKE)
    chain.later(1)
    args = {"hotkey": HOTKEY, "amount": Alpha(U64(HALF)), "netuid": ONE}
    chain.refused("StakeUnavailable", ALICE, name, **args)


def test_what_a_lock_earns_is_free(chain):
    chain.lock(STAKE)
    ledger.increase_for_all(chain.sub, HOTKEY, ONE, 10_000_000)
    assert locks.available(chain.sub, ALICE, ONE) == 10_000_000


def test_locks_outlive_the_neuron(chain):
    chain.neuron(ONE, HOTKEY, ALICE)
    chain.lock(5000)
    before = locks.coldkey_lock(chain.sub, ALICE, ONE)
    uids.replace(chain.sub, ONE, Uid(U16(0)), CHARLIE)
    assert locks.coldkey_lock(chain.sub, ALICE, ONE) == before
    assert (ONE, HOTKEY) in chain.sub.hotkey_lock


# -- moving stake ---------------------------------------------------------------------------------


def test_locked_stake_may_change_its_hotkey(chain):
    chain.own(CHARLIE, ALICE)
    chain.lock(STAKE)
    chain.call(ALICE, "move_stake", **move(CHARLIE, ONE, HALF))
    assert ledger.of(chain.sub, CHARLIE, ALICE, ONE) == HALF
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == state(STAKE), "the lock stays with its hotkey"


def test_locked_stake_stays_on_its_subnet(chain):
    chain.lock(STAKE)
    chain.later(1)
    chain.refused("StakeUnavailable", ALICE, "move_stake", **move(HOTKEY, TWO, STAKE))


def test_a_lock_follows_the_stake_to_another_coldkey(chain):
    chain.lasting(BOB)
    chain.call(BOB, "set_reject_locked_alpha", enabled=False)
    chain.lock(HALF)
    chain.later(1)
    chain.call(ALICE, "transfer_stake", **to_bob(STAKE))
    now = rolled(chain, state(HALF), lasts=True)
    assert (ALICE, ONE, HOTKEY) not in chain.sub.lock
    theirs = chain.sub.lock[BOB, ONE, HOTKEY]
    assert theirs.locked_mass == HALF
    assert 0 < theirs.conviction <= now.conviction
    assert chain.sub.hotkey_lock[ONE, HOTKEY].locked_mass == HALF


def test_conviction_goes_along_in_proportion(chain):
    chain.lasting(BOB)
    chain.call(BOB, "set_reject_locked_alpha", enabled=False)
    chain.lock(HALF)
    put(chain, ALICE, state(HALF, 1000), state(HALF, 1000))
    chain.call(ALICE, "transfer_stake", **to_bob(HALF + HALF // 4))
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == state(HALF - HALF // 4, 750)
    assert chain.sub.lock[BOB, ONE, HOTKEY] == state(HALF // 4, 250)
    assert chain.sub.hotkey_lock[ONE, HOTKEY] == state(HALF, 1000)


def test_accounts_refuse_locked_alpha(chain):
    chain.lock(HALF)
    chain.call(BOB, "set_reject_locked_alpha", enabled=True)
    chain.refused("AccountRejectsLockedAlpha", ALICE, "transfer_stake", **to_bob(STAKE))
    chain.call(ALICE, "transfer_stake", **to_bob(HALF // 2))
    assert ledger.of(chain.sub, HOTKEY, BOB, ONE) == HALF // 2
    assert (BOB, ONE, HOTKEY) not in chain.sub.lock


def test_locks_with_different_hotkeys_do_not_join(chain):
    chain.call(BOB, "set_reject_locked_alpha", enabled=False)
    chain.put_stake(BOB, HOTKEY)
    chain.lock(1000, BOB, OTHER_HOTKEY)
    chain.lock(HALF)
    chain.refused("LockHotkeyMismatch", ALICE, "transfer_stake", **to_bob(HALF + 1))
    chain.call(ALICE, "transfer_stake", **to_bob(HALF))


def test_what_is_free_goes_first(chain):
    chain.lock(HALF)
    chain.later(1)
    chain.call(ALICE, "transfer_stake", **to_bob(STAKE // 4))
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == rolled(chain, state(HALF), lasts=True)
    assert (BOB, ONE, HOTKEY) not in chain.sub.lock


# -- less locked ----------------------------------------------------------------------------------


def test_dust_that_is_released_is_gone(chain):
    chain.lock(50)
    chain.later(50 * chain.sub.unlock_rate.get())
    locks.release(chain.sub, ALICE, ONE, 50)
    assert (ALICE, ONE, HOTKEY) not in chain.sub.lock
    assert (ONE, HOTKEY) not in chain.sub.hotkey_lock


def test_a_part_is_released_with_its_conviction(chain):
    chain.lock(1000)
    put(chain, ALICE, state(1000, 1000), state(1000, 1000))
    locks.release(chain.sub, ALICE, ONE, 400)
    for left in (chain.sub.lock[ALICE, ONE, HOTKEY], chain.sub.hotkey_lock[ONE, HOTKEY]):
        assert left.locked_mass == 600
        assert abs(left.conviction - 600 * UNIT) < UNIT // 10**10


def test_without_a_lock_nothing_is_released(chain):
    before = chain.runtime.state.changes()
    locks.release(chain.sub, BOB, ONE, 100)
    assert chain.runtime.state.changes() == before


def test_releasing_one_lock_leaves_the_other(chain):
    chain.put_stake(BOB, HOTKEY)
    chain.lasting(BOB)
    for coldkey in (ALICE, BOB):
        put(chain, coldkey, state(0, 1234), state(0, 2 * 1234))
    for coldkey in (ALICE, BOB):
        chain.lock(50, coldkey)
    locks.release(chain.sub, ALICE, ONE, 50)
    assert (ALICE, ONE, HOTKEY) not in chain.sub.lock
    assert chain.sub.lock[BOB, ONE, HOTKEY] == state(50, 1234)
    assert chain.sub.hotkey_lock[ONE, HOTKEY] == state(50, 1234)


def test_no_more_is_released_than_there_is(chain):
    put(chain, ALICE, state(1_000, 1_000), state(6_000, 3_000))
    put(chain, BOB, state(5_000, 2_000), state(6_000, 3_000))
    locks.release(chain.sub, ALICE, ONE, 2_000)
    assert (ALICE, ONE, HOTKEY) not in chain.sub.lock
    assert chain.sub.lock[BOB, ONE, HOTKEY] == state(5_000, 2_000)
    assert chain.sub.hotkey_lock[ONE, HOTKEY] == state(5_000, 2_000)


def test_a_small_nomination_takes_its_lock_along(chain):
    chain.put_stake(BOB, HOTKEY)
    chain.lock(STAKE, BOB)
    chain.sub.nominator_min_required_stake.put(U64(2**64 - 1))
    nominations.clear_if_small(chain.sub, StakePosition(HOTKEY, BOB, ONE))
    assert ledger.of(chain.sub, HOTKEY, BOB, ONE) == 0
    assert list(chain.sub.lock.keys(BOB, ONE)) == []
    assert (ONE, HOTKEY) not in chain.sub.decaying_hotkey_lock


def test_a_small_nomination_takes_no_more_than_itself(chain):
    tiny = 1_000_000
    chain.put_stake(BOB, HOTKEY)
    chain.put_stake(BOB, OTHER_HOTKEY, tiny)
    chain.lasting(BOB)
    chain.lock(STAKE + tiny, BOB)
    put(chain, BOB, state(STAKE + tiny, tiny + 2_000), state(STAKE + tiny, tiny + 2_000))
    chain.sub.nominator_min_required_stake.put(U64(2**64 - 1))
    nominations.clear_if_small(chain.sub, StakePosition(OTHER_HOTKEY, BOB, ONE))
    assert ledger.of(chain.sub, HOTKEY, BOB, ONE) == STAKE
    assert ledger.of(chain.sub, OTHER_HOTKEY, BOB, ONE) == 0
    left = chain.sub.lock[BOB, ONE, HOTKEY]
    assert left.locked_mass == chain.sub.hotkey_lock[ONE, HOTKEY].locked_mass == STAKE
    expected = (tiny + 2_000) * STAKE // (STAKE + tiny)
    assert abs((left.conviction >> 64) - expected) <= 1


# -- moving a lock --------------------------------------------------------------------------------


def move_lock(chain, hotkey, coldkey=ALICE):
    return chain.call(coldkey, "move_lock", destination_hotkey=hotkey, netuid=ONE)


@pytest.mark.parametrize(("owner", "conviction"), [(ALICE, 1234), (OWNER, 0)])
def test_conviction_is_kept_with_a_hotkey_of_the_same_owner(chain, owner, conviction):
    chain.own(CHARLIE, owner)
    chain.lock(5000)
    put(chain, ALICE, state(5000, 1234), state(5000, 1234))
    assert move_lock(chain, CHARLIE) == [LockMoved(ALICE, HOTKEY, CHARLIE, ONE)]
    assert (ALICE, ONE, HOTKEY) not in chain.sub.lock
    assert (ONE, HOTKEY) not in chain.sub.hotkey_lock
    assert chain.sub.lock[ALICE, ONE, CHARLIE] == state(5000, conviction)
    assert chain.sub.hotkey_lock[ONE, CHARLIE] == state(5000, conviction)
    assert list(chain.sub.locking_coldkeys.keys(ONE)) == [(ONE, CHARLIE, ALICE)]


@pytest.mark.parametrize(("owner", "conviction"), [(ALICE, 1000), (OWNER, 0)])
def test_others_locks_with_the_hotkey_stay(chain, owner, conviction):
    chain.own(CHARLIE, owner)
    chain.put_stake(BOB, HOTKEY)
    chain.lasting(BOB)
    for coldkey in (ALICE, BOB):
        chain.lock(5000, coldkey)
        put(chain, coldkey, state(5000, 1000), state(10_000, 2000))
    put(chain, ALICE, state(5000, 1000), state(10_000, 2000))
    move_lock(chain, CHARLIE)
    assert chain.sub.lock[BOB, ONE, HOTKEY] == state(5000, 1000)
    assert chain.sub.hotkey_lock[ONE, HOTKEY] == state(5000, 1000)
    assert chain.sub.hotkey_lock[ONE, CHARLIE] == state(5000, conviction)


def test_a_lock_moved_to_the_owners_hotkey_has_conviction_at_once(chain):
    chain.lock(5000)
    move_lock(chain, OWNER_HOTKEY)
    assert chain.sub.lock[ALICE, ONE, OWNER_HOTKEY] == state(5000, 5000)
    assert chain.sub.owner_lock[ONE] == state(5000, 5000)
    assert list(chain.sub.hotkey_lock.keys(ONE)) == []


@pytest.mark.parametrize(
    ("error", "hotkey"), [("HotKeyAccountNotExists", CHARLIE), ("NoExistingLock", OTHER_HOTKEY)]
)
def test_locks_that_do_not_move(chain, error, hotkey):
    chain.refused(error, BOB, "move_lock", destination_hotkey=hotkey, netuid=ONE)


# -- the owner's cut ------------------------------------------------------------------------------


def test_the_owners_cut_is_locked_where_asked_for(chain):
    cut = Alpha(U64(10_000_000))
    chain.put_stake(OWNER, OWNER_HOTKEY)
    locks.lock_owner_cut(chain.sub, ONE, cut)
    assert list(chain.sub.lock.keys(OWNER)) == []
    chain.sub.owner_cut_auto_lock_enabled[ONE] = True
    locks.lock_owner_cut(chain.sub, ONE, cut)
    assert chain.sub.lock[OWNER, ONE, OWNER_HOTKEY].locked_mass == cut


def test_the_owners_cut_joins_the_owners_lock(chain):
    chain.put_stake(OWNER, OWNER_HOTKEY)
    chain.sub.owner_cut_auto_lock_enabled[ONE] = True
    chain.lock(5000, OWNER, OTHER_HOTKEY)
    locks.lock_owner_cut(chain.sub, ONE, Alpha(U64(500)))
    assert chain.sub.lock[OWNER, ONE, OTHER_HOTKEY].locked_mass == 5500
    before = chain.runtime.state.changes()
    locks.lock_owner_cut(chain.sub, ONE, Alpha(U64(0)))
    assert chain.runtime.state.changes() == before
