"""Transaction extensions that need nothing but the System pallet.

Two of them are the chain's own variants: `CheckMortality` limits the life of encrypted
transactions, `CheckNonce` asks that somebody paid for the account of the nonce.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from pysubtensor.frame.codec.resolve import COMPACT, Wire
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.era import Era
from pysubtensor.frame.extensions import NOTHING, DispatchOutcome, Extension, Transaction
from pysubtensor.frame.primitives import (
    U32,
    U32_MAX,
    U64,
    U64_MAX,
    ZERO_ACCOUNT,
    AccountId,
    BlockNumber,
    Hash,
    Nonce,
)
from pysubtensor.frame.validity import (
    AncientBirthBlockInvalid,
    BadSignerInvalid,
    ExhaustsResourcesInvalid,
    FutureInvalid,
    InvalidTransaction,
    PaymentInvalid,
    StaleInvalid,
    ValidTransaction,
)
from pysubtensor.frame.weights import ZERO, DispatchInfo, Pays, PostInfo, Weight
from pysubtensor.pallets.system.pallet import System
from pysubtensor.pallets.system.types import WeightPerClass

SHIELD_MAX_PERIOD: Final = 8
"""Blocks that an encrypted transaction may live at most, so that the pool soon forgets it."""


class NonZeroSenderExtra(
    Struct, path="frame_system::extensions::check_non_zero_sender::CheckNonZeroSender"
):
    """Nothing."""


class SpecVersionExtra(
    Struct, path="frame_system::extensions::check_spec_version::CheckSpecVersion"
):
    """Nothing."""


class TxVersionExtra(Struct, path="frame_system::extensions::check_tx_version::CheckTxVersion"):
    """Nothing."""


class GenesisExtra(Struct, path="frame_system::extensions::check_genesis::CheckGenesis"):
    """Nothing."""


class WeightExtra(Struct, path="frame_system::extensions::check_weight::CheckWeight"):
    """Nothing."""


class CheckNonZeroSender(Extension):
    """Nobody signs for the account of 32 zero bytes."""

    identifier = "CheckNonZeroSender"
    extra: ClassVar[Any] = NonZeroSenderExtra

    def validate(self, tx: Transaction, extra: NonZeroSenderExtra) -> ValidTransaction:
        if tx.who == ZERO_ACCOUNT:
            raise InvalidTransaction(BadSignerInvalid())
        return NOTHING


class _OfSystem(Extension):
    """An extension that asks the System pallet."""

    def __init__(self, system: System) -> None:
        self._system = system


class CheckSpecVersion(_OfSystem):
    """Signed for this version of the runtime."""

    identifier = "CheckSpecVersion"
    extra: ClassVar[Any] = SpecVersionExtra
    implicit_type: ClassVar[Any] = U32

    def implicit(self, extra: SpecVersionExtra) -> U32:
        return self._system.config.version.spec_version


class CheckTxVersion(_OfSystem):
    """Signed for this version of the transaction format."""

    identifier = "CheckTxVersion"
    extra: ClassVar[Any] = TxVersionExtra
    implicit_type: ClassVar[Any] = U32

    def implicit(self, extra: TxVersionExtra) -> U32:
        return self._system.config.version.transaction_version


class CheckGenesis(_OfSystem):
    """Signed for this chain."""

    identifier = "CheckGenesis"
    extra: ClassVar[Any] = GenesisExtra
    implicit_type: ClassVar[Any] = Hash

    def implicit(self, extra: GenesisExtra) -> Hash:
        return self._system.block_hash[BlockNumber(U32(0))]


class CheckMortality(_OfSystem):
    """Signed for a period of blocks."""

    identifier = "CheckMortality"
    extra: ClassVar[Any] = Annotated[
        Era, Wire("node_subtensor_runtime::check_mortality::CheckMortality", type_name="Era")
    ]
    implicit_type: ClassVar[Any] = Hash

    def implicit(self, extra: Era) -> Hash:
        """Hash of the era's first block.  Errors: AncientBirthBlock when it is forgotten."""
        birth = BlockNumber(U32(min(extra.birth(self._system.block_number()), U32_MAX)))
        hashes = self._system.block_hash
        if birth not in hashes:
            raise InvalidTransaction(AncientBirthBlockInvalid())
        return hashes[birth]

    def validate(self, tx: Transaction, extra: Era) -> ValidTransaction:
        spec = tx.call.spec
        encrypted = spec.name == "submit_encrypted" and spec.pallet == "MevShield"
        if encrypted and not 0 < extra.period <= SHIELD_MAX_PERIOD:
            raise InvalidTransaction(StaleInvalid())
        if tx.in_block:
            return NOTHING
        now = self._system.block_number()
        return ValidTransaction(longevity=U64(max(extra.death(now) - now, 0)))


