"""Laws of swapped keys: everything that was there is there afterwards, under other keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.origin import ROOT as BY_ROOT
from pysubtensor.frame.primitives import U64, U64_MAX, AccountId, NetUid, Tao
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from tests.support import run
from tests.unit.pallets.subtensor.locks.locks_chain import state
from tests.unit.pallets.subtensor.staking.market import ONE, TAO, TWO, Market

CHAIN = Market(author=None)
"""Left as it is: each example is taken back."""
SUB = CHAIN.sub
HOTKEYS = [AccountId(bytes((n,)) * 32) for n in range(1, 9)]
COLDKEYS = [AccountId(bytes((n,)) * 32) for n in range(101, 108)]
"""Of both the first few are in use, the others free."""
RAO = st.integers(1, 10**12)
HOTKEY, COLDKEY = st.sampled_from(HOTKEYS), st.sampled_from(COLDKEYS)
STEPS = st.lists(
    st.tuples(COLDKEY, HOTKEY, HOTKEY, COLDKEY, st.sampled_from([None, ONE, TWO]), st.booleans()),
    min_size=3,
    max_size=12,
)


def settle(stakes: list[int]) -> None:
    """Two hotkeys each for two coldkeys: neurons, parents and children, staked with and locked."""
    for n, hotkey in enumerate(HOTKEYS[:4]):
        owner = COLDKEYS[n % 2]
        CHAIN.neuron((ONE, TWO)[n // 2], hotkey, owner)
        for m, coldkey in enumerate(COLDKEYS[:3]):
            CHAIN.stake(StakePosition(hotkey, coldkey, ONE), stakes[3 * n + m])
    parent, child = HOTKEYS[0], HOTKEYS[1]
    SUB.child_keys[parent, ONE] = ((U64(U64_MAX), child),)
    SUB.parent_keys[child, ONE] = ((U64(U64_MAX), parent),)
    lock = state(min(stakes[:3]) + 100, 0, 8_000)
    SUB.lock[COLDKEYS[0], ONE, parent] = SUB.decaying_hotkey_lock[ONE, parent] = lock
    SUB.locking_coldkeys[ONE, parent, COLDKEYS[0]] = ()
    for coldkey in COLDKEYS:
        CHAIN.give(coldkey, TAO)
    SUB.tx_rate_limit.put(U64(0))


def swap(
    who: AccountId,
    old: AccountId,
    new: AccountId,
    other: AccountId,
    netuid: NetUid | None,
    keep: bool,
) -> None:
    """A hotkey's swap by its owner, or if both are the same a coldkey's; each may be refused."""
    owned = [hotkey for hotkey in HOTKEYS if hotkey in SUB.owner]
    if old != new and old not in owned:
        old = owned[HOTKEYS.index(old) % len(owned)]
    hotkeys = {"hotkey": old, "new_hotkey": new, "netuid": netuid, "keep_stake": keep}
    coldkeys = {"old_coldkey": who, "new_coldkey": other, "swap_cost": Tao(U64(0))}
    try:
        if old == new:
            run(CHAIN.runtime, BY_ROOT, "SubtensorModule", "swap_coldkey", **coldkeys)
        else:
            run(CHAIN.runtime, SUB.owner[old], "SubtensorModule", "swap_hotkey_v2", **hotkeys)
    except DispatchFailure:
        return


@given(st.lists(RAO, min_size=12, max_size=12), STEPS)
def test_nothing_is_lost(stakes, steps):
    with CHAIN.runtime.state.discarded():
        CHAIN.at(8_000)
        settle(stakes)
        neurons = len(list(SUB.uids.keys()))
        locked = sum(lock.locked_mass for lock in SUB.lock.values())
        for step in steps:
            CHAIN.at(SUB.config.system.block_number() + 7_300)
            swap(*step)
            assert abs(staked() - sum(stakes)) <= 12 * len(steps), "shares round"
            assert len(list(SUB.uids.keys())) == neurons
            assert sum(lock.locked_mass for lock in SUB.lock.values()) <= locked
            assert_keys_agree()
            CHAIN.issued()


def staked() -> int:
    pairs = [(hotkey, coldkey) for hotkey in HOTKEYS for coldkey in COLDKEYS]
    return sum(ledger.of(SUB, *pair, ONE) for pair in pairs)


def assert_keys_agree() -> None:
    assert all(SUB.keys[netuid, uid] == hotkey for (netuid, hotkey), uid in SUB.uids.items())
    members = {key for key, is_member in SUB.is_network_member.items() if is_member}
    assert members == {(hotkey, netuid) for netuid, hotkey in SUB.uids.keys()}  # noqa: SIM118
    down = {(each, who) for (each, _), shares in SUB.child_keys.items() for _, who in shares}
    up = {(who, each) for (each, _), shares in SUB.parent_keys.items() for _, who in shares}
    assert down == up
    own = {(netuid, hotkey, coldkey) for coldkey, netuid, hotkey in SUB.lock.keys()}  # noqa: SIM118
    assert own == set(SUB.locking_coldkeys.keys())
    for coldkey in COLDKEYS:
        assert all(SUB.owner[hotkey] == coldkey for hotkey in SUB.owned_hotkeys[coldkey])
