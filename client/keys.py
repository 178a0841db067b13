"""Keys as `pysubtensor key` shows them: generated, from secrets, or only their public part."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from pysubtensor.frame.crypto import (
    CryptoError,
    Keypair,
    KeyType,
    Ss58Error,
    account_of,
    generate_mnemonic,
    ss58_decode,
    ss58_encode,
)
from pysubtensor.frame.crypto.ss58 import DEFAULT_PREFIX

_PUBLIC_BYTES = {KeyType.ED25519: 32, KeyType.SR25519: 32, KeyType.ECDSA: 33}


class BadPublicKey(CryptoError):
    """The text is neither an address nor the hex of a public key of this kind."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r:.90} is neither an address nor a public key of this kind in hex")
        self.text = text


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key as text; bytes are 0x-hex, None for what is not known."""

    kind: str
    """ed25519, sr25519 or ecdsa."""
    phrase: str | None = field(repr=False)
    """The mnemonic, of a key just generated."""
    secret_seed: str | None = field(repr=False)
    """32 bytes; a derived sr25519 key has none."""
    secret_key: str | None = field(repr=False)
    """What signs: the seed, or for sr25519 the 64 bytes expanded from it."""
    public_key: str | None
    """32 bytes, or 33 for ecdsa; None when only the address of an ecdsa key is known."""
    account_id: str
    ss58: str

    def as_dict(self) -> dict[str, str | None]:
        """By field name, for JSON; holds the secrets too."""
        return asdict(self)


def from_uri(uri: str, kind: KeyType = KeyType.SR25519, prefix: int = DEFAULT_PREFIX) -> KeyRecord:
    """The key of a secret URI, mnemonic or 0x-hex seed.  Errors: SecretError; BadPrefix."""
    return _record(Keypair.from_uri(uri, kind), prefix)


def generate(
    kind: KeyType = KeyType.SR25519,
    words: int = 12,
    password: str = "",
    prefix: int = DEFAULT_PREFIX,
) -> KeyRecord:
    """A new key of a random mnemonic with `words` words.  Errors: BadPhrase; BadPrefix."""
    phrase = generate_mnemonic(words)
    return _record(Keypair.from_mnemonic(phrase, kind, password), prefix, phrase)


def inspect(
    text: str,
    kind: KeyType = KeyType.SR25519,
    prefix: int = DEFAULT_PREFIX,
    *,
    public: bool = False,
) -> KeyRecord:
    """All that follows from `text`: a secret as for `from_uri`, or an address.

    With `public` it is an address or a public key in hex, never a secret.
    Errors: SecretError; BadPrefix; BadPublicKey.
    """
    found = _public_bytes(text, kind, is_hex_public=public)
    if found is not None:
        return _public_record(found, kind, prefix)
    if public:
        raise BadPublicKey(text)
    return from_uri(text, kind, prefix)


def _public_bytes(text: str, kind: KeyType, *, is_hex_public: bool) -> bytes | None:
    """The public key or account that `text` names."""
    try:
        return ss58_decode(text)[0]
    except Ss58Error:
        pass
    try:
        found = bytes.fromhex(text.removeprefix("0x")) if is_hex_public else b""
    except ValueError:
        return None
    return found if len(found) == _PUBLIC_BYTES[kind] else None


def _public_record(found: bytes, kind: KeyType, prefix: int) -> KeyRecord:
    is_key = len(found) == _PUBLIC_BYTES[kind]  # an ecdsa address holds a hash, not the key
    account = account_of(kind, found) if is_key else found
    return KeyRecord(
        kind=kind.name.lower(),
        phrase=None,
        secret_seed=None,
        secret_key=None,
        public_key=_hex(found) if is_key else None,
        account_id=_hex(account),
        ss58=ss58_encode(account, prefix),
    )


def _record(key: Keypair, prefix: int, phrase: str | None = None) -> KeyRecord:
    return KeyRecord(
        kind=key.kind.name.lower(),
        phrase=phrase,
        secret_seed=None if key.seed is None else _hex(key.seed),
        secret_key=_hex(key.secret),
        public_key=_hex(key.public),
        account_id=_hex(key.account_id),
        ss58=key.address(prefix),
    )


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
