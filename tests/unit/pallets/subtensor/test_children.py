"""Children of hotkeys: chosen, pending, and kept from both sides.

Facts of the chain's tests/children.
"""

from __future__ import annotations

import pytest

from pallets.subtensor.children import pending, root_parents
from pallets.subtensor.events.staking import SetChildren, SetChildrenScheduled
from runtime.primitives import U16, U64, U64_MAX, AccountId
from tests.neurons import ONE, ROOT_NET, Chain
from tests.support import ALICE, BOB

PARENT, CHILD, OTHER, THIRD = (AccountId(bytes((n,)) * 32) for n in range(11, 15))
ALL = U64(U64_MAX)


@pytest.fixture
def chain() -> Chain:
    chain = Chain()
    chain.subnet(ONE, ALICE)
    chain.sub.subtoken_enabled[ONE] = True
    for hotkey in (PARENT, CHILD, OTHER, THIRD):
        chain.own(hotkey, ALICE)
    return chain


def choose(chain: Chain, parent: AccountId, *children: tuple[int, AccountId]) -> None:
    """Choose children that count at once."""
    sub = chain.sub
    sub.transaction_key_last_block.clear()
    pending.choose(sub, ALICE, parent, ONE, tuple((U64(s), who) for s, who in children))
    chain.at(sub.config.system.block_number() + sub.pending_child_key_cooldown.get() + 1)
    pending.apply(sub, ONE)


def test_children_wait_for_the_cooldown(chain: Chain) -> None:
    share = (U64(1000), CHILD)
    events = chain.call(ALICE, "set_children", hotkey=PARENT, netuid=ONE, children=(share,))
    due = 1 + chain.sub.pending_child_key_cooldown.get()
    assert events == [SetChildrenScheduled(PARENT, ONE, U64(due), (share,))]
    chain.at(due)
    pending.apply(chain.sub, ONE)
    assert chain.sub.child_keys[PARENT, ONE] == ()
    chain.at(due + 1)
    pending.apply(chain.sub, ONE)
    assert chain.sub.child_keys[PARENT, ONE] == (share,)
    assert chain.sub.parent_keys[CHILD, ONE] == ((1000, PARENT),)
    assert (ONE, PARENT) not in chain.sub.pending_child_keys


def test_children_count_at_once_before_the_start(chain: Chain) -> None:
    chain.sub.subtoken_enabled[ONE] = False
    share = (ALL, CHILD)
    events = chain.call(ALICE, "set_children", hotkey=PARENT, netuid=ONE, children=(share,))
    assert events == [SetChildren(PARENT, ONE, (share,))]
    assert chain.sub.child_keys[PARENT, ONE] == (share,)


def test_validators_on_root_become_parents_of_the_owner(chain: Chain) -> None:
    sub = chain.sub
    sub.subtoken_enabled[ONE] = False
    sub.subnet_owner_hotkey[ONE] = CHILD
    for hotkey in (PARENT, CHILD, OTHER):
        chain.neuron(ROOT_NET, hotkey, BOB)
    sub.networks_added[ROOT_NET] = True
    sub.auto_parent_delegation_enabled[OTHER] = False
    root_parents.offer(sub, ONE)
    assert sub.parent_keys[CHILD, ONE] == ((ALL, PARENT),)
    assert sub.child_keys[OTHER, ONE] == ()
    assert sub.transaction_key_last_block[PARENT, ONE, U16(0)] == 1
