"""Multisig: accounts that act only when enough of their members agree on the same call.

    as_multi | approve_as_multi -> multisigs[account, call hash] -> enough approvals -> as_multi
The account is derived from the sorted members and the threshold.  Whoever comes first reserves a
deposit until the call is made or cancelled.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import Bounded, Fixed, Named
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import Error, ensure
from pysubtensor.frame.event import Event
from pysubtensor.frame.hashers import blake2_128_concat, twox_64_concat
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.interfaces.currency import Currency
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.origin import Origin, Signed, ensure_signed
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U16, U32, U64, AccountId, BlockNumber, Tao
from pysubtensor.frame.result import DispatchResult, attempt
from pysubtensor.frame.storage import Map
from pysubtensor.frame.weights import DispatchInfo, Pays, PostInfo, Weight, weight

DERIVATION: Final = b"modlpy/utilisuba"
MAX_SIGNATORIES: Final = 100
FREE: Final = PostInfo(pays_fee=Pays.NO)
PAID: Final = PostInfo()

BoxedCall = Annotated[Call, Named("Box<<T as Config>::RuntimeCall>")]
Others = Annotated[tuple[AccountId, ...], Named("Vec<T::AccountId>")]
RawHash = Annotated[bytes, Fixed(32), Named("[u8; 32]")]
CallHash = Annotated[bytes, Fixed(32), Named("CallHash")]
Balance = Annotated[Tao, Named("BalanceOf<T>")]


class Timepoint(Struct, path="pallet_multisig::Timepoint", params={"BlockNumber": BlockNumber}):
    """Where in the chain an operation began; tells it from others on the same call."""

    height: BlockNumber
    index: U32


NamedTimepoint = Annotated[Timepoint, Named("Timepoint<BlockNumberFor<T>>")]
MaybeTimepoint = Annotated[Timepoint | None, Named("Option<Timepoint<BlockNumberFor<T>>>")]


class Operation(
    Struct,
    path="pallet_multisig::Multisig",
    params={
        "BlockNumber": BlockNumber,
        "Balance": Tao,
        "AccountId": AccountId,
        "MaxApprovals": None,
    },
):
    """A call that awaits approvals; those given are kept sorted."""

    when: Annotated[Timepoint, Named("Timepoint<BlockNumber>")]
    deposit: Annotated[Tao, Named("Balance")]
    depositor: Annotated[AccountId, Named("AccountId")]
    approvals: Annotated[
        tuple[AccountId, ...],
        Bounded(MAX_SIGNATORIES),
        Named("BoundedVec<AccountId, MaxApprovals>"),
    ]


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: SystemServices
    currency: Currency
    deposit_base: Balance = constant(
        Tao(U64(132_000_000)), "Rao reserved for an operation, whatever its threshold."
    )
    deposit_factor: Balance = constant(
        Tao(U64(32_000_000)), "Rao reserved for each approval that is needed."
    )
    max_signatories: U32 = constant(U32(MAX_SIGNATORIES), "Most members of an account.")


class NewMultisig(Event, index=0):
    """An operation began."""

    approving: AccountId
    multisig: AccountId
    call_hash: CallHash


class MultisigApproval(Event, index=1):
    """A member agreed."""

    approving: AccountId
    timepoint: NamedTimepoint
    multisig: AccountId
    call_hash: CallHash


class MultisigExecuted(Event, index=2):
    """The last approval came, and the call was made."""

    approving: AccountId
    timepoint: NamedTimepoint
    multisig: AccountId
    call_hash: CallHash
    result: Annotated[DispatchResult, Named("DispatchResult")]


class MultisigCancelled(Event, index=3):
    """An operation was given up."""

    cancelling: AccountId
    timepoint: NamedTimepoint
    multisig: AccountId
    call_hash: CallHash


class DepositPoked(Event, index=4):
    """A deposit was brought to what it would be today."""

    who: AccountId
    call_hash: CallHash
    old_deposit: Balance
    new_deposit: Balance


class MinimumThreshold(Error, index=0):
    """The threshold must be at least two."""


class AlreadyApproved(Error, index=1):
    """The sender has agreed before."""


class NoApprovalsNeeded(Error, index=2):
    """No more approvals are needed."""


class TooFewSignatories(Error, index=3):
    """There must be other members."""


class TooManySignatories(Error, index=4):
    """There are more members than may be."""


class SignatoriesOutOfOrder(Error, index=5):
    """The other members must be given in order, each once."""


class SenderInSignatories(Error, index=6):
    """The sender is not one of the other members."""


class NotFound(Error, index=7):
    """No such operation goes on."""


class NotOwner(Error, index=8):
    """Only who began an operation may do this."""


class NoTimepoint(Error, index=9):
    """The operation goes on already; say when it began."""


class WrongTimepoint(Error, index=10):
    """The operation began at another time."""


class UnexpectedTimepoint(Error, index=11):
    """The operation has not begun; there is no time to give."""


class MaxWeightTooLow(Error, index=12):
    """The call is heavier than the sender allows."""


class AlreadyStored(Error, index=13):
    """The call is kept already."""


def threshold_1_weight(length: int) -> Weight:
    """Cost of `as_multi_threshold_1` itself, for a call of `length` bytes."""
    return weight(20_470_382 + 397 * length, 3_997, reads=2)


def create_weight(others: int, length: int) -> Weight:
    """Cost of beginning an operation."""
    return weight(29_976_762 + 144_320 * others + 1_819 * length, 6_811, reads=1, writes=1)


def approve_weight(others: int, length: int) -> Weight:
    """Cost of one more approval."""
    return weight(14_821_348 + 127_874 * others + 1_968 * length, 6_811, reads=1, writes=1)


def complete_weight(others: int, length: int) -> Weight:
    """Cost of the last approval, without the call."""
    return weight(34_745_418 + 193_313 * others + 2_057 * length, 6_811, reads=4, writes=2)


def _threshold_1_info(pallet: Multisig, _: Others, inner: Call) -> DispatchInfo:
    info = pallet.env.dispatch_info(inner)
    own = threshold_1_weight(len(pallet.env.encode_call(inner))) + weight(0, reads=1, writes=1)
    return DispatchInfo(own + info.call_weight, info.dispatch_class)


def _as_multi_weight(
    pallet: Multisig, _t: int, others: Others, _p: MaybeTimepoint, inner: Call, limit: Weight
) -> Weight:
    s, z = len(others), len(pallet.env.encode_call(inner))
    heaviest = create_weight(s, z).maximum(approve_weight(s, z)).maximum(complete_weight(s, z))
    return heaviest + limit


def _approve_as_multi_weight(
    _: Multisig, _t: int, others: Others, _p: MaybeTimepoint, _h: bytes, limit: Weight
) -> Weight:
    s = len(others)
    create = weight(27_463_275 + 139_226 * s, 6_811, reads=1, writes=1)
    approve = weight(14_074_258 + 126_544 * s, 6_811, reads=1, writes=1)
    return create.maximum(approve) + limit


def _cancel_weight(_: Multisig, _t: int, others: Others, *_rest: object) -> Weight:
    return weight(28_623_566 + 135_351 * len(others), 6_811, reads=1, writes=1)


def _poke_weight(_: Multisig, _t: int, others: Others, _h: bytes) -> Weight:
    return weight(27_349_525 + 121_813 * len(others), 6_811, reads=1, writes=1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a member asks for: the account, the call by hash, and the call itself if given."""

    who: AccountId
    threshold: int
    others: int
    account: AccountId
    call_hash: bytes
    call: Call | None = None
    length: int = 0


