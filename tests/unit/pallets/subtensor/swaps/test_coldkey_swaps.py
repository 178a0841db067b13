"""Coldkeys that take the place of others, announced or by root.

Facts of the chain's tests/swap_coldkey, claim_root and locks.
"""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import ROOT as BY_ROOT
from pysubtensor.frame.origin import Nobody, Origin
from pysubtensor.frame.primitives import U32, U64, AccountId, BlockNumber, Hash, Tao
from pysubtensor.pallets.subtensor import errors
from pysubtensor.pallets.subtensor.events.keys import (
    ColdkeySwapAnnounced,
    ColdkeySwapCleared,
    ColdkeySwapDisputed,
    ColdkeySwapped,
    ColdkeySwapReset,
)
from pysubtensor.pallets.subtensor.guards import check_coldkey_swap
from pysubtensor.pallets.subtensor.locks import key_swaps
from pysubtensor.pallets.subtensor.locks import locks as staked_locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.root_claims import claimable, claiming, coldkeys
from pysubtensor.pallets.subtensor.types import ChainIdentity, KeepClaims, LastTxBlock
from tests.support import ALICE, BOB, run
from tests.unit.pallets.subtensor.locks.locks_chain import UNIT, state
from tests.unit.pallets.subtensor.staking.market import (
    DEPOSIT,
    MINER,
    NOMINATOR,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    ROOT,
    TWO,
)

OLD, NEW = OWNER, AccountId(b"\xa9" * 32)
HASH = Hash(blake2_256(NEW))
DELAY, AGAIN = 36_000, 7_200
NAMED = ChainIdentity(b"old", b"", b"", b"", b"", b"", b"")


def price(chain):
    return chain.sub.config.key_swap_cost


def announced(chain, since=1):
    """An announcement that may be carried out from that block on."""
    chain.sub.coldkey_swap_announcements[OLD] = BlockNumber(U32(since)), HASH
    return chain


def announce(chain, new=HASH):
    return chain.call(OLD, "announce_coldkey_swap", new_coldkey_hash=new)


def carry_out(chain):
    return chain.call(OLD, "swap_coldkey_announced", new_coldkey=NEW)


# -- announcements --------------------------------------------------------------------------------


def test_the_first_announcement_costs(chain):
    chain.give(OLD, price(chain) + DEPOSIT)
    assert ColdkeySwapAnnounced(OLD, HASH) in announce(chain)
    assert chain.sub.coldkey_swap_announcements[OLD] == (1 + DELAY, HASH)
    assert chain.free(OLD) == DEPOSIT
    chain.at(1 + DELAY + AGAIN - 1)
    another = Hash(blake2_256(BOB))
    chain.refused(
        "ColdkeySwapReannouncedTooEarly", OLD, "announce_coldkey_swap", new_coldkey_hash=another
    )
    chain.at(1 + DELAY + AGAIN)
    announce(chain, another)
    assert chain.sub.coldkey_swap_announcements[OLD] == (1 + DELAY + AGAIN + DELAY, another)
    assert chain.free(OLD) == DEPOSIT


@pytest.mark.parametrize("short", [None, 1])
def test_an_announcement_must_be_paid_and_the_deposit_kept(chain, short):
    if short:
        chain.give(OLD, price(chain) + DEPOSIT - short)
    error, name = "NotEnoughBalanceToPaySwapColdKey", "announce_coldkey_swap"
    chain.refused(error, OLD, name, new_coldkey_hash=HASH)


def test_an_announcement_may_be_taken_back_later(chain):
    announced(chain)
    chain.at(AGAIN)
    name = "clear_coldkey_swap_announcement"
    chain.refused("ColdkeySwapClearTooEarly", OLD, name)
    chain.at(1 + AGAIN)
    assert chain.call(OLD, name) == [ColdkeySwapCleared(OLD)]
    chain.refused("ColdkeySwapAnnouncementNotFound", OLD, name)


