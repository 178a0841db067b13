"""Signatures over BLS12-381 that many keys make together: 48-byte keys, 96-byte signatures.

The scheme with proofs of possession of the IETF draft (draft-irtf-cfrg-bls-signature, ciphersuite
`BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_`): signatures of several keys on one message add up to
one.  A proof of possession here also names its owner, so that nobody can use that of another.

This is what the chain uses.  `bls_reference` does the same in plain Python, and tests hold them
equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from pysubtensor.frame.hashing import sha2_256

KEY_BYTES: Final = 48
SIGNATURE_BYTES: Final = 96
SIGN_TAG: Final = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
POSSESSION_TAG: Final = b"BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""Number of points of the groups; secrets are below it."""

_MINUS_ONE: Final = -G1Point()
_NOTHING: Final = G1Point.identity()


def secret_from_seed(seed: bytes) -> int:
    """A secret made from any bytes: SHA-256 of them below the order, never 0."""
    return int.from_bytes(sha2_256(b"bls" + seed), "big") % (ORDER - 1) + 1


def public_key(secret: int) -> bytes:
    """The key of a secret."""
    return (G1Point() * Scalar(secret)).to_compressed_bytes()


def sign(secret: int, message: bytes) -> bytes:
    """Sign a message."""
    return _signed(secret, message, SIGN_TAG)


def prove_possession(secret: int, owner: bytes) -> bytes:
    """Prove that `owner` knows the secret."""
    return _signed(secret, public_key(secret) + owner, POSSESSION_TAG)


def _signed(secret: int, message: bytes, tag: bytes) -> bytes:
    return (G2Point.hash_to_curve(message, tag) * Scalar(secret)).to_compressed_bytes()


def aggregate(signatures: Iterable[bytes]) -> bytes:
    """One signature from several.  Errors: ValueError when one is malformed."""
    total = G2Point.identity()
    for each in signatures:
        total = total + G2Point.from_compressed_bytes(each)
    return total.to_compressed_bytes()


def verify_possession(key: bytes, owner: bytes, proof: bytes) -> bool:
    """Whether the key is well formed and `owner` proved to know its secret."""
    point = _key(key)
    return point is not None and _check(point, key + owner, proof, POSSESSION_TAG)


def verify_aggregate(keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
    """Whether all of `keys`, which must have proved possession, signed `message`.

    Malformed input is False, never an error.
    """
    total = _NOTHING
    for each in keys:
        try:
            total = total + G1Point.from_compressed_bytes_unchecked(each)
        except ValueError:
            return False
    return total != _NOTHING and _check(total, message, signature, SIGN_TAG)


def _key(key: bytes) -> G1Point | None:
    """The point of a key; None for one that is malformed, off the group or nothing."""
    try:
        point = G1Point.from_compressed_bytes(key)
    except ValueError:
        return None
    return None if point == _NOTHING or point.to_compressed_bytes() != key else point


def _check(key: G1Point, message: bytes, signature: bytes, tag: bytes) -> bool:
    try:
        point = G2Point.from_compressed_bytes(signature)
    except ValueError:
        return False
    if point.to_compressed_bytes() != signature:  # several spellings of nothing decode
        return False
    return GT.pairing_check([key, _MINUS_ONE], [G2Point.hash_to_curve(message, tag), point])
