import pytest

from pysubtensor.client import keys
from pysubtensor.frame.crypto import BadPhrase, BadPrefix, Keypair, KeyType, SecretError

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ALICE_PUBLIC = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"


def test_a_secret_uri():
    record = keys.from_uri("//Alice")
    assert (record.kind, record.ss58) == ("sr25519", ALICE)
    assert record.public_key == record.account_id == ALICE_PUBLIC
    assert record.secret_seed is None
    assert len(record.secret_key) == 2 + 128
    assert keys.inspect("//Alice") == record


def test_a_derived_ed25519_key_has_a_seed():
    record = keys.from_uri("//Alice", KeyType.ED25519)
    assert record.ss58 == "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu"
    assert record.secret_seed == record.secret_key
    assert keys.inspect(record.secret_seed, KeyType.ED25519) == record


def test_the_prefix_changes_the_address_only():
    record = keys.from_uri("//Alice", prefix=0)
    assert record.ss58 == "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"
    assert record.account_id == ALICE_PUBLIC
    with pytest.raises(BadPrefix):
        keys.from_uri("//Alice", prefix=46)


@pytest.mark.parametrize("kind", KeyType)
@pytest.mark.parametrize("words", [12, 24])
def test_generated_keys_can_be_had_again(kind, words):
    record = keys.generate(kind, words, "pass")
    assert len(record.phrase.split()) == words
    again = keys.inspect(f"{record.phrase}///pass", kind)
    assert again.ss58 == record.ss58
    assert keys.inspect(record.secret_seed, kind).public_key == record.public_key


def test_an_address_tells_what_is_public():
    record = keys.inspect(ALICE)
    assert (record.ss58, record.public_key) == (ALICE, ALICE_PUBLIC)
    assert record.secret_key is record.secret_seed is record.phrase is None


def test_hex_is_a_seed_unless_said_to_be_public():
    assert keys.inspect(ALICE_PUBLIC).ss58 != ALICE
    assert keys.inspect(ALICE_PUBLIC, public=True).ss58 == ALICE
    assert keys.inspect(ALICE_PUBLIC[2:], public=True).ss58 == ALICE


def test_ecdsa_addresses_do_not_tell_the_key():
    key = Keypair.from_uri("//Alice", KeyType.ECDSA)
    by_address = keys.inspect(key.ss58, KeyType.ECDSA)
    assert by_address.public_key is None
    by_key = keys.inspect("0x" + key.public.hex(), KeyType.ECDSA, public=True)
    assert by_key.ss58 == by_address.ss58 == key.ss58
    assert by_key.account_id == by_address.account_id


@pytest.mark.parametrize("text", ["//Alice", "0xabcd", "", "0xzz"])
def test_what_is_no_public_key(text):
    with pytest.raises(keys.BadPublicKey):
        keys.inspect(text, public=True)


@pytest.mark.parametrize("text", ["one two", "0x12", ALICE[:-1] + "Z"])
def test_what_is_no_secret(text):
    with pytest.raises(SecretError):
        keys.inspect(text)


def test_phrases_of_other_lengths():
    with pytest.raises(BadPhrase):
        keys.generate(words=13)


def test_records_do_not_show_secrets_unasked():
    record = keys.generate()
    assert record.phrase not in repr(record)
    assert record.secret_seed not in repr(record)
    assert record.as_dict()["phrase"] == record.phrase
