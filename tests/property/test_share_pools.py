"""Laws of share pools: nobody is owed more than there is."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.pallets.subtensor.share_pool import ZERO, Pool, SafeFloat

RAO = st.integers(0, 21 * 10**15)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.integers(0, 3), RAO),
        st.tuples(st.just("take"), st.integers(0, 3), st.fractions(0, 1, max_denominator=50)),
        st.tuples(st.just("spread"), st.just(0), st.integers(0, 10**12)),
    ),
    max_size=20,
)


def exact(number):
    return Fraction(number.mantissa) * Fraction(10) ** number.exponent


@given(STEPS)
def test_holders_are_owed_no_more_than_the_pool(steps):
    pool, shares = Pool(), [ZERO] * 4
    for what, holder, size in steps:
        if what == "spread":
            pool = pool.spread(size)
        elif what == "give":
            pool, shares[holder] = pool.give(shares[holder], size)
        else:  # the chain takes no more than the holder has
            amount = int(pool.worth(shares[holder]) * size)
            if amount:
                pool, shares[holder] = pool.give(shares[holder], -amount)
        worth = [pool.worth(share) for share in shares]
        assert sum(worth) <= pool.value


@given(st.integers(1, 10**21), st.integers(1, 10**21), st.integers(-40, 40))
def test_floats_round_down(a, b, exponent):
    x, y = SafeFloat.of(a, exponent), SafeFloat.of(b)
    assert exact(x) == a * Fraction(10) ** exponent
    for found, wanted in (
        (x.add(y), exact(x) + exact(y)),
        (x.div(y), exact(x) / exact(y)),
        (x.mul_div(y, y), exact(x)),
    ):
        assert exact(found) <= wanted
        assert wanted - exact(found) <= wanted / 10**19


@given(RAO)
def test_a_first_holder_has_all(amount):
    pool, share = Pool().give(ZERO, amount)
    assert pool.worth(share) == pool.value == amount
