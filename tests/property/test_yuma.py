"""Laws of the epoch: the fast way is the defined one, and nothing is made of nothing."""

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pysubtensor.frame import transcendental
from pysubtensor.frame.fixed_point import I32F32
from pysubtensor.pallets.subtensor.yuma import arrays, dense, rows
from pysubtensor.pallets.subtensor.yuma.definition import epoch_steps
from pysubtensor.pallets.subtensor.yuma.epoch import defined_epoch, epoch
from pysubtensor.pallets.subtensor.yuma.inputs import EpochInput, stored_row
from pysubtensor.pallets.subtensor.yuma.liquid import Sigmoid
from pysubtensor.pallets.subtensor.yuma.stakes import stakes
from pysubtensor.pallets.subtensor.yuma.vectors import ONE, normalize

BLOCK = 1000
U16 = st.sampled_from([0, 1, 2, 30000, 32767, 32768, 65534, 65535]) | st.integers(0, 65535)
RAO = st.sampled_from([0, 1, 10**9, 10**15, 2**63 - 1, 2**64 - 1]) | st.integers(0, 10**13)
BLOCKS = st.sampled_from([0, BLOCK - 100, BLOCK - 99, BLOCK - 1, BLOCK])
PROPORTIONS = st.sampled_from([0, 1, 2, ONE // 2, ONE - 1, ONE]) | st.integers(0, ONE)


def vector(values, n):
    return st.lists(values, min_size=n, max_size=n)


def matrices(n, *, columns=0, repeated=False):
    """Stored rows: of any order, up to `columns` beyond the last, some with columns `repeated`."""
    column = st.integers(0, n - 1 + columns)
    unique = None if repeated else (lambda pair: pair[0])
    row = st.lists(st.tuples(column, U16), max_size=n + 2, unique_by=unique)
    ascending = row.map(sorted)
    full = vector(U16, n).map(lambda values: list(enumerate(values)))
    return st.dictionaries(
        st.integers(0, n - 1), (full | ascending | row).map(stored_row), max_size=n
    )


@st.composite
def subnets(draw, *, strange=False, largest=9):
    n = draw(st.integers(1, largest))
    extra = {"columns": 2, "repeated": True} if strange and draw(st.booleans()) else {}
    rao = RAO if strange else st.integers(0, 10**15)
    committed = st.none() | vector(BLOCKS | st.just(2**64 - 1), n)
    return EpochInput(
        n=n,
        block=BLOCK,
        emission=draw(RAO),
        alpha_stake=draw(vector(rao | st.just(0), n)),
        tao_stake=draw(vector(rao | st.just(0), n)),
        registered_at=draw(vector(st.just(0) | BLOCKS, n)),
        last_update=draw(vector(st.just(BLOCK) | BLOCKS, n)),
        validator_permit=draw(vector(st.just(True) | st.booleans(), n)),
        weights=draw(matrices(n, columns=extra.get("columns", 1), repeated="repeated" in extra)),
        bonds=draw(matrices(n, **extra)),
        oldest_commit=draw(committed),
        owner_uid=draw(st.none() | st.integers(0, n)),
        last_step_block=draw(st.sampled_from([0, BLOCK - 100])),
        tempo=draw(st.sampled_from([0, 100])),
        activity_cutoff_factor=draw(st.sampled_from([0, 990, 1000, 20_000])),
        stake_threshold=draw(st.sampled_from([0, 0, 1000])),
        tao_weight=draw(st.sampled_from([0, 3320413933267719290, 2**64 - 1])),
        kappa=draw(st.just(32767) | U16),
        max_validators=draw(st.integers(0, n + 1)),
        bonds_moving_average=draw(
            st.sampled_from([0, 900_000, 975_000, 1_000_000] + [1_000_001, 5_000_000] * strange)
        ),
        bonds_penalty=draw(U16),
        yuma3=draw(st.booleans()),
        liquid_alpha=draw(st.booleans()),
        alpha_low=draw(U16),
        alpha_high=draw(U16),
        alpha_sigmoid_steepness=draw(st.sampled_from([-32768, -1, 0, 1, 1000, 32767])),
    )


def listed(value):
    """Comparable: matrices as rows, arrays as lists."""
    if isinstance(value, dense.Matrix):
        return value.rows()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [listed(each) for each in value] if isinstance(value, list) else value


def steps(found):
    named = {**vars(found), **vars(found.bonding)}
    return {name: listed(value) for name, value in named.items() if name != "bonding"}


def stored(output):
    return {name: listed(value) for name, value in vars(output).items()}


@given(subnets())
def test_each_fast_step_is_the_defined_one(subnet):
    staked = stakes(subnet)
    fast = dense.epoch_steps(subnet, staked)
    assert fast is not None
    assert steps(fast) == steps(epoch_steps(subnet, staked))


@given(subnets(strange=True))
def test_any_epoch_is_the_defined_one(subnet):
    event(f"ordinary: {dense.epoch_steps(subnet, stakes(subnet)) is not None}")
    assert stored(epoch(subnet).output) == stored(defined_epoch(subnet).output)


@settings(max_examples=40)
@given(subnets())
def test_no_more_is_paid_than_emitted(subnet):
    output = epoch(subnet).output
    assert sum(output.server_emission) + sum(output.validator_emission) <= subnet.emission
    assert sum(output.emission) <= subnet.emission


@settings(max_examples=40)
@given(subnets())
def test_only_permitted_validators_keep_bonds_and_few_have_permits(subnet):
    output = epoch(subnet).output
    permits = output.new_validator_permit
    assert all(permit or not len(row) for row, permit in zip(output.bonds, permits, strict=True))
    assert sum(permits) <= subnet.max_validators + 1


@given(st.lists(st.tuples(PROPORTIONS, PROPORTIONS), min_size=1, max_size=20))
def test_products_and_quotients_of_arrays(pairs):
    a, b = (arrays.fixed(list(each)) for each in zip(*pairs, strict=True))
    low, high = np.minimum(a, b), np.maximum(a, b)
    assert arrays.multiply(a, b).tolist() == [x * y >> 32 for x, y in pairs]
    expected = [(min(pair) << 32) // max(pair) if max(pair) else 0 for pair in pairs]
    assert arrays.divide(low, high).tolist() == expected


@given(st.lists(st.integers(2, 2**64 - 1), min_size=1, max_size=20))
def test_reciprocals(values):
    assert arrays.reciprocal(arrays.fixed(values)).tolist() == [2**64 // each for each in values]


@given(st.lists(st.integers(0, 20 * ONE).filter(lambda x: x != ONE), min_size=1, max_size=5))
def test_exponentials_of_arrays(values):
    expected = [transcendental.exp(I32F32, each) for each in values]
    assert arrays.exp(arrays.fixed(values)).tolist() == expected


@given(
    st.integers(-327 * ONE, 327 * ONE), PROPORTIONS, PROPORTIONS, st.lists(PROPORTIONS, min_size=1)
)
def test_alphas_of_arrays(slope, low, high, differences):
    curve = Sigmoid(low, high, slope)
    expected = [curve.alpha(each) for each in differences]
    assert curve.alphas(arrays.fixed(differences)).tolist() == expected


@given(st.data(), st.integers(1, 12))
def test_the_median_is_the_lowest_value_that_the_majority_does_not_exceed(data, voters):
    stake = normalize(data.draw(vector(st.integers(1, 100), voters)))
    scores = data.draw(vector(st.integers(0, 5), voters))
    majority = data.draw(PROPORTIONS)
    votes = normalize(stake)
    minority = sum(votes) - majority
    pairs = list(zip(votes, scores, strict=True))
    beyond = [
        score for score in sorted(scores) if sum(v for v, s in pairs if s <= score) > minority
    ]
    expected = beyond[0] if beyond else max(scores)
    found = rows.column_medians(stake, [[(0, score)] for score in scores], 1, majority)
    assert found == [expected]
