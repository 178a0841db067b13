import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.crypto import (
    DEV_PHRASE,
    BadPhrase,
    BadSeed,
    BadUri,
    CryptoError,
    Keypair,
    KeyType,
    SoftDerivationUnsupported,
    generate_mnemonic,
    ss58_decode,
)
from pysubtensor.frame.crypto.keypair import chain_code

SEED = "0x9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"


@pytest.mark.parametrize(
    ("kind", "uri", "address"),
    [
        (KeyType.SR25519, "//Alice", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
        (KeyType.SR25519, "//Bob", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"),
        (KeyType.SR25519, "//Alice//stash", "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY"),
        (KeyType.SR25519, "//0", "5D34dL5prEUaGNQtPPZ3yN5Y6BnkfXunKXXz6fo7ZJbLwRRH"),
        (KeyType.ED25519, "//Alice", "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu"),
        (KeyType.ED25519, "//Bob", "5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E"),
        (KeyType.ECDSA, "//Alice", "5C7C2Z5sWbytvHpuLTvzKunnnRwQxft1jiqrLD5rhucQ5S9X"),
    ],
)
def test_development_keys(kind, uri, address):
    key = Keypair.from_uri(uri, kind)
    assert key.ss58 == address
    assert ss58_decode(key.ss58) == (key.account_id, 42)
    assert Keypair.from_uri(DEV_PHRASE + uri, kind).public == key.public


@pytest.mark.parametrize(
    ("uri", "public"),
    [
        ("/Alice", "d6c71059dbbe9ad2b0ed3f289738b800836eb425544ce694825285b958ca755e"),
        (SEED, "44a996beb1eef7bdcab976ab6d2ca26104834164ecf28fb375600576fcc6eb0f"),
        (
            "0x" + b"12345678901234567890123456789012".hex(),
            "741c08a06f41c596608f6774259bd9043304adfa5d3eea62760bd9be97634d63",
        ),
    ],
)
def test_published_sr25519_keys(uri, public):
    assert Keypair.from_uri(uri).public.hex() == public


@pytest.mark.parametrize("kind", KeyType)
def test_a_password_makes_another_key(kind):
    plain, secured = Keypair.from_uri("//A", kind), Keypair.from_uri("//A///pass/word", kind)
    again = Keypair.from_mnemonic(DEV_PHRASE, kind, "pass/word").child("A")
    assert plain.public != secured.public == again.public


def test_soft_children_are_for_sr25519():
    assert Keypair.from_uri("//a/b").sign(b"x")
    for kind in (KeyType.ED25519, KeyType.ECDSA):
        with pytest.raises(SoftDerivationUnsupported) as refusal:
            Keypair.from_uri("/a", kind)
        assert refusal.value.kind is kind


def test_chain_codes():
    assert chain_code("1") == chain_code("+001") == b"\x01" + bytes(31)
    assert chain_code(str(2**64 - 1)) == b"\xff" * 8 + bytes(24)
    assert chain_code(str(2**64))[0] == 20 << 2  # a text of 20 letters
    assert chain_code("a" * 31) == bytes([31 << 2]) + b"a" * 31
    hashed = [chain_code("a" * size) for size in (32, 64, 100, 20_000)]
    assert {len(code) for code in hashed} == {32}
    assert len(set(hashed)) == 4
    assert len(chain_code("0" * 9_999 + "7")) == 32


@pytest.mark.parametrize("kind", KeyType)
def test_generated_keys_are_new_and_sign(kind):
    one, two = Keypair.generate(kind), Keypair.generate(kind)
    assert one.public != two.public
    assert one.sign(b"")


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_generated_phrases_are_good(words):
    phrase = generate_mnemonic(words)
    assert len(phrase.split()) == words
    assert Keypair.from_mnemonic(phrase).seed == Keypair.from_mnemonic(phrase).seed


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("not a phrase", BadPhrase),
        (DEV_PHRASE[:-4] + "zoo", BadPhrase),
        ("0xabcd", BadSeed),
        ("0x" + "zz" * 32, BadSeed),
        ("phrase-with-dashes", BadUri),
        ("//a//", BadUri),
        ("//\udcff", BadUri),
    ],
)
def test_refusals_do_not_repeat_the_secret(uri, error):
    with pytest.raises(error) as refusal:
        Keypair.from_uri(uri)
    assert uri not in str(refusal.value)


def test_refused_numbers():
    with pytest.raises(BadPhrase):
        generate_mnemonic(13)
    with pytest.raises(BadSeed):
        Keypair.from_seed(bytes(31))
    with pytest.raises(BadSeed):
        Keypair.from_seed(bytes(32), KeyType.ECDSA)


@given(st.text(max_size=40), st.sampled_from(KeyType))
def test_any_text_gives_a_key_or_a_named_error(text, kind):
    try:
        key = Keypair.from_uri(text, kind)
    except CryptoError:
        return
    assert len(key.account_id) == 32


def test_a_key_does_not_show_its_secret():
    key = Keypair.from_uri(SEED)
    assert SEED[2:] not in repr(key)
    assert repr(key.secret) not in repr(key)
    assert "seed" not in repr(key)