def test_a_dispute_stops_everything_until_root_resets(chain):
    chain.refused("ColdkeySwapAnnouncementNotFound", OLD, "dispute_coldkey_swap")
    announced(chain)
    call = chain.runtime.call("SubtensorModule", "dispute_coldkey_swap")
    check_coldkey_swap(chain.sub, OLD, call)
    assert chain.call(OLD, "dispute_coldkey_swap") == [ColdkeySwapDisputed(OLD)]
    assert chain.sub.coldkey_swap_disputes[OLD] == 1
    chain.refused("ColdkeySwapDisputed", OLD, "dispute_coldkey_swap")
    with pytest.raises(errors.ColdkeySwapAlreadyDisputed):  # as root dispatches it
        chain.runtime.dispatch(call, chain.runtime.signed(OLD), bypass_filter=True)
    with pytest.raises(errors.ColdkeySwapDisputed):
        check_coldkey_swap(chain.sub, OLD, call)
    assert chain.call(BY_ROOT, "reset_coldkey_swap", coldkey=OLD) == [ColdkeySwapReset(OLD)]
    assert OLD not in chain.sub.coldkey_swap_announcements
    assert OLD not in chain.sub.coldkey_swap_disputes


NOBODY = Origin(Nobody())
ORIGINS = [
    *((who, name, args) for who in (BY_ROOT, NOBODY) for name, args in (
        ("announce_coldkey_swap", {"new_coldkey_hash": HASH}),
        ("swap_coldkey_announced", {"new_coldkey": NEW}),
        ("dispute_coldkey_swap", {}),
        ("clear_coldkey_swap_announcement", {}),
    )),
    *((who, name, args) for who in (ALICE, NOBODY) for name, args in (
        ("reset_coldkey_swap", {"coldkey": OLD}),
        ("swap_coldkey", {"old_coldkey": OLD, "new_coldkey": NEW, "swap_cost": Tao(U64(1))}),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("who", "name", "args"), ORIGINS)
def test_who_may_not(chain, who, name, args):
    with pytest.raises(BadOrigin):
        run(chain.runtime, who, "SubtensorModule", name, **args)


@pytest.mark.parametrize("who", [ALICE, BY_ROOT, NOBODY])
def test_swaps_are_no_longer_scheduled(chain, who):
    chain.refused("Deprecated", who, "schedule_swap_coldkey", new_coldkey=NEW)


# -- refusals of a swap ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "block", "new"),
    [
        ("AnnouncedColdkeyHashDoesNotMatch", 1, BOB),
        ("AnnouncedColdkeyHashDoesNotMatch", 100, BOB),
        ("ColdkeySwapTooEarly", 1, NEW),
        ("ColdkeySwapTooEarly", 99, NEW),
    ],
)
def test_a_swap_must_be_the_one_announced_and_due(chain, error, block, new):
    announced(chain, since=100)
    chain.at(block)
    chain.refused(error, OLD, "swap_coldkey_announced", new_coldkey=new)


def test_a_swap_must_be_announced(chain):
    name, error = "swap_coldkey_announced", "ColdkeySwapAnnouncementNotFound"
    chain.refused(error, OLD, name, new_coldkey=NEW)


def is_a_hotkey(chain):
    chain.own(NEW, ALICE)


def has_staked(chain):
    chain.stake(StakePosition(OTHER_MINER, NEW, ONE), 100)


def has_a_lock(chain):
    chain.sub.lock[NEW, ONE, MINER] = state(1000, 1000)


def owns_a_system_account(chain):
    chain.own(chain.account(ONE), OLD)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (is_a_hotkey, "NewColdKeyIsHotkey"),
        (has_staked, "ColdKeyAlreadyAssociated"),
        (has_a_lock, "ActiveLockExists"),
        (owns_a_system_account, "CannotUseSystemAccount"),
    ],
)
def test_who_cannot_take_the_place(chain, change, error):
    announced(chain)
    change(chain)
    chain.refused(error, OLD, "swap_coldkey_announced", new_coldkey=NEW)
    args = {"old_coldkey": OLD, "new_coldkey": NEW, "swap_cost": Tao(U64(0))}
    chain.refused(error, BY_ROOT, "swap_coldkey", **args)


# -- what moves -----------------------------------------------------------------------------------


