"""RandomnessCollectiveFlip: keeps the latest block hashes and mixes them.

Block authors can bend the outcome; nothing of worth may hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import Bounded
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U32, ZERO_HASH, BlockNumber, Hash
from pysubtensor.frame.storage import Value
from pysubtensor.frame.weights import Weight, weight

MATERIAL: Final = 81
"""Hashes kept: a power of three, as the mixing wants it."""
NOTE_WEIGHT: Final = weight(0, reads=1, writes=1)


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: SystemServices


class RandomnessCollectiveFlip(Pallet[Config], crate="pallet_insecure_randomness_collective_flip"):
    """A weak source of randomness."""

    random_material = Value[Annotated[tuple[Hash, ...], Bounded(MATERIAL)]](default=())
    """Hashes of the latest blocks; once full, that of block n - 1 stands at (n - 1) % 81."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Note the hash of the parent."""
        hashes = self.random_material.get()
        parent = self.config.system.parent_block_hash()
        if len(hashes) < MATERIAL:
            self.random_material.put((*hashes, parent))
        else:
            place = _place(now)
            self.random_material.put((*hashes[:place], parent, *hashes[place + 1 :]))
        return NOTE_WEIGHT

    def draw(self, subject: bytes) -> tuple[Hash, BlockNumber]:
        """A hash for `subject`, and the block since when it could be known beforehand."""
        number = self.config.system.block_number()
        known_since = BlockNumber(U32(max(number - MATERIAL, 0)))
        hashes = self.random_material.get()
        if not hashes:
            return ZERO_HASH, known_since
        start, count = _place(number), len(hashes)
        turned = [hashes[(start + i) % count] for i in range(MATERIAL)]
        prefix = encode_compact(len(subject)) + subject
        seeds = [blake2_256(bytes((i,)) + prefix + each) for i, each in enumerate(turned)]
        return Hash(triplet_mix(seeds)), known_since


def _place(number: int) -> int:
    return (number - 1) % MATERIAL


def triplet_mix(seeds: list[bytes]) -> bytes:
    """Reduce 3**n seeds to one: of each three the bitwise majority, again and again."""
    numbers = [int.from_bytes(seed, "big") for seed in seeds]
    while len(numbers) > 1:
        threes = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        numbers = [(a & b) | (b & c) | (a & c) for a, b, c in threes]
    return numbers[0].to_bytes(len(seeds[0]), "big")
