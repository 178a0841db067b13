"""Laws of locks: no more is locked than is staked, and each lock is found by its hotkey."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, U64_MAX, AccountId, Alpha
from pysubtensor.pallets.subtensor.locks import conviction_leader, locks
from pysubtensor.pallets.subtensor.locks.conviction import DecayTimes, LockKind, roll_forward
from pysubtensor.pallets.subtensor.pools import ledger
from tests.support import ALICE, BOB, run
from tests.unit.pallets.subtensor.locks.locks_chain import (
    HOTKEY,
    OTHER_HOTKEY,
    OWNER,
    OWNER_HOTKEY,
    STAKE,
    LocksChain,
    state,
)
from tests.unit.pallets.subtensor.staking.market import ONE

CHAIN = LocksChain()
"""Left as it is: each example is taken back."""
SUB = CHAIN.sub
COLDKEYS = (ALICE, BOB, OWNER)
HOTKEYS = st.sampled_from([HOTKEY, OTHER_HOTKEY, OWNER_HOTKEY])
AMOUNTS = st.integers(1, 110).map(lambda part: part * STAKE // 100) | st.integers(0, 200)
ACTIONS = ("lock", "move", "perpetual", "transfer", "unstake", "burn", "accept", "later")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(COLDKEYS),
        HOTKEYS,
        st.sampled_from(COLDKEYS),
        AMOUNTS,
        st.booleans(),
    ),
    max_size=15,
)


def call_of(
    what: str, hotkey: AccountId, dest: AccountId, rao: int, yes: bool
) -> tuple[str, dict[str, Any]]:
    amount = Alpha(U64(rao))
    here = {"hotkey": HOTKEY, "netuid": ONE}
    route = {"destination_coldkey": dest, "origin_netuid": ONE, "destination_netuid": ONE}
    return {
        "lock": ("lock_stake", here | {"hotkey": hotkey, "amount": amount}),
        "move": ("move_lock", {"destination_hotkey": hotkey, "netuid": ONE}),
        "perpetual": ("set_perpetual_lock", {"netuid": ONE, "enabled": yes}),
        "transfer": ("transfer_stake", route | {"hotkey": HOTKEY, "alpha_amount": amount}),
        "unstake": ("remove_stake", here | {"amount_unstaked": amount}),
        "burn": ("burn_alpha", here | {"amount": amount}),
        "accept": ("set_reject_locked_alpha", {"enabled": not yes}),
    }[what]


def act(what, who, hotkey, dest, rao, yes):
    if what == "later":
        CHAIN.later(rao // 1_000)
        return
    name, args = call_of(what, hotkey, dest, rao, yes)
    try:
        run(CHAIN.runtime, who, "SubtensorModule", name, **args)
    except DispatchFailure:
        return


@settings(max_examples=60)
@given(STEPS)
def test_no_more_is_locked_than_is_staked(steps):
    with CHAIN.runtime.state.discarded():
        for coldkey in COLDKEYS:
            CHAIN.put_stake(coldkey, HOTKEY)
            locks.set_accepts_locked(SUB, coldkey, accepts=True)
        for count, each in enumerate(steps):
            act(*each)
            for coldkey in COLDKEYS:
                staked = ledger.of_coldkey(SUB, coldkey, ONE)
                assert locks.locked(SUB, coldkey, ONE) <= staked + count + 1  # shares round
            assert_locks_are_found()


def assert_locks_are_found():
    own = [(netuid, hotkey, coldkey) for coldkey, netuid, hotkey in SUB.lock.keys()]  # noqa: SIM118
    assert sorted(own) == sorted(SUB.locking_coldkeys.keys())
    assert len({(netuid, coldkey) for netuid, _, coldkey in own}) == len(own), "one a subnet"
    assert conviction_leader.total_conviction(SUB, ONE) >= 0


@given(
    st.integers(0, U64_MAX),
    st.integers(0, 10**8),
    st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)),
    st.booleans(),
    st.booleans(),
)
def test_a_lock_only_loses_mass(mass, blocks, rates, owner, perpetual):
    kind = LockKind(owner=owner, perpetual=perpetual)
    after, lost = roll_forward(state(mass, updated=0), blocks, DecayTimes(*rates), kind)
    assert after.locked_mass <= mass
    assert lost.mass == mass - after.locked_mass
    assert after.conviction <= mass << 64
    assert after.last_update == blocks
