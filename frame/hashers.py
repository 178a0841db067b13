"""The seven ways a storage map hashes its keys.

A reversible hasher leaves the key readable behind the hash (`concat`, identity), so its entries
can be listed; the others cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pysubtensor.frame import hashing


@dataclass(frozen=True)
class Hasher:
    """`tag` is its number in the metadata; `hash_size` the bytes before a readable key."""

    name: str
    tag: int
    hash_size: int
    reversible: bool
    apply: Callable[[bytes], bytes]


blake2_128 = Hasher("Blake2_128", 0, 16, False, hashing.blake2_128)
blake2_256 = Hasher("Blake2_256", 1, 32, False, hashing.blake2_256)
blake2_128_concat = Hasher("Blake2_128Concat", 2, 16, True, hashing.blake2_128_concat)
twox_128 = Hasher("Twox128", 3, 16, False, hashing.twox_128)
twox_256 = Hasher("Twox256", 4, 32, False, hashing.twox_256)
twox_64_concat = Hasher("Twox64Concat", 5, 8, True, hashing.twox_64_concat)
identity = Hasher("Identity", 6, 0, True, hashing.identity)
