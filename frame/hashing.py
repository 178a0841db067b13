"""Hash functions and storage hashers, as plain functions from bytes to bytes.

Digests follow Substrate: BLAKE2b takes its output length as a parameter (a shorter digest is not a
prefix of a longer one), and the `twox` family concatenates xxHash64 digests with seeds 0, 1, 2, 3,
each little-endian.  The `_concat` hashers append the input, so that the key can be read back.
"""

import hashlib
from struct import Struct

from xxhash import xxh64_intdigest

_blake2b = hashlib.blake2b
_u64 = Struct("<Q").pack
_two_u64 = Struct("<QQ").pack
_four_u64 = Struct("<QQQQ").pack


def blake2_64(data: bytes) -> bytes:
    """BLAKE2b with an 8-byte digest."""
    return _blake2b(data, digest_size=8).digest()


def blake2_128(data: bytes) -> bytes:
    """BLAKE2b with a 16-byte digest."""
    return _blake2b(data, digest_size=16).digest()


def blake2_256(data: bytes) -> bytes:
    """BLAKE2b with a 32-byte digest: the hash of blocks, extrinsics and trie nodes."""
    return _blake2b(data, digest_size=32).digest()


def blake2_512(data: bytes) -> bytes:
    """BLAKE2b with a 64-byte digest."""
    return _blake2b(data, digest_size=64).digest()


def twox_64(data: bytes) -> bytes:
    """xxHash64 with seed 0, 8 bytes.  Fast, not collision resistant."""
    return _u64(xxh64_intdigest(data, 0))


def twox_128(data: bytes) -> bytes:
    """xxHash64 with seeds 0 and 1, 16 bytes: the hash of pallet and storage item names."""
    return _two_u64(xxh64_intdigest(data, 0), xxh64_intdigest(data, 1))


def twox_256(data: bytes) -> bytes:
    """xxHash64 with seeds 0 to 3, 32 bytes."""
    return _four_u64(*(xxh64_intdigest(data, seed) for seed in range(4)))


def keccak_256(data: bytes) -> bytes:
    """Keccak with a 32-byte digest and the original padding, as Ethereum uses it."""
    from Crypto.Hash import keccak  # slow to import, and rarely used

    return keccak.new(digest_bits=256, data=data).digest()


def sha2_256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def blake2_128_concat(data: bytes) -> bytes:
    """Storage hasher: `blake2_128(data)` followed by `data`."""
    return _blake2b(data, digest_size=16).digest() + data


def twox_64_concat(data: bytes) -> bytes:
    """Storage hasher: `twox_64(data)` followed by `data`."""
    return _u64(xxh64_intdigest(data, 0)) + data


def identity(data: bytes) -> bytes:
    """Storage hasher: `data` itself."""
    return data
