"""Dividends of stake on root: earned, and claimed as alpha or TAO.

Facts of the chain's tests/claim_root.  A hotkey's own take is gone before it is credited.
"""

from __future__ import annotations

import pytest
from Crypto.Hash import keccak

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.interfaces.exchange import LOWEST_LIMIT, Side
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha, Hash, NetUid, Tao
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.events.staking import RootClaimed, RootClaimTypeSet
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.root_claims import claimable, claiming, coldkeys
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import KeepClaims, KeepSubnets, SwapClaims
from pysubtensor.pallets.swap.maths.errors import ReservesTooLow
from tests.subtensor_chain import NAME, ONE, ROOT_NET, Chain
from tests.support import ALICE, BOB, CHARLIE, DAVE, fund, run

OWNER, HOTKEY = (AccountId(bytes((n,)) * 32) for n in (31, 32))
STAKE = 2_000_000
POOL = 50_000_000_000
KEEP = KeepClaims()


class Claims(Chain):
    """A subnet whose alpha costs half a TAO, and BOB among those who stake on root."""

    def __init__(self, others: int = 0) -> None:
        super().__init__()
        sub = self.sub
        self.subnet(ROOT_NET, OWNER)
        self.subnet(ONE, OWNER)
        self.own(HOTKEY, OWNER)
        sub.subtoken_enabled[ROOT_NET] = True
        sub.subnet_mechanism[ONE] = U16(1)
        sub.subnet_tao[ONE], sub.subnet_alpha_in[ONE] = Tao(U64(POOL)), Alpha(U64(2 * POOL))
        accounts = [registry.account_of_subnet(sub, netuid) for netuid in (ROOT_NET, ONE)]
        for account in (*accounts, CHARLIE):
            tao_balances.spend(sub, account, tao_balances.mint(sub, POOL), POOL)
        sub.total_stake.put(Tao(U64(POOL)))
        self.stake(BOB, STAKE)
        if others:
            self.stake(CHARLIE, others)

    def stake(self, coldkey: AccountId, amount: int) -> None:
        ledger.increase(self.sub, HOTKEY, coldkey, ROOT_NET, amount)

    def earn(self, amount: int) -> None:
        claimable.credit(self.sub, HOTKEY, ONE, amount)

    def become(self, kind, *coldkeys: AccountId) -> None:
        for coldkey in coldkeys:
            self.call(coldkey, "set_root_claim_type", new_root_claim_type=kind)

    def claim(self, coldkey: AccountId = BOB, netuid: NetUid = ONE) -> int:
        """Claim; gives what the coldkey has on the subnet then."""
        events = self.call(coldkey, "claim_root", subnets=frozenset({netuid}))
        assert RootClaimed(coldkey) in events
        return self.alpha(coldkey)

    def alpha(self, coldkey: AccountId) -> int:
        return ledger.of(self.sub, HOTKEY, coldkey, ONE)

    def on_root(self, coldkey: AccountId = BOB) -> int:
        return ledger.of(self.sub, HOTKEY, coldkey, ROOT_NET)

    def worth(self, amount: int) -> int:
        """What alpha sells for now, without a fee."""
        quote = self.sub.config.exchange().quote
        return quote(ONE, Side.SELL, amount, LOWEST_LIMIT, drop_fees=True).paid_out


# -- kept as alpha --------------------------------------------------------------------------------


def test_claims_become_tao_unless_told():
    chain = Claims()
    assert chain.sub.root_claim_type[BOB] == SwapClaims()
    events = chain.call(BOB, "set_root_claim_type", new_root_claim_type=KEEP)
    assert events == [RootClaimTypeSet(BOB, KEEP)]
    assert chain.sub.root_claim_type[BOB] == KEEP
    assert chain.sub.staking_coldkeys[BOB] == 0, "who chooses may be drawn"


