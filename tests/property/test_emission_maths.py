"""Laws of emission: it halves when it should, and nothing is handed out twice."""

from hypothesis import given
from hypothesis import strategies as st

from consensus.yuma.fixed import U64F64, U96F32
from pallets.subtensor.coinbase import issuance, payout, shares, terms
from pallets.subtensor.coinbase.injection import hand_out, inject
from pallets.subtensor.coinbase.schedule import Schedule, Slot, slots, step
from pallets.subtensor.staking.reserves import Reserves

RAO = st.integers(0, 21 * 10**15)
U16 = st.integers(0, 65_535)
U64 = st.integers(0, 2**64 - 1)
PARTS = st.integers(0, U96F32.one)
RESERVES = st.builds(Reserves, RAO, RAO, RAO, st.just(0))


def test_emission_halves_at_each_threshold():
    for k in range(1, 31):
        threshold = issuance.SUPPLY - issuance.SUPPLY // 2**k
        assert issuance.block_emission(threshold) == 10**9 >> k
        assert issuance.block_emission(threshold - 1) == 10**9 >> (k - 1)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_emission_only_falls(a, b):
    assert issuance.block_emission(max(a, b)) <= issuance.block_emission(min(a, b))


@given(st.integers(0, 2**64 - 1))
def test_no_more_than_the_supply_is_minted(issued):
    minted = issuance.mintable(issuance.block_emission(issued), issued)
    assert minted == 0 or issued + minted <= issuance.SUPPLY


SUBNETS = st.lists(
    st.tuples(st.integers(0, 3 * U64F64.one), PARTS, st.booleans()), min_size=1, max_size=40
)


@given(SUBNETS, st.integers(0, 10**9))
def test_subnets_share_at_most_the_block(subnets, emission):
    averages, withheld, enabled = map(list, zip(*subnets, strict=True))
    parts = shares.shares(averages, withheld)
    assert sum(parts) <= U64F64.one
    found = shares.emissions(parts, enabled, emission)
    assert sum(found) <= U96F32.from_int(emission)
    assert all(on or not each for each, on in zip(found, enabled, strict=True))


@given(st.integers(0, U96F32.from_int(10**9)), st.integers(0, 2**100), PARTS)
def test_terms_spend_the_emission(emission, price, root_part):
    found = terms.terms(emission, price, root_part, 10**9)
    assert found.tao_in + found.excess_tao == emission
    assert found.alpha_in <= U96F32.saturating_mul(root_part, U96F32.from_int(10**9))


@given(st.integers(0, 10**9), U16, PARTS)
def test_alpha_is_split_once(alpha, cut, root_part):
    split = terms.split_alpha(alpha, cut, root_part)
    assert alpha - 4 < sum(split) <= alpha


class Refusing:
    """A pool that takes the amounts to be added and sells nothing."""

    def accept(self, reserves, tao, alpha):
        return tao, alpha

    def buy(self, reserves, tao):
        return None


@given(RESERVES, st.tuples(*[st.integers(0, U96F32.from_int(10**9))] * 4), st.integers(0, 10**9))
def test_injection_stays_within_the_credit(reserves, amounts, credit):
    done = inject(reserves, terms.Terms(*amounts), credit, Refusing())
    assert done.spent <= credit
    assert done.reserves.tao == reserves.tao + done.tao_in
    assert done.reserves.alpha_in == reserves.alpha_in + done.alpha_in
    assert done.staked == done.tao_in


@given(RESERVES, U16, st.tuples(RAO, PARTS), st.booleans())
def test_handing_out_creates_what_it_hands_out(reserves, cut, root, root_sells):
    done = hand_out(reserves, 10**9, cut, root, root_sells=root_sells)
    assert done.reserves.alpha_out == reserves.alpha_out + 10**9 - done.recycled
    assert sum(done.split) + done.recycled <= 10**9
    assert root_sells or done.split.root == 0


STAKES = st.builds(payout.Stake, RAO, RAO)
PARENTS = st.lists(
    st.builds(payout.Parent, st.integers(1, 9), st.integers(0, 2), U64, STAKES), max_size=5
)
RATES = st.builds(payout.Rates, PARTS, st.integers(0, U96F32.one // 2))


@given(RAO, U16, RAO, PARENTS, RATES)
def test_a_family_shares_at_most_the_dividends(dividends, take, own, parents, rates):
    child = payout.Child(0, 0, take // 2)
    found = payout.share_with_parents(dividends, child, own, parents, rates)
    assert sum(amount for _, amount in found.paid) + sum(found.burnt) <= dividends
    assert [key for key, _ in found.paid] == [*(p.key for p in parents), 0]


@given(RAO, RAO, PARTS, st.dictionaries(st.integers(0, 50), st.tuples(STAKES, PARTS), max_size=20))
def test_what_is_divided_was_pending(pending, pending_root, weight, hotkeys):
    stakes = {key: stake for key, (stake, _) in hotkeys.items()}
    dividends = {key: dividend for key, (_, dividend) in hotkeys.items()}
    found = payout.divide(pending, pending_root, weight, stakes, dividends)
    assert sum(found.alpha.values()) <= U96F32.from_int(pending)
    assert sum(found.root.values()) <= U96F32.from_int(pending_root)
    assert list(found.alpha) == list(found.root) == sorted(hotkeys)


SCHEDULES = st.lists(
    st.tuples(
        st.builds(
            Schedule,
            st.integers(0, 400),
            st.integers(0, 1_000),
            st.integers(0, 1_200),
            st.integers(0, 60_000),
            st.integers(0, 9),
        ),
        st.booleans(),
    ),
    max_size=12,
)


@given(SCHEDULES, st.integers(0, 1_500), st.integers(0, 4))
def test_slots_are_given_out_in_order(schedules, block, most):
    found = slots(schedules, block, most)
    assert found.count(Slot.RUNS) <= most
    last = max((i for i, slot in enumerate(found) if slot is Slot.RUNS), default=-1)
    assert Slot.DEFERRED not in found[: last + 1]
    for slot, after in step(schedules, block, most):
        assert slot is not Slot.DEFERRED or after.due(block + 1)
        assert slot is not Slot.RUNS or after.next_start() == block + after.tempo
