"""Types of the Balances pallet."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Annotated

from pysubtensor.frame.codec.resolve import Fixed, Named
from pysubtensor.frame.codec.struct import Struct, rust_enum
from pysubtensor.frame.interfaces.currency import Balance, RuntimeFreezeReason, RuntimeHoldReason
from pysubtensor.frame.primitives import Tao


@rust_enum("pallet_balances::types::AdjustmentDirection")
class AdjustmentDirection(IntEnum):
    """Which way the issuance is corrected."""

    INCREASE = 0
    DECREASE = 1


@rust_enum("pallet_balances::types::Reasons")
class Reasons(IntEnum):
    """What a lock stands in the way of; every lock stops every withdrawal nowadays."""

    FEE = 0
    MISC = 1
    ALL = 2

    def __or__(self, other: int) -> Reasons:
        return self if self == other else Reasons.ALL


class WithdrawReasons(IntFlag):
    """What pallets say money is withdrawn for."""

    TRANSACTION_PAYMENT = 1
    TRANSFER = 2
    RESERVE = 4
    FEE = 8
    TIP = 16

    def stored(self) -> Reasons:
        """How a lock remembers them."""
        if self == WithdrawReasons.TRANSACTION_PAYMENT:
            return Reasons.FEE
        if self & WithdrawReasons.TRANSACTION_PAYMENT:
            return Reasons.ALL
        return Reasons.MISC


class BalanceLock(Struct, path="pallet_balances::types::BalanceLock", params={"Balance": Tao}):
    """Money that may not leave, under the name of whoever locked it."""

    id: Annotated[bytes, Fixed(8), Named("LockIdentifier")]
    amount: Balance
    reasons: Annotated[Reasons, Named("Reasons")]


class ReserveData(
    Struct,
    path="pallet_balances::types::ReserveData",
    params={"ReserveIdentifier": Annotated[bytes, Fixed(8)], "Balance": Tao},
):
    """A reserve under a name."""

    id: Annotated[bytes, Fixed(8), Named("ReserveIdentifier")]
    amount: Balance


class HeldAmount(
    Struct,
    path="frame_support::traits::tokens::misc::IdAmount",
    params={"Id": RuntimeHoldReason, "Balance": Tao},
):
    """Money on hold for one reason."""

    id: Annotated[RuntimeHoldReason, Named("Id")]
    amount: Balance


class FrozenAmount(
    Struct,
    path="frame_support::traits::tokens::misc::IdAmount",
    params={"Id": RuntimeFreezeReason, "Balance": Tao},
):
    """Money frozen for one reason."""

    id: Annotated[RuntimeFreezeReason, Named("Id")]
    amount: Balance
