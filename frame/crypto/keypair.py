"""Key pairs: made from seeds, mnemonics or secret URIs, they sign messages.

A secret URI is a phrase or a 0x-hex seed, then junctions, then a password:
`<phrase>//hard/soft///password`.  Without a phrase it starts from the public development phrase.
"""

import re
from dataclasses import dataclass, field
from typing import Self

import bip39
import ed25519_zebra
import sr25519
from coincurve import PrivateKey

from pysubtensor.frame.crypto.deterministic import sign_deterministically
from pysubtensor.frame.crypto.errors import CryptoError
from pysubtensor.frame.crypto.signature import KeyType, account_of
from pysubtensor.frame.crypto.ss58 import DEFAULT_PREFIX, ss58_encode
from pysubtensor.frame.hashing import blake2_256

DEV_PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
"""The phrase of every development key.  Public: never use it for anything of worth."""
SEED_BYTES = 32
LONGEST_URI = 1024
"""Letters of a secret URI; each junction is a derivation, and strangers may ask for them."""
WORD_COUNTS = (12, 15, 18, 21, 24)

_URI = re.compile(r"(?P<phrase>[\w ]+)?(?P<path>(?://?[^/]+)*)(?:///(?P<password>.*))?", re.DOTALL)
_JUNCTION = re.compile(r"/(/?)([^/]+)")
_NUMBER = re.compile(r"\+?0*([0-9]{1,20})")
_ABOVE_U64 = 1 << 64
_HARD_DERIVATION = {
    KeyType.ED25519: b"\x2cEd25519HDKD",
    KeyType.ECDSA: b"\x34Secp256k1HDKD",
}
"""What is hashed before seed and junction: the scheme's name, after its SCALE length."""


class SecretError(CryptoError):
    """A secret that no key can be made from.  No message repeats the secret."""


