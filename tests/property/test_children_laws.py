"""Laws of parents and children: both sides agree, and nobody lends more than there is."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, U64_MAX, AccountId
from pysubtensor.pallets.subtensor.children import pending, relations
from tests.subtensor_chain import ONE, Chain
from tests.support import ALICE

CHAIN = Chain()
"""Left as it is: each example is taken back."""
SUB = CHAIN.sub
KEYS = [AccountId(bytes((n,)) * 32) for n in range(1, 7)]
HOTKEYS = st.sampled_from(KEYS)
PARTS = st.integers(0, U64_MAX) | st.sampled_from([0, 1, U64_MAX // 2, U64_MAX])
CHOICES = st.tuples(HOTKEYS, st.lists(st.tuples(PARTS, HOTKEYS), max_size=6))
STEPS = st.lists(CHOICES | st.booleans() | st.integers(1, 10_000), max_size=20)


def choose(parent, children):
    SUB.transaction_key_last_block.clear()
    with suppress(DispatchFailure):
        pending.set_children(
            SUB, ALICE, parent, ONE, tuple((U64(part), who) for part, who in children)
        )


def step(what, block):
    """Choose children, let time pass, or stop and start the subnet.  Gives the block."""
    if isinstance(what, tuple):
        choose(*what)
    elif isinstance(what, bool):
        SUB.subtoken_enabled[ONE] = what
    else:
        block += what
        CHAIN.at(block)
        pending.apply(SUB, ONE)
    return block


@given(STEPS)
def test_both_sides_agree(steps):
    with CHAIN.runtime.state.discarded():
        CHAIN.subnet(ONE, ALICE)
        for hotkey in KEYS:
            CHAIN.own(hotkey, ALICE)
        block = 1
        for what in steps:
            block = step(what, block)
            assert_both_sides_agree()


def assert_both_sides_agree():
    down = {(each, who): part for each in KEYS for part, who in SUB.child_keys[each, ONE]}
    up = {(who, each): part for each in KEYS for part, who in SUB.parent_keys[each, ONE]}
    assert down == up
    for hotkey in KEYS:
        family = relations.of(SUB, hotkey, ONE)  # checks that parts fit and sides are apart
        assert len(family.children) <= relations.MOST_CHILDREN
        assert hotkey not in {*family.children, *family.parents}
    assert all(SUB.child_keys.values())
    assert all(SUB.parent_keys.values())
