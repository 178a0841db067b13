"""What epochs pay to parents and children, to root and to owners, and what they set in motion.

Facts of the chain's tests/children, claim_root and locks, those that run an epoch.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from pysubtensor.frame.fixed_point import I96F32
from pysubtensor.frame.primitives import U16, U64, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.children import relations
from pysubtensor.pallets.subtensor.coinbase import distribute
from pysubtensor.pallets.subtensor.coinbase.dividends import NetworkRates
from pysubtensor.pallets.subtensor.epoch import run as epoch
from pysubtensor.pallets.subtensor.events.networks import SubnetOwnerChanged
from pysubtensor.pallets.subtensor.locks import succession
from pysubtensor.pallets.subtensor.locks.conviction import state
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.root_claims import claimable, claiming, coldkeys
from pysubtensor.pallets.subtensor.types import KeepClaims, NetUidStorageIndex
from tests.unit.pallets.subtensor.coinbase.economy import TAO, WHOLE, close, key

ONE, ROOT = NetUid(U16(1)), NetUid(U16(0))
A, B, C = key(1), key(2), key(3)
COLD_A, COLD_B, COLD_C, NOMINATOR = key(100), key(101), key(102), key(7)
NINTH = U16(65_535 // 9)
E = 1_000_000


@pytest.fixture
def chain(chain):
    chain.network(ONE, tao=1_000 * TAO, alpha=1_000 * TAO, price=1)
    chain.sub.ck_burn.put(U64(0))
    chain.sub.tao_weight.put(U64(0))
    return chain


def family(chain, stakes, *, cold_b=COLD_B):
    """Neurons with stakes; each lends half of its own to the next."""
    keys = ((A, COLD_A), (B, cold_b), (C, COLD_C))[: len(stakes)]
    for (hotkey, coldkey), stake in zip(keys, stakes, strict=True):
        chain.neuron(ONE, hotkey, coldkey)
        chain.stake(hotkey, coldkey, ONE, stake)
    for (parent, _), (child, _) in pairwise(keys):
        lend(chain, parent, {child: WHOLE // 2})
        chain.sub.childkey_take[child, ONE] = NINTH


def lend(chain, parent, shares):
    found = relations.with_children(chain.sub, parent, ONE, ())
    shares = {who: U64(share) for who, share in shares.items()}
    relations.store(chain.sub, found._replace(children=shares), ONE)


def share(chain, hotkey):
    """Who gets how much of `E` rao of a hotkey's dividends."""
    return distribute.split_of_child(
        chain.sub, ONE, hotkey, E, NetworkRates(tao_weight=0, burn=0)
    ).paid


# -- parents and children -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stakes", "parts"),
    [((300_000, 100_000, 50_000), (3 / 9, 4 / 9, 2 / 9)), ((300_000, 100_000), (3 / 8, 5 / 8))],
)
def test_an_epoch_goes_by_the_stake_that_was_lent(chain, stakes, parts):
    family(chain, stakes)
    earned = epoch.run(chain.sub, ONE, 2 * E)
    total = sum(each.validator for each in earned)
    found = [each.validator / total for each in earned]
    assert all(abs(a - b) < 1e-4 for a, b in zip(found, parts, strict=True))


def test_dividends_of_a_child_go_to_its_parent_too(chain):
    """A child keeps a ninth of what it earns for its parent."""
    family(chain, (300_000, 100_000, 50_000))
    assert share(chain, A) == [(A, E)]
    b_keeps = (1 / 9 + (3 / 9) / 9) / (4 / 9)  # of its own half, and of half of A's
    c_keeps = (1 / 9 + (1 / 9) / 9) / (2 / 9)
    for hotkey, parent, keeps in ((B, A, b_keeps), (C, B, c_keeps)):
        (first, most), (last, kept) = share(chain, hotkey)
        assert (first, last) == (parent, hotkey)
        assert close(kept, E * keeps, within=E / 1000)
        assert close(most + kept, E)


def test_nobody_keeps_what_it_earns_for_its_owners_other_hotkey(chain):
    family(chain, (300_000, 100_000), cold_b=COLD_A)
    (_, of_a), (_, of_b) = share(chain, B)
    assert close(of_a, E * 3 / 5, within=E / 1000)
    assert close(of_b, E * 2 / 5, within=E / 1000)


