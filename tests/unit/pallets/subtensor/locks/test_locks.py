"""Stake that is locked: how much, with whom, and what stays free.

Facts of the chain's tests/locks.
"""

from __future__ import annotations

import pytest

from pysubtensor.pallets.subtensor.errors import StakeUnavailable
from pysubtensor.pallets.subtensor.events.staking import (
    PerpetualLockUpdated,
    RejectLockedAlphaUpdated,
    StakeLocked,
)
from pysubtensor.pallets.subtensor.locks import conviction_leader, lock_book, locks
from pysubtensor.pallets.subtensor.locks.conviction import LockKind
from pysubtensor.pallets.subtensor.reads import stakes
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
from tests.unit.pallets.subtensor.staking.market import NOWHERE, ONE, TWO


def perpetual(chain, coldkey, lasts):
    return chain.call(coldkey, "set_perpetual_lock", netuid=ONE, enabled=lasts)


# -- locking --------------------------------------------------------------------------------------


def test_a_lock_is_kept_and_counts_with_its_hotkey(chain):
    events = chain.lock(STAKE // 2)
    assert events == [StakeLocked(ALICE, HOTKEY, ONE, STAKE // 2)]
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == state(STAKE // 2)
    assert chain.sub.hotkey_lock[ONE, HOTKEY] == state(STAKE // 2)


def test_locks_decay_unless_told(chain):
    del chain.sub.decaying_lock[ALICE, ONE]
    chain.lock(5000)
    assert (ALICE, ONE) not in chain.sub.decaying_lock
    assert (ONE, HOTKEY) not in chain.sub.hotkey_lock
    assert chain.sub.decaying_hotkey_lock[ONE, HOTKEY] == state(5000)


@pytest.mark.parametrize("coldkey", [ALICE, OWNER])
def test_a_lock_with_the_owners_hotkey_has_conviction_at_once(chain, coldkey):
    chain.put_stake(OWNER, OWNER_HOTKEY)
    chain.lasting(OWNER)
    chain.lock(5000, coldkey, OWNER_HOTKEY)
    assert chain.sub.lock[coldkey, ONE, OWNER_HOTKEY] == state(5000, 5000)
    assert chain.sub.owner_lock[ONE] == state(5000, 5000)
    assert (ONE, OWNER_HOTKEY) not in chain.sub.hotkey_lock
    chain.lock(7000, coldkey, OWNER_HOTKEY)
    assert chain.sub.lock[coldkey, ONE, OWNER_HOTKEY] == state(12_000, 12_000)
    assert chain.sub.owner_lock[ONE] == state(12_000, 12_000)


def test_a_decaying_lock_with_the_owners_hotkey_has_a_sum_of_its_own(chain):
    perpetual(chain, ALICE, lasts=False)
    chain.lock(5000, ALICE, OWNER_HOTKEY)
    chain.later(1_000)
    now = locks.coldkey_lock(chain.sub, ALICE, ONE)
    assert now.locked_mass < 5000
    assert now.conviction == now.locked_mass * UNIT
    assert conviction_leader.hotkey_conviction(chain.sub, OWNER_HOTKEY, ONE) == now.conviction
    assert ONE not in chain.sub.owner_lock
    assert ONE in chain.sub.decaying_owner_lock


def test_the_owners_coldkey_has_no_advantage_with_another_hotkey(chain):
    chain.put_stake(OWNER, HOTKEY)
    chain.lasting(OWNER)
    chain.lock(5000, OWNER, HOTKEY)
    assert chain.sub.lock[OWNER, ONE, HOTKEY] == state(5000)
    assert ONE not in chain.sub.owner_lock
    assert chain.sub.hotkey_lock[ONE, HOTKEY] == state(5000)


def test_all_stake_may_be_locked_and_no_more(chain):
    chain.refuse_lock("InsufficientStakeForLock", STAKE + 1)
    chain.lock(STAKE)
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == state(STAKE)
    assert locks.available(chain.sub, ALICE, ONE) == 0


@pytest.mark.parametrize(
    ("error", "amount", "hotkey"),
    [
        ("AmountTooLow", 0, HOTKEY),
        ("HotKeyAccountNotExists", 1000, CHARLIE),
        ("LockHotkeyMismatch", 500, OTHER_HOTKEY),
        ("InsufficientStakeForLock", STAKE * 3 // 10, HOTKEY),
    ],
)
def test_refusals_of_more_beside_a_lock(chain, error, amount, hotkey):
    chain.lock(STAKE * 8 // 10)
    chain.refuse_lock(error, amount, hotkey=hotkey)


def test_more_in_the_same_block_is_added(chain):
    chain.lock(1000)
    chain.lock(500)
    assert chain.sub.lock[ALICE, ONE, HOTKEY] == chain.sub.hotkey_lock[ONE, HOTKEY] == state(1500)


@pytest.mark.parametrize("lasts", [True, False])
def test_more_later_brings_the_lock_up_to_date_first(chain, lasts):
    perpetual(chain, ALICE, lasts)
    for amount in (1000, 500, 500):
        chain.lock(amount)
        chain.later(50)
    sums = chain.sub.hotkey_lock if lasts else chain.sub.decaying_hotkey_lock
    lock, total = chain.sub.lock[ALICE, ONE, HOTKEY], sums[ONE, HOTKEY]
    assert (lock.locked_mass == 2000) is lasts
    assert 1990 < lock.locked_mass == total.locked_mass
    assert lock.last_update == total.last_update == 101
    assert lock.conviction > 0
    assert (total.conviction > 0) is lasts, "a sum that only loses mass does not mature"


def test_coldkeys_are_found_by_hotkey_once_and_no_longer_than_their_lock(chain):
    chain.lock(100)
    chain.lock(50)
    assert list(chain.sub.locking_coldkeys.keys(ONE, HOTKEY)) == [(ONE, HOTKEY, ALICE)]
    locks.release(chain.sub, ALICE, ONE, 150)
    assert (ALICE, ONE, HOTKEY) not in chain.sub.lock
    assert list(chain.sub.locking_coldkeys.keys(ONE)) == []


def test_locks_of_subnets_are_apart(chain):
    chain.put_stake(ALICE, HOTKEY, 5_000, TWO)
    chain.lock(STAKE)
    chain.lock(3_000, netuid=TWO)
    assert locks.available(chain.sub, ALICE, TWO) == 2_000
    locks.forget_subnet(chain.sub, ONE)
    assert locks.available(chain.sub, ALICE, ONE) == STAKE
    assert chain.sub.lock[ALICE, TWO, HOTKEY] == state(3_000)


# -- reads ----------------------------------------------------------------------------------------


def test_without_a_lock_all_is_free(chain):
    assert locks.coldkey_lock(chain.sub, BOB, ONE) is None
    assert locks.locked(chain.sub, BOB, ONE) == 0
    assert locks.available(chain.sub, ALICE, ONE) == STAKE


def test_what_is_locked_may_not_be_unstaked(chain):
    chain.lock(STAKE // 2)
    assert locks.available(chain.sub, ALICE, ONE) == STAKE - STAKE // 2
    locks.ensure_available(chain.sub, ALICE, ONE, STAKE - STAKE // 2)
    with pytest.raises(StakeUnavailable):
        locks.ensure_available(chain.sub, ALICE, ONE, STAKE - STAKE // 2 + 1)


def test_what_may_be_unstaked_where(chain):
    del chain.sub.decaying_lock[ALICE, ONE]
    chain.put_stake(ALICE, HOTKEY, 70, TWO)
    chain.lock(STAKE // 2)
    chain.later(1000)
    locked = locks.locked(chain.sub, ALICE, ONE)
    assert locked < STAKE // 2
    found = stakes.availability(chain.sub, ALICE, stakes.asked_netuids(chain.sub, None))
    assert list(found) == [ONE, TWO]
    here, there = found.values()
    assert (here.total, here.locked, here.available) == (STAKE, locked, STAKE - locked)
    assert (there.total, there.locked, there.available) == (70, 0, 70)
    asked = stakes.asked_netuids(chain.sub, (TWO, NOWHERE))
    assert stakes.availability(chain.sub, ALICE, asked) == {TWO: there}


def test_a_lasting_lock_matures(chain):
    chain.lock(5000)
    chain.later(1000)
    now = locks.coldkey_lock(chain.sub, ALICE, ONE)
    assert now.locked_mass == 5000
    assert now.conviction > 0
    assert now.last_update == 1001


# -- lasting and decaying -------------------------------------------------------------------------


def test_an_owners_lock_may_last_and_decay(chain):
    chain.put_stake(OWNER, OWNER_HOTKEY)
    chain.lasting(OWNER)
    chain.lock(5000, OWNER, OWNER_HOTKEY)
    assert perpetual(chain, OWNER, lasts=True) == [PerpetualLockUpdated(OWNER, ONE, True)]
    chain.later(100)
    assert locks.locked(chain.sub, OWNER, ONE) == 5000
    perpetual(chain, OWNER, lasts=False)
    chain.later(100)
    assert locks.locked(chain.sub, OWNER, ONE) < 5000
    assert ONE not in chain.sub.owner_lock
    assert chain.sub.decaying_owner_lock[ONE].locked_mass == 5000


def test_a_lock_decays_only_while_it_may(chain):
    chain.lock(5000)
    tenth = chain.sub.unlock_rate.get() // 10
    perpetual(chain, ALICE, lasts=False)
    chain.later(tenth)
    perpetual(chain, ALICE, lasts=True)
    then = locks.locked(chain.sub, ALICE, ONE)
    assert then < 5000
    assert chain.sub.hotkey_lock[ONE, HOTKEY].locked_mass == then
    assert (ONE, HOTKEY) not in chain.sub.decaying_hotkey_lock
    chain.later(tenth)
    assert locks.locked(chain.sub, ALICE, ONE) == then
    perpetual(chain, ALICE, lasts=False)
    chain.later(tenth)
    assert locks.locked(chain.sub, ALICE, ONE) < then


def test_both_kinds_of_locks_with_one_hotkey_count_apart(chain):
    chain.put_stake(BOB, HOTKEY)
    chain.lock(10_000)
    chain.lock(10_000, BOB)
    chain.later(1_000)
    sub = chain.sub
    lasting = lock_book.roll(sub, sub.hotkey_lock[ONE, HOTKEY], LockKind(perpetual=True))
    decaying = lock_book.roll(sub, sub.decaying_hotkey_lock[ONE, HOTKEY], LockKind())
    assert lasting == locks.coldkey_lock(sub, ALICE, ONE)
    assert lasting.locked_mass == 10_000
    assert decaying == locks.coldkey_lock(sub, BOB, ONE)
    assert decaying.locked_mass < 10_000
    both = lasting.conviction + decaying.conviction
    assert conviction_leader.hotkey_conviction(sub, HOTKEY, ONE) == both


# -- locked alpha of others -----------------------------------------------------------------------


def test_accounts_take_no_locked_alpha_unless_told(chain):
    flags = chain.sub.account_flags
    assert not locks.accepts_locked(chain.sub, BOB)
    told = chain.call(BOB, "set_reject_locked_alpha", enabled=False)
    assert told == [RejectLockedAlphaUpdated(BOB, False)]
    assert locks.accepts_locked(chain.sub, BOB)
    assert flags[BOB] == 1
    chain.call(BOB, "set_reject_locked_alpha", enabled=True)
    assert not locks.accepts_locked(chain.sub, BOB)
    assert BOB not in flags
