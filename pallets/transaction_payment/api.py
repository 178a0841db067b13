"""Runtime APIs that tell the fee of a transaction or of a call beforehand."""

from __future__ import annotations

from collections.abc import Callable

from pysubtensor.frame.call import Call
from pysubtensor.frame.extrinsic import Extrinsic, UncheckedExtrinsic
from pysubtensor.frame.interfaces.currency import tao
from pysubtensor.frame.primitives import U32, Tao
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.transaction_payment.pallet import TransactionPayment
from pysubtensor.pallets.transaction_payment.types import FeeDetails, RuntimeDispatchInfo


class TransactionPaymentApi(RuntimeApi, version=4):
    """Fees of whole extrinsics.  `decode` is the runtime's extrinsic decoder."""

    def __init__(self, payment: TransactionPayment, decode: Callable[[bytes], Extrinsic]) -> None:
        self._payment = payment
        self._decode = decode

    @view
    def query_info(self, uxt: UncheckedExtrinsic, len_: U32) -> RuntimeDispatchInfo:
        """Weight, class and fee without tip; bare extrinsics pay none."""
        extrinsic = self._decode(uxt)
        info = self._payment.env.dispatch_info(extrinsic.call)
        fee = tao(0) if extrinsic.is_bare else self._payment.compute_fee(len_, info, tao(0))
        return RuntimeDispatchInfo(info.total_weight, info.dispatch_class, fee)

    @view
    def query_fee_details(self, uxt: UncheckedExtrinsic, len_: U32) -> FeeDetails:
        """The fee in parts."""
        extrinsic = self._decode(uxt)
        if extrinsic.is_bare:
            return FeeDetails(None, tao(0))
        info = self._payment.env.dispatch_info(extrinsic.call)
        return self._payment.fee_details(len_, info, tao(0))

    @view
    def query_weight_to_fee(self, weight: Weight) -> Tao:
        """Rao for a weight."""
        return self._payment.weight_to_fee(weight)

    @view
    def query_length_to_fee(self, length: U32) -> Tao:
        """Rao for a length in bytes."""
        return self._payment.length_to_fee(length)


class TransactionPaymentCallApi(RuntimeApi, version=3):
    """Fees of calls, as if an account signed them."""

    def __init__(self, payment: TransactionPayment) -> None:
        self._payment = payment

    @view
    def query_call_info(self, call: Call, len_: U32) -> RuntimeDispatchInfo:
        """Weight, class and fee without tip."""
        info = self._payment.env.dispatch_info(call)
        fee = self._payment.compute_fee(len_, info, tao(0))
        return RuntimeDispatchInfo(info.total_weight, info.dispatch_class, fee)

    @view
    def query_call_fee_details(self, call: Call, len_: U32) -> FeeDetails:
        """The fee in parts."""
        info = self._payment.env.dispatch_info(call)
        return self._payment.fee_details(len_, info, tao(0))

    @view
    def query_weight_to_fee(self, weight: Weight) -> Tao:
        """Rao for a weight."""
        return self._payment.weight_to_fee(weight)

    @view
    def query_length_to_fee(self, length: U32) -> Tao:
        """Rao for a length in bytes."""
        return self._payment.length_to_fee(length)
