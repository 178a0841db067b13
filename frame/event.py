"""Events: records that a pallet emits for the outside world.

class Paid(Event, index=1):
    "A promise fell due and was paid in full."
    to: AccountId
    amount: Tao
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.primitives import U32, Hash


class Event(Struct):
    """Base of all events.  Class keywords: `index`; `unnamed` for tuple variants."""

    declared: ClassVar[dict[str, list[type[Event]]]] = {}
    """Event classes by the module that declares them, in order."""

    @classmethod
    def joined(cls, case: type) -> None:
        """Note the event under its module."""
        Event.declared.setdefault(case.__module__, []).append(case)


class RuntimeEvent:
    """Annotation for any event of the composed runtime."""


class Phase(Variant, path="frame_system::Phase"):
    """When in a block an event was emitted."""


class ApplyExtrinsic(Phase, index=0, unnamed=True):
    """While extrinsic `index` ran."""

    index: U32


class Finalization(Phase, index=1):
    """After the last extrinsic."""


class Initialization(Phase, index=2):
    """Before the first extrinsic."""


class EventRecord(Struct, path="frame_system::EventRecord", params={"E": RuntimeEvent, "T": Hash}):
    """An event with its moment and the topics it can be found by."""

    phase: Phase
    event: Annotated[RuntimeEvent, Named("E")]
    topics: Annotated[tuple[Hash, ...], Named("Vec<T>")]
