"""Dividends of stake on root: earned, and claimed as alpha or TAO.

Facts of the chain's tests/claim_root.
"""

from __future__ import annotations

from pallets.subtensor.events.staking import RootClaimed, RootClaimTypeSet
from pallets.subtensor.staking import claiming, ledger, root_claims
from pallets.subtensor.types import KeepClaims
from runtime.primitives import U64, AccountId, Hash, NetUid
from tests.neurons import ONE, ROOT_NET, Chain
from tests.support import ALICE, BOB, CHARLIE

HOTKEY = AccountId(b"\x21" * 32)
ONLY_ONE: frozenset[NetUid] = frozenset({ONE})


def test_a_claim_pays_each_by_its_stake() -> None:
    chain = Chain()
    chain.subnet(ONE, ALICE)
    sub = chain.sub
    ledger.increase(sub, HOTKEY, BOB, ROOT_NET, 2_000_000)
    ledger.increase(sub, HOTKEY, CHARLIE, ROOT_NET, 3_000_000)
    claiming.set_threshold(sub, ONE, 0)
    root_claims.credit(sub, HOTKEY, ONE, 1_000_000)
    events = chain.call(BOB, "set_root_claim_type", new_root_claim_type=KeepClaims())
    assert events == [RootClaimTypeSet(BOB, KeepClaims())]
    assert chain.call(BOB, "claim_root", subnets=ONLY_ONE) == [RootClaimed(BOB)]
    assert ledger.of(sub, HOTKEY, BOB, ONE) == sub.root_claimed[ONE, HOTKEY, BOB] == 399_999
    assert ledger.of(sub, HOTKEY, CHARLIE, ONE) == 0


def test_coldkeys_are_drawn_by_the_parent_hash() -> None:
    seed = Hash(b"".join(n.to_bytes(8, "big") for n in (3, 5, 0, 9)))
    assert claiming.drawn(seed, 1, 10) == [6]
    assert claiming.drawn(seed, 4, 10) == [0, 1, 6]
    assert claiming.drawn(seed, 5, 0) == [0]
    assert claiming.drawn(seed, 0, 10) == []


def test_coldkeys_with_stake_on_root_get_numbers_batch_by_batch() -> None:
    sub = Chain().sub
    holders = [AccountId(bytes((7, n)) * 16) for n in range(31)]
    for holder in holders:
        ledger.increase(sub, HOTKEY, holder, ROOT_NET, 1)
    ledger.increase(sub, HOTKEY, ALICE, ONE, 1)
    listed = []
    for _ in range(3):
        root_claims.list_some_coldkeys(sub)
        listed.append((sub.num_staking_coldkeys.get(), sub.alpha_v2_map_last_key.get() is None))
    assert listed[0][0] in {29, 30}
    assert not listed[0][1]
    assert listed[1:] == [(31, True), (31, False)]
    assert {sub.staking_coldkeys_by_index[U64(n)] for n in range(31)} == set(holders)
