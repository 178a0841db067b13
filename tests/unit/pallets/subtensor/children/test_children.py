"""Children of hotkeys: chosen, pending, and kept from both sides.

Facts of the chain's tests/children; those on takes are in `test_takes`.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U16, U64, U64_MAX, AccountId, NetUid
from pysubtensor.pallets.subtensor import rate_limits
from pysubtensor.pallets.subtensor.children import pending, relations, root_parents
from pysubtensor.pallets.subtensor.errors import (
    RegistrationNotPermittedOnRootSubnet,
    SubnetNotExists,
)
from pysubtensor.pallets.subtensor.events.staking import SetChildren, SetChildrenScheduled
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.stake_weight import inherited_alpha
from pysubtensor.pallets.subtensor.rate_limits import TransactionType
from tests.subtensor_chain import ONE, ROOT_NET
from tests.support import ALICE, BOB, CHARLIE
from tests.unit.pallets.subtensor.networks.subnets_chain import SubnetChain

PARENT, CHILD, SECOND, THIRD, FOURTH, FIFTH, SIXTH = KEYS = tuple(
    AccountId(bytes((n,)) * 32) for n in range(11, 18)
)
ALL = U64_MAX
HALF = U64_MAX // 2
QUARTER = U64_MAX // 4
TWO = NetUid(U16(2))


@pytest.fixture
def chain(bare_chain):
    bare_chain.subnet(ONE, BOB)
    bare_chain.sub.subtoken_enabled[ONE] = True
    for hotkey in KEYS:
        bare_chain.own(hotkey, ALICE)
    return bare_chain


def shares(children):
    return tuple((U64(share), who) for share, who in children)


def ask(chain, parent, *children, who=ALICE, netuid=ONE):
    return chain.call(who, "set_children", hotkey=parent, netuid=netuid, children=shares(children))


def refuse(chain, error, parent, *children, who=ALICE, netuid=ONE):
    children = shares(children)
    chain.refused(error, who, "set_children", hotkey=parent, netuid=netuid, children=children)


def wait(chain):
    """Be where all children that were chosen count."""
    now, cooldown = rate_limits.now(chain.sub), chain.sub.pending_child_key_cooldown.get()
    chain.at(now + cooldown + 1)
    pending.apply(chain.sub, ONE)


def have(chain, parent, *children):
    """Choose children and wait until they count."""
    ask(chain, parent, *children)
    wait(chain)


def children_of(chain, hotkey):
    return list(chain.sub.child_keys[hotkey, ONE])


def parents_of(chain, hotkey):
    return list(chain.sub.parent_keys[hotkey, ONE])


# -- what may be chosen ---------------------------------------------------------------------------


@pytest.mark.parametrize("children", [(), ((1000, CHILD),), ((HALF, CHILD), (HALF, SECOND))])
@pytest.mark.parametrize(
    ("error", "who", "netuid"),
    [
        ("SubnetNotExists", ALICE, NetUid(U16(999))),
        ("NonAssociatedColdKey", BOB, ONE),
        ("RegistrationNotPermittedOnRootSubnet", ALICE, ROOT_NET),
        ("RegistrationNotPermittedOnRootSubnet", BOB, ROOT_NET),
    ],
)
def test_who_may_choose_and_where(chain, error, who, netuid, children):
    refuse(chain, error, PARENT, *children, who=who, netuid=netuid)


def test_a_hotkey_nobody_owns_has_no_children(chain):
    refuse(chain, "NonAssociatedColdKey", CHARLIE, (ALL, CHILD))


SIX = tuple((1, who) for who in KEYS[1:])


@pytest.mark.parametrize(
    ("error", "children"),
    [
        ("InvalidChild", ((1000, PARENT),)),
        ("DuplicateChild", ((1, CHILD), (2, CHILD))),
        ("DuplicateChild", ((1, PARENT), (2, PARENT))),
        ("TooManyChildren", SIX),
        ("InvalidChild", (*SIX, (1, PARENT))),
        ("ProportionOverflow", ((ALL, CHILD), (1, SECOND))),
        ("TooManyChildren", tuple((ALL, who) for _, who in SIX)),
        ("ChildParentInconsistency", ((1, THIRD),)),
    ],
)
def test_children_that_may_not_be(chain, error, children):
    have(chain, THIRD, (1, PARENT))
    refuse(chain, error, PARENT, *children)


def test_errors_come_in_order(chain):
    sub = chain.sub
    refuse(chain, "SubnetNotExists", CHARLIE, (ALL, CHARLIE), netuid=TWO)
    refuse(chain, "NonAssociatedColdKey", CHARLIE, (ALL, CHARLIE))
    chain.own(CHARLIE, ALICE)
    refuse(chain, "InvalidChild", CHARLIE, (ALL, CHARLIE))
    sub.stake_threshold.put(U64(1))
    refuse(chain, "NotEnoughStakeToSetChildkeys", CHARLIE, (ALL, CHILD))
    ask(chain, CHARLIE)
    refuse(chain, "TxRateLimitExceeded", CHARLIE, (ALL, CHARLIE), who=BOB)


def test_choices_are_limited_in_time(chain):
    ask(chain, PARENT, (100, CHILD))
    chain.at(150)
    refuse(chain, "TxRateLimitExceeded", PARENT, (100, SECOND))
    ask(chain, SECOND, (100, CHILD))
    chain.at(151)
    ask(chain, PARENT, (100, SECOND))
    wait(chain)
    assert children_of(chain, PARENT) == [(100, SECOND)]


# -- stake that is needed -------------------------------------------------------------------------


@pytest.mark.parametrize(("staked_on", "staked"), [(ONE, 1000), (ROOT_NET, 1000)])
def test_parents_need_stake_of_some_worth_anywhere(chain, staked_on, staked):
    chain.subnet(ROOT_NET, BOB)
    chain.sub.stake_threshold.put(U64(1000))
    refuse(chain, "NotEnoughStakeToSetChildkeys", PARENT, (1000, CHILD))
    ledger.increase(chain.sub, PARENT, ALICE, staked_on, staked - 1)
    refuse(chain, "NotEnoughStakeToSetChildkeys", PARENT, (1000, CHILD))
    ledger.increase(chain.sub, PARENT, ALICE, staked_on, 1)
    have(chain, PARENT, (1000, CHILD))
    ledger.decrease(chain.sub, PARENT, ALICE, staked_on, staked)
    assert children_of(chain, PARENT) == [(1000, CHILD)], "the stake may go"
    have(chain, PARENT)
    assert children_of(chain, PARENT) == [], "and to have none needs no stake"


def test_the_owners_hotkey_needs_no_stake(chain):
    chain.sub.stake_threshold.put(U64(10_000))
    chain.sub.subnet_owner_hotkey[ONE] = PARENT
    ask(chain, PARENT, (1000, CHILD))
    refuse(chain, "NotEnoughStakeToSetChildkeys", SECOND, (1000, CHILD))


def test_registrations_need_not_be_open(chain):
    chain.sub.network_registration_allowed[ONE] = False
    have(chain, PARENT, (1000, CHILD))
    assert children_of(chain, PARENT) == [(1000, CHILD)]


# -- when they count ------------------------------------------------------------------------------


def test_children_wait_for_the_cooldown(chain):
    chosen = shares([(1000, CHILD), (2000, SECOND)])
    due = 1 + chain.sub.pending_child_key_cooldown.get()
    assert ask(chain, PARENT, *chosen) == [SetChildrenScheduled(PARENT, ONE, U64(due), chosen)]
    assert chain.sub.pending_child_keys[ONE, PARENT] == (chosen, due)
    chain.at(due)
    pending.apply(chain.sub, ONE)
    assert children_of(chain, PARENT) == []
    chain.at(due + 1)
    pending.apply(chain.sub, ONE)
    assert children_of(chain, PARENT) == list(chosen)
    assert (ONE, PARENT) not in chain.sub.pending_child_keys
    assert chain.runtime.state.events[-1].event == SetChildren(PARENT, ONE, chosen)


def test_children_count_at_once_before_the_start(chain):
    del chain.sub.subtoken_enabled[ONE]
    chosen = shares([(1000, CHILD), (2000, SECOND)])
    assert ask(chain, PARENT, *chosen) == [SetChildren(PARENT, ONE, chosen)]
    assert (ONE, PARENT) not in chain.sub.pending_child_keys
    assert children_of(chain, PARENT) == list(chosen)


def test_before_the_start_all_that_wait_count(chain):
    ask(chain, PARENT, (1000, CHILD))
    del chain.sub.subtoken_enabled[ONE]
    pending.apply(chain.sub, ONE)
    assert children_of(chain, PARENT) == [(1000, CHILD)]


def test_children_that_have_become_parents_meanwhile_are_passed_over(chain):
    ask(chain, PARENT, (1, CHILD))
    ask(chain, CHILD, (1, PARENT))
    wait(chain)
    assert [bool(children_of(chain, each)) for each in (PARENT, CHILD)].count(True) == 1
    assert list(chain.sub.pending_child_keys.keys(ONE)) == []


# -- both sides -----------------------------------------------------------------------------------

CHANGES = {
    "one": [((1000, CHILD),)],
    "several": [((1000, CHILD), (2000, SECOND))],
    "nothing, then all": [((0, CHILD),), ((ALL, CHILD),)],
    "nothing beside all": [((0, CHILD), (ALL, SECOND))],
    "another": [((1000, CHILD),), ((1000, SECOND),)],
    "others": [((1000, CHILD),), ((1000, SECOND), (1000, THIRD))],
    "some anew": [((1000, CHILD), (1000, SECOND)), ((2000, SECOND), (3000, THIRD))],
    "fewer": [((9, CHILD), (9, SECOND), (9, THIRD)), ((9, CHILD), (9, SECOND))],
    "step by step none": [((1, CHILD), (2, SECOND), (3, THIRD)), ((1, CHILD), (3, THIRD)), ()],
    "none": [((1000, CHILD), (2000, SECOND)), ()],
    "none from the start": [()],
}


@pytest.mark.parametrize("steps", CHANGES.values(), ids=CHANGES)
def test_parents_mirror_children(chain, steps):
    for children in steps:
        have(chain, PARENT, *children)
        assert children_of(chain, PARENT) == list(children)
        chosen = {who: share for share, who in children}
        for who in (CHILD, SECOND, THIRD):
            mirrored = [(chosen[who], PARENT)] if who in chosen else []
            assert parents_of(chain, who) == mirrored
    assert ((PARENT, ONE) in chain.sub.child_keys) is bool(steps[-1])
    assert ((CHILD, ONE) in chain.sub.parent_keys) is (CHILD in [who for _, who in steps[-1]])


def test_children_stand_in_the_order_of_their_keys(chain):
    have(chain, PARENT, (1, THIRD), (2, CHILD))
    assert children_of(chain, PARENT) == [(2, CHILD), (1, THIRD)]


def test_a_chain_of_parents(chain):
    for parent, child in pairwise(KEYS[:5]):
        ask(chain, parent, (HALF, child))
    wait(chain)
    for parent, child in pairwise(KEYS[:5]):
        assert parents_of(chain, child) == [(HALF, parent)]
    assert parents_of(chain, PARENT) == []
    have(chain, SIXTH, (QUARTER, FOURTH))
    assert parents_of(chain, FOURTH) == [(HALF, THIRD), (QUARTER, SIXTH)]


def test_what_does_not_fit_is_not_read(chain):
    sub = chain.sub
    sub.child_keys[PARENT, ONE] = shares([(5, PARENT), (1, CHILD), (2, CHILD)])
    assert relations.of(sub, PARENT, ONE).children == {CHILD: 2}, "not itself, and the last counts"


# -- stake that is lent ---------------------------------------------------------------------------

LENT = {
    "all": (10**9, [(ALL, CHILD)], [0, 10**9, 0, 0]),
    "half twice": (1000, [(HALF, CHILD), (HALF, SECOND)], [0, 499, 499, 0]),
    "thirds": (3000, [(ALL // 3, CHILD), (ALL // 3, SECOND)], [1000, 999, 999, 0]),
    "nothing and all": (6 * 10**14, [(0, CHILD), (ALL, SECOND)], [0, 0, 6 * 10**14, 0]),
    "quarters": (
        10**14,
        [(QUARTER, CHILD), (QUARTER, SECOND), (QUARTER, THIRD)],
        [25_000_000_069_849, 24_999_999_976_716, 24_999_999_976_716, 24_999_999_976_716],
    ),
}


@pytest.mark.parametrize(("stake", "children", "left"), LENT.values(), ids=LENT)
def test_what_parents_lend(chain, stake, children, left):
    ledger.increase(chain.sub, PARENT, ALICE, ONE, stake)
    have(chain, PARENT, *children)
    found = [inherited_alpha(chain.sub, each, ONE) for each in KEYS[:4]]
    assert all(abs(a - b) <= 1 for a, b in zip(found, left, strict=True))
    if stake != 3000:
        assert found == left


def test_stakes_of_both_add_up(chain):
    for hotkey in (PARENT, CHILD):
        for coldkey in (ALICE, BOB):
            ledger.increase(chain.sub, hotkey, coldkey, ONE, 1000)
    assert inherited_alpha(chain.sub, PARENT, ONE) == 2000
    have(chain, PARENT, (ALL, CHILD))
    assert inherited_alpha(chain.sub, PARENT, ONE) == 0
    assert inherited_alpha(chain.sub, CHILD, ONE) == 4000


def test_a_child_of_two(chain):
    for parent, stake in ((PARENT, 1000), (SECOND, 2000)):
        ledger.increase(chain.sub, parent, ALICE, ONE, stake)
        ask(chain, parent, (HALF, CHILD))
    wait(chain)
    found = [inherited_alpha(chain.sub, each, ONE) for each in (PARENT, SECOND, CHILD)]
    assert all(abs(a - b) <= 1 for a, b in zip(found, (500, 1000, 1499), strict=True))


def test_what_is_lent_is_not_lent_on(chain):
    ledger.increase(chain.sub, PARENT, ALICE, ONE, 1000)
    have(chain, PARENT, (HALF, CHILD), (HALF, SECOND))
    have(chain, CHILD, (ALL, THIRD))
    found = [inherited_alpha(chain.sub, each, ONE) for each in (PARENT, CHILD, SECOND, THIRD)]
    assert found == [0, 499, 499, 0]


def test_stakes_of_subnets_are_apart(chain):
    chain.subnet(TWO, BOB)
    ledger.increase(chain.sub, PARENT, ALICE, ONE, 1000)
    assert inherited_alpha(chain.sub, PARENT, ONE) == 1000
    assert inherited_alpha(chain.sub, PARENT, TWO) == 0


# -- validators on root ---------------------------------------------------------------------------


@pytest.fixture
def rooted(chain):
    """A new subnet whose owner's hotkey is CHILD, and three neurons on root."""
    del chain.sub.subtoken_enabled[ONE]
    chain.sub.subnet_owner_hotkey[ONE] = CHILD
    chain.subnet(ROOT_NET, BOB)
    for hotkey in (PARENT, CHILD, SECOND):
        chain.neuron(ROOT_NET, hotkey, ALICE)
    return chain