def test_what_a_chain_of_parents_earns(chain):
    family(chain, (300 * TAO, 100 * TAO, 50 * TAO))
    before = [chain.staked(hotkey, ONE) for hotkey in (A, B, C)]
    chain.pay_out(ONE, E // 2, E // 2)
    gains = [chain.staked(h, ONE) - old for h, old in zip((A, B, C), before, strict=True)]
    kept = 1 / 18  # half of the stake is lent, and the child keeps a ninth
    expected = [
        2 / 3 * (1 - kept),
        2 / 9 * (1 - kept) + 2 / 3 * kept,
        1 / 9 + 2 / 9 * kept,
    ]
    assert close(sum(gains), E)
    assert all(abs(gain / E - part) < 1e-4 for gain, part in zip(gains, expected, strict=True))


@pytest.mark.parametrize("parents_take", [0, 65_535 // 5])
def test_a_child_that_keeps_a_fifth(chain, parents_take):
    """Parent and nominator staked the same; half of the parent's stake is the child's."""
    sub, fifth = chain.sub, U16(65_535 // 5)
    for hotkey, coldkey in ((A, COLD_A), (B, COLD_B), (C, COLD_C)):
        chain.neuron(ONE, hotkey, coldkey)
    chain.stake(A, COLD_A, ONE, 100 * TAO)
    chain.stake(B, NOMINATOR, ONE, 100 * TAO)
    lend(chain, A, {B: WHOLE // 2})
    sub.childkey_take[B, ONE] = fifth
    sub.delegates[A], sub.delegates[B] = U16(parents_take), U16(0)
    for uid in (U16(0), U16(1)):
        sub.weights[NetUidStorageIndex(U16(1)), uid] = ((U16(2), U16(65_535)),)
        sub.block_at_registration[ONE, uid] = U64(1)
    sub.block_at_registration[ONE, U16(2)] = U64(1)
    sub.last_update[NetUidStorageIndex(U16(1))] = (U64(2),) * 3
    sub.kappa[ONE] = fifth
    sub.validator_permit[ONE] = (True, True, False)
    chain.at(10)
    chain.pay_out(ONE, E, E)
    gains = [
        ledger.of(sub, hotkey, coldkey, ONE) - old
        for hotkey, coldkey, old in (
            (A, COLD_A, 100 * TAO), (B, NOMINATOR, 100 * TAO), (B, COLD_B, 0)
        )
    ]  # fmt: skip
    assert close(gains[0], E * 9 / 20)
    assert close(gains[1], E * 11 / 20)
    assert close(gains[2], 0), "what the child keeps is for those who stake with it"


def test_relations_may_change_between_epochs(chain):
    family(chain, (500 * TAO, 50 * TAO, 30 * TAO))
    chain.sub.child_keys.clear()
    chain.sub.parent_keys.clear()
    chain.sub.childkey_take.clear()
    lend(chain, A, {B: WHOLE // 2})
    chain.pay_out(ONE, E, E)
    lend(chain, A, {B: WHOLE // 4, C: WHOLE // 3})
    earned = epoch.run(chain.sub, ONE, 2 * E)
    stakes = [chain.staked(hotkey, ONE) for hotkey in (A, B, C)]
    lent = [stakes[0] * 5 / 12, stakes[1] + stakes[0] / 4, stakes[2] + stakes[0] / 3]
    total = sum(each.validator for each in earned)
    assert all(
        abs(each.validator / total - part / sum(stakes)) < 1e-3
        for each, part in zip(earned, lent, strict=True)
    )


def test_children_count_from_the_epoch_after_the_cooldown(chain):
    family(chain, (300_000,))
    chain.sub.tempo[ONE] = U16(10)
    chain.sub.pending_child_key_cooldown.put(U64(5))
    args = {"hotkey": A, "netuid": ONE, "children": ((U64(1000), B),)}
    chain.call(COLD_A, "set_children", **args)
    chain.step(range(2, 10))
    assert chain.sub.child_keys[A, ONE] == ()
    chain.step(range(10, 22))
    assert chain.sub.child_keys[A, ONE] == ((1000, B),)


def test_children_that_wait_are_dropped_when_the_stake_is_sold(chain):
    chain.neuron(ONE, A, COLD_A)
    chain.stake(A, COLD_A, ONE, 2 * TAO)
    chain.sub.subnet_alpha_out[ONE] = Alpha(U64(2 * TAO))
    chain.sub.stake_threshold.put(U64(TAO))
    chain.call(COLD_A, "set_children", hotkey=A, netuid=ONE, children=((U64(1000), B),))
    assert (ONE, A) in chain.sub.pending_child_keys
    args = {"hotkey": A, "netuid": ONE, "amount_unstaked": Alpha(U64(TAO // 2))}
    chain.call(COLD_A, "remove_stake", **args)
    assert (ONE, A) in chain.sub.pending_child_keys
    args["amount_unstaked"] = Alpha(U64(TAO))
    chain.call(COLD_A, "remove_stake", **args)
    assert (ONE, A) not in chain.sub.pending_child_keys


@pytest.mark.parametrize("hotkey", [A, B])
def test_weights_need_stake_borrowed_stake_counts(chain, hotkey):
    for each in (C, A, B):
        chain.neuron(ONE, each, COLD_A)
    chain.stake(A, COLD_A, ONE, 109_999)
    if hotkey == B:
        lend(chain, A, {B: WHOLE})
    sub = chain.sub
    sub.weights_set_rate_limit[ONE] = U64(0)
    sub.min_allowed_weights[ONE] = U16(1)
    sub.validator_permit[ONE] = (True, True, True)
    args = {"netuid": ONE, "dests": (U16(1),), "weights": (U16(65_535),), "version_key": U64(0)}
    sub.stake_threshold.put(U64(110_000))
    chain.refused("NotEnoughStakeToSetWeights", hotkey, "set_weights", **args)
    sub.stake_threshold.put(U64(109_990))
    chain.call(hotkey, "set_weights", **args)


# -- root -----------------------------------------------------------------------------------------


@pytest.fixture
def rooted(chain):
    """A validator, with stake of its owner's on the subnet and two nominators' on root."""
    chain.network(ROOT)
    chain.sub.tao_weight.put(U64(WHOLE))
    chain.neuron(ONE, A, COLD_A)
    chain.stake(A, COLD_A, ONE, 10 * E)
    chain.stake(A, NOMINATOR, ROOT, 2 * E)
    chain.stake(A, COLD_B, ROOT, 18 * E)
    chain.sub.root_claim_type[NOMINATOR] = KeepClaims()
    claiming.set_threshold(chain.sub, ONE, 0)
    return chain


def test_root_earns_what_the_hotkey_does_not_take(rooted):
    take = 11_796 / 65_535
    for round_ in (1, 2):
        rooted.pay_out(ONE, 0, 0, root=10 * E)
        kept = rooted.sub.root_alpha_dividends_per_subnet[ONE, A]
        assert close(kept, 10 * E * (1 - take), within=100), "of this epoch alone"
        rate = rooted.sub.root_claimable[A][ONE] / I96F32.one
        assert abs(rate - round_ * 10 * (1 - take) / 20) < 1e-3
    assert close(ledger.of(rooted.sub, A, COLD_A, ONE), 10 * E + 20 * E * take, within=100)
    claiming.claim(rooted.sub, NOMINATOR, None)
    assert close(ledger.of(rooted.sub, A, NOMINATOR, ONE), 2 * E * (1 - take), within=100)


@pytest.fixture
def selling(rooted):
    """Prices add up to more than 1, so that root earns alpha; each block has an epoch."""
    sub = rooted.sub
    rooted.network(ONE, tao=10_000 * TAO, alpha=1_000 * TAO, price=2, tempo=1)
    sub.subnet_tao[ROOT] = Tao(U64(20 * E))
    return rooted


def test_blocks_let_root_earn(selling):
    selling.at(2)
    selling.coinbase(E)
    assert claimable.owed(selling.sub, A, NOMINATOR, ONE) > 0
    assert ledger.of(selling.sub, A, NOMINATOR, ONE) == 0
    claiming.claim(selling.sub, NOMINATOR, frozenset({ONE}))
    assert ledger.of(selling.sub, A, NOMINATOR, ONE) > 0


def test_blocks_claim_for_those_they_draw(selling):
    coldkeys.index_coldkey(selling.sub, NOMINATOR)
    selling.step([2])
    assert ledger.of(selling.sub, A, NOMINATOR, ONE) > 0


def test_root_waits_for_the_epoch(selling):
    sub = selling.sub
    sub.subnet_owner_cut.put(U16(0))
    sub.tempo[ONE] = U16(2)
    sub.last_epoch_block[ONE] = U64(1)
    selling.step([2])
    waiting = sub.pending_root_alpha_divs[ONE]
    root_part = 20 * E / (20 * E + 1_000 * TAO)
    assert close(waiting, TAO * root_part / 2, within=waiting / 100)
    selling.step([3])
    assert sub.pending_root_alpha_divs[ONE] == 0
    rate = sub.root_claimable[A][ONE] / I96F32.one
    assert abs(rate - 2 * waiting * (1 - 0.18) / (20 * E)) < rate / 100


# -- owners ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("locks", [True, False])
def test_the_owners_cut_is_locked_as_it_is_paid(chain, locks):
    owner = chain.sub.subnet_owner[ONE]
    chain.own(C, owner)
    chain.sub.subnet_owner_hotkey[ONE] = C
    chain.sub.owner_cut_auto_lock_enabled[ONE] = locks
    chain.pay_out(ONE, 0, 0, owner=E)
    assert ledger.of(chain.sub, C, owner, ONE) == E
    lock = chain.sub.lock[owner, ONE, C]
    assert (lock.locked_mass if lock else 0) == (E if locks else 0)


def test_the_most_convicted_becomes_owner_at_an_epoch(chain):
    now, sub = succession.ONE_YEAR + 1, chain.sub
    chain.own(B, COLD_B)
    chain.at(now)
    del sub.first_emission_block_number[ONE]  # its alpha stays as it is
    sub.network_registered_at[ONE] = U64(1)
    sub.subnet_alpha_out[ONE] = Alpha(U64(10_000))
    sub.hotkey_lock[ONE, B] = state(1_000, 1_000 << 64, now)
    sub.tempo[ONE] = U16(1)
    sub.last_epoch_block[ONE] = U64(now - 1)
    chain.coinbase(0)
    assert (sub.subnet_owner[ONE], sub.subnet_owner_hotkey[ONE]) == (COLD_B, B)
    assert sub.last_epoch_block[ONE] == now
    events = [each.event for each in chain.runtime.state.events]
    assert SubnetOwnerChanged(ONE, key(1000), COLD_B) in events
