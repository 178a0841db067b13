"""Whom the locks of a subnet favour, and who owns it in the end.

Facts of the chain's tests/locks, the part on conviction.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerChanged
from pysubtensor.pallets.subtensor.locks import conviction_leader, lock_book, locks, succession
from pysubtensor.pallets.subtensor.locks.conviction import Kind
from pysubtensor.pallets.subtensor.locks.succession import ONE_YEAR
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.locks_chain import (
    HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    OWNER_HOTKEY,
    UNIT,
    borrowed_locks,
    state,
)
from tests.unit.pallets.subtensor.market import ONE, TWO

NOW = ONE_YEAR + 1
CHALLENGER = DAVE
"""A hotkey of BOB's."""


@pytest.fixture
def chain():
    with borrowed_locks() as chain:
        chain.own(CHALLENGER, BOB)
        yield chain


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
    of_owner = Kind(owner=True, perpetual=True)
    owners = lock_book.roll(chain.sub, chain.sub.owner_lock[ONE], of_owner)
    assert owners == state(10_000, 10_000, 1 + chain.sub.unlock_rate.get())
    common = lock_book.roll(chain.sub, chain.sub.hotkey_lock[ONE, HOTKEY], Kind())
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
    assert conviction_leader.most_convicted(chain.sub, ONE) == CHALLENGER
    chain.lock(8000)
    chain.later(500)
    assert conviction_leader.most_convicted(chain.sub, ONE) == HOTKEY
    assert conviction_leader.most_convicted(chain.sub, TWO) is None


# -- a new owner ----------------------------------------------------------------------------------


@pytest.fixture
def due(chain):
    """A year later: the challenger has a tenth of the alpha as conviction."""
    chain.at(NOW)
    sub = chain.sub
    sub.network_registered_at[ONE] = U64(1)
    sub.subnet_alpha_out[ONE] = Alpha(U64(10_000))
    sub.lock[BOB, ONE, CHALLENGER] = state(1_000, 1_000, NOW)
    sub.hotkey_lock[ONE, CHALLENGER] = state(1_000, 1_000, NOW)
    return chain


def owner_of(chain):
    return chain.sub.subnet_owner[ONE], chain.sub.subnet_owner_hotkey[ONE]


def test_the_most_convicted_takes_an_old_subnet_over(due):
    succession.change_owner_if_due(due.sub, ONE)
    assert owner_of(due) == (BOB, CHALLENGER)
    assert due.runtime.state.events[-1].event == SubnetOwnerChanged(ONE, OWNER, BOB)
    assert due.sub.lock[BOB, ONE, CHALLENGER] == state(1_000, 1_000, NOW)
    assert due.sub.owner_lock[ONE] == state(1_000, 1_000, NOW)
    assert (ONE, CHALLENGER) not in due.sub.hotkey_lock
    assert due.sub.uids[ONE, CHALLENGER] == 0, "it became a neuron"


def test_sums_follow_who_is_the_owner(due):
    due.sub.owner_lock[ONE] = state(400, 400, NOW)
    due.sub.decaying_owner_lock[ONE] = state(300, 300, NOW)
    due.sub.decaying_hotkey_lock[ONE, CHALLENGER] = state(200, 0, NOW)
    succession.change_owner_if_due(due.sub, ONE)
    assert due.sub.hotkey_lock[ONE, OWNER_HOTKEY] == state(400, 400, NOW)
    assert due.sub.decaying_hotkey_lock[ONE, OWNER_HOTKEY] == state(300, 300, NOW)
    assert due.sub.owner_lock[ONE] == state(1_000, 1_000, NOW)
    assert due.sub.decaying_owner_lock[ONE] == state(200, 200, NOW), "full conviction at once"


def too_much_alpha(sub):
    sub.subnet_alpha_out[ONE] = Alpha(U64(10_010))


def no_alpha(sub):
    del sub.subnet_alpha_out[ONE]


def too_young(sub):
    sub.network_registered_at[ONE] = U64(2)


def the_owner_has_more(sub):
    sub.hotkey_lock[ONE, OWNER_HOTKEY] = state(1_000, 2_000, NOW)


def the_challenger_is_the_owners(sub):
    sub.owner[CHALLENGER] = OWNER


def nobody_owns_the_challenger(sub):
    del sub.owner[CHALLENGER]


def nobody_gives_way(sub):
    sub.max_allowed_uids[ONE] = U16(0)


def nobody_has_locked(sub):
    del sub.hotkey_lock[ONE, CHALLENGER]


@pytest.mark.parametrize(
    "change",
    [
        too_much_alpha,
        no_alpha,
        too_young,
        the_owner_has_more,
        the_challenger_is_the_owners,
        nobody_owns_the_challenger,
        nobody_gives_way,
        nobody_has_locked,
    ],
)
def test_otherwise_the_owner_stays(due, change):
    change(due.sub)
    before = due.runtime.state.changes()
    succession.change_owner_if_due(due.sub, ONE)
    assert due.runtime.state.changes() == before
    assert owner_of(due) == (OWNER, OWNER_HOTKEY)


def test_a_neuron_stays_where_it_is(due):
    due.neuron(ONE, CHARLIE, ALICE)
    due.neuron(ONE, CHALLENGER, BOB)
    succession.change_owner_if_due(due.sub, ONE)
    assert due.sub.uids[ONE, CHALLENGER] == 1
    assert owner_of(due) == (BOB, CHALLENGER)
