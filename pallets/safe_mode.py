"""SafeMode: an emergency stop.  While it is on, only calls of a short list are let through.

    force_enter -> entered_until -> [force_extend] -> force_exit, or on_initialize after that block
Anyone may also enter or extend for a deposit, if the runtime sets one; this chain does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.codec.struct import rust_enum
from pysubtensor.frame.error import DispatchFailure, Error, ensure
from pysubtensor.frame.event import Event
from pysubtensor.frame.hashers import twox_64_concat
from pysubtensor.frame.interfaces.currency import Fortitude, Holding, Precision
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U32, U32_MAX, AccountId, BlockNumber, Tao
from pysubtensor.frame.storage import Map, Value
from pysubtensor.frame.weights import Weight, weight

NOOP_WEIGHT: Final = weight(733_000, 1_489, reads=1)
EXIT_WEIGHT: Final = weight(4_926_000, 1_489, reads=1, writes=1)

DAY: Final = BlockNumber(U32(7_200))
HALF_DAY: Final = BlockNumber(U32(3_600))
"""For how long root turns the stop on, and by how much it extends it, in blocks."""

Number = Annotated[BlockNumber, Named("BlockNumberFor<T>")]
Balance = Annotated[Tao, Named("BalanceOf<T>")]


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: SystemServices
    holding: Holding
    whitelisted: Callable[[Call], bool] = lambda _: False
    """Which calls of other pallets go through all the same."""
    enter_duration: Number = constant(
        BlockNumber(U32(0)), "For how many blocks a deposit turns the stop on."
    )
    extend_duration: Number = constant(
        BlockNumber(U32(0)), "By how many blocks a deposit extends it."
    )
    enter_deposit_amount: Tao | None = constant(
        None, "Rao that turning it on takes; None: it cannot be had for money."
    )
    extend_deposit_amount: Tao | None = constant(
        None, "Rao that extending it takes; None: it cannot be had for money."
    )
    release_delay: BlockNumber | None = constant(
        None, "Blocks after which a deposit may be taken back; None: only root gives it back."
    )
    force_enter_duration: BlockNumber = DAY
    force_extend_duration: BlockNumber = HALF_DAY


@rust_enum("pallet_safe_mode::pallet::HoldReason")
class HoldReason(Enum):
    """What this pallet holds money for."""

    ENTER_OR_EXTEND = 0
    """The stop was turned on or extended."""


@rust_enum("pallet_safe_mode::pallet::ExitReason")
class ExitReason(IntEnum):
    """Why the stop ended."""

    TIMEOUT = 0
    FORCE = 1


class Entered(Event, index=0):
    """The stop is on up to and including block `until`."""

    until: Number


class Extended(Event, index=1):
    """The stop lasts longer, up to and including block `until`."""

    until: Number


class Exited(Event, index=2):
    """The stop is over."""

    reason: Annotated[ExitReason, Named("ExitReason")]


class DepositPlaced(Event, index=3):
    """Someone paid for the stop."""

    account: AccountId
    amount: Balance


class DepositReleased(Event, index=4):
    """A deposit came back."""

    account: AccountId
    amount: Balance


class DepositSlashed(Event, index=5):
    """A deposit was destroyed."""

    account: AccountId
    amount: Balance


class CannotDeposit(Event, index=6):
    """A deposit could not be held."""


class CannotRelease(Event, index=7):
    """A deposit could not be released."""


class IsEntered(Error, index=0, rust_name="Entered"):
    """The stop is on."""


class IsExited(Error, index=1, rust_name="Exited"):
    """The stop is not on."""


class NotConfigured(Error, index=2):
    """This chain does not offer that."""


class NoDeposit(Error, index=3):
    """There is no such deposit."""


class AlreadyDeposited(Error, index=4):
    """The account has a deposit already."""


class CannotReleaseYet(Error, index=5):
    """The deposit must stay longer."""


class CurrencyError(Error, index=6):
    """The money cannot be held or released."""


class SafeMode(Pallet[Config], crate="pallet_safe_mode"):
    """Turns the stop on and off, and says what goes through."""

    entered_until = Value[BlockNumber | None]()
    """Last block of the stop; none while it is off."""
    deposits = Map[tuple[AccountId, BlockNumber], Tao | None](twox_64_concat, twox_64_concat)
    """What accounts paid for the stop, by the block they did it in."""

    @call(0, weight=weight(44_471_000, 3_892, reads=2, writes=3))
    def enter(self, origin: Origin) -> None:
        """Turn safe mode on for a deposit: only few calls are let through.

        This chain asks for no deposit, so only root can do it, by `force_enter`.

        Origin: signed by whoever pays.

        Errors: Entered, NotConfigured, AlreadyDeposited, CurrencyError.
        """
        who = ensure_signed(origin)
        ensure(not self.is_entered(), IsEntered)
        self._hold(who, self.config.enter_deposit_amount)
        self._enter(self.config.enter_duration)

    @call(1, weight=weight(5_200_000, 1_489, reads=1, writes=1))
    def force_enter(self, origin: Origin) -> None:
        """Turn safe mode on for 7,200 blocks: only few calls are let through.

        Origin: root.

        Errors: Entered.
        """
        ensure_root(origin)
        ensure(not self.is_entered(), IsEntered)
        self._enter(self.config.force_enter_duration)

    @call(2, weight=weight(46_411_000, 3_892, reads=2, writes=3))
    def extend(self, origin: Origin) -> None:
        """Keep safe mode on for longer, for a deposit.

        This chain asks for no deposit, so only root can do it, by `force_extend`.

        Origin: signed by whoever pays.

        Errors: Exited, NotConfigured, AlreadyDeposited, CurrencyError.
        """
        who = ensure_signed(origin)
        ensure(self.is_entered(), IsExited)
        self._hold(who, self.config.extend_deposit_amount)
        self._extend(self.config.extend_duration)

    @call(3, weight=weight(7_011_000, 1_489, reads=1, writes=1))
    def force_extend(self, origin: Origin) -> None:
        """Keep safe mode on for 3,600 blocks more.

        Origin: root.

        Errors: Exited.
        """
        ensure_root(origin)
        self._extend(self.config.force_extend_duration)

    @call(4, weight=weight(6_180_000, 1_489, reads=1, writes=1))
    def force_exit(self, origin: Origin) -> None:
        """Turn safe mode off.

        Origin: root.

        Errors: Exited.
        """
        ensure_root(origin)
        self._exit(ExitReason.FORCE)

    @call(5, weight=weight(28_905_000, 3_892, reads=2, writes=2))
    def force_slash_deposit(self, origin: Origin, account: AccountId, block: Number) -> None:
        """Burn a deposit that an account paid for safe mode.

        Origin: root.
        - `account`: account that paid.
        - `block`: number of the block in which it paid.

        Errors: NoDeposit.
        """
        ensure_root(origin)
        amount = self._take_deposit(account, block)
        holding, reason = self.config.holding, HoldReason.ENTER_OR_EXTEND
        try:
            holding.burn_held(reason, account, amount, Precision.BEST_EFFORT, Fortitude.FORCE)
        except DispatchFailure:
            raise CurrencyError from None
        self.emit(DepositSlashed(account, amount))

    @call(6, weight=weight(37_735_000, 3_892, reads=3, writes=2))
    def release_deposit(self, origin: Origin, account: AccountId, block: Number) -> None:
        """Give a deposit for safe mode back, once that is off and the delay is over.

        Origin: signed by anyone.
        - `account`: account that paid.
        - `block`: number of the block in which it paid.

        Errors: NoDeposit, Entered, NotConfigured, CannotReleaseYet, CurrencyError.
        """
        ensure_signed(origin)
        amount = self._take_deposit(account, block)
        ensure(not self.is_entered(), IsEntered)
        delay = self.config.release_delay
        if delay is None:
            raise NotConfigured
        ensure(self.config.system.block_number() > block + delay, CannotReleaseYet)
        self._release(account, amount)

    @call(7, weight=weight(36_454_000, 3_892, reads=2, writes=2))
    def force_release_deposit(self, origin: Origin, account: AccountId, block: Number) -> None:
        """Give a deposit for safe mode back at once.

        Origin: root.
        - `account`: account that paid.
        - `block`: number of the block in which it paid.

        Errors: NoDeposit, CurrencyError.
        """
        ensure_root(origin)
        self._release(account, self._take_deposit(account, block))

    # -- for the runtime ----------------------------------------------------------------------

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Turn the stop off behind its last block."""
        until = self.entered_until.get()
        if until is None or now <= until:
            return NOOP_WEIGHT
        self._exit(ExitReason.TIMEOUT)
        return EXIT_WEIGHT

    def is_entered(self) -> bool:
        """Whether the stop is on."""
        return self.entered_until.exists()

    def allows(self, call: Call) -> bool:
        """Whether `call` goes through; calls of this pallet always do."""
        return call.pallet == self.name or not self.is_entered() or self.config.whitelisted(call)

    def genesis_build(self, entered_until: BlockNumber | None = None) -> None:
        """Begin with the stop on, up to a block."""
        self.entered_until.put(entered_until)

    # -- inside -------------------------------------------------------------------------------

    def _enter(self, duration: int) -> None:
        until = _later(self.config.system.block_number(), duration)
        self.entered_until.put(until)
        self.emit(Entered(until))

    def _extend(self, duration: int) -> None:
        """Errors: Exited."""
        before = self.entered_until.get()
        if before is None:
            raise IsExited
        until = _later(before, duration)
        self.entered_until.put(until)
        self.emit(Extended(until))

    def _exit(self, reason: ExitReason) -> None:
        """Errors: Exited."""
        ensure(self.entered_until.take() is not None, IsExited)
        self.emit(Exited(reason))

    def _hold(self, who: AccountId, amount: Tao | None) -> None:
        """Errors: NotConfigured; AlreadyDeposited; CurrencyError."""
        if amount is None:
            raise NotConfigured
        holding, reason = self.config.holding, HoldReason.ENTER_OR_EXTEND
        ensure(holding.balance_on_hold(reason, who) == 0, AlreadyDeposited)
        try:
            holding.hold(reason, who, amount)
        except DispatchFailure:
            raise CurrencyError from None
        self.deposits[who, self.config.system.block_number()] = amount
        self.emit(DepositPlaced(who, amount))

    def _take_deposit(self, account: AccountId, block: BlockNumber) -> Tao:
        """Errors: NoDeposit."""
        amount = self.deposits.take((account, block))
        if amount is None:
            raise NoDeposit
        return amount

    def _release(self, account: AccountId, amount: Tao) -> None:
        """Errors: CurrencyError."""
        reason = HoldReason.ENTER_OR_EXTEND
        try:
            freed = self.config.holding.release(reason, account, amount, Precision.BEST_EFFORT)
        except DispatchFailure:
            raise CurrencyError from None
        self.emit(DepositReleased(account, freed))


def _later(block: int, by: int) -> BlockNumber:
    return BlockNumber(U32(min(block + by, U32_MAX)))
