"""How the conviction leader comes to own a subnet.

Facts of the chain's tests/locks, the part on conviction.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U16, U64, Alpha
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerChanged
from pysubtensor.pallets.subtensor.locks import succession
from pysubtensor.pallets.subtensor.locks.succession import ONE_YEAR
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.locks.locks_chain import (
    OWNER,
    OWNER_HOTKEY,
    state,
)
from tests.unit.pallets.subtensor.staking.market import ONE

NOW = ONE_YEAR + 1
CHALLENGER = DAVE
"""A hotkey of BOB's."""


@pytest.fixture
def chain(chain):
    chain.own(CHALLENGER, BOB)
    return chain


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
