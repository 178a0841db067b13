"""Chance that nobody knows beforehand: made from the hash of the last block.

Whoever makes that block may try several; a beacon can take its place later.
"""

from __future__ import annotations

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.training.storage import Storage


def parent_block_seed(training: Storage, purpose: bytes, *numbers: int) -> Hash:
    """A seed that was not known while the last block was made."""
    rest = b"".join(number.to_bytes(4, "little") for number in numbers)
    return Hash(blake2_256(training.config.system.parent_block_hash() + purpose + rest))


def derive_seed(seed: bytes, purpose: bytes, who: bytes = b"") -> Hash:
    """Another seed from a seed."""
    return Hash(blake2_256(seed + purpose + who))


def draw(seed: bytes, among: int, count: int) -> list[int]:
    """`count` different numbers below `among` in the order in which they were drawn.

    Each step takes eight bytes of the seed's hashes; their remainder is even but for 2**-50.
    """
    left = list(range(among))
    drawn = []
    for step in range(min(count, among)):
        word = blake2_256(seed + step.to_bytes(4, "little"))[:8]
        place = step + int.from_bytes(word, "little") % (among - step)
        left[step], left[place] = left[place], left[step]
        drawn.append(left[step])
    return drawn


def bernoulli(seed: bytes, rate: int) -> bool:
    """True with the probability `rate` of 65535."""
    return int.from_bytes(blake2_256(seed + b"hits")[:2], "little") * 65_535 < rate * 65_536
