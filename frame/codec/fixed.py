"""The types of `substrate_fixed` numbers, whose fraction bits are a type-level numeral.

Metadata shows a numeral as a chain of bits, `UInt<UInt<UTerm, B1>, B0>` for 2; here it is named
`U2`, as in Rust.
"""

from __future__ import annotations

from functools import cache

from pysubtensor.frame.codec.records import Composite, Field, Transparent
from pysubtensor.frame.codec.scale import Codec, Integer

_CRATE = "substrate_typenum"


def fixed_point(raw: Integer, fraction_bits: int) -> Codec:
    """`FixedU128<U64>` and its like: a value is the integer `raw` that holds the number's bits."""
    path = f"substrate_fixed::Fixed{raw.name.upper()}"
    params = (("Frac", numeral(fraction_bits)),)
    return Transparent(path, params, raw, "bits", raw.name)


@cache
def numeral(number: int) -> Codec:
    """The type that stands for `number`; it takes no bytes."""
    if number == 0:
        return _empty(f"{_CRATE}::uint::UTerm", "U0")
    high = numeral(number >> 1)
    low = _empty(f"{_CRATE}::bit::B{number & 1}")
    codec = Composite(f"{_CRATE}::uint::UInt", (("U", high), ("B", low)), tuple, ("msb", "lsb"))
    codec.fill((Field("msb", high, "U"), Field("lsb", low, "B")))
    codec.name = f"U{number}"
    return codec


def _empty(path: str, name: str | None = None) -> Codec:
    codec = Composite(path, (), tuple, ())
    codec.fill(())
    codec.name = name or path
    return codec
