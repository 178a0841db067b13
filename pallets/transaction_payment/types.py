"""What a transaction costs, as the runtime APIs tell it.  Fees are in rao."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from pysubtensor.frame.codec.resolve import Named, Wire
from pysubtensor.frame.codec.struct import Struct, rust_enum
from pysubtensor.frame.interfaces.currency import Balance, tao
from pysubtensor.frame.primitives import U64_MAX, U128, Tao
from pysubtensor.frame.weights import DispatchClass, Weight

Multiplier = Annotated[U128, Wire("sp_arithmetic::fixed_point::FixedU128", type_name="Multiplier")]
"""A factor in units of 10**-18."""
ONE = U128(10**18)


@rust_enum("pallet_transaction_payment::Releases")
class Releases(IntEnum):
    """Layouts that the storage had."""

    V1_ANCIENT = 0
    V2 = 1


class InclusionFee(
    Struct, path="pallet_transaction_payment::types::InclusionFee", params={"Balance": Tao}
):
    """The parts of a fee: for any transaction, for its length, for its weight."""

    base_fee: Balance
    len_fee: Balance
    adjusted_weight_fee: Balance

    def total(self) -> int:
        """All parts together."""
        return self.base_fee + self.len_fee + self.adjusted_weight_fee


class FeeDetails(
    Struct, path="pallet_transaction_payment::types::FeeDetails", params={"Balance": Tao}
):
    """A fee in parts; None when the transaction pays none."""

    inclusion_fee: Annotated[InclusionFee | None, Named("Option<InclusionFee<Balance>>")]
    tip: Balance

    def final_fee(self) -> Tao:
        """Everything together, tip included."""
        fee = 0 if self.inclusion_fee is None else self.inclusion_fee.total()
        return tao(min(fee + self.tip, U64_MAX))


class RuntimeDispatchInfo(
    Struct,
    path="pallet_transaction_payment::types::RuntimeDispatchInfo",
    params={"Balance": Tao, "Weight": Weight},
):
    """A transaction before it runs: weight, class, and the fee without tip."""

    weight: Annotated[Weight, Named("Weight")]
    class_: Annotated[DispatchClass, Named("DispatchClass")]
    partial_fee: Balance
