import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.crypto import Keypair, KeyType, verify

KEYS = {kind: Keypair.from_uri("//Alice", kind) for kind in KeyType}
MESSAGE = b"a message"


@pytest.mark.parametrize("kind", KeyType)
def test_what_was_signed_verifies_and_nothing_else_does(kind):
    key, other = KEYS[kind], Keypair.from_uri("//Bob", kind)
    signature = key.sign(MESSAGE)
    assert len(signature) == (65 if kind is KeyType.ECDSA else 64)
    assert verify(kind, signature, MESSAGE, key.account_id)
    assert not verify(kind, signature, MESSAGE + b"!", key.account_id)
    assert not verify(kind, signature, MESSAGE, other.account_id)
    for wrong in KeyType:
        assert wrong is kind or not verify(wrong, signature, MESSAGE, key.account_id)


@given(kind=st.sampled_from(KeyType), at=st.integers(0, 64 * 8 - 1), message=st.binary(max_size=99))
def test_one_wrong_bit_is_found(kind, at, message):
    signature = bytearray(KEYS[kind].sign(message))
    signature[at // 8] ^= 1 << at % 8
    assert not verify(kind, bytes(signature), message, KEYS[kind].account_id)


@given(
    kind=st.sampled_from(KeyType),
    signature=st.binary(max_size=70) | st.binary(min_size=64, max_size=65),
    message=st.binary(max_size=9),
    account=st.binary(max_size=40) | st.binary(min_size=32, max_size=32),
)
def test_garbage_is_no_signature(kind, signature, message, account):
    # All zeros are a valid ed25519 signature of anything by the zero key, as on the chain.
    if any(signature):
        assert not verify(kind, signature, message, account)


def test_sr25519_signature_of_the_bittensor_wallet():
    signature = bytes.fromhex(
        "a4d48dcf8947b605f4375e61ff71bb4879d45241336fa2634717680c902d194a"
        "f62f30b74e43cd3f89dedb9695145390ad12b9ff20c83c4121e90935c0ab538a"
    )
    alice = KEYS[KeyType.SR25519].account_id
    assert verify(KeyType.SR25519, signature, b"Tempus edax rerum", alice)


def test_sr25519_signature_of_the_first_version_is_refused():
    key = Keypair.from_seed(bytes(32))
    old = bytes.fromhex(
        "28a854d54903e056f89581c691c1f7d2ff39f8f896c9e9c22475e60902cc2b35"
        "47199e0e91fa32902028f2ca2355e8cdd16cfe19ba5e8b658c94aa80f3b81a00"
    )
    assert not verify(KeyType.SR25519, old, b"SUBSTRATE", key.account_id)


def test_ed25519_signature_of_rfc_8032():
    key = Keypair.from_seed(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
        KeyType.ED25519,
    )
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_ed25519_takes_small_order_keys_as_the_chain_does():
    identity = b"\x01" + bytes(31)
    assert verify(KeyType.ED25519, identity + bytes(32), b"anything", identity)


def test_ecdsa_recovery_id_may_count_from_27():
    key = KEYS[KeyType.ECDSA]
    signature = key.sign(MESSAGE)
    ethereum = signature[:64] + bytes([signature[64] + 27])
    assert verify(KeyType.ECDSA, ethereum, MESSAGE, key.account_id)
    for recovery in (4, 26, 31, 255):
        assert not verify(
            KeyType.ECDSA, signature[:64] + bytes([recovery]), MESSAGE, key.account_id
        )
