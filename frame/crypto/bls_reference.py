"""What `bls` does, by py-ecc: plain Python, a hundred times slower, easy to read.

Nothing but tests and benches uses it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from pysubtensor.frame.crypto.bls import POSSESSION_TAG, SIGN_TAG

_depth = sys.getrecursionlimit()
from py_ecc.bls.ciphersuites import G2ProofOfPossession  # noqa: E402

sys.setrecursionlimit(_depth)  # the library raises it for the whole process, and needs it nowhere
_scheme: Any = G2ProofOfPossession
"""The library tells kinds of bytes apart by type; here all are bytes."""


def public_key(secret: int) -> bytes:
    """The key of a secret."""
    return bytes(_scheme.SkToPk(secret))


def sign(secret: int, message: bytes) -> bytes:
    """Sign a message."""
    return bytes(_scheme._CoreSign(secret, message, SIGN_TAG))


def prove_possession(secret: int, owner: bytes) -> bytes:
    """Prove that `owner` knows the secret."""
    return bytes(_scheme._CoreSign(secret, public_key(secret) + owner, POSSESSION_TAG))


def aggregate(signatures: Iterable[bytes]) -> bytes:
    """One signature from several.  Errors: ValueError when one is malformed."""
    return bytes(_scheme.Aggregate(list(signatures)))


def verify_possession(key: bytes, owner: bytes, proof: bytes) -> bool:
    """Whether the key is well formed and `owner` proved to know its secret."""
    return bool(_scheme._CoreVerify(key, key + owner, proof, POSSESSION_TAG))


def verify_aggregate(keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
    """Whether all of `keys`, which must have proved possession, signed `message`."""
    if not keys:
        return False
    return bool(_scheme.FastAggregateVerify(list(keys), message, signature))
