import pytest

from pysubtensor.frame.fixed_point import I32F32, I64F64, U64F64, U96F32
from pysubtensor.frame.transcendental import E, checked_pow, checked_sqrt, exp, ln, log2, pow_, sqrt

ONE = I32F32.one


def test_products_round_down_and_quotients_toward_zero():
    assert I32F32.saturating_mul(-1, 1) == -1
    assert I32F32.saturating_div(-1, 3 * ONE) == 0
    assert I32F32.saturating_div(-ONE, 3 * ONE) == -(ONE // 3)


def test_beyond_the_range():
    most = I32F32.highest
    assert I32F32.saturating_add(most, 1) == most
    assert I32F32.wrapping_add(most, 1) == I32F32.lowest
    assert I32F32.checked_add(most, 1) is None
    assert U64F64.saturating_sub(0, 1) == 0
    assert U64F64.checked_sub(0, 1) is None
    assert I32F32.sum([most, most]) == -2


def test_a_safe_quotient_is_zero_where_there_is_none():
    assert I32F32.safe_div(ONE, 0) == 0
    assert I32F32.safe_div(I32F32.highest, 1) == 0
    assert I32F32.saturating_div(I32F32.highest, 1) == I32F32.highest
    with pytest.raises(ZeroDivisionError):
        I32F32.saturating_div(ONE, 0)


def test_halves_round_away_from_zero():
    half = ONE // 2
    assert I32F32.checked_round(half) == ONE
    assert I32F32.checked_round(-half) == -ONE
    assert I32F32.checked_floor(-1) == -ONE
    assert I32F32.checked_round(I32F32.highest) is None


def test_the_part_above_the_integer_below():
    assert I32F32.frac(-1) == ONE - 1


def test_conversion_rounds_down_and_saturates():
    assert I32F32.convert(-1, I64F64) == -1
    assert U96F32.convert(-1, I32F32) == 0
    assert I32F32.convert(U64F64.highest, U64F64) == I32F32.highest
    assert I32F32.to_uint(-ONE, 64) == 0
    assert I32F32.to_uint(70000 * ONE, 16) == 65535


@pytest.mark.parametrize(
    ("pattern", "raw"),
    [
        (0x3FF0000000000000, ONE),  # 1.0
        (0xBFF0000000000000, -ONE),
        (0x0000000000000001, 0),  # the least
        (0x3DE0000000000000, 0),  # half of the least bit: to even
        (0x3DF8000000000000, 2),  # one and a half
        (0x7FEFFFFFFFFFFFFF, I32F32.highest),
    ],
)
def test_doubles_by_their_bits(pattern, raw):
    assert I32F32.from_f64_bits(pattern) == raw


@pytest.mark.parametrize(
    ("raw", "text"),
    [(0, "0"), (ONE, "1"), (-ONE // 2, "-0.5"), (1, "0.0000000002"), (ONE // 3, "0.3333333333")],
)
def test_text(raw, text):
    assert I32F32.to_text(raw) == text


def test_one_has_an_exponential_of_its_own():
    assert exp(I32F32, 0) == ONE
    assert exp(I32F32, ONE) == E << 9
    assert exp(I32F32, ONE + 1) - exp(I32F32, ONE) > 10
    assert exp(I32F32, 25 * ONE) is None
    assert exp(I32F32, -20 * ONE) == 8


def test_logarithms():
    assert log2(I32F32, 8 * ONE) == 3 * ONE
    assert log2(I32F32, ONE // 4) == -2 * ONE
    assert log2(I32F32, 0) is None
    assert log2(I32F32, 1) is None  # its inverse is beyond the range
    assert ln(I32F32, -ONE) is None


def test_roots():
    assert sqrt(I32F32, 4 * ONE) == 2 * ONE
    assert sqrt(I32F32, ONE // 4) == ONE // 2
    assert sqrt(I32F32, -1) is None
    assert sqrt(I32F32, 1) is None
    assert checked_sqrt(I32F32, -1, 1) is None
    assert abs(checked_sqrt(I32F32, 9 * ONE, 4) - 3 * ONE) <= 4


def test_powers():
    assert pow_(I32F32, 0, -ONE) == 0
    assert pow_(I32F32, 5 * ONE, 0) == ONE
    assert pow_(I32F32, 5 * ONE, ONE) == 5 * ONE
    assert pow_(I32F32, -ONE, 2 * ONE) is None
    assert pow_(I32F32, 2 * ONE, 100 * ONE) is None
    assert checked_pow(I32F32, 2 * ONE, -2) == ONE // 4
    assert checked_pow(I32F32, 0, -1) is None
    assert checked_pow(I32F32, 3 * ONE, 40) == I32F32.highest
