"""ChargeTransactionPayment: takes the fee before a call and settles it afterwards."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from pysubtensor.frame.codec.resolve import COMPACT, Wire
from pysubtensor.frame.extensions import NOTHING, DispatchOutcome, Extension, Transaction
from pysubtensor.frame.primitives import U64, AccountId, Tao
from pysubtensor.frame.validity import ValidTransaction
from pysubtensor.frame.weights import ZERO, DispatchClass, Weight
from pysubtensor.pallets.transaction_payment.pallet import Paid, TransactionPayment

_NORMAL: Final = ValidTransaction(priority=U64(1))
_OPERATIONAL: Final = ValidTransaction(priority=U64(10_000_000_000))


class ChargeTransactionPayment(Extension):
    """Its explicit value is the tip in rao, which does not matter for the priority."""

    identifier = "ChargeTransactionPayment"
    extra: ClassVar[Any] = Annotated[
        Tao,
        COMPACT,
        Wire("pallet_transaction_payment::ChargeTransactionPayment", type_name="BalanceOf<T>"),
    ]
    wrapper: ClassVar[Any] = Annotated[
        extra,
        Wire(
            "node_subtensor_runtime::transaction_payment_wrapper::ChargeTransactionPaymentWrapper",
            field="inner",
            type_name="ChargeTransactionPayment<T>",
        ),
    ]

    def __init__(self, payment: TransactionPayment) -> None:
        self._payment = payment

    def validate(self, tx: Transaction, extra: Tao) -> ValidTransaction:
        """Errors: Payment."""
        if tx.who is None:
            return NOTHING
        payment = self._payment
        payer = payment.payer(tx.call, tx.who)
        fee = payment.compute_fee(tx.length, tx.info, extra)
        payment.can_withdraw_fee(payer, tx.call, fee)
        tx.notes[self.identifier] = (payer, fee)
        return _OPERATIONAL if tx.info.dispatch_class == DispatchClass.OPERATIONAL else _NORMAL

    def prepare(self, tx: Transaction, extra: Tao) -> tuple[AccountId, Paid, Tao] | None:
        """Charge what `validate` found.  Errors: Payment."""
        if tx.who is None:
            return None
        payer, fee = tx.notes[self.identifier]
        return payer, self._payment.withdraw_fee(payer, tx.call, fee), extra

    def post_dispatch(
        self, prepared: tuple[AccountId, Paid, Tao] | None, outcome: DispatchOutcome
    ) -> Weight:
        if prepared is not None:
            payer, paid, tip = prepared
            fee = self._payment.actual_fee(outcome.length, outcome.info, outcome.post, tip)
            self._payment.correct_and_deposit_fee(payer, paid, fee, tip)
        return ZERO