def test_validators_on_root_become_parents_of_the_owner(rooted):
    root_parents.offer(rooted.sub, ONE)
    assert children_of(rooted, PARENT) == children_of(rooted, SECOND) == [(ALL, CHILD)]
    assert parents_of(rooted, CHILD) == [(ALL, PARENT), (ALL, SECOND)]
    assert children_of(rooted, CHILD) == []


def test_on_a_subnet_that_has_started_they_wait(rooted):
    rooted.sub.subtoken_enabled[ONE] = True
    rooted.call(ROOT, "set_pending_childkey_cooldown", cooldown=U64(0))
    root_parents.offer(rooted.sub, ONE)
    assert children_of(rooted, PARENT) == []
    rooted.at(2)
    pending.apply(rooted.sub, ONE)
    assert len(parents_of(rooted, CHILD)) == 2


def test_a_validator_may_decline(rooted):
    rooted.call(ALICE, "set_auto_parent_delegation_enabled", hotkey=PARENT, enabled=False)
    root_parents.offer(rooted.sub, ONE)
    assert parents_of(rooted, CHILD) == [(ALL, SECOND)]


def test_a_validator_that_is_refused_is_passed_over(rooted):
    rate_limits.record(rooted.sub, TransactionType.SET_CHILDREN, PARENT, ONE)
    root_parents.offer(rooted.sub, ONE)
    assert parents_of(rooted, CHILD) == [(ALL, SECOND)]


