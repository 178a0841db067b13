"""Saturating integers and proportions."""

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.arith import (
    PERQUINTILL,
    clamp,
    perthing,
    saturating_add,
    saturating_mul,
    saturating_sub,
)
from pysubtensor.frame.primitives import U64_MAX, U128_MAX

U64 = st.integers(0, U64_MAX)


@given(U64, U64)
def test_results_stop_at_the_ends_of_u64(a, b):
    assert saturating_add(a, b) == clamp(a + b)
    assert saturating_sub(a, b) == clamp(a - b)
    assert saturating_mul(a, b, U64_MAX) == clamp(a * b)


def test_other_ends_can_be_named():
    assert saturating_add(U128_MAX, 1, U128_MAX) == U128_MAX
    assert saturating_mul(U128_MAX, 2) == U128_MAX
    assert clamp(-5, -3, 3) == -3


@given(U64, U64)
def test_a_proportion_is_rounded_down_and_at_most_all(a, b):
    parts = perthing(a, b, PERQUINTILL)
    if a <= b > 0:
        assert parts * b <= a * PERQUINTILL < (parts + 1) * b
    else:
        assert parts == PERQUINTILL
