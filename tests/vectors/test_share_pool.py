"""Shares and their floats come out as the chain's, to the last digit."""

from pysubtensor.pallets.subtensor.share_pool import ZERO, SafeFloat, SharePool
from tests.vectors.records import records


def shown(number):
    """A float as it is recorded."""
    return None if number is None else {"m": str(number.mantissa), "e": number.exponent}


SECTIONS = {
    "core",
    "conversions",
    "floats",
    "new",
    "pools",
}


def test_every_section_is_read():
    assert set(records("share_pool")) == SECTIONS


def test_floats_are_made():
    for case in records("share_pool")["new"]:
        assert shown(SafeFloat.of(int(case["m"]), case["e"])) == case["out"], case


def test_other_numbers_become_floats():
    for case in records("share_pool")["conversions"]:
        if "u64" in case:
            found = SafeFloat.whole(case["u64"])
        else:
            found = SafeFloat.from_u64f64(int(case["u64f64_bits"]))
        assert shown(found) == case["out"], case


def test_float_arithmetic():
    for case in records("share_pool")["floats"]:
        a, b, c = (SafeFloat.of(int(m), e) for m, e in (case["a"], case["b"], case["c"]))
        found = {
            "a": shown(a),
            "b": shown(b),
            "c": shown(c),
            "a_to_u64": a.to_u64(),
            "add": shown(a.plus(b)),
            "sub": shown(a.minus(b)),
            "div": shown(a.div(b)),
            "mul_div": shown(a.mul_div(b, c)),
            "gt": a.exceeds(b),
        }
        assert found == case["out"], case


def test_pools():
    for sequence in records("share_pool")["pools"]:
        pool, shares = SharePool(), [None] * sequence["keys"]
        for step in sequence["steps"]:
            amount, key = step["amount"], step["key"]
            assert pool.would_change(amount) == step["sim"], step
            if step["op"] == "update_value_for_all":
                pool = pool.update_all(amount)
            else:
                pool, shares[key] = pool.update_share(shares[key] or ZERO, amount)
            assert pool.value == step["shared_value"], step
            assert shown(pool.denominator) == step["denominator"], step
            assert [shown(share) for share in shares] == step["shares"], step
            assert [pool.value_of(share or ZERO) for share in shares] == step["values"], step
