"""Transfers of this chain, signed ahead of time and without its runtime."""

from __future__ import annotations

from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.crypto import Keypair

SENDER: Keypair = Keypair.from_uri("//Alice")
DEST: Keypair = Keypair.from_uri("//Bob")
AMOUNT = 1_000_000
"""Rao of each transfer."""

_TRANSFER_KEEP_ALIVE = bytes((5, 3))
_ID = b"\0"
_SR25519 = b"\1"


def presigned(genesis: bytes, versions: tuple[int, int], count: int) -> list[str]:
    """`count` immortal transfers from SENDER to DEST with nonces from 0, as 0x-hex.

    `versions` are those of the runtime and of its transactions.
    """
    call = _TRANSFER_KEEP_ALIVE + _ID + DEST.public + encode_compact(AMOUNT)
    numbers = b"".join([version.to_bytes(4, "little") for version in versions])
    implicit = numbers + genesis + genesis + b"\0"  # no metadata hash
    return [_transfer(call, implicit, nonce) for nonce in range(count)]


def _transfer(call: bytes, implicit: bytes, nonce: int) -> str:
    extra = b"\0" + encode_compact(nonce) + b"\0\0"  # immortal, no tip, metadata hash unchecked
    signature = SENDER.sign(call + extra + implicit)
    body = b"\x84" + _ID + SENDER.public + _SR25519 + signature + extra + call
    return "0x" + (encode_compact(len(body)) + body).hex()
