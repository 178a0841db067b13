"""The fast BLS signatures and those of the reference are the same."""

from __future__ import annotations

import pytest

from pysubtensor.frame.crypto import bls, bls_reference

SECRETS = [bls.secret_from_seed(bytes((n,))) for n in range(3)]
KEYS = [bls.public_key(secret) for secret in SECRETS]
OWNER = b"\x07" * 32
INFINITY = b"\xc0" + bytes(47)
OFF_GROUP = b"\x80" + bytes(46) + b"\x04"
"""On the curve, outside of the group."""


def test_both_make_the_same_keys_signatures_and_proofs():
    for secret, key in zip(SECRETS, KEYS, strict=True):
        assert bls_reference.public_key(secret) == key
        assert bls_reference.sign(secret, b"text") == bls.sign(secret, b"text")
    proofs = [kind.prove_possession(SECRETS[0], OWNER) for kind in (bls, bls_reference)]
    assert proofs[0] == proofs[1]


@pytest.mark.parametrize("kind", [bls, bls_reference])
def test_signatures_add_up(kind):
    together = kind.aggregate([bls.sign(secret, b"text") for secret in SECRETS])
    assert len(together) == bls.SIGNATURE_BYTES
    assert kind.verify_aggregate(KEYS, b"text", together)
    assert not kind.verify_aggregate(KEYS[:2], b"text", together)
    assert not kind.verify_aggregate(KEYS, b"other", together)


@pytest.mark.parametrize("kind", [bls, bls_reference])
def test_a_proof_holds_for_its_owner_only(kind):
    proof = bls.prove_possession(SECRETS[0], OWNER)
    assert kind.verify_possession(KEYS[0], OWNER, proof)
    assert not kind.verify_possession(KEYS[0], bytes(32), proof)
    assert not kind.verify_possession(KEYS[1], OWNER, proof)
    assert not kind.verify_possession(KEYS[0], OWNER, bls.sign(SECRETS[0], KEYS[0] + OWNER))


@pytest.mark.parametrize("key", [b"", bytes(48), b"\xff" * 48, INFINITY, OFF_GROUP, KEYS[0][:-1]])
@pytest.mark.parametrize("kind", [bls, bls_reference])
def test_malformed_keys_prove_nothing(kind, key):
    assert not kind.verify_possession(key, OWNER, b"\xc0" + bytes(95))


@pytest.mark.parametrize("signature", [b"", bytes(96), b"\xff" * 96, b"\xc0" + bytes(95)])
@pytest.mark.parametrize("kind", [bls, bls_reference])
def test_malformed_signatures_sign_nothing(kind, signature):
    assert not kind.verify_aggregate(KEYS, b"text", signature)
    assert not kind.verify_aggregate([], b"text", signature)


def test_keys_that_cancel_out_sign_nothing():
    """The sum of a key and its opposite would take any message for signed by nothing."""
    opposite = bls.public_key(bls.ORDER - SECRETS[0])
    assert not bls.verify_aggregate([KEYS[0], opposite], b"text", b"\xc0" + bytes(95))
