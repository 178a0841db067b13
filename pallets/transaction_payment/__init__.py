"""TransactionPayment: what a transaction costs, and who pays and earns it."""

from pallets.transaction_payment.api import TransactionPaymentApi, TransactionPaymentCallApi
from pallets.transaction_payment.extension import ChargeTransactionPayment
from pallets.transaction_payment.pallet import AlphaFees, Config, TransactionPayment
from pallets.transaction_payment.types import FeeDetails, InclusionFee, RuntimeDispatchInfo

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