@pytest.mark.parametrize(
    ("error", "netuid"), [(RegistrationNotPermittedOnRootSubnet, ROOT_NET), (SubnetNotExists, TWO)]
)
def test_where_nobody_becomes_a_parent(rooted, error, netuid):
    with pytest.raises(error):
        root_parents.offer(rooted.sub, netuid)


@pytest.mark.parametrize("declines", [False, True])
def test_the_owner_of_a_new_subnet_validates_with_stake_of_root(declines):
    chain = SubnetChain()
    sub = chain.sub
    chain.subnet(ROOT_NET, BOB)
    sub.stake_threshold.put(U64(500_000_000))
    for validator in (PARENT, SECOND):
        chain.neuron(ROOT_NET, validator, ALICE)
        ledger.increase(sub, validator, ALICE, ROOT_NET, 10**9)
    if declines:
        chain.call(ALICE, "set_auto_parent_delegation_enabled", hotkey=PARENT, enabled=False)
    new = chain.register(BOB, CHILD)
    lenders = (SECOND,) if declines else (PARENT, SECOND)
    assert sub.parent_keys[CHILD, new] == tuple((ALL, each) for each in lenders)
    assert sub.child_keys[SECOND, new] == ((ALL, CHILD),)
    assert sub.child_keys[PARENT, new] == (() if declines else ((ALL, CHILD),))
    ledger.increase(sub, SECOND, ALICE, new, 10**9)
    sub.commit_reveal_weights_enabled[new] = False
    sub.weights_set_rate_limit[new] = U64(0)
    args = {"netuid": new, "dests": (U16(0),), "weights": (U16(65_535),), "version_key": U64(0)}
    chain.call(CHILD, "set_weights", **args)
