"""Proofs of work: a nonce whose seal, with a recent block and an account, is a small number.

Source: subnets/registration.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.hashing import keccak_256, sha2_256
from pysubtensor.frame.primitives import U32, U64, AccountId, BlockNumber, Hash
from pysubtensor.pallets.subtensor.storage import Storage

_HASHES: Final = 1 << 256


def hash_meets_difficulty(work: bytes, difficulty: int) -> bool:
    """Whether the hash, lowest byte first, is under 2**256 divided by the difficulty."""
    return int.from_bytes(work, "little") * difficulty < _HASHES


def create_seal_hash(sub: Storage, block: int, nonce: int, account: AccountId) -> Hash:
    """Keccak of the SHA-256 of a nonce and of the Keccak of a block's hash and an account."""
    block_hash = sub.config.system.block_hash_of(BlockNumber(U32(block)))
    bound = keccak_256(block_hash + account)
    return Hash(keccak_256(sha2_256(nonce.to_bytes(8, "little") + bound)))


def create_work_for_block_number(
    sub: Storage, block: int, start: int, account: AccountId, difficulty: int
) -> tuple[U64, Hash]:
    """The first nonce from `start` on that is a proof, and its seal; takes as long as it takes."""
    nonce = start
    while not hash_meets_difficulty(
        work := create_seal_hash(sub, block, nonce, account), difficulty
    ):
        nonce += 1
    return U64(nonce), work
