"""Laws of share pools: nobody is owed more than there is."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.pallets.subtensor.share_pool import ZERO, SafeFloat, SharePool

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
    pool, shares = SharePool(), [ZERO] * 4
    for what, holder, size in steps:
        if what == "spread":
            pool = pool.update_all(size)
        elif what == "give":
            pool, shares[holder] = pool.update_share(shares[holder], size)
        else:  # the chain takes no more than the holder has
            amount = int(pool.value_of(shares[holder]) * size)
            if amount:
                pool, shares[holder] = pool.update_share(shares[holder], -amount)
        worth = [pool.value_of(share) for share in shares]
        assert sum(worth) <= pool.value


@given(st.integers(1, 10**21), st.integers(1, 10**21), st.integers(-40, 40))
def test_floats_round_down(a, b, exponent):
    x, y = SafeFloat.of(a, exponent), SafeFloat.of(b)
    assert exact(x) == a * Fraction(10) ** exponent
    for found, wanted in (
        (x.plus(y), exact(x) + exact(y)),
        (x.div(y), exact(x) / exact(y)),
        (x.mul_div(y, y), exact(x)),
    ):
        assert exact(found) <= wanted
        assert wanted - exact(found) <= wanted / 10**19


@given(RAO)
def test_a_first_holder_has_all(amount):
    pool, share = SharePool().update_share(ZERO, amount)
    assert pool.value_of(share) == pool.value == amount
