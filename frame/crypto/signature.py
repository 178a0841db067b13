"""Verifying signatures, by the three schemes of `sp_runtime::MultiSignature`."""

from enum import IntEnum

import ed25519_zebra
import sr25519
from coincurve import PublicKey

from pysubtensor.frame.hashing import blake2_256

ACCOUNT_BYTES = 32
_SIGNATURE_BYTES = 64
_RECOVERABLE_BYTES = 65
_ETHEREUM_RECOVERY = 27
"""Ethereum wallets count recovery ids from here; the chain takes both ways."""


class KeyType(IntEnum):
    """A signature scheme; the number is its tag on the wire."""

    ED25519 = 0
    SR25519 = 1
    ECDSA = 2


def account_of(kind: KeyType, public: bytes) -> bytes:
    """The 32-byte account that `public` controls: the key itself, or for ecdsa its hash."""
    return blake2_256(public) if kind is KeyType.ECDSA else public


def verify(kind: KeyType, signature: bytes, message: bytes, account_id: bytes) -> bool:
    """Whether the owner of `account_id` signed `message`.

    Sr25519 signs in the context "substrate"; ecdsa signs the blake2b-256 hash of the message,
    and its 65th byte tells how to recover the key.  Malformed input is False, never an error.
    """
    if kind == KeyType.ECDSA:
        return _verify_ecdsa(signature, message, account_id)
    if len(signature) != _SIGNATURE_BYTES or len(account_id) != ACCOUNT_BYTES:
        return False
    check = sr25519.verify if kind == KeyType.SR25519 else ed25519_zebra.ed_verify
    try:
        return bool(check(signature, message, account_id))
    except ValueError:  # a point or scalar that cannot be decoded
        return False


def _verify_ecdsa(signature: bytes, message: bytes, account_id: bytes) -> bool:
    if len(signature) != _RECOVERABLE_BYTES:
        return False
    recovery = signature[64]
    if recovery >= _ETHEREUM_RECOVERY:
        signature = signature[:64] + bytes([recovery - _ETHEREUM_RECOVERY])
    try:
        public = PublicKey.from_signature_and_message(signature, blake2_256(message), hasher=None)
    except ValueError:  # numbers off the curve
        return False
    return blake2_256(public.format()) == account_id
