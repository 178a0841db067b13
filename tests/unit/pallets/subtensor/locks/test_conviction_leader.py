"""Whom the locks of a subnet favour.

Facts of the chain's tests/locks, the part on conviction.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.locks import conviction_leader, lock_book, locks
from pysubtensor.pallets.subtensor.locks.conviction import LockKind
from tests.support import ALICE, BOB, DAVE
from tests.unit.pallets.subtensor.locks.locks_chain import (
    HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    OWNER_HOTKEY,
    UNIT,
    state,
)
from tests.unit.pallets.subtensor.staking.market import ONE, TWO

CHALLENGER = DAVE
"""A hotkey of BOB's."""


@pytest.fixture
def chain(chain):
    chain.own(CHALLENGER, BOB)
    return chain


# -- conviction -----------------------------------------------------------------------------------


def test_conviction_grows_from_nothing(chain):
    chain.lock(5000)
    assert conviction_leader.hotkey_conviction(chain.sub, HOTKEY, ONE) == 0
    chain.later(1000)
    mine = locks.coldkey_lock(chain.sub, ALICE, ONE).conviction
    assert conviction_leader.hotkey_conviction(chain.sub, HOTKEY, ONE) == mine > 0


def test_convictions_of_several_coldkeys_add_up(chain):
    chain.lasting(BOB)
    chain.put_stake(BOB, HOTKEY)
    chain.lock(3000)
    chain.lock(2000, BOB)
    chain.later(500)
    each = [locks.coldkey_lock(chain.sub, who, ONE).conviction for who in (ALICE, BOB)]
    assert abs(conviction_leader.hotkey_conviction(chain.sub, HOTKEY, ONE) - sum(each)) < UNIT


def test_an_owners_lock_lasts_while_anothers_decays(chain):
    chain.put_stake(OWNER, OWNER_HOTKEY)
    chain.lock(10_000, OWNER, OWNER_HOTKEY)
    chain.lock(20_000)
    chain.call(OWNER, "set_perpetual_lock", netuid=ONE, enabled=True)
    chain.later(chain.sub.unlock_rate.get())
    of_owner = LockKind(owner=True, perpetual=True)
    owners = lock_book.roll(chain.sub, chain.sub.owner_lock[ONE], of_owner)
    assert owners == state(10_000, 10_000, 1 + chain.sub.unlock_rate.get())
    common = lock_book.roll(chain.sub, chain.sub.hotkey_lock[ONE, HOTKEY], LockKind())
    assert common.locked_mass < 20_000
    assert common.conviction > 0


def test_the_total_is_that_of_all_hotkeys(chain):
    chain.put_stake(OWNER, OWNER_HOTKEY)
    chain.lasting(OWNER)
    chain.lock(10_000, OWNER, OWNER_HOTKEY)
    chain.lock(20_000)
    chain.later(1_000)
    each = [
        conviction_leader.hotkey_conviction(chain.sub, who, ONE) for who in (OWNER_HOTKEY, HOTKEY)
    ]
    assert each[0] == 10_000 * UNIT
    assert conviction_leader.total_conviction(chain.sub, ONE) == sum(each)


def test_the_total_is_that_of_all_locks(chain):
    lockers = [(AccountId(bytes((90, n)) * 16), (HOTKEY, OTHER_HOTKEY)[n % 2]) for n in range(9)]
    for n, (coldkey, hotkey) in enumerate(lockers):
        chain.put_stake(coldkey, hotkey)
        chain.lasting(coldkey)
        chain.lock(1_000 + n, coldkey, hotkey)
    chain.later(1_000)
    each = [locks.coldkey_lock(chain.sub, coldkey, ONE).conviction for coldkey, _ in lockers]
    assert abs(conviction_leader.total_conviction(chain.sub, ONE) - sum(each)) < UNIT


def test_the_most_convicted(chain):
    chain.put_stake(BOB, CHALLENGER)
    chain.lasting(BOB)
    chain.lock(2000, BOB, CHALLENGER)
    chain.later(100)
    assert conviction_leader.conviction_leader(chain.sub, ONE) == CHALLENGER
    chain.lock(8000)
    chain.later(500)
    assert conviction_leader.conviction_leader(chain.sub, ONE) == HOTKEY
    assert conviction_leader.conviction_leader(chain.sub, TWO) is None
