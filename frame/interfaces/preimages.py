"""Calls kept for later: short ones as they are, long ones by hash, their bytes kept apart."""

from __future__ import annotations

from typing import Annotated, Final, Protocol

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.resolve import Bounded, Named
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.primitives import U32, Hash

INLINE_LIMIT: Final = 128
"""Bytes up to which a call is kept as it is."""
LEGACY_LENGTH: Final = U32(1_000_000)
"""What a call of unknown length is taken to have."""

HashOutput = Annotated[Hash, Named("H::Output")]


class BlakeTwo256(Struct, path="sp_runtime::traits::BlakeTwo256"):
    """Names the hash in types; has no values."""


class BoundedCall(
    Variant,
    path="frame_support::traits::preimages::Bounded",
    params={"T": Call, "H": BlakeTwo256},
):
    """A call of bounded size."""


class Legacy(BoundedCall, index=0):
    """By hash alone; no longer made."""

    hash: HashOutput


class Inline(BoundedCall, index=1, unnamed=True):
    """Its SCALE bytes."""

    data: Annotated[bytes, Bounded(INLINE_LIMIT), Named("BoundedInline")]


class Lookup(BoundedCall, index=2):
    """By the hash and length of its bytes."""

    hash: HashOutput
    len: U32


def lookup_hash(bounded: BoundedCall) -> Hash | None:
    """Hash under which the bytes are kept apart; None when they are not."""
    return bounded.hash if isinstance(bounded, Legacy | Lookup) else None


def lookup_length(bounded: BoundedCall) -> U32 | None:
    """How many bytes must be fetched; None when none."""
    if isinstance(bounded, Lookup):
        return bounded.len
    return LEGACY_LENGTH if isinstance(bounded, Legacy) else None


class Preimages(Protocol):
    """Keeps bytes by their hash as long as somebody asks for them."""

    def bound(self, call: Call) -> BoundedCall:
        """A call in bounded form; a long one is noted and requested once.  Errors: Exhausted."""

    def peek(self, bounded: BoundedCall) -> tuple[Call, U32 | None]:
        """The call, and how many bytes were fetched for it.  Errors: Unavailable; Corruption."""

    def realize(self, bounded: BoundedCall) -> tuple[Call, U32 | None]:
        """`peek`, and no longer ask for it.  Errors: Unavailable; Corruption."""

    def drop(self, bounded: BoundedCall) -> None:
        """No longer ask for a call."""

    def have(self, bounded: BoundedCall) -> bool:
        """Whether the bytes of a call are here."""

    def request(self, wanted: Hash, /) -> None:
        """Ask for bytes: once here, they stay."""

    def unrequest(self, wanted: Hash, /) -> None:
        """No longer ask for bytes; those that nobody else asks or pays for go."""

    def note(self, data: bytes) -> Hash:
        """Keep bytes, and ask for them once.  Errors: Exhausted when they are too many."""

    def unnote(self, wanted: Hash, /) -> None:
        """Take back `note`, whoever paid for the bytes."""