class BadPhrase(SecretError):
    """The mnemonic has an unknown word, a wrong number of words, or a wrong checksum."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadSeed(SecretError):
    """The seed is not 32 bytes of hex, or no key of this kind has it."""


class BadUri(SecretError):
    """The secret URI is not `phrase//hard/soft///password`."""


class SoftDerivationUnsupported(SecretError):
    """Only sr25519 keys have soft (`/name`) children."""

    def __init__(self, kind: KeyType) -> None:
        super().__init__(f"{kind.name.lower()} keys have hard (//name) children only")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Keypair:
    """A public key with its secret.  Make one with a `from_*` method."""

    kind: KeyType
    public: bytes
    """32 bytes; for ecdsa the 33 of the compressed key."""
    secret: bytes = field(repr=False)
    """What signs: 32 bytes, the seed; for sr25519 the 64 of the expanded key."""
    seed: bytes | None = field(default=None, repr=False)
    """The 32-byte seed, None for a derived sr25519 key, which is known in expanded form only."""

    @property
    def account_id(self) -> bytes:
        """The 32-byte account this key controls."""
        return account_of(self.kind, self.public)

    @property
    def ss58(self) -> str:
        """The account's address with prefix 42."""
        return self.address()

    def address(self, prefix: int = DEFAULT_PREFIX) -> str:
        """The account's address on network `prefix`.  Errors: BadPrefix."""
        return ss58_encode(self.account_id, prefix)

    def sign(self, message: bytes) -> bytes:
        """A signature of `message`: 64 bytes, 65 for ecdsa.

        Sr25519 signatures are salted: two of one message differ.
        """
        if self.kind is KeyType.SR25519:
            return bytes(sr25519.sign((self.public, self.secret), message))
        if self.kind is KeyType.ED25519:
            return bytes(ed25519_zebra.ed_sign(self.secret, message))
        return PrivateKey(self.secret).sign_recoverable(blake2_256(message), hasher=None)

    def sign_repeatably(self, message: bytes) -> bytes:
        """A signature that is the same each time; slower for sr25519."""
        if self.kind is KeyType.SR25519:
            return sign_deterministically(self.public, self.secret, message)
        return self.sign(message)

    @classmethod
    def from_seed(cls, seed: bytes, kind: KeyType = KeyType.SR25519) -> Self:
        """The key of a 32-byte `seed`.  Errors: BadSeed."""
        if len(seed) != SEED_BYTES:
            raise BadSeed(f"a seed is {SEED_BYTES} bytes, not {len(seed)}")
        if kind is KeyType.SR25519:
            public, secret = sr25519.pair_from_seed(seed)
            return cls(kind, public, secret, seed)
        if kind is KeyType.ED25519:
            _, public = ed25519_zebra.ed_from_seed(seed)
            return cls(kind, public, seed, seed)
        try:
            public = PrivateKey(seed).public_key.format()
        except ValueError:
            raise BadSeed("no ecdsa key has this seed") from None
        return cls(kind, public, seed, seed)

    @classmethod
    def from_mnemonic(
        cls, phrase: str, kind: KeyType = KeyType.SR25519, password: str = ""
    ) -> Self:
        """The key of an English BIP-39 `phrase`, as Substrate makes it.  Errors: BadPhrase."""
        try:
            seed = bip39.bip39_to_mini_secret(phrase, password)
        except ValueError as error:
            raise BadPhrase(str(error)) from None
        return cls.from_seed(bytes(seed), kind)

    @classmethod
    def from_uri(cls, uri: str, kind: KeyType = KeyType.SR25519) -> Self:
        """The key of a secret URI (see the module).

        Errors: BadUri; BadPhrase; BadSeed; SoftDerivationUnsupported.
        """
        if len(uri) > LONGEST_URI:
            raise BadUri(f"a secret URI has at most {LONGEST_URI} letters")
        parts = _URI.fullmatch(uri)
        if parts is None or not _is_unicode(uri):
            raise BadUri("a secret URI is phrase//hard/soft///password")
        phrase = parts["phrase"] or DEV_PHRASE
        if phrase.startswith("0x"):
            key = cls.from_seed(_seed_from_hex(phrase), kind)
        else:
            key = cls.from_mnemonic(phrase, kind, parts["password"] or "")
        for hard, name in _JUNCTION.findall(parts["path"]):
            key = key.child(name, hard=bool(hard))
        return key

    @classmethod
    def generate(cls, kind: KeyType = KeyType.SR25519) -> Self:
        """A new key of a random 12-word phrase, which is forgotten; see `generate_mnemonic`."""
        return cls.from_mnemonic(generate_mnemonic(), kind)

    def child(self, name: str, *, hard: bool = True) -> Self:
        """The key derived by junction `name`: `//name`, or `/name` when not `hard`.

        Errors: SoftDerivationUnsupported.
        """
        code = chain_code(name)
        if self.kind is KeyType.SR25519:
            derive = sr25519.hard_derive_keypair if hard else sr25519.derive_keypair
            _, public, secret = derive((code, self.public, self.secret), b"")
            return type(self)(self.kind, public, secret)
        if not hard:
            raise SoftDerivationUnsupported(self.kind)
        seed = blake2_256(_HARD_DERIVATION[self.kind] + self.secret + code)
        return self.from_seed(seed, self.kind)


def generate_mnemonic(words: int = 12) -> str:
    """A random English BIP-39 phrase of 12, 15, 18, 21 or 24 words.  Errors: BadPhrase."""
    if words not in WORD_COUNTS:
        raise BadPhrase(f"a phrase has {WORD_COUNTS} words, not {words}")
    return str(bip39.bip39_generate(words))


def chain_code(name: str) -> bytes:
    """The 32 bytes that stand for junction `name`: a u64 if it reads as one, else its text.

    Encoded as SCALE, then filled up with zeros, or hashed when longer.
    """
    number = _as_u64(name)
    if number is not None:
        return number.to_bytes(32, "little")
    text = name.encode()
    encoded = _length_prefix(len(text)) + text
    return blake2_256(encoded) if len(encoded) > 32 else encoded.ljust(32, b"\0")


def _as_u64(name: str) -> int | None:
    found = _NUMBER.fullmatch(name)
    number = int(found[1]) if found else _ABOVE_U64
    return number if number < _ABOVE_U64 else None


def _length_prefix(length: int) -> bytes:
    """The SCALE compact form of `length`, spelt out here as the codecs lie further out."""
    if length < 1 << 6:
        return bytes([length << 2])
    if length < 1 << 14:
        return (length << 2 | 1).to_bytes(2, "little")
    return (length << 2 | 2).to_bytes(4, "little")


def _is_unicode(text: str) -> bool:
    """False for text with lone surrogates, as arguments that were not UTF-8 have."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _seed_from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise BadSeed("the seed is not hex") from None