@pytest.fixture
def rich(chain):
    """The old coldkey owns two subnets and hotkeys, stake on both, and money."""
    sub = announced(chain).sub
    chain.own(BOB, OLD)
    for hotkey, amount, netuid in ((MINER, 100, ONE), (BOB, 300, ONE), (MINER, 200, TWO)):
        chain.stake(StakePosition(hotkey, OLD, netuid), amount)
        chain.stake(StakePosition(hotkey, NOMINATOR, netuid), 7)
    sub.identities_v2[OLD] = NAMED
    sub.auto_stake_destination[OLD, ONE] = MINER
    sub.auto_stake_destination_coldkeys[MINER, ONE] = (ALICE, OLD, OTHER)
    chain.give(OLD, price(chain) + 9_000)
    return chain


def by_announcement(chain):
    carry_out(chain)
    return 0


def by_root(chain, cost=None):
    cost = price(chain) if cost is None else cost
    args = {"old_coldkey": OLD, "new_coldkey": NEW, "swap_cost": Tao(U64(cost))}
    chain.call(BY_ROOT, "swap_coldkey", **args)
    return cost


def by_root_for_nothing(chain):
    return by_root(chain, 0)


@pytest.mark.parametrize("swap", [by_announcement, by_root, by_root_for_nothing])
def test_all_that_a_coldkey_owns_moves(rich, swap):
    sub, stake = rich.sub, rich.sub.total_stake.get()
    if swap is not by_announcement:  # a dispute leaves it to root
        rich.sub.coldkey_swap_disputes[OLD] = BlockNumber(U32(1))
    left = rich.free(OLD) - swap(rich)
    assert rich.runtime.state.events[-1].event == ColdkeySwapped(OLD, NEW)
    assert OLD not in sub.coldkey_swap_announcements
    assert sub.subnet_owner[ONE] == sub.subnet_owner[TWO] == NEW
    assert (sub.identities_v2[OLD], sub.identities_v2[NEW]) == (None, NAMED)
    assert (OLD, ONE) not in sub.auto_stake_destination
    assert sub.auto_stake_destination[NEW, ONE] == MINER
    assert sub.auto_stake_destination_coldkeys[MINER, ONE] == (ALICE, OTHER, NEW)
    stakes = [(MINER, ONE, 100), (BOB, ONE, 300), (MINER, TWO, 200)]
    assert all(ledger.of(sub, hotkey, NEW, netuid) == rao for hotkey, netuid, rao in stakes)
    assert all(ledger.of(sub, hotkey, OLD, netuid) == 0 for hotkey, netuid, _ in stakes)
    assert all(ledger.of(sub, hotkey, NOMINATOR, netuid) == 7 for hotkey, netuid, _ in stakes)
    assert set(sub.staking_hotkeys[NEW]) == {MINER, BOB}
    assert sub.owned_hotkeys[NEW] == (MINER, BOB)
    assert sub.owner[MINER] == sub.owner[BOB] == NEW
    assert OLD not in sub.staking_hotkeys
    assert OLD not in sub.owned_hotkeys
    assert (rich.free(OLD), rich.free(NEW)) == (0, left)
    assert sub.total_stake.get() == stake
    assert sub.last_rate_limited_block[LastTxBlock(NEW)] == 1
    rich.issued()


def test_root_forgets_announcement_and_dispute(rich):
    rich.call(OLD, "dispute_coldkey_swap")
    by_root(rich)
    assert OLD not in rich.sub.coldkey_swap_announcements
    assert OLD not in rich.sub.coldkey_swap_disputes


@pytest.mark.parametrize("owns", [0, 1])
def test_root_makes_the_old_coldkey_pay(chain, owns):
    if owns:
        chain.give(OLD, price(chain) + DEPOSIT - 1)
    args = {"old_coldkey": OLD, "new_coldkey": NEW, "swap_cost": Tao(U64(price(chain)))}
    chain.refused("NotEnoughBalanceToPaySwapColdKey", BY_ROOT, "swap_coldkey", **args)


def test_an_identity_is_not_replaced(rich):
    theirs = ChainIdentity(b"new", b"", b"", b"", b"", b"", b"")
    rich.sub.identities_v2[NEW] = theirs
    carry_out(rich)
    assert (rich.sub.identities_v2[OLD], rich.sub.identities_v2[NEW]) == (NAMED, theirs)


