"""Fixed-point arithmetic gives the chain's bits."""

import pytest

from pysubtensor.frame import fixed_point as fixed
from pysubtensor.frame import transcendental
from pysubtensor.frame.fixed_point import I32F32, U64F64
from tests.vectors.records import records

FORMATS = {
    name: getattr(fixed, name) for name in ("I32F32", "I64F64", "I96F32", "U64F64", "U96F32")
}
SECTIONS = {
    "core", "seed", "spec_version", "arith", "convert", "from_f64", "transcendental", "pow",
    "epoch_scalar", "epoch_helpers",
}  # fmt: skip

EPSILON = (1 << 64) // 1000


def number(recorded):
    """Raw bits as recorded; None, and a truth value, as they are."""
    return int(recorded) if isinstance(recorded, str) else recorded


def arithmetic(form, a, b):
    """The recorded columns, computed."""
    return {
        "a": a,
        "b": b,
        "saturating_add": form.saturating_add(a, b),
        "saturating_sub": form.saturating_sub(a, b),
        "saturating_mul": form.saturating_mul(a, b),
        "checked_mul": form.checked_mul(a, b),
        "checked_div": form.checked_div(a, b),
        "safe_div": form.safe_div(a, b),
        "saturating_div": form.saturating_div(a, b) if b else None,
        "wrapping_add": form.wrapping_add(a, b),
        "a_to_u64_saturating": form.to_uint(a, 64),
        "a_to_u16_saturating": form.to_uint(a, 16),
        "a_checked_floor": form.checked_floor(a),
        "a_checked_round": form.checked_round(a),
        "a_frac": form.frac(a),
        "a_lt_b": a < b,
    }


def test_every_section_is_read():
    assert set(records("fixed")) <= SECTIONS
    assert set(records("fixed")["arith"]) | set(records("fixed")["convert"]) <= set(FORMATS)


@pytest.mark.parametrize("name", records("fixed")["arith"])
def test_arithmetic(name):
    table = records("fixed")["arith"][name]
    for row in table["rows"]:
        expected = dict(zip(table["columns"], map(number, row), strict=True))
        assert arithmetic(FORMATS[name], expected["a"], expected["b"]) == expected


@pytest.mark.parametrize("name", records("fixed")["convert"])
def test_conversion(name):
    source = FORMATS[name]
    for case in records("fixed")["convert"][name]:
        bits = int(case["bits"])
        found = {other: str(form.convert(bits, source)) for other, form in FORMATS.items()}
        assert found | {"bits": str(bits), "display": source.to_text(bits)} == case


def test_doubles():
    for case in records("fixed")["from_f64"]:
        bits = int(case["f64_bits"])
        found = {name: str(form.from_f64_bits(bits)) for name, form in FORMATS.items()}
        assert case | found == case


@pytest.mark.parametrize("name", records("fixed")["transcendental"])
def test_transcendentals(name):
    form = FORMATS[name]
    for case in records("fixed")["transcendental"][name]:
        x = int(case["x"])
        for function in set(case) - {"x"}:
            assert getattr(transcendental, function)(form, x) == number(case[function]), case


def flow_power(x, exponent):
    """A power as subnet flows take it: through I32F32, at its maximum where it does not fit."""
    logarithm = transcendental.ln(I32F32, I32F32.convert(x, U64F64))
    if logarithm is None:
        return 0
    product = I32F32.saturating_mul(I32F32.convert(exponent, U64F64), logarithm)
    found = transcendental.exp(I32F32, product)
    return U64F64.convert(I32F32.from_int(2**31 - 1) if found is None else found, I32F32)


def test_powers_and_roots():
    for case in records("fixed")["pow"]:
        given = {name: number(value) for name, value in case.items()}
        base, x, times = given["base"], given["u64f64"], given["int_exp"]
        found = {
            "pow_i32f32": transcendental.pow_(I32F32, base, given["exp"]),
            "checked_pow_i32f32": transcendental.checked_pow(I32F32, base, times),
            "checked_pow_u64f64": transcendental.checked_pow(U64F64, x, times),
            "checked_sqrt_u64f64_eps_milli": transcendental.checked_sqrt(U64F64, x, EPSILON),
            "safe_pow_u64f64": flow_power(x, given["safe_pow_exponent_u64f64"]),
        }
        inputs = {"base", "exp", "int_exp", "u64f64", "safe_pow_exponent_u64f64"}
        assert found == {name: given[name] for name in set(given) - inputs}, case
