"""Signatures, keys and addresses: everything the chain and its users sign with.

`signature` decides whether a signature is good, `keypair` makes signatures and derives
keys from secret texts, `ss58` writes and reads addresses.  All errors are `CryptoError`s.
`bls`, imported on its own, is for signatures that many make together.
"""

from pysubtensor.frame.crypto.errors import CryptoError
from pysubtensor.frame.crypto.keypair import (
    DEV_PHRASE,
    BadPhrase,
    BadSeed,
    BadUri,
    Keypair,
    SecretError,
    SoftDerivationUnsupported,
    generate_mnemonic,
)
from pysubtensor.frame.crypto.signature import KeyType, account_of, verify
from pysubtensor.frame.crypto.ss58 import (
    BadAlphabet,
    BadChecksum,
    BadLength,
    BadPrefix,
    Ss58Error,
    ss58_decode,
    ss58_encode,
)

__all__ = [
    "DEV_PHRASE",
    "BadAlphabet",
    "BadChecksum",
    "BadLength",
    "BadPhrase",
    "BadPrefix",
    "BadSeed",
    "BadUri",
    "CryptoError",
    "KeyType",
    "Keypair",
    "SecretError",
    "SoftDerivationUnsupported",
    "Ss58Error",
    "account_of",
    "generate_mnemonic",
    "ss58_decode",
    "ss58_encode",
    "verify",
]
