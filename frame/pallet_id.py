"""Accounts of pallets: nobody holds a key to them, the pallet alone disposes of what they own."""

from __future__ import annotations

from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import Fixed, Wire
from pysubtensor.frame.primitives import AccountId

PalletId = Annotated[bytes, Fixed(8), Wire("frame_support::PalletId", type_name="PalletId")]
"""Eight characters that a pallet's account is made from."""

_TAG: Final = b"modl"
_ACCOUNT_BYTES: Final = 32


def account_of(pallet_id: bytes, part: bytes = b"") -> AccountId:
    """The account of a pallet, or of the `part` (SCALE bytes) of it: tag, id, part, zeros.

    What goes beyond 32 bytes is cut.
    """
    return AccountId((_TAG + pallet_id + part)[:_ACCOUNT_BYTES].ljust(_ACCOUNT_BYTES, b"\0"))
