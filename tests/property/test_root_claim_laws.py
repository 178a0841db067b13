"""Laws of the dividends of root: nobody claims what was not credited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.primitives import U64, Hash
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.root_claims import claimable, claiming, coldkeys
from pysubtensor.pallets.subtensor.types import KeepClaims
from tests.subtensor_chain import ONE, ROOT_NET, Chain
from tests.support import ALICE, BOB, CHARLIE, DAVE

CHAIN = Chain()
"""Left as it is: each example is taken back."""
SUB = CHAIN.sub
HOTKEY = DAVE
COLDKEYS = (ALICE, BOB, CHARLIE)
WHO = st.sampled_from(COLDKEYS)
RAO = st.integers(1, 10**12)


def stake(who, amount):
    ledger.increase(SUB, HOTKEY, who, ROOT_NET, amount)
    claimable.on_staked(SUB, HOTKEY, who, amount)
    coldkeys.index_coldkey(SUB, who)
    return 0


def unstake(who, amount):
    amount = min(amount, ledger.of(SUB, HOTKEY, who, ROOT_NET))
    ledger.decrease(SUB, HOTKEY, who, ROOT_NET, amount)
    claimable.on_unstaked(SUB, HOTKEY, who, amount)
    coldkeys.unindex_if_unstaked(SUB, who)
    return 0


def credit(_, amount):
    amount = min(amount, ledger.on_hotkey(SUB, HOTKEY, ROOT_NET))
    claimable.credit(SUB, HOTKEY, ONE, amount)
    return amount


def claim(who, _):
    claiming.claim(SUB, who, frozenset({ONE}))
    return 0


def claim_for_some(_, amount):
    claiming.claim_for_some(SUB, Hash(amount.to_bytes(8, "big") * 4))
    return 0


ACTIONS = st.lists(
    st.tuples(st.sampled_from([stake, unstake, credit, claim, claim_for_some]), WHO, RAO),
    max_size=25,
)


@given(ACTIONS)
def test_claims_never_exceed_what_was_credited(actions):
    with CHAIN.runtime.state.discarded():
        claiming.set_threshold(SUB, ONE, 0)
        credited = times = 0
        for coldkey in COLDKEYS:
            SUB.root_claim_type[coldkey] = KeepClaims()
        for act, who, amount in actions:
            added = act(who, amount)
            credited += added
            times += bool(added)
            paid = sum(ledger.of(SUB, HOTKEY, each, ONE) for each in COLDKEYS)
            rounding = len(actions) * (times + 1)  # a rao of stake has earned up to `times`
            assert paid <= credited + rounding
            assert_numbers_have_no_gaps()


def assert_numbers_have_no_gaps():
    count = SUB.num_staking_coldkeys.get()
    listed = [SUB.staking_coldkeys_by_index[U64(n)] for n in range(count)]
    assert [SUB.staking_coldkeys[each] for each in listed] == list(range(count))
    assert len(list(SUB.staking_coldkeys.keys())) == count
    assert all(coldkeys.has_stake_on_root(SUB, each) for each in listed)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 50), st.integers(1, 10**6))
def test_those_drawn_are_there(seed, draws, count):
    found = claiming.drawn(Hash(seed), draws, count)
    assert found == sorted(set(found))
    assert len(found) <= draws
    assert all(0 <= number < count for number in found)
