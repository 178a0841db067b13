"""TransactionPayment: what a transaction costs, and who pays and earns it."""

from pysubtensor.pallets.transaction_payment.api import (
    TransactionPaymentApi,
    TransactionPaymentCallApi,
)
from pysubtensor.pallets.transaction_payment.extension import ChargeTransactionPayment
from pysubtensor.pallets.transaction_payment.pallet import AlphaFees, Config, TransactionPayment
from pysubtensor.pallets.transaction_payment.types import (
    FeeDetails,
    InclusionFee,
    RuntimeDispatchInfo,
)

__all__ = [
    "AlphaFees",
    "ChargeTransactionPayment",
    "Config",
    "FeeDetails",
    "InclusionFee",
    "RuntimeDispatchInfo",
    "TransactionPayment",
    "TransactionPaymentApi",
    "TransactionPaymentCallApi",
]
