"""Children, claims of root and locks when a hotkey takes another's place.

Facts of the chain's tests/swap_hotkey, swap_hotkey_with_subnet, claim_root and locks; tests with
`where` hold on one subnet and on all.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U64, U64_MAX, U128, AccountId
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.root_claims import claimable, claiming
from pysubtensor.pallets.subtensor.types import KeepClaims
from tests.support import ALICE, BOB, CHARLIE
from tests.unit.pallets.subtensor.locks.locks_chain import state
from tests.unit.pallets.subtensor.staking.market import (
    MINER,
    NOMINATOR,
    ONE,
    OTHER,
    OTHER_MINER,
    ROOT,
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


@pytest.fixture
def chain(chain):
    return before_a_swap(chain)


# -- children and parents -------------------------------------------------------------------------


def test_children_and_parents_move(chain, where):
    sub = chain.sub
    sub.child_keys[MINER, ONE] = ((U64(300), ALICE), (U64(400), BOB))
    sub.parent_keys[MINER, ONE] = ((U64(100), CHARLIE), (U64(200), THIRD))
    sub.child_keys[CHARLIE, ONE] = ((U64(100), MINER), (U64(500), OTHER_MINER))
    sub.child_keys[THIRD, ONE] = ((U64(200), MINER),)
    swap(chain, where)
    assert sub.child_keys[NEW, ONE] == ((300, ALICE), (400, BOB))
    assert sub.parent_keys[NEW, ONE] == ((100, CHARLIE), (200, THIRD))
    assert sub.parent_keys[ALICE, ONE] == ((300, NEW),)
    assert sub.child_keys[CHARLIE, ONE] == ((500, OTHER_MINER), (100, NEW))
    assert sub.child_keys[THIRD, ONE] == ((200, NEW),)
    assert sub.child_keys[MINER, ONE] == sub.parent_keys[MINER, ONE] == ()
    assert (MINER, ONE) in sub.child_keys, "an empty list stays"


def test_children_that_wait_move(chain, where):
    chain.sub.pending_child_keys[ONE, MINER] = ((ALL, ALICE),), U64(77)
    swap(chain, where)
    assert chain.sub.pending_child_keys[ONE, NEW] == (((ALL, ALICE),), 77)
    assert (ONE, MINER) not in chain.sub.pending_child_keys


def test_others_choices_are_renamed(chain, where):
    chosen = ((U64(1), MINER), (U64(2), ALICE))
    chain.sub.pending_child_keys[ONE, BOB] = chosen, U64(77)
    swap(chain, where)
    assert chain.sub.pending_child_keys[ONE, BOB] == (((2, ALICE), (1, NEW)), 77)


@pytest.mark.parametrize("side", ["child_keys", "parent_keys"])
def test_a_relative_cannot_take_the_place(chain, where, side):
    getattr(chain.sub, side)[MINER, ONE] = ((U64(200), NEW),)
    refuse(chain, "InvalidChild", where)


def test_a_child_that_waits_cannot_take_the_place(chain, where):
    chain.sub.pending_child_keys[ONE, MINER] = ((ALL, NEW),), U64(77)
    refuse(chain, "InvalidChild", where)


UNFIT = {
    "ChildParentInconsistency": ((ALL, CHARLIE),),
    "ProportionOverflow": ((ALL, ALICE), (U64(1), BOB)),
    "TooManyChildren": tuple((U64(1), AccountId(bytes((n,)) * 32)) for n in range(6)),
}
"""Children that a hotkey with the parent CHARLIE cannot have, by the error they end with.

