"""Keys of block authors and finality voters, and the logs that tell clients of a change.

Both kinds of key have 32 bytes: authors sign with sr25519, voters with ed25519.
"""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import Fixed, Named, Wire
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.primitives import U32, U64, BlockNumber

AuraId = Annotated[
    bytes,
    Fixed(32),
    Wire("sp_consensus_aura::sr25519::app_sr25519::Public", type_name="T::AuthorityId"),
]
GrandpaId = Annotated[
    bytes, Fixed(32), Wire("sp_consensus_grandpa::app::Public", type_name="AuthorityId")
]
GrandpaSignature = Annotated[
    bytes, Fixed(64), Wire("sp_consensus_grandpa::app::Signature", type_name="AuthoritySignature")
]
Voter = tuple[GrandpaId, U64]
"""A voter and the weight of its vote."""
VoterList = Annotated[tuple[Voter, ...], Named("AuthorityList")]
SetId = Annotated[U64, Named("SetId")]
"""Counts the voter sets since block 0."""
Slot = Annotated[U64, Wire("sp_consensus_slots::Slot", type_name="Slot")]
"""Milliseconds since the Unix epoch, divided by the slot duration."""
SlotDuration = Annotated[U64, Wire("sp_consensus_slots::SlotDuration", type_name="SlotDuration")]
"""Milliseconds."""


class AuraLog(Variant, path="sp_consensus_aura::ConsensusLog", params={"AuthorityId": AuraId}):
    """What the runtime tells the authoring engine."""


class AuthoritiesChange(AuraLog, index=1, unnamed=True):
    """These write the blocks from the next one on."""

    authorities: tuple[AuraId, ...]


class AuraDisabled(AuraLog, index=2, unnamed=True, rust_name="OnDisabled"):
    """The author of this place may write no more."""

    place: U32


class ScheduledChange(
    Struct, path="sp_consensus_grandpa::ScheduledChange", params={"N": BlockNumber}
):
    """These vote once `delay` further blocks are final."""

    next_authorities: VoterList
    delay: BlockNumber


class GrandpaLog(Variant, path="sp_consensus_grandpa::ConsensusLog", params={"N": BlockNumber}):
    """What the runtime tells the finality engine."""


class ScheduledChangeLog(GrandpaLog, index=1, unnamed=True, rust_name="ScheduledChange"):
    """A change that waits for finality."""

    change: ScheduledChange


class ForcedChangeLog(GrandpaLog, index=2, unnamed=True, rust_name="ForcedChange"):
    """A change that does not, for voters that stalled after block `median`."""

    median: BlockNumber
    change: ScheduledChange


class GrandpaDisabled(GrandpaLog, index=3, unnamed=True, rust_name="OnDisabled"):
    """The voter of this place counts no more."""

    place: U64


class Pause(GrandpaLog, index=4, unnamed=True):
    """Voting stops after this many blocks."""

    delay: BlockNumber


class Resume(GrandpaLog, index=5, unnamed=True):
    """Voting goes on after this many blocks."""

    delay: BlockNumber
