"""Aura on the header: whose slot it is, the pre-digest that claims it, the seal that proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pysubtensor.frame.crypto import Keypair, KeyType, verify
from pysubtensor.frame.header import AURA, Digest, Header, PreRuntime, Seal
from pysubtensor.frame.primitives import AccountId


class BadSeal(ValueError):
    """A header that the author of its slot did not sign."""


class NotOurSlot(LookupError):
    """The slot belongs to an authority whose key is not here, or to nobody."""


def pre_digest(slot: int) -> PreRuntime:
    """The log that claims `slot`."""
    return PreRuntime(AURA, slot.to_bytes(8, "little"))


def slot_of(digest: Digest) -> int:
    """The slot a header claims.  Errors: BadSeal when it claims none."""
    for log in digest.logs:
        if isinstance(log, PreRuntime) and log.engine == AURA and len(log.data) == 8:
            return int.from_bytes(log.data, "little")
    raise BadSeal("the header has no Aura slot")


def author_of(slot: int, authorities: Sequence[bytes]) -> bytes:
    """The authority of a slot: they take turns.  Errors: NotOurSlot when there are none."""
    if not authorities:
        raise NotOurSlot("the chain has no authorities")
    return authorities[slot % len(authorities)]


def seal(
    header: Header, author: bytes, keys: Mapping[bytes, Keypair], *, repeatable: bool = False
) -> Header:
    """The header signed by its author.  Errors: NotOurSlot.

    Signatures are salted, so the same block has another hash each time unless `repeatable`.
    """
    key = keys.get(author)
    if key is None:
        raise NotOurSlot(f"no key for the authority 0x{author.hex()}")
    message = header.hash()
    signature = key.sign_repeatably(message) if repeatable else key.sign(message)
    return header.sealed(Seal(AURA, signature))


def check_seal(header: Header, authorities: Sequence[bytes]) -> Header:
    """The header without its seal.  Errors: BadSeal."""
    bare, last = header.without_seal()
    if last is None or last.engine != AURA:
        raise BadSeal("the header has no seal")
    if not authorities:
        raise BadSeal("the chain has no authorities")
    author = author_of(slot_of(header.digest), authorities)
    if not verify(KeyType.SR25519, last.data, bare.hash(), AccountId(author)):
        raise BadSeal("the seal is not the slot author's")
    return bare