def test_a_coldkey_that_owns_nothing(chain):
    announced(chain).sub.subnet_owner.clear()
    chain.sub.owned_hotkeys.clear()
    assert carry_out(chain) == [ColdkeySwapped(OLD, NEW)]


def test_claims_of_root_move_where_there_is_stake(chain):
    sub = announced(chain).sub
    ledger.increase(sub, MINER, OLD, ROOT, 2_000_000)
    coldkeys.index_coldkey(sub, OLD)
    claimable.credit(sub, MINER, ONE, 1_000_000)
    sub.root_claim_type[OLD] = KeepClaims()
    claiming.claim(sub, OLD, None)
    carry_out(chain)
    assert sub.root_claimed[ONE, MINER, NEW] == 1_000_000
    assert (ONE, MINER, OLD) not in sub.root_claimed
    assert sub.staking_coldkeys_by_index[U64(0)] == NEW
    assert sub.staking_coldkeys[OLD] is None
    assert sub.num_staking_coldkeys.get() == 1


def test_a_coldkey_that_left_root_is_no_longer_drawn(chain):
    sub = announced(chain).sub
    ledger.increase(sub, MINER, OLD, ROOT, 2_000_000)
    coldkeys.index_coldkey(sub, OLD)
    ledger.decrease(sub, MINER, OLD, ROOT, 2_000_000)
    carry_out(chain)
    assert sub.num_staking_coldkeys.get() == 0
    assert list(sub.staking_coldkeys.keys()) == list(sub.staking_coldkeys_by_index.keys()) == []


# -- locks ----------------------------------------------------------------------------------------


def locked(chain, *, lasts=True):
    """Half of the stake is locked, and as convinced."""
    sub = announced(chain).sub
    totals = sub.hotkey_lock if lasts else sub.decaying_hotkey_lock
    chain.stake(StakePosition(MINER, OLD, ONE), 2_000)
    sub.lock[OLD, ONE, MINER] = totals[ONE, MINER] = state(1_000, 1_000)
    sub.locking_coldkeys[ONE, MINER, OLD] = ()
    sub.decaying_lock[OLD, ONE] = False if lasts else None
    return totals


@pytest.mark.parametrize("lasts", [True, False])
def test_locks_move_with_how_they_decay(chain, lasts):
    totals = locked(chain, lasts=lasts)
    sub = chain.sub
    carry_out(chain)
    assert sub.lock[NEW, ONE, MINER] == totals[ONE, MINER] == state(1_000, 1_000)
    assert list(sub.lock.keys()) == [(NEW, ONE, MINER)]
    assert list(sub.locking_coldkeys.keys()) == [(ONE, MINER, NEW)]
    assert (sub.decaying_lock[NEW, ONE], sub.decaying_lock[OLD, ONE]) == (
        (False, None) if lasts else (None, None)
    )
    assert NEW not in sub.account_flags, "the old coldkey's flags count"
    assert staked_locks.available(sub, NEW, ONE) == 1_000


def test_what_an_account_accepts_moves(chain):
    chain.call(OLD, "set_reject_locked_alpha", enabled=False)
    announced(chain)
    carry_out(chain)
    assert chain.sub.account_flags[NEW] == 1
    assert OLD not in chain.sub.account_flags


def test_a_lock_without_mass_does_not_hinder(chain):
    locked(chain)
    chain.sub.lock[NEW, ONE, OTHER_MINER] = state(0, 500)
    carry_out(chain)
    assert chain.sub.lock[NEW, ONE, MINER] == state(1_000, 1_000)
    assert chain.sub.lock[NEW, ONE, OTHER_MINER].conviction == 500 * UNIT


def test_locks_alone_go_only_to_who_accepts_them(chain):
    locked(chain)
    with pytest.raises(errors.AccountRejectsLockedAlpha):
        key_swaps.move_to_coldkey(chain.sub, OLD, NEW)


def test_a_swap_that_fails_changes_nothing(rich):
    locked(rich)
    has_a_lock(rich)
    rich.refused("ActiveLockExists", OLD, "swap_coldkey_announced", new_coldkey=NEW)
