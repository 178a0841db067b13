"""Hash functions against published digests."""

import pytest

from pysubtensor.frame import hashing

DIGESTS = [
    # RFC 7693, appendix A.
    (
        hashing.blake2_512,
        b"abc",
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    ),
    # The root of the empty trie: the digest of one zero byte.
    (
        hashing.blake2_256,
        b"\0",
        "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314",
    ),
    # xxHash64 of nothing with seed 0 is 0xef46db3751d8e999.
    (hashing.twox_64, b"", "99e9d85137db46ef"),
    # Prefixes of well-known storage keys: System, then its items.
    (hashing.twox_128, b"System", "26aa394eea5630e07c48ae0c9558cef7"),
    (hashing.twox_128, b"Account", "b99d880ec681799c0cf30e8886371da9"),
    (hashing.twox_128, b"Events", "80d41e5e16056765bc8461851072c9d7"),
    # Known answers of sp-crypto-hashing.
    (
        hashing.twox_256,
        b"abc",
        "990977adf52cbc440889329981caa9bef7da5770b2b8a05303b75d95360dd62b",
    ),
    # Keccak of nothing, the Ethereum empty code hash.
    (
        hashing.keccak_256,
        b"",
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    ),
    # FIPS 180-2.
    (
        hashing.sha2_256,
        b"abc",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
]


@pytest.mark.parametrize(("function", "data", "expected"), DIGESTS)
def test_published_digests(function, data, expected):
    assert function(data).hex() == expected


def test_the_twox_family_extends_itself():
    assert hashing.twox_256(b"x")[:16] == hashing.twox_128(b"x")
    assert hashing.twox_128(b"x")[:8] == hashing.twox_64(b"x")


def test_a_short_blake2_is_not_a_prefix_of_a_long_one():
    assert hashing.blake2_128(b"x") != hashing.blake2_256(b"x")[:16]
    assert len(hashing.blake2_64(b"x")) == 8


def test_storage_hashers_keep_the_key_readable():
    assert hashing.blake2_128_concat(b"key") == hashing.blake2_128(b"key") + b"key"
    assert hashing.twox_64_concat(b"key") == hashing.twox_64(b"key") + b"key"
    assert hashing.identity(b"key") == b"key"
