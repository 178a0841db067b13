"""Utility: calls that make other calls: several at once, as someone else, one if another fails.

A fork of this chain's own: every call here is of class Normal whatever it contains, and a batch
pays a fee as soon as one of its calls does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import BadOrigin, DispatchError, Error, ensure
from pysubtensor.frame.event import Event
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import (
    ROOT_CALLER,
    Nobody,
    Origin,
    OriginCaller,
    Signed,
    ensure_root,
    ensure_signed,
)
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U16, U32, AccountId
from pysubtensor.frame.result import OK, Attempt, DispatchResult, attempt
from pysubtensor.frame.weights import (
    ZERO,
    DispatchClass,
    DispatchInfo,
    Pays,
    PostInfo,
    Weight,
    weight,
)

BoxedCall = Annotated[Call, Named("Box<<T as Config>::RuntimeCall>")]
Calls = Annotated[tuple[Call, ...], Named("Vec<<T as Config>::RuntimeCall>")]
BoxedOrigin = Annotated[OriginCaller, Named("Box<T::PalletsOrigin>")]

DERIVATION: Final = b"modlpy/utilisuba"
AS_DERIVATIVE: Final = weight(15_378_000, 3_983, reads=3, writes=1)
"""Two accesses of the call itself, and the account of the inner origin."""
DISPATCH_AS: Final = weight(6_893_000)
DISPATCH_AS_FALLIBLE: Final = weight(7_113_000)
IF_ELSE: Final = weight(21_831_000, 3_983, reads=2)


def batch_weight(calls: int) -> Weight:
    """Cost of `batch` itself."""
    return weight(19_446_696 + 5_450_264 * calls, 3_983, reads=2)


def batch_all_weight(calls: int) -> Weight:
    """Cost of `batch_all` itself."""
    return weight(13_428_230 + 5_663_250 * calls, 3_983, reads=2)


def force_batch_weight(calls: int) -> Weight:
    """Cost of `force_batch` itself."""
    return weight(12_134_867 + 5_477_293 * calls, 3_983, reads=2)


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    batched_calls_limit: U32 = constant(
        U32(10_922), "Most calls in one batch.", name="batched_calls_limit"
    )


class BatchInterrupted(Event, index=0):
    """A batch stopped at the call of this index; those before it stay done."""

    index: U32
    error: DispatchError


class BatchCompleted(Event, index=1):
    """All calls of a batch went through."""


class BatchCompletedWithErrors(Event, index=2):
    """All calls of a batch were tried; some were refused."""


class ItemCompleted(Event, index=3):
    """One call of a batch went through."""


class ItemFailed(Event, index=4):
    """One call of a batch was refused."""

    error: DispatchError


class DispatchedAs(Event, index=5):
    """A call was made with an origin of choice."""

    result: Annotated[DispatchResult, Named("DispatchResult")]


class IfElseMainSuccess(Event, index=6):
    """The main call went through."""


class IfElseFallbackCalled(Event, index=7):
    """The main call was refused; the other one went through."""

    main_error: DispatchError


class TooManyCalls(Error, index=0):
    """The batch is too long."""


class InvalidDerivedAccount(Error, index=1):
    """No account can be derived."""


def _batch_info(own: Callable[[int], Weight], pallet: Utility, calls: Calls) -> DispatchInfo:
    total, pays = ZERO, Pays.NO
    for each in calls:
        info = pallet.env.dispatch_info(each)
        total = total + info.call_weight
        if info.pays_fee == Pays.YES:
            pays = Pays.YES
    return DispatchInfo(total + own(len(calls)), DispatchClass.NORMAL, pays)


def _inner(pallet: Utility, *calls: Call) -> Weight:
    total = ZERO
    for each in calls:
        total = total + pallet.env.dispatch_info(each).call_weight
    return total


class Utility(Pallet[Config], crate="pallet_subtensor_utility"):
    """Makes calls on behalf of its caller; keeps nothing."""

    associated_types = {"RuntimeCall": Call, "PalletsOrigin": OriginCaller}

    @call(0, weight=lambda pallet, calls: _batch_info(batch_weight, pallet, calls))
    def batch(self, origin: Origin, calls: Calls) -> PostInfo:
        """Make several calls until one fails; those before it stay done.

        The event BatchInterrupted names the one that failed and its error.

        Origin: signed by anyone, or root; the calls are made with it.
        - `calls`: the calls in order, at most 10,922.

        Errors: TooManyCalls.
        """
        self._ensure_batch(origin, calls)
        spent = ZERO
        for index, each in enumerate(calls):
            done, cost = self._item(each, origin)
            spent = spent + cost
            if done.failure is not None:
                error = self.env.dispatch_error(done.failure)
                self.emit(BatchInterrupted(U32(index), error))
                return PostInfo(batch_weight(index + 1) + spent)
            self.emit(ItemCompleted())
        self.emit(BatchCompleted())
        return PostInfo(batch_weight(len(calls)) + spent)

    @call(1, weight=lambda pallet, index, call: AS_DERIVATIVE + _inner(pallet, call))  # noqa: ARG005
    def as_derivative(self, origin: Origin, index: U16, call: BoxedCall) -> PostInfo:
        """Make a call as an account that is derived from the sender's.

        Origin: signed by anyone.
        - `index`: number of the derived account.
        - `call`: the call.

        Errors: none of its own; those of `call`.
        """
        who = derived_account(ensure_signed(origin), index)
        info = self.env.dispatch_info(call)
        done = attempt(self.env, call, replace(origin, caller=Signed(who)))
        return _passed_on(done, AS_DERIVATIVE + done.weight_of(info))

    @call(2, weight=lambda pallet, calls: _batch_info(batch_all_weight, pallet, calls))
    def batch_all(self, origin: Origin, calls: Calls) -> PostInfo:
        """Make several calls, all or none; there may be no `batch_all` among them.

        Origin: signed by anyone, or root; the calls are made with it.
        - `calls`: the calls in order, at most 10,922.

        Errors: TooManyCalls, CallFiltered; those of `calls`.
        """
        self._ensure_batch(origin, calls)
        inside = origin.filtered(self._is_no_batch_all)
        spent = ZERO
        for index, each in enumerate(calls):
            done, cost = self._item(each, inside)
            spent = spent + cost
            if done.failure is not None:
                raise done.failure.with_post(PostInfo(batch_all_weight(index + 1) + spent))
            self.emit(ItemCompleted())
        self.emit(BatchCompleted())
        return PostInfo(batch_all_weight(len(calls)) + spent)

    @call(3, weight=lambda pallet, as_origin, call: DISPATCH_AS + _inner(pallet, call))  # noqa: ARG005
    def dispatch_as(self, origin: Origin, as_origin: BoxedOrigin, call: BoxedCall) -> None:
        """Make a call with any origin; only the event DispatchedAs tells its error.

        Origin: root.
        - `as_origin`: the origin of the call.
        - `call`: the call.

        Errors: none of its own.
        """
        ensure_root(origin)
        done = attempt(self.env, call, self.env.origin(as_origin), bypass_filter=True)  # type: ignore[arg-type]
        self.emit(DispatchedAs(done.result(self.env)))

    @call(4, weight=lambda pallet, calls: _batch_info(force_batch_weight, pallet, calls))
    def force_batch(self, origin: Origin, calls: Calls) -> PostInfo:
        """Make several calls and go on behind those that fail.

        An event ItemFailed gives the error of each that failed.

        Origin: signed by anyone, or root; the calls are made with it.
        - `calls`: the calls in order, at most 10,922.

        Errors: TooManyCalls.
        """
        self._ensure_batch(origin, calls)
        spent, refused = ZERO, False
        for each in calls:
            done, cost = self._item(each, origin)
            spent = spent + cost
            if done.failure is not None:
                refused = True
                self.emit(ItemFailed(self.env.dispatch_error(done.failure)))
            else:
                self.emit(ItemCompleted())
        self.emit(BatchCompletedWithErrors() if refused else BatchCompleted())
        return PostInfo(force_batch_weight(len(calls)) + spent)

    @call(5, weight=lambda pallet, call, weight: weight)  # noqa: ARG005
    def with_weight(self, origin: Origin, call: BoxedCall, weight: Weight) -> None:
        """Make a call as root at any weight.

        Origin: root.
        - `call`: the call.
        - `weight`: weight to count for it: picoseconds and bytes of proof.

        Errors: none of its own; those of `call`.
        """
        ensure_root(origin)
        self._fallible(call, self.env.origin(ROOT_CALLER))

    @call(6, weight=lambda pallet, main, fallback: IF_ELSE + _inner(pallet, main, fallback))
    def if_else(self, origin: Origin, main: BoxedCall, fallback: BoxedCall) -> PostInfo:
        """Make a call, and another one if it fails.

        Origin: signed by anyone, or root; the calls are made with it.
        - `main`: the call to try first.
        - `fallback`: the call to make if that fails.

        Errors: none of its own; those of `fallback`.
        """
        _ensure_somebody(origin)
        first, spent = self._item(main, origin)
        if first.failure is None:
            self.emit(IfElseMainSuccess())
            return PostInfo(IF_ELSE + spent)
        second, more = self._item(fallback, origin)
        if second.failure is None:
            self.emit(IfElseFallbackCalled(self.env.dispatch_error(first.failure)))
        return _passed_on(second, IF_ELSE + spent + more)

    @call(7, weight=lambda pallet, as_origin, call: DISPATCH_AS_FALLIBLE + _inner(pallet, call))  # noqa: ARG005
    def dispatch_as_fallible(self, origin: Origin, as_origin: BoxedOrigin, call: BoxedCall) -> None:
        """Make a call with any origin, and fail if it fails.

        Origin: root.
        - `as_origin`: the origin of the call.
        - `call`: the call.

        Errors: none of its own; those of `call`.
        """
        ensure_root(origin)
        self._fallible(call, self.env.origin(as_origin))  # type: ignore[arg-type]
        self.emit(DispatchedAs(OK))

    # -- inside -------------------------------------------------------------------------------

    def _ensure_batch(self, origin: Origin, calls: Calls) -> None:
        _ensure_somebody(origin)
        ensure(len(calls) <= self.config.batched_calls_limit, TooManyCalls)

    def _item(self, inner: Call, origin: Origin) -> tuple[Attempt, Weight]:
        """Make one call, as root past all filters; gives its cost too."""
        info = self.env.dispatch_info(inner)
        is_root = origin.caller == ROOT_CALLER
        done = attempt(self.env, inner, origin, bypass_filter=is_root)
        return done, done.weight_of(info)

    def _fallible(self, inner: Call, origin: Origin) -> None:
        """Errors: that of the call, without what it cost."""
        done = attempt(self.env, inner, origin, bypass_filter=True)
        if done.failure is not None:
            raise done.failure.with_post(PostInfo())

    def _is_no_batch_all(self, inner: Call) -> bool:
        return inner.pallet != self.name or inner.name != "batch_all"


def _ensure_somebody(origin: Origin) -> None:
    if isinstance(origin.caller, Nobody):
        raise BadOrigin


def _passed_on(done: Attempt, cost: Weight) -> PostInfo:
    """The inner outcome as one's own, at the whole cost.  Errors: that of the inner call."""
    if done.failure is not None:
        raise done.failure.with_post(PostInfo(cost))
    return PostInfo(cost)


def derived_account(who: AccountId, index: U16) -> AccountId:
    """The account of number `index` that belongs to `who`."""
    return AccountId(blake2_256(DERIVATION + who + index.to_bytes(2, "little")))
