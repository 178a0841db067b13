"""TransactionPayment: the fee of a transaction and its way from the payer to the block's author.

    fee = base + length * 1 rao + multiplier * weight / 2000 + tip       (in rao)

The payer is charged before the call and refunded after it.  A payer without TAO may pay for some
calls in alpha.  Sources: pallet_transaction_payment, subtensor's pallets/transaction-fee.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.event import Event
from pysubtensor.frame.interfaces.currency import (
    Fortitude,
    Fungible,
    Precision,
    Preservation,
    WithdrawConsequence,
    tao,
)
from pysubtensor.frame.pallet import Environment, Pallet, constant
from pysubtensor.frame.primitives import U8, U64_MAX, U128, AccountId, BlockNumber, Tao
from pysubtensor.frame.storage import Value
from pysubtensor.frame.validity import InvalidTransaction, PaymentInvalid
from pysubtensor.frame.weights import DispatchClass, DispatchInfo, Pays, PostInfo, Weight
from pysubtensor.pallets.transaction_payment.payer import RealPaysFee, fee_payer
from pysubtensor.pallets.transaction_payment.types import (
    ONE,
    FeeDetails,
    InclusionFee,
    Multiplier,
    Releases,
)

WEIGHT_PARTS: Final = 500_000
"""Billionths of a rao that a picosecond costs."""
_BILLION: Final = 10**9


class ClassLimits(Protocol):
    """Limits of one dispatch class."""

    @property
    def base_extrinsic(self) -> Weight:
        """What any extrinsic costs beyond its call."""


class PerClassLimits(Protocol):
    """Limits of each dispatch class."""

    def of(self, dispatch_class: DispatchClass, /) -> ClassLimits:
        """Those of one class."""


class BlockLimits(Protocol):
    """The runtime's block weights, as far as fees need them."""

    @property
    def max_block(self) -> Weight:
        """The most that a block may weigh."""

    @property
    def per_class(self) -> PerClassLimits:
        """Limits by dispatch class."""


class AlphaFees(Protocol):
    """Pays the fees of some calls in the alpha of a subnet; SubtensorModule provides it."""

    def can_pay(self, who: AccountId, call: Call, fee: Tao) -> bool:
        """Whether there is alpha enough for `fee` rao, and the call may pay so."""

    def pay(self, who: AccountId, call: Call, fee: Tao) -> Event | None:
        """Sell alpha for `fee` rao; returns the event to emit in the end, None for other calls.

        Errors: TransactionValidityError.
        """


class NoAlphaFees:
    """Fees in TAO only."""

    def can_pay(self, who: AccountId, call: Call, fee: Tao) -> bool:
        """Never."""
        return False

    def pay(self, who: AccountId, call: Call, fee: Tao) -> Event | None:
        """Never."""
        return None


_NO_ALPHA_FEES: Final = NoAlphaFees()


def _nobody() -> AccountId | None:
    return None


def _real_never_pays(real: AccountId, delegate: AccountId) -> bool:  # noqa: ARG001
    return False


def _constant_multiplier(current: U128) -> U128:  # noqa: ARG001
    return ONE


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    limits: BlockLimits
    currency: Fungible
    author: Callable[[], AccountId | None] = _nobody
    """Who earns the fees of the open block; None: they are burned."""
    alpha: AlphaFees = _NO_ALPHA_FEES
    real_pays_fee: RealPaysFee = _real_never_pays
    """Whether the first account agreed to pay for what the second does in its name."""
    next_multiplier: Callable[[U128], U128] = _constant_multiplier
    """The multiplier of the next block from that of this one."""
    operational_fee_multiplier: U8 = constant(
        U8(5), "How much more an operational call's fee counts for its priority."
    )


BalanceOf = Annotated[Tao, Named("BalanceOf<T>")]


class TransactionFeePaid(Event, index=0):
    """The fee of a transaction after all corrections, tip included."""

    who: AccountId
    actual_fee: BalanceOf
    tip: BalanceOf


Paid = Tao | Event | None
"""What was taken before the call: rao, alpha (the event to tell so), or nothing."""