def test_each_claim_pays_what_was_earned_since_the_last():
    chain = Claims()
    chain.become(KEEP, BOB)
    chain.earn(820_000)
    assert chain.sub.root_claimable[HOTKEY] == {ONE: (820_000 << 32) // STAKE}
    first = chain.claim()
    assert first == 819_999, "rates are rounded down"
    assert chain.sub.root_claimed[ONE, HOTKEY, BOB] == first
    chain.earn(820_000)
    assert chain.claim() == chain.sub.root_claimed[ONE, HOTKEY, BOB] == 1_639_999


@pytest.mark.parametrize(
    ("stakes", "claims"),
    [((1_000_000, 1_000_000), (819_999, 819_999)), ((1_000_000, 2_000_000), (819_999, 1_639_999))],
)
def test_stakers_earn_in_proportion(stakes, claims):
    chain = Claims(others=8_000_000 - sum(stakes))
    chain.become(KEEP, ALICE, DAVE)
    for coldkey, stake in zip((ALICE, DAVE), stakes, strict=True):
        chain.stake(coldkey, stake)
    chain.earn(8_200_000)
    assert (chain.claim(ALICE), chain.claim(DAVE)) == claims


def test_stake_that_leaves_or_comes_back_claims_nothing_twice():
    chain = Claims()
    chain.stake(BOB, 6_000_000)
    chain.stake(CHARLIE, 8_000_000)
    chain.become(KEEP, BOB, CHARLIE)
    chain.earn(8_200_000)
    assert chain.claim(BOB) == chain.claim(CHARLIE) == 4_099_999
    half = Alpha(U64(4_000_000))
    chain.call(CHARLIE, "remove_stake", hotkey=HOTKEY, netuid=ROOT_NET, amount_unstaked=half)
    assert abs(chain.claim(CHARLIE) - 4_099_999) <= 1, "what left takes its claim along"
    chain.earn(8_200_000)
    gains = chain.claim(BOB) - 4_099_999, chain.claim(CHARLIE) - 4_099_999
    assert abs(gains[0] - 5_466_666) <= 2
    assert abs(gains[1] - 2_733_333) <= 2
    before = chain.alpha(BOB), chain.alpha(CHARLIE)
    chain.call(
        CHARLIE, "add_stake", hotkey=HOTKEY, netuid=ROOT_NET, amount_staked=Tao(U64(4_000_000))
    )
    chain.earn(8_200_000)
    after = chain.claim(BOB), chain.claim(CHARLIE)
    assert abs(after[0] - before[0] - 4_100_000) <= 2
    assert abs(after[1] - before[1] - 4_100_000) <= 2


def test_stake_that_is_handed_over_leaves_its_earnings_behind():
    chain = Claims()
    chain.stake(BOB, 6_000_000)
    chain.stake(CHARLIE, 8_000_000)
    chain.become(KEEP, BOB, CHARLIE, DAVE)
    for coldkey in (CHARLIE, DAVE):
        chain.earn(8_200_000)
        chain.claim(coldkey)
    route = {"hotkey": HOTKEY, "origin_netuid": ROOT_NET, "destination_netuid": ROOT_NET}
    half = Alpha(U64(4_000_000))
    chain.call(CHARLIE, "transfer_stake", destination_coldkey=DAVE, alpha_amount=half, **route)
    assert chain.claim(DAVE) == 0
    assert abs(chain.claim(BOB) - 8_200_000) <= 2
    assert abs(chain.claim(CHARLIE) - 8_200_000) <= 2
    chain.call(DAVE, "transfer_stake", destination_coldkey=CHARLIE, alpha_amount=half, **route)
    chain.earn(8_200_000)
    assert abs(chain.claim(BOB) - chain.claim(CHARLIE)) <= 2
    assert abs(chain.claim(BOB) - 12_300_000) <= 2
    assert chain.claim(DAVE) == 0


def test_only_the_subnets_named_are_claimed():
    chain = Claims()
    chain.become(KEEP, BOB)
    chain.earn(820_000)
    assert chain.claim(netuid=NetUid(U16(100))) == 0
    assert chain.claim() == chain.sub.root_claimed[ONE, HOTKEY, BOB] == 819_999


@pytest.mark.parametrize(("least", "claimed"), [(900_000, 0), (819_999, 819_999)])
def test_less_than_the_threshold_waits(least, claimed):
    chain = Claims()
    chain.become(KEEP, BOB)
    claiming.set_threshold(chain.sub, ONE, least)
    chain.earn(820_000)
    assert chain.claim() == claimed


def test_more_than_there_is_on_root_goes_to_the_owner():
    chain = Claims()
    chain.earn(STAKE + 1)
    assert chain.sub.root_claimable[HOTKEY] == {}
    assert chain.alpha(OWNER) == STAKE + 1


# -- swapped --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SwapClaims(), KeepSubnets(frozenset({NetUid(U16(100))}))])
def test_swapped_claims_are_staked_on_root(kind):
    chain = Claims(others=9 * STAKE)
    chain.become(kind, BOB)
    sub = chain.sub
    for expected in (410_000, 484_125, 567_908):  # a growing part of 4,100,000 rao
        stake, sold = chain.on_root(), sub.subnet_root_sell_tao[ONE]
        chain.earn(8_200_000)
        gain = chain.worth(claimable.owed(sub, HOTKEY, BOB, ONE) >> 32)
        assert abs(gain - expected) < 100
        assert chain.claim() == 0
        assert chain.on_root() == stake + gain
        assert sub.subnet_root_sell_tao[ONE] == sold + gain
        assert claimable.owed(sub, HOTKEY, BOB, ONE) < 2 << 32, "new stake has nothing to claim"
    gained = chain.on_root() - STAKE
    assert sub.subnet_protocol_flow[ONE] == -gained
    assert sub.subnet_tao[ROOT_NET] == sub.subnet_alpha_out[ROOT_NET] == gained
    assert sub.subnet_tao[ONE] == POOL - gained
    assert sub.total_stake.get() == POOL, "it only moved from one subnet to the other"


def test_a_pool_with_too_little_tao_swaps_no_claim():
    chain = Claims(others=9 * STAKE)
    chain.earn(8_200_000)
    chain.sub.subnet_tao[ONE] = Tao(U64(999_999))
    chain.refused(ReservesTooLow, BOB, "claim_root", subnets=frozenset({ONE}))


def test_a_swap_that_fails_claims_nothing():
    chain = Claims(others=9 * STAKE)
    chain.earn(8_200_000)
    fund(chain.runtime, registry.account_of_subnet(chain.sub, ONE), 0)
    chain.refused("InsufficientBalance", BOB, "claim_root", subnets=frozenset({ONE}))
    coldkeys.index_coldkey(chain.sub, BOB)
    before = chain.runtime.state.changes()
    claiming.claim_for_some(chain.sub, Hash(bytes(32)))
    assert chain.runtime.state.changes() == before
    assert RootClaimed(BOB) not in [each.event for each in chain.runtime.state.events]


def test_listed_subnets_keep_their_alpha():
    chain = Claims()
    listed = KeepSubnets(frozenset({ONE}))
    chain.become(listed, BOB)
    chain.earn(820_000)
    assert chain.claim() == 819_999
    nothing = KeepSubnets(frozenset())
    chain.refused("InvalidSubnetNumber", BOB, "set_root_claim_type", new_root_claim_type=nothing)


# -- settings -------------------------------------------------------------------------------------


def refused(chain, error, who, name, **args):
    with pytest.raises(error):
        run(chain.runtime, who, NAME, name, **args)


def test_root_sets_how_many_are_drawn():
    chain = Claims()
    name = "sudo_set_num_root_claims"
    refused(chain, BadOrigin, BOB, name, new_value=U64(50))
    chain.refused("InvalidNumRootClaim", ROOT, name, new_value=U64(51))
    assert chain.sub.num_root_claim.get() == 5
    chain.call(ROOT, name, new_value=U64(27))
    assert chain.sub.num_root_claim.get() == 27


def test_owners_and_root_set_the_threshold():
    chain = Claims()
    name = "sudo_set_root_claim_threshold"
    assert chain.sub.root_claimable_threshold[ONE] == 500_000 << 32
    for who, least in ((ROOT, 1000), (OWNER, 2000)):
        chain.call(who, name, netuid=ONE, new_value=U64(least))
        assert chain.sub.root_claimable_threshold[ONE] == least << 32
    refused(chain, BadOrigin, HOTKEY, name, netuid=ONE, new_value=U64(2000))
    too_much = U64(10_000_001)
    chain.refused("InvalidRootClaimThreshold", OWNER, name, netuid=ONE, new_value=too_much)


@pytest.mark.parametrize("count", [0, 6, 11])
def test_a_claim_names_one_to_five_subnets(count):
    subnets = frozenset(NetUid(U16(n)) for n in range(count))
    Claims().refused("InvalidSubnetNumber", BOB, "claim_root", subnets=subnets)


# -- claims of blocks -----------------------------------------------------------------------------

DRAWN = {
    b"some": "265 630 1286 1558 4496 4861 5517 5789 6803 8096 9092 11034 11399 12055 12327",
    b"some2": "61 246 1440 2855 3521 5236 6130 6615 8511 9405 9890 11786 11971 13165 14580",
}


@pytest.mark.parametrize("text", DRAWN)
def test_coldkeys_are_drawn_by_the_parent_hash(text):
    seed = Hash(keccak.new(data=text, digest_bits=256).digest())
    assert claiming.drawn(seed, 15, 15_000) == [int(number) for number in DRAWN[text].split()]
    assert claiming.drawn(seed, 0, 15_000) == []
    assert claiming.drawn(seed, 5, 0) == [0]


def test_blocks_claim_for_those_drawn():
    chain = Claims()
    chain.become(KEEP, BOB)
    chain.earn(820_000)
    claiming.claim_for_some(chain.sub, Hash(b"\x07" * 32))
    assert chain.alpha(BOB) == 819_999


def test_coldkeys_with_stake_on_root_get_numbers():
    chain = Claims(others=STAKE)
    ledger.increase(chain.sub, HOTKEY, DAVE, ONE, STAKE)
    assert chain.sub.num_staking_coldkeys.get() == 0
    coldkeys.index_coldkey_batch(chain.sub)
    assert chain.sub.num_staking_coldkeys.get() == 2
    numbers = [chain.sub.staking_coldkeys[coldkey] for coldkey in (BOB, CHARLIE)]
    assert sorted(numbers) == [0, 1]
    assert DAVE not in chain.sub.staking_coldkeys


def test_numbers_are_given_batch_by_batch():
    sub = Chain().sub
    holders = [AccountId(bytes((7, n)) * 16) for n in range(31)]
    for holder in holders:
        ledger.increase(sub, HOTKEY, holder, ROOT_NET, 1)
    ledger.increase(sub, HOTKEY, ALICE, ONE, 1)
    listed = []
    for _ in range(3):
        coldkeys.index_coldkey_batch(sub)
        listed.append((sub.num_staking_coldkeys.get(), sub.alpha_v2_map_last_key.get() is None))
    assert listed[0][0] in {29, 30}
    assert not listed[0][1]
    assert listed[1:] == [(31, True), (31, False)]
    assert {sub.staking_coldkeys_by_index[U64(n)] for n in range(31)} == set(holders)


def test_numbers_stay_without_gaps_when_stake_is_gone():
    chain = Claims(others=STAKE)
    sub = chain.sub
    for coldkey in (BOB, CHARLIE):
        coldkeys.index_coldkey(sub, coldkey)
    coldkeys.unindex_if_unstaked(sub, BOB)
    assert sub.staking_coldkeys[BOB] == 0, "it has stake"
    ledger.decrease(sub, HOTKEY, BOB, ROOT_NET, STAKE)
    coldkeys.unindex_if_unstaked(sub, BOB)
    assert sub.staking_coldkeys[BOB] is None
    assert sub.staking_coldkeys[CHARLIE] == 0
    assert sub.staking_coldkeys_by_index[U64(0)] == CHARLIE
    assert sub.staking_coldkeys_by_index[U64(1)] is None
    assert sub.num_staking_coldkeys.get() == 1
