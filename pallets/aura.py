"""Aura: who writes which block.  Authors take turns, one time slot each.

header: PreRuntime(aura, slot) -> on_initialize -> current_slot
author of a slot = authorities[slot % len(authorities)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import Bounded, Named
from pysubtensor.frame.error import Panic
from pysubtensor.frame.header import AURA, Consensus
from pysubtensor.frame.interfaces.authorities import (
    AuraId,
    AuraLog,
    AuthoritiesChange,
    Slot,
    SlotDuration,
)
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U64, BlockNumber, Moment
from pysubtensor.frame.storage import Value
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.frame.weights import Weight, weight

MAX_AUTHORITIES: Final = 32
SLOT_BYTES: Final = 8
Authorities = Annotated[tuple[AuraId, ...], Bounded(MAX_AUTHORITIES)]


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: SystemServices
    slot_duration: Annotated[Moment, Named("T::Moment")] = constant(
        Moment(U64(12_000)), "Milliseconds from one block to the next."
    )


class Aura(Pallet[Config], crate="pallet_aura"):
    """Knows the authors and the slot of the open block."""

    associated_types = {"AuthorityId": AuraId}

    authorities = Value[Authorities](default=())
    """Keys of the authors, in their order."""
    current_slot = Value[Slot](default=U64(0))
    """Slot of the open block, or of the last one."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Take over the slot that the author claims.  Errors: Panic unless it is a later one."""
        slot = self._claimed_slot()
        if slot is None:
            return weight(0, reads=1)
        if slot <= self.current_slot.get():
            raise Panic("Slot must increase")
        self.current_slot.put(slot)
        return weight(0, reads=2, writes=1)

    def _claimed_slot(self) -> U64 | None:
        for log in self.config.system.pre_runtime_logs():
            if log.engine == AURA:
                slot = log.data[:SLOT_BYTES]
                return U64(int.from_bytes(slot, "little")) if len(slot) == SLOT_BYTES else None
        return None

    def on_timestamp_set(self, moment: Moment) -> None:
        """The time of a block lies in its slot.  Errors: Panic."""
        if moment // self.config.slot_duration != self.current_slot.get():
            raise Panic("Timestamp slot must match `CurrentSlot`")

    def change_authorities(self, new: tuple[bytes, ...]) -> None:
        """Let others write from the next block on; no authors at all are ignored."""
        if not new:
            return
        self.authorities.put(new)
        log = self.env.codecs(AuraLog).to_bytes(AuthoritiesChange(new))
        self.config.system.deposit_log(Consensus(AURA, log))

    def author(self) -> bytes | None:
        """Key of the author of the open block; None without a claimed slot or authors."""
        slot, keys = self._claimed_slot(), self.authorities.get()
        return keys[slot % len(keys)] if slot is not None and keys else None

    def genesis_build(self, authorities: tuple[bytes, ...]) -> None:
        """Authors of block 1.  Errors: BadValue when they are too many."""
        if authorities:
            self.authorities.put(authorities)


class AuraApi(RuntimeApi, version=1):
    """What an author asks before writing a block."""

    def __init__(self, aura: Aura) -> None:
        self.aura = aura

    @view
    def slot_duration(self) -> SlotDuration:
        """Milliseconds from one slot to the next."""
        return U64(self.aura.config.slot_duration)

    @view
    def authorities(self) -> tuple[AuraId, ...]:
        """Keys of the authors in their order."""
        return self.aura.authorities.get()
