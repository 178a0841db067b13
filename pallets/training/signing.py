"""What many members sign together, and whether enough of them did.

A message holds a seed of its round, and so belongs to one chain and one moment.
"""

from __future__ import annotations

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.error import ensure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import AccountId, Hash
from pysubtensor.pallets.training.errors import BadBitmap, BadSignature, NoQuorum
from pysubtensor.pallets.training.records import member_of
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import ChallengeId, Committed, RoundNumber, RunId

_TAG = b"pysubtensor.training"


def _message(purpose: bytes, *numbers: int, rest: bytes = b"") -> bytes:
    fields = b"".join(number.to_bytes(4, "little") for number in numbers)
    return blake2_256(_TAG + purpose + fields + rest)


def attestation_message(
    seed: bytes, run: RunId, number: RoundNumber, available: bytes, hashes: bytes
) -> bytes:
    """What witnesses sign: whose payloads, of those with these hashes, are available."""
    return _message(b"attest", run, number, rest=seed + available + blake2_256(hashes))


def payload_hashes(kept: list[Committed]) -> bytes:
    """The payload hashes of a round, one behind the other."""
    return b"".join(each.commitment.payload_hash for each in kept)


def verdict_message(seed: bytes, challenge: ChallengeId, *, guilty: bool) -> bytes:
    """What the jury drawn by this seed signs."""
    return _message(b"verdict", challenge, rest=seed + bytes((guilty,)))


def rollback_message(
    seed: bytes, run: RunId, newest: RoundNumber, target: RoundNumber, root: Hash
) -> bytes:
    """What validators sign to go back to the checkpoint of a round while `newest` is open."""
    return _message(b"rollback", run, newest, target, rest=seed + root)


def selected_accounts(bitmap: bytes, listed: tuple[AccountId, ...]) -> list[AccountId]:
    """The accounts whose bits are set.  Errors: BadBitmap."""
    ensure(len(bitmap) == (len(listed) + 7) // 8, BadBitmap)
    bits = int.from_bytes(bitmap, "little")
    ensure(bits >> len(listed) == 0, BadBitmap)
    return [who for place, who in enumerate(listed) if bits >> place & 1]


def ensure_signed_by(
    training: Storage,
    run: RunId,
    listed: tuple[AccountId, ...],
    signers: bytes,
    message: bytes,
    signature: bytes,
) -> None:
    """More than two thirds of the listed must have signed.

    Errors: BadBitmap; NoQuorum; NotMember; BadSignature.
    """
    signed = selected_accounts(signers, listed)
    ensure(3 * len(signed) > 2 * len(listed), NoQuorum)
    keys = [member_of(training, run, who).key for who in signed]
    ensure(bls.verify_aggregate(keys, message, signature), BadSignature)