class TransactionPayment(Pallet[Config], crate="pallet_transaction_payment"):
    """Computes, takes and settles fees."""

    next_fee_multiplier = Value[Multiplier](default=ONE)
    """Factor of the weight fee in this block."""
    layout = Value[Releases](default=Releases.V1_ANCIENT, name="StorageVersion")
    """Layout of this pallet's storage."""

    def __init__(self, env: Environment, config: Config, *, name: str, prefix: str | None) -> None:
        super().__init__(env, config, name=name, prefix=prefix)
        per_class = config.limits.per_class
        self._base_fees = {
            each: self.weight_to_fee(per_class.of(each).base_extrinsic) for each in DispatchClass
        }

    def on_finalize(self, now: BlockNumber) -> None:
        """Set the multiplier of the next block."""
        item = self.next_fee_multiplier
        following = self.config.next_multiplier(item.get())
        if following != item.get() or not item.exists():
            item.put(following)

    def genesis_build(self, multiplier: U128 = ONE) -> None:
        """State of block 0."""
        self.layout.put(Releases.V2)
        self.next_fee_multiplier.put(multiplier)

    # -- computing ----------------------------------------------------------------------------

    def weight_to_fee(self, weight: Weight) -> Tao:
        """Rao for a weight of at most a block; only its time counts.  Rounds half down."""
        time = min(weight.ref_time, self.config.limits.max_block.ref_time)
        whole, rest = divmod(time, _BILLION)
        fee, remainder = divmod(rest * WEIGHT_PARTS, _BILLION)
        return tao(whole * WEIGHT_PARTS + fee + (remainder > _BILLION // 2))

    def length_to_fee(self, length: int) -> Tao:
        """Rao for a length in bytes."""
        return tao(length)

    def inclusion_fee(
        self, length: int, weight: Weight, dispatch_class: DispatchClass
    ) -> InclusionFee:
        """The fee in parts."""
        weight_fee = self.weight_to_fee(weight) * self.next_fee_multiplier.get() // ONE
        return InclusionFee(
            self._base_fees[dispatch_class],
            self.length_to_fee(length),
            tao(min(weight_fee, U64_MAX)),
        )

    def fee_details(self, length: int, info: DispatchInfo, tip: Tao) -> FeeDetails:
        """The fee of a transaction of `length` bytes before it runs, in parts."""
        if info.pays_fee == Pays.NO:
            return FeeDetails(None, tip)
        return FeeDetails(self.inclusion_fee(length, info.total_weight, info.dispatch_class), tip)

    def compute_fee(self, length: int, info: DispatchInfo, tip: Tao) -> Tao:
        """The fee of a transaction of `length` bytes before it runs."""
        return self.fee_details(length, info, tip).final_fee()

    def actual_fee(self, length: int, info: DispatchInfo, post: PostInfo, tip: Tao) -> Tao:
        """The fee once it is known what the call really cost."""
        if post.pays(info) == Pays.NO:
            return tip
        fee = self.inclusion_fee(length, post.weight_of(info), info.dispatch_class)
        return FeeDetails(fee, tip).final_fee()

    # -- taking and settling ------------------------------------------------------------------

    def payer(self, call: Call, signer: AccountId) -> AccountId:
        """Who pays for `call`: the signer, or the account it acts for when that agreed."""
        return fee_payer(call, signer, self.config.real_pays_fee)

    def can_withdraw_fee(self, who: AccountId, call: Call, fee: Tao) -> None:
        """Errors: Payment."""
        if fee == 0 or self.config.currency.can_withdraw(who, fee) is WithdrawConsequence.SUCCESS:
            return
        if not self.config.alpha.can_pay(who, call, fee):
            raise InvalidTransaction(PaymentInvalid())

    def withdraw_fee(self, who: AccountId, call: Call, fee: Tao) -> Paid:
        """Charge the payer before the call.  Errors: Payment."""
        if fee == 0:
            return None
        try:
            return self.config.currency.withdraw(
                who, fee, Precision.EXACT, Preservation.PRESERVE, Fortitude.POLITE
            )
        except DispatchFailure:
            sold = self.config.alpha.pay(who, call, fee)
        if sold is None:
            raise InvalidTransaction(PaymentInvalid())
        return sold

    def correct_and_deposit_fee(self, who: AccountId, paid: Paid, fee: Tao, tip: Tao) -> None:
        """Refund what `fee`, the final one, leaves of what was paid, and pay the author.

        Alpha is not refunded.
        """
        if isinstance(paid, Event):
            self.emit(paid)
        elif paid is not None:
            self._pay_author(paid - self._refund(who, max(paid - fee, 0)))
        self.emit(TransactionFeePaid(who, fee, tip))

    def _refund(self, who: AccountId, amount: int) -> int:
        """Give back to an account that still exists; how much it took."""
        if self.config.currency.total_balance(who) == 0:
            return 0
        return self.config.currency.deposit(who, amount, Precision.BEST_EFFORT)

    def _pay_author(self, amount: int) -> None:
        if amount == 0:
            return
        author = self.config.author()
        if author is None or not self.config.currency.resolve(author, amount):
            self.config.currency.drop_credit(amount)