class Multisig(Pallet[Config], crate="pallet_multisig"):
    """Collects approvals and makes calls."""

    storage_version = 1
    associated_types = {"RuntimeCall": Call}

    multisigs = Map[tuple[AccountId, CallHash], Operation | None](twox_64_concat, blake2_128_concat)
    """Operations that go on, by account and call hash."""

    @call(0, weight=_threshold_1_info)
    def as_multi_threshold_1(
        self, origin: Origin, other_signatories: Others, call: BoxedCall
    ) -> PostInfo:
        """Make a call as the multisig account of which any one member suffices.

        Origin: signed by a member.
        - `other_signatories`: the other members, sorted by their bytes.
        - `call`: the call.

        Errors: TooFewSignatories, TooManySignatories, SignatoriesOutOfOrder, SenderInSignatories;
        those of `call`.
        """
        who = ensure_signed(origin)
        account = multi_account(self._members(who, other_signatories), 1)
        data = self.env.encode_call(call)
        done = attempt(self.env, call, self.env.origin(Signed(account)))
        result = done.result(self.env)
        self.emit(MultisigExecuted(who, self.timepoint(), account, blake2_256(data), result))
        used = done.post.actual_weight
        post = done.post if used is None else PostInfo(threshold_1_weight(len(data)) + used)
        if done.failure is not None:
            raise done.failure.with_post(post)
        return PostInfo(post.actual_weight)

    @call(1, weight=_as_multi_weight)
    def as_multi(
        self,
        origin: Origin,
        threshold: U16,
        other_signatories: Others,
        maybe_timepoint: MaybeTimepoint,
        call: BoxedCall,
        max_weight: Weight,
    ) -> PostInfo:
        """Agree to a call of a multisig account; the last approval makes it.

        The first member reserves a deposit until the call is made or cancelled. Only the event
        MultisigExecuted tells the error of the call.

        Origin: signed by a member.
        - `threshold`: members that must agree, at least 2.
        - `other_signatories`: the other members, sorted by their bytes.
        - `maybe_timepoint`: block and extrinsic of the first approval; None for the first.
        - `call`: the call.
        - `max_weight`: most weight the call may have: picoseconds and bytes of proof.

        Errors: MinimumThreshold, TooFewSignatories, TooManySignatories, SignatoriesOutOfOrder,
        SenderInSignatories, NoTimepoint, WrongTimepoint, UnexpectedTimepoint, MaxWeightTooLow,
        AlreadyApproved, InsufficientBalance, LiquidityRestrictions, ConsumerRemaining.
        """
        who = ensure_signed(origin)
        account = self._account(who, threshold, other_signatories)
        data = self.env.encode_call(call)
        others = len(other_signatories)
        wanted = Proposal(who, threshold, others, account, blake2_256(data), call, len(data))
        return self._operate(wanted, maybe_timepoint, max_weight)

    @call(2, weight=_approve_as_multi_weight)
    def approve_as_multi(
        self,
        origin: Origin,
        threshold: U16,
        other_signatories: Others,
        maybe_timepoint: MaybeTimepoint,
        call_hash: RawHash,
        max_weight: Weight,
    ) -> PostInfo:
        """Agree to a call of a multisig account by its hash; the last one must use `as_multi`.

        The first member reserves a deposit until the call is made or cancelled.

        Origin: signed by a member.
        - `threshold`: members that must agree, at least 2.
        - `other_signatories`: the other members, sorted by their bytes.
        - `maybe_timepoint`: block and extrinsic of the first approval; None for the first.
        - `call_hash`: blake2b-256 of the encoded call.
        - `max_weight`: counted at first and then given back, for the call is not made here.

        Errors: MinimumThreshold, TooFewSignatories, TooManySignatories, SignatoriesOutOfOrder,
        SenderInSignatories, NoTimepoint, WrongTimepoint, UnexpectedTimepoint, AlreadyApproved,
        InsufficientBalance, LiquidityRestrictions, ConsumerRemaining.
        """
        who = ensure_signed(origin)
        account = self._account(who, threshold, other_signatories)
        wanted = Proposal(who, threshold, len(other_signatories), account, call_hash)
        return self._operate(wanted, maybe_timepoint, max_weight)

    @call(3, weight=_cancel_weight)
    def cancel_as_multi(
        self,
        origin: Origin,
        threshold: U16,
        other_signatories: Others,
        timepoint: NamedTimepoint,
        call_hash: RawHash,
    ) -> None:
        """Give up a call of a multisig account; its deposit comes back.

        Origin: signed by the member that agreed first.
        - `threshold`: members that must agree, at least 2.
        - `other_signatories`: the other members, sorted by their bytes.
        - `timepoint`: block and extrinsic of the first approval.
        - `call_hash`: blake2b-256 of the encoded call.

        Errors: MinimumThreshold, TooFewSignatories, TooManySignatories, SignatoriesOutOfOrder,
        SenderInSignatories, NotFound, WrongTimepoint, NotOwner.
        """
        who = ensure_signed(origin)
        account = self._account(who, threshold, other_signatories)
        found = self.multisigs[account, call_hash]
        if found is None:
            raise NotFound
        ensure(found.when == timepoint, WrongTimepoint)
        ensure(found.depositor == who, NotOwner)
        self.config.currency.unreserve(who, found.deposit)
        del self.multisigs[account, call_hash]
        self.emit(MultisigCancelled(who, timepoint, account, call_hash))

    @call(4, weight=_poke_weight)
    def poke_deposit(
        self, origin: Origin, threshold: U16, other_signatories: Others, call_hash: RawHash
    ) -> PostInfo:
        """Bring the deposit for a call of a multisig account to the present rates.

        It is free of charge when that changes the deposit.

        Origin: signed by the member that agreed first.
        - `threshold`: members that must agree, at least 2.
        - `other_signatories`: the other members, sorted by their bytes.
        - `call_hash`: blake2b-256 of the encoded call.

        Errors: MinimumThreshold, TooFewSignatories, TooManySignatories, SignatoriesOutOfOrder,
        SenderInSignatories, NotFound, NotOwner, InsufficientBalance, LiquidityRestrictions,
        ConsumerRemaining.
        """
        who = ensure_signed(origin)
        account = self._account(who, threshold, other_signatories)
        found = self.multisigs[account, call_hash]
        if found is None:
            raise NotFound
        ensure(found.depositor == who, NotOwner)
        old, new = found.deposit, self.deposit(threshold)
        if new == old:
            return PAID
        if new > old:
            self.config.currency.reserve(who, new - old)
        else:
            self.config.currency.unreserve(who, old - new)
        self.multisigs[account, call_hash] = Operation(found.when, new, who, found.approvals)
        self.emit(DepositPoked(who, call_hash, old, new))
        return FREE

    # -- inside -------------------------------------------------------------------------------

    def deposit(self, threshold: int) -> Tao:
        """Rao reserved for an operation that needs `threshold` approvals."""
        return Tao(U64(self.config.deposit_base + self.config.deposit_factor * threshold))

    def timepoint(self) -> Timepoint:
        """This extrinsic."""
        system = self.config.system
        return Timepoint(system.block_number(), U32(system.extrinsic_index()))

    def _account(self, who: AccountId, threshold: int, others: Others) -> AccountId:
        """Errors: MinimumThreshold and those of the members."""
        ensure(threshold >= 2, MinimumThreshold)
        return multi_account(self._members(who, others), threshold)

    def _members(self, who: AccountId, others: Others) -> list[AccountId]:
        """All members in order.

        Errors: TooFewSignatories; TooManySignatories; SignatoriesOutOfOrder; SenderInSignatories.
        """
        ensure(others, TooFewSignatories)
        ensure(len(others) < self.config.max_signatories, TooManySignatories)
        members: list[AccountId] = []
        for each in others:
            ensure(not members or members[-1] < each, SignatoriesOutOfOrder)
            ensure(each != who, SenderInSignatories)
            members.append(each)
        members.insert(bisect_left(members, who), who)
        return members

    def _operate(self, wanted: Proposal, when: Timepoint | None, limit: Weight) -> PostInfo:
        found = self.multisigs[wanted.account, wanted.call_hash]
        if found is None:
            ensure(when is None, UnexpectedTimepoint)
            return self._begin(wanted)
        ensure(when is not None, NoTimepoint)
        ensure(found.when == when, WrongTimepoint)
        needed = len(found.approvals) < wanted.threshold
        is_new = needed and wanted.who not in found.approvals
        if wanted.call is not None and len(found.approvals) + is_new >= wanted.threshold:
            return self._execute(wanted, wanted.call, found, limit)
        ensure(is_new, AlreadyApproved)
        return self._approve(wanted, found)

    def _begin(self, wanted: Proposal) -> PostInfo:
        deposit = self.deposit(wanted.threshold)
        self.config.currency.reserve(wanted.who, deposit)
        begun = Operation(self.timepoint(), deposit, wanted.who, (wanted.who,))
        self.multisigs[wanted.account, wanted.call_hash] = begun
        self.emit(NewMultisig(wanted.who, wanted.account, wanted.call_hash))
        return PostInfo(create_weight(wanted.others, wanted.length))

    def _approve(self, wanted: Proposal, found: Operation) -> PostInfo:
        ensure(len(found.approvals) < self.config.max_signatories, TooManySignatories)
        approvals = tuple(sorted((*found.approvals, wanted.who)))
        after = Operation(found.when, found.deposit, found.depositor, approvals)
        self.multisigs[wanted.account, wanted.call_hash] = after
        self.emit(MultisigApproval(wanted.who, found.when, wanted.account, wanted.call_hash))
        return PostInfo(approve_weight(wanted.others, wanted.length))

    def _execute(self, wanted: Proposal, inner: Call, found: Operation, limit: Weight) -> PostInfo:
        heavy = self.env.dispatch_info(inner).call_weight.any_gt(limit)
        ensure(not heavy, MaxWeightTooLow)
        account, call_hash = wanted.account, wanted.call_hash
        del self.multisigs[account, call_hash]
        self.config.currency.unreserve(found.depositor, found.deposit)
        done = attempt(self.env, inner, self.env.origin(Signed(account)))
        result = done.result(self.env)
        self.emit(MultisigExecuted(wanted.who, found.when, account, call_hash, result))
        used = done.post.actual_weight
        if used is None:
            return PAID
        return PostInfo(complete_weight(wanted.others, wanted.length) + used)


def multi_account(members: list[AccountId], threshold: int) -> AccountId:
    """The account of these members, in order, that acts when `threshold` of them agree."""
    listed = encode_compact(len(members)) + b"".join(members)
    return AccountId(blake2_256(DERIVATION + listed + threshold.to_bytes(2, "little")))
