"""Laws of emission: it halves when it should, and nothing is handed out twice."""

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.fixed_point import U64F64, U96F32
from pysubtensor.pallets.subtensor import issuance
from pysubtensor.pallets.subtensor.coinbase import shares
from pysubtensor.pallets.subtensor.coinbase.dividends import (
    Child,
    NetworkRates,
    Parent,
    split_dividends,
    split_with_parents,
)
from pysubtensor.pallets.subtensor.coinbase.owner_cut import split_alpha
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import subnet_emission
from pysubtensor.pallets.subtensor.pools import stake_weight

RAO = st.integers(0, 21 * 10**15)
U16 = st.integers(0, 65_535)
U64 = st.integers(0, 2**64 - 1)
PARTS = st.integers(0, U96F32.one)


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
    found = shares.subnet_block_emissions(parts, enabled, emission)
    assert sum(found) <= U96F32.from_int(emission)
    assert all(on or not each for each, on in zip(found, enabled, strict=True))


@given(st.integers(0, U96F32.from_int(10**9)), st.integers(0, 2**100), PARTS)
def test_all_of_the_emission_is_spent(emission, price, root_part):
    found = subnet_emission(emission, price, root_part, 10**9)
    assert found.tao_in + found.excess_tao == emission
    assert found.alpha_in <= U96F32.saturating_mul(root_part, U96F32.from_int(10**9))


@given(st.integers(0, 10**9), U16, PARTS)
def test_alpha_is_split_once(alpha, cut, root_part):
    split = split_alpha(alpha, cut, root_part)
    assert alpha - 4 < sum(split) <= alpha


STAKES = st.builds(stake_weight.StakePair, RAO, RAO)
PARENTS = st.lists(st.builds(Parent, st.integers(1, 9), st.integers(0, 2), U64, STAKES), max_size=5)
RATES = st.builds(NetworkRates, PARTS, st.integers(0, U96F32.one // 2))


@given(RAO, U16, RAO, PARENTS, RATES)
def test_a_family_shares_at_most_the_dividends(dividends, take, own, parents, rates):
    child = Child(0, 0, take // 2)
    found = split_with_parents(dividends, child, own, parents, rates)
    assert sum(amount for _, amount in found.paid) + sum(found.burnt) <= dividends
    assert [key for key, _ in found.paid] == [*(p.key for p in parents), 0]


@given(RAO, RAO, PARTS, st.dictionaries(st.integers(0, 50), st.tuples(STAKES, PARTS), max_size=20))
def test_what_is_divided_was_pending(pending, pending_root, weight, hotkeys):
    stakes = {key: stake for key, (stake, _) in hotkeys.items()}
    earned = {key: dividend for key, (_, dividend) in hotkeys.items()}
    found = split_dividends(pending, pending_root, weight, stakes, earned)
    assert sum(found.alpha.values()) <= U96F32.from_int(pending)
    assert sum(found.root.values()) <= U96F32.from_int(pending_root)
    assert list(found.alpha) == list(found.root) == sorted(hotkeys)
