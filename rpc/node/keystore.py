"""The secret keys of a node, in memory, by purpose: a key type of four letters ("aura", "gran")."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Final

from pysubtensor.frame.crypto import Keypair, KeyType

AURA: Final = "aura"
GRANDPA: Final = "gran"


class BadKeyType(ValueError):
    """A key type that is not four bytes long."""


class UnknownKey(ValueError):
    """A secret whose public key is another than the one given."""


class Keystore:
    """Keys by type and public key.  `authorities` are those that sign blocks already."""

    def __init__(self, authorities: Mapping[bytes, Keypair]) -> None:
        self._authorities = authorities
        self._keys: dict[tuple[str, bytes], Keypair] = {}

    def insert(self, key_type: str, uri: str, public: bytes) -> None:
        """Keep the key of a secret URI.  Errors: BadKeyType; UnknownKey; CryptoError."""
        _check(key_type)
        for kind in (KeyType.SR25519, KeyType.ED25519, KeyType.ECDSA):
            key = Keypair.from_uri(uri, kind)
            if key.public == public:
                self._keep(key_type, key)
                return
        raise UnknownKey("no key of that secret has this public key")

    def generate(self) -> bytes:
        """New session keys; gives the public ones, Aura's and Grandpa's."""
        keys = {AURA: Keypair.generate(), GRANDPA: Keypair.generate(KeyType.ED25519)}
        for key_type, key in keys.items():
            self._keep(key_type, key)
        return b"".join(key.public for key in keys.values())

    def has(self, public: bytes, key_type: str) -> bool:
        """Whether a key is here.  Errors: BadKeyType."""
        _check(key_type)
        authority = key_type == AURA and public in self._authorities
        return authority or (key_type, public) in self._keys

    def _keep(self, key_type: str, key: Keypair) -> None:
        self._keys[key_type, key.public] = key
        if key_type == AURA and isinstance(self._authorities, MutableMapping):
            self._authorities[key.public] = key


def _check(key_type: str) -> None:
    if len(key_type.encode()) != 4:
        raise BadKeyType(key_type)