The first may wait since before CHARLIE became the parent; no call lets the others wait, so only a
chain that started with them has them.
"""


@pytest.mark.parametrize("error", UNFIT)
def test_children_that_wait_must_be_fit_for_the_new_hotkey(chain, where, error):
    chain.sub.parent_keys[MINER, ONE] = ((U64(1), CHARLIE),)
    chain.sub.pending_child_keys[ONE, MINER] = UNFIT[error], U64(77)
    refuse(chain, error, where)


@pytest.mark.parametrize("error", ["ChildParentInconsistency", "ProportionOverflow"])
def test_children_that_do_not_fit_do_not_move(chain, where, error):
    chain.sub.parent_keys[MINER, ONE] = ((U64(1), CHARLIE),)
    chain.sub.child_keys[MINER, ONE] = UNFIT[error]
    refuse(chain, error, where)


# -- root -----------------------------------------------------------------------------------------


@pytest.fixture
def earning(chain):
    """A nominator on root who has claimed some of what the hotkey earned on subnet 1."""
    ledger.increase(chain.sub, MINER, NOMINATOR, ROOT, 2_000_000)
    claimable.credit(chain.sub, MINER, ONE, 1_000_000)
    chain.sub.root_claim_type[NOMINATOR] = KeepClaims()
    claiming.claim(chain.sub, NOMINATOR, None)
    chain.sub.auto_parent_delegation_enabled[MINER] = False
    return chain


@pytest.mark.parametrize(("netuid", "moves"), [(None, True), (ROOT, True), (ONE, False)])
def test_claims_move_with_the_stake_on_root(earning, netuid, moves):
    sub = earning.sub
    rate, claimed = sub.root_claimable[MINER], sub.root_claimed[ONE, MINER, NOMINATOR]
    assert claimed == 1_000_000
    swap(earning, netuid)
    now, before = (NEW, MINER) if moves else (MINER, NEW)
    assert sub.root_claimable[now] == rate
    assert sub.root_claimed[ONE, now, NOMINATOR] == claimed
    assert sub.root_claimable[before] == {}
    assert sub.root_claimed[ONE, before, NOMINATOR] == 0
    assert sub.auto_parent_delegation_enabled[now] is False
    assert before not in sub.auto_parent_delegation_enabled


def has_stake(sub):
    ledger.increase(sub, NEW, OTHER, ROOT, 1_000_000)


def has_rates(sub):
    claimable.move_rates(sub, MINER, NEW)


def has_claimed(sub):
    sub.root_claimed[ROOT, NEW, OTHER] = U128(1)


@pytest.mark.parametrize("change", [has_stake, has_rates, has_claimed])
def test_the_new_hotkey_must_be_clean_on_root(earning, change):
    change(earning.sub)
    refuse(earning, "NewHotKeyNotCleanForRootSwap", None)
    refuse(earning, "NewHotKeyNotCleanForRootSwap", ROOT)
    swap(earning, ONE)


def test_claimed_amounts_add_up(chain):
    claimed = chain.sub.root_claimed
    claimed[ROOT, MINER, ALICE], claimed[ROOT, NEW, ALICE] = U128(1_000_000), U128(500_000)
    claimable.move_claimed(chain.sub, ROOT, (MINER, ALICE), (NEW, ALICE))
    assert claimed[ROOT, NEW, ALICE] == 1_500_000
    assert (ROOT, MINER, ALICE) not in claimed


# -- locks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lasts", [True, False])
def test_locks_move_with_their_conviction(chain, where, lasts):
    sub = chain.sub
    totals = sub.hotkey_lock if lasts else sub.decaying_hotkey_lock
    sub.lock[ALICE, ONE, MINER] = totals[ONE, MINER] = state(5000, 1000, NOW)
    sub.locking_coldkeys[ONE, MINER, ALICE] = sub.locking_coldkeys[ONE, MINER, BOB] = ()
    sub.decaying_lock[ALICE, ONE] = False if lasts else None
    swap(chain, where)
    assert sub.lock[ALICE, ONE, NEW] == totals[ONE, NEW] == state(5000, 1000, NOW)
    assert list(sub.lock.keys(ALICE)) == [(ALICE, ONE, NEW)]
    assert list(totals.keys(ONE)) == [(ONE, NEW)]
    assert list(sub.locking_coldkeys.keys()) == [(ONE, NEW, ALICE)], "stale ones are dropped"


def test_locks_with_the_owners_hotkey_stay_the_owners(chain, where):
    sub = chain.sub
    sub.subnet_owner_hotkey[ONE] = MINER
    sub.lock[ALICE, ONE, MINER] = sub.decaying_owner_lock[ONE] = state(500, 500, NOW)
    sub.locking_coldkeys[ONE, MINER, ALICE] = ()
    swap(chain, where)
    assert sub.lock[ALICE, ONE, NEW] == sub.decaying_owner_lock[ONE] == state(500, 500, NOW)
    assert list(sub.decaying_hotkey_lock.keys()) == []


def test_locks_on_other_subnets_stay(chain):
    sub = chain.sub
    for netuid in (ONE, TWO):
        sub.lock[ALICE, netuid, MINER] = state(5000, 1000, NOW)
        sub.decaying_hotkey_lock[netuid, MINER] = state(5000, 1000, NOW)
        sub.locking_coldkeys[netuid, MINER, ALICE] = ()
    swap(chain, ONE)
    assert (ALICE, TWO, MINER) in sub.lock
    assert (TWO, MINER) in sub.decaying_hotkey_lock
    assert (ALICE, ONE, NEW) in sub.lock
