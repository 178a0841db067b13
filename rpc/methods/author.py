"""author_*: submit extrinsics and watch them, and the keys of the node."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from pysubtensor.consensus.node import Node
from pysubtensor.consensus.pool import (
    PoolError,
    StatusKind,
    TransactionPool,
    TransactionStatus,
    Watcher,
)
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.crypto import CryptoError
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import AuthorError, BadExtrinsicFormat, InvalidParams
from pysubtensor.rpc.node.extrinsics import pool_error, statuses, strip_opaque
from pysubtensor.rpc.node.keystore import BadKeyType, Keystore, UnknownKey
from pysubtensor.rpc.node.per_node import PerNode
from pysubtensor.rpc.server.namespace import Namespace
from pysubtensor.rpc.server.params import reader

rpc = Namespace("author")

keystore_of: PerNode[Keystore] = PerNode(lambda node: Keystore(node.proposer.keys))
"""The keys of a node."""

_read_bytes = reader(bytes)
_read_hash = reader(Hash)
_PLAIN = {StatusKind.READY, StatusKind.FUTURE, StatusKind.DROPPED, StatusKind.INVALID}


def whole(extrinsic: bytes) -> bytes:
    """The extrinsic of a request, with its length prefix.  Errors: BadExtrinsicFormat."""
    try:
        return strip_opaque(extrinsic)
    except CodecError as error:
        raise BadExtrinsicFormat(str(error)) from error


@rpc.method("author_submitExtrinsic")
def submit_extrinsic(node: Node, extrinsic: bytes) -> str:
    """Submit an extrinsic to the transaction pool, and return its hash.

    Errors: BadExtrinsicFormat; VerificationFailed; PoolRefusal when it is not valid.
    """
    try:
        return to_hex(node.pool.submit(whole(extrinsic)))
    except PoolError as error:
        raise pool_error(error) from error


@rpc.method("author_pendingExtrinsics")
def pending_extrinsics(node: Node) -> list[str]:
    """Extrinsics that are ready for a block, in the order in which it would take them."""
    return [to_hex(extrinsic) for extrinsic in node.pool.pending()]


@rpc.subscription(
    "author_submitAndWatchExtrinsic", item="author_extrinsicUpdate", stop="author_unwatchExtrinsic"
)
def submit_and_watch(node: Node, extrinsic: bytes) -> AsyncIterator[Json]:
    """Submit an extrinsic to the transaction pool, and send each new status of it.

    Errors, as the reply: BadExtrinsicFormat; VerificationFailed; PoolRefusal when it is not valid.
    """
    try:
        watcher = node.pool.submit_and_watch(whole(extrinsic))
    except PoolError as error:
        raise pool_error(error) from error
    return _updates(node.pool, watcher)


async def _updates(pool: TransactionPool, watcher: Watcher) -> AsyncIterator[Json]:
    async with aclosing(statuses(pool, watcher)) as updates:
        async for status in updates:
            if status.kind is not StatusKind.RETRACTED:  # clients take it for a failure
                yield _update(status)


def _update(status: TransactionStatus) -> Json:
    if status.kind in _PLAIN:
        return status.kind.value
    if status.kind is StatusKind.BROADCAST:
        return {status.kind.value: list(status.peers)}
    return {status.kind.value: to_hex(status.hash or b"")}


@rpc.method("author_removeExtrinsic", unsafe=True)
def remove_extrinsic(node: Node, extrinsics: Sequence[dict[str, object]]) -> list[str]:
    """Remove transactions, and those that depend on them, from the pool.

    `extrinsics`: a list of `{"hash": ..}` or `{"extrinsic": ..}`.  Returns the hashes of all that
    were removed.  Errors: InvalidParams; BadExtrinsicFormat.
    """
    removed: list[str] = []
    for wanted in [_hash_to_remove(each) for each in extrinsics]:
        removed += [to_hex(each) for each in node.pool.remove(wanted)]
    return removed


def _hash_to_remove(given: object) -> Hash:
    if isinstance(given, dict) and len(given) == 1:
        ((name, value),) = given.items()
        if name == "hash":
            return _read_hash(value)
        if name == "extrinsic":
            return Hash(blake2_256(whole(_read_bytes(value))))
    raise InvalidParams("unknown variant, expected `hash` or `extrinsic`")


# Keys


def _bad_key_type() -> AuthorError:
    return AuthorError("Invalid key type ID format (should be of length four)")


@rpc.method("author_insertKey", unsafe=True)
def insert_key(node: Node, key_type: str, suri: str, public_key: bytes) -> None:
    """Add the key pair of a secret URI to the keystore; with type "aura" it may make blocks.

    Errors: AuthorError for a key type that is not four bytes, or another public key.
    """
    try:
        keystore_of(node).insert(key_type, suri, public_key)
    except BadKeyType as error:
        raise _bad_key_type() from error
    except (CryptoError, UnknownKey) as error:
        raise AuthorError("The key store is unavailable") from error


@rpc.method("author_rotateKeys", unsafe=True)
def rotate_keys(node: Node) -> str:
    """Generate new session keys, and return their public keys: Aura's, then Grandpa's."""
    return to_hex(keystore_of(node).generate())


@rpc.method("author_hasSessionKeys", unsafe=True)
def has_session_keys(node: Node, session_keys: bytes) -> bool:
    """Whether the keystore has all of these session keys.  Errors: AuthorError."""
    if len(session_keys) != 64:
        raise AuthorError("Session keys are not encoded correctly")
    keys = keystore_of(node)
    return keys.has(session_keys[:32], "aura") and keys.has(session_keys[32:], "gran")


@rpc.method("author_hasKey", unsafe=True)
def has_key(node: Node, public_key: bytes, key_type: str) -> bool:
    """Whether the keystore has a key of this type.  Errors: AuthorError."""
    try:
        return keystore_of(node).has(public_key, key_type)
    except BadKeyType as error:
        raise _bad_key_type() from error
