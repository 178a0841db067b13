"""Accounts by key pair, bytes, address, hex or secret URI."""

from __future__ import annotations

from functools import lru_cache

from pysubtensor.frame.crypto import Keypair, ss58_decode
from pysubtensor.frame.primitives import AccountId

AccountLike = Keypair | bytes | str
"""A key pair, 32 bytes, an SS58 address, 0x-hex, or a secret URI such as `//Alice`."""


def account(who: AccountLike) -> AccountId:
    """The account that `who` names.  Errors: ValueError, CryptoError."""
    if isinstance(who, Keypair):
        return AccountId(who.account_id)
    if isinstance(who, str):
        return _from_text(who)
    if len(who) != 32:
        raise ValueError(f"an account is 32 bytes, not {len(who)}")
    return AccountId(bytes(who))


def _from_text(text: str) -> AccountId:
    if text.startswith("0x"):
        return account(bytes.fromhex(text[2:]))
    if "//" in text or " " in text:
        return AccountId(_from_uri(text).account_id)
    return AccountId(ss58_decode(text)[0])


def keypair(who: Keypair | str) -> Keypair:
    """The key pair that `who` names.  Errors: SecretError."""
    return who if isinstance(who, Keypair) else _from_uri(who)


@lru_cache(maxsize=4096)
def _from_uri(text: str) -> Keypair:
    found = Keypair.from_uri(text)
    if text.startswith("//"):
        _DEVELOPMENT_NAMES[AccountId(found.account_id)] = text
    return found


_DEVELOPMENT_NAMES: dict[AccountId, str] = {}


def development_name(who: AccountId) -> str | None:
    """The name, such as `//Alice`, by which this program has asked for a well-known key."""
    return _DEVELOPMENT_NAMES.get(who)
