"""The keystore of a node, in memory: key pairs by key type, such as "aura" or "gran"."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Final

from pysubtensor.frame.crypto import Keypair, KeyType

AURA: Final = "aura"
GRANDPA: Final = "gran"


class BadKeyType(ValueError):
    """A key type that is not four bytes long."""


class UnknownKey(ValueError):
    """The secret has another public key than the given one."""


class Keystore:
    """Key pairs by type and public key.  `authorities` are those that seal blocks."""

    def __init__(self, authorities: Mapping[bytes, Keypair]) -> None:
        self._authorities = authorities
        self._keys: dict[tuple[str, bytes], Keypair] = {}

    def insert(self, key_type: str, uri: str, public: bytes) -> None:
        """Add the key pair of a secret URI.  Errors: BadKeyType; UnknownKey; CryptoError."""
        _check(key_type)
        for kind in (KeyType.SR25519, KeyType.ED25519, KeyType.ECDSA):
            key = Keypair.from_uri(uri, kind)
            if key.public == public:
                self._keep(key_type, key)
                return
        raise UnknownKey("no key of that secret has this public key")

    def generate(self) -> bytes:
        """Generate session keys, and return their public keys: Aura's, then Grandpa's."""
        keys = {AURA: Keypair.generate(), GRANDPA: Keypair.generate(KeyType.ED25519)}
        for key_type, key in keys.items():
            self._keep(key_type, key)
        return b"".join(key.public for key in keys.values())

    def has(self, public: bytes, key_type: str) -> bool:
        """Whether there is a key with this public key and type.  Errors: BadKeyType."""
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