class CheckNonce(_OfSystem):
    """Each transaction of an account once, in order."""

    identifier = "CheckNonce"
    extra: ClassVar[Any] = Annotated[
        Nonce,
        COMPACT,
        Wire("node_subtensor_runtime::check_nonce::CheckNonce", type_name="T::Nonce"),
    ]

    def validate(self, tx: Transaction, extra: Nonce) -> ValidTransaction:
        if tx.who is None:
            return NOTHING
        account = self._system.account[tx.who]
        paid_for = account.providers or account.sufficients
        if not paid_for and tx.info.pays_fee == Pays.YES:
            raise InvalidTransaction(PaymentInvalid())
        if extra < account.nonce:
            raise InvalidTransaction(StaleInvalid())
        if tx.in_block:
            return NOTHING
        requires = (nonce_tag(tx.who, extra - 1),) if extra > account.nonce else ()
        return ValidTransaction(requires=requires, provides=(nonce_tag(tx.who, extra),))

    def prepare(self, tx: Transaction, extra: Nonce) -> None:
        if tx.who is None:
            return
        if extra > self._system.account[tx.who].nonce:
            raise InvalidTransaction(FutureInvalid())
        self._system.inc_account_nonce(tx.who)


def nonce_tag(who: AccountId, nonce: int) -> bytes:
    """What the transaction of `who` with `nonce` provides to the next."""
    return bytes(who) + nonce.to_bytes(4, "little")


class CheckWeight(_OfSystem):
    """The block must have room for the transaction, in bytes and in weight."""

    identifier = "CheckWeight"
    extra: ClassVar[Any] = WeightExtra

    def __init__(self, system: System) -> None:
        super().__init__(system)
        self._weights = system.config.block_weights
        self._lengths = system.config.block_length.max

    def validate(self, tx: Transaction, extra: WeightExtra | None) -> ValidTransaction:
        kind = tx.info.dispatch_class
        if self._next_length(tx) > self._lengths.of(kind):
            raise InvalidTransaction(ExhaustsResourcesInvalid())
        most = self._weights.per_class.of(kind).max_extrinsic
        if most is not None and tx.info.total_weight.any_gt(most):
            raise InvalidTransaction(ExhaustsResourcesInvalid())
        return NOTHING

    def _next_length(self, tx: Transaction) -> int:
        return min((self._system.all_extrinsics_len.get() or 0) + tx.length, U32_MAX)

    def prepare(self, tx: Transaction, extra: WeightExtra | None) -> None:
        used = self._with(tx.info, tx.length)
        self._system.all_extrinsics_len.put(U32(self._next_length(tx)))
        self._system.block_weight.put(used)

    def _with(self, info: DispatchInfo, length: int) -> WeightPerClass:
        """The block's weight with this transaction.  Errors: ExhaustsResources."""
        kind = info.dispatch_class
        limits = self._weights.per_class.of(kind)
        before = self._system.block_weight.get()
        added = info.total_weight + limits.base_extrinsic + Weight(U64(0), U64(length))
        used = before.adding(added, kind)
        if limits.max_total is None and limits.reserved is None:
            return used
        ours = used.of(kind)
        if _overflows(before.of(kind), added) or _above(ours, limits.max_total):
            raise InvalidTransaction(ExhaustsResourcesInvalid())
        if used.total().any_gt(self._weights.max_block) and _above(ours, limits.reserved):
            raise InvalidTransaction(ExhaustsResourcesInvalid())
        return used

    def post_dispatch(self, prepared: Any, outcome: DispatchOutcome) -> Weight:
        self._reclaim(outcome.info, outcome.post)
        return ZERO

    def _reclaim(self, info: DispatchInfo, post: PostInfo) -> None:
        """Give the block back what was announced but not used."""
        if post.actual_weight is None:
            return
        system = self._system
        unspent = info.total_weight - post.weight_of(info)
        already = system.extrinsic_weight_reclaimed.get()
        reclaimed = Weight(
            max(already.ref_time, unspent.ref_time), max(already.proof_size, unspent.proof_size)
        )
        more = reclaimed - already
        if more != ZERO:
            weights = system.block_weight.get()
            system.block_weight.put(weights.reducing(more, info.dispatch_class))
            system.extrinsic_weight_reclaimed.put(reclaimed)

    def bare_validate(self, tx: Transaction) -> ValidTransaction:
        return self.validate(tx, None)

    def bare_prepare(self, tx: Transaction) -> None:
        self.validate(tx, None)
        self.prepare(tx, None)

    def bare_post_dispatch(self, outcome: DispatchOutcome) -> None:
        self._reclaim(outcome.info, outcome.post)


def _above(used: Weight, limit: Weight | None) -> bool:
    return limit is not None and used.any_gt(limit)


def _overflows(one: Weight, other: Weight) -> bool:
    return one.ref_time + other.ref_time > U64_MAX or one.proof_size + other.proof_size > U64_MAX
