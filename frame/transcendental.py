"""Roots, logarithms, exponentials and powers of fixed-point numbers, with the chain's own errors.

None of these is correctly rounded: each follows the chain's series step by step, constants of 23
fractional bits included, since what they get wrong is part of the result.  A result of None is the
chain's error: an argument outside the domain, or a step beyond the range.
"""

from __future__ import annotations

from pysubtensor.frame.fixed_point import FixedPoint

CONSTANT_BITS = 23
LOG2_E = 12102203
"""log2(e), rounded down to CONSTANT_BITS."""
E = 22802600
"""e, rounded down to CONSTANT_BITS."""

SQRT_STEPS = 128


def exp(form: FixedPoint, x: int) -> int | None:
    """e**x by its Taylor series; None beyond the range."""
    if x == 0:
        return form.one
    if x == form.one:  # -1 takes the series
        return E << (form.fraction - CONSTANT_BITS)
    result = _series(form, form.wrap(abs(x)))
    return form.checked_div(form.one, result) if result is not None and x < 0 else result


def _series(form: FixedPoint, x: int) -> int | None:
    result, term = form.wrap(x + form.one), x
    for i in range(2, form.fraction):
        product = form.checked_mul(term, x)
        if product is None:
            return None
        term = product // i
        result += term
        if result > form.highest:
            return None
    return result


def log2(form: FixedPoint, x: int) -> int | None:
    """The logarithm to base 2, one bit a squaring; None unless x > 0 and 1/x is in range."""
    if x <= 0:
        return None
    if x >= form.one:
        return _log2_above_one(form, x)
    inverse = form.checked_div(form.one, x)
    return None if inverse is None else -_log2_above_one(form, inverse)


def _log2_above_one(form: FixedPoint, x: int) -> int:
    whole = 0
    while x >= 2 * form.one:
        whole += 1
        x = _halve(x)
    if x == form.one:
        return form.wrap(whole << form.fraction)
    result = whole
    for _ in range(form.fraction):
        x = (x * x) >> form.fraction
        result <<= 1
        if x >= 2 * form.one:
            result |= 1
            x = _halve(x)
    return form.wrap(result)


def _halve(raw: int) -> int:
    return (raw >> 1) + (raw & 1)


def ln(form: FixedPoint, x: int) -> int | None:
    """The natural logarithm, good to about seven digits; None as `log2`."""
    found = log2(form, x)
    if found is None:
        return None
    return form.wrapping_div(found, LOG2_E << (form.fraction - CONSTANT_BITS))


def sqrt(form: FixedPoint, x: int) -> int | None:
    """The root by Newton's steps, of 1/x where x < 1; None where x < 0 or 1/x is out of range."""
    if x < 0:
        return None
    if x in {0, form.one}:
        return x
    operand = form.checked_div(form.one, x) if x < form.one else x
    if operand is None:
        return None
    two = 2 * form.one
    root = form.wrap(form.wrapping_div(operand, two) + form.one)
    for _ in range(form.fraction):
        root = form.wrapping_div(form.wrapping_add(root, form.wrapping_div(operand, root)), two)
    return form.checked_div(form.one, root) if x < form.one else root


def pow_(form: FixedPoint, x: int, exponent: int) -> int | None:
    """x**exponent as exp(exponent * ln(x)); None where a step is."""
    if x == 0:
        return 0
    if exponent == 0:
        return form.one
    if exponent == form.one:
        return x
    logarithm = ln(form, x)
    if logarithm is None:
        return None
    product = form.checked_mul(logarithm, exponent)
    return None if product is None else exp(form, product)


def checked_pow(form: FixedPoint, x: int, exponent: int) -> int | None:
    """The power with an integer, by squaring and saturating; None for 0 to a negative power."""
    if exponent == 0:
        return form.one
    if x == 0:
        return None if exponent < 0 else 0
    result, left = form.one, abs(exponent)
    while left:
        if left & 1:
            result = form.saturating_mul(result, x)
        x = form.saturating_mul(x, x)
        left >>= 1
    return form.safe_div(form.one, result) if exponent < 0 else result


def checked_sqrt(form: FixedPoint, x: int, epsilon: int) -> int | None:
    """The root by halving an interval until x/m is within `epsilon` of m; None where x < 0."""
    if x < 0:
        return None
    low, high = (0, x) if x > form.one else (x, form.one)
    two = 2 * form.one
    middle = form.safe_div(form.saturating_add(high, low), two)
    other = form.safe_div(x, middle)
    for _ in range(SQRT_STEPS + 1):
        if form.saturate(abs(other - middle)) <= epsilon:
            break
        if other < middle:
            high = middle
        else:
            low = middle
        middle = form.safe_div(form.saturating_add(high, low), two)
        other = form.safe_div(x, middle)
    return middle
