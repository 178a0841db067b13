"""Numbers that are stored otherwise than as plain integers.

A fixed-point number is stored as its raw bits, the number times 2**(fraction bits); the objects of
the same name in `pysubtensor.frame.fixed_point` compute on raw bits.
"""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import Fraction, Named, Wire
from pysubtensor.frame.primitives import I64, I128, U8, U128

RawI32F32 = Annotated[I64, Fraction(32), Named("I32F32")]
RawI64F64 = Annotated[I128, Fraction(64), Named("I64F64")]
RawI96F32 = Annotated[I128, Fraction(32), Named("I96F32")]
RawU64F64 = Annotated[U128, Fraction(64), Named("U64F64")]
RawU96F32 = Annotated[U128, Fraction(32), Named("U96F32")]

Percent = Annotated[U8, Wire("sp_arithmetic::per_things::Percent", type_name="Percent")]
"""Parts of a hundred."""
