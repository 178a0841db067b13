"""Timestamp: the time of a block, set by its author in the first extrinsic.

create_inherent -> set -> now, did_update -> on_finalize
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import COMPACT, Named
from pysubtensor.frame.error import Panic
from pysubtensor.frame.inherents import InherentData, InherentError
from pysubtensor.frame.origin import Origin, ensure_none
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U64, U64_MAX, BlockNumber, Moment
from pysubtensor.frame.storage import Value
from pysubtensor.frame.weights import DispatchClass, Weight, weight

MAX_DRIFT: Final = 30_000
"""Milliseconds that an imported block may be ahead of this node's clock."""
IDENTIFIER: Final = b"timstap0"
"""Name of the time among the inherent data."""
FINALIZE_WEIGHT: Final = weight(3_246_000)


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    on_timestamp_set: Callable[[Moment], None] = lambda _: None
    """Told of each new time; may panic."""
    minimum_period: Annotated[Moment, Named("T::Moment")] = constant(
        Moment(U64(6_000)), "Least milliseconds between two blocks; half of a slot."
    )


class TooEarly(InherentError):
    """The time of the block is not far enough behind that of its parent."""

    identifier, encoded = IDENTIFIER, b"\0"


class TooFarInFuture(InherentError):
    """The time of the block is ahead of this node's clock."""

    identifier, encoded = IDENTIFIER, b"\1"


class Timestamp(Pallet[Config], crate="pallet_timestamp"):
    """Keeps the time."""

    associated_types = {"Moment": Moment}

    now = Value[Annotated[Moment, Named("T::Moment")]](default=Moment(U64(0)))
    """Time of the open block, or of the last one."""
    did_update = Value[bool](default=False)
    """Whether the time was set in the open block."""

    @call(
        0,
        weight=weight(3_816_000, 1_493, reads=2, writes=1),
        dispatch_class=DispatchClass.MANDATORY,
    )
    def set(self, origin: Origin, now: Annotated[Moment, COMPACT, Named("T::Moment")]) -> None:
        """Set the time of the block.

        A block is invalid if it sets the time twice, too close to the last one, or outside its
        slot.

        Origin: none; the block's author adds it as an inherent.
        - `now`: milliseconds since the Unix epoch.

        Errors: none of its own.
        """
        ensure_none(origin)
        if self.did_update.exists():
            raise Panic("Timestamp must be updated only once in the block")
        before = self.now.get()
        if before != 0 and now < before + self.config.minimum_period:
            raise Panic(
                "Timestamp must increment by at least <MinimumPeriod> between sequential blocks"
            )
        self.now.put(now)
        self.did_update.put(True)
        self.config.on_timestamp_set(now)

    def on_initialize(self, now: BlockNumber) -> Weight:
        """The check at the end of the block is paid for at its beginning."""
        return FINALIZE_WEIGHT

    def on_finalize(self, now: BlockNumber) -> None:
        """Every block has a time.  Errors: Panic."""
        if not self.did_update.take():
            raise Panic("Timestamp must be updated once in the block")

    def create_inherent(self, data: InherentData) -> Call:
        """The clock of the author, or the earliest time that is allowed."""
        return self.env.call(self.name, "set", now=max(data.now, self._earliest()))

    def check_inherent(self, call: Call, data: InherentData) -> None:
        """Errors: TooFarInFuture, TooEarly."""
        if not self.is_inherent(call):
            return
        (time,) = call.args
        if time > min(data.now + MAX_DRIFT, U64_MAX):
            raise TooFarInFuture("the time of the block is too far ahead")
        if time < self._earliest():
            raise TooEarly("the time of the block is too early")

    def is_inherent(self, call: Call) -> bool:
        """Only `set` is."""
        return call.pallet == self.name and call.name == "set"

    def _earliest(self) -> Moment:
        return Moment(U64(self.now.get() + self.config.minimum_period))
