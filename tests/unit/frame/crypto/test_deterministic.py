"""Repeatable sr25519 signatures, against FIPS 202, Merlin's own vector and the binding."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.crypto import Keypair, KeyType, verify
from pysubtensor.frame.crypto.deterministic import Transcript, keccak_f


def test_the_permutation_is_that_of_sha3() -> None:
    state = bytearray(200)
    state[0] ^= 6
    state[135] ^= 0x80
    assert keccak_f(state)[:32] == hashlib.sha3_256(b"").digest()


def test_the_transcript_is_merlins() -> None:
    transcript = Transcript(b"test protocol")
    transcript.append(b"some label", b"some data")
    # published with the merlin crate (equivalence_simple)
    assert transcript.challenge(b"challenge", 32).hex() == (
        "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615"
    )


@given(st.binary(max_size=300))
def test_signatures_verify_and_repeat(message: bytes) -> None:
    key = Keypair.from_uri("//One")
    signature = key.sign_repeatably(message)
    assert signature == key.sign_repeatably(message)
    assert verify(KeyType.SR25519, signature, message, key.public)
    assert not verify(KeyType.SR25519, signature, message + b"!", key.public)
