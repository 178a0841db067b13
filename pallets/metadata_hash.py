"""CheckMetadataHash: a signer may state which metadata it read the transaction by."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Any, ClassVar

from pysubtensor.frame.codec.resolve import Fixed, Wire
from pysubtensor.frame.codec.struct import rust_enum
from pysubtensor.frame.extensions import Extension
from pysubtensor.frame.validity import CannotLookupUnknown, UnknownTransaction


@rust_enum("frame_metadata_hash_extension::Mode")
class Mode(IntEnum):
    """Whether the hash is part of what was signed."""

    DISABLED = 0
    ENABLED = 1


class CheckMetadataHash(Extension):
    """`digest` gives the hash of the metadata, or None when this runtime has none built in."""

    identifier = "CheckMetadataHash"
    extra: ClassVar[Any] = Annotated[
        Mode,
        Wire("frame_metadata_hash_extension::CheckMetadataHash", field="mode", type_name="Mode"),
    ]
    implicit_type: ClassVar[Any] = Annotated[bytes, Fixed(32)] | None

    def __init__(self, digest: Callable[[], bytes | None]) -> None:
        self._digest = digest

    def implicit(self, extra: Mode) -> bytes | None:
        """The hash when the signer stated it.  Errors: CannotLookup."""
        if extra == Mode.DISABLED:
            return None
        digest = self._digest()
        if digest is None:
            raise UnknownTransaction(CannotLookupUnknown())
        return digest
