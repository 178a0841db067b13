"""childstate_*: child tries.  No pallet of this chain keeps one, so each is empty."""

from __future__ import annotations

from consensus.node import Node
from rpc.blocks import number_at
from rpc.errors import CountTooBig
from rpc.namespace import Namespace
from rpc.state import PAGE, check_child_key
from runtime.primitives import U32, Hash

rpc = Namespace("childstate")


def _check(node: Node, child: bytes, at: bytes | None) -> None:
    number_at(node, at)
    check_child_key(child)


@rpc.method("getKeys")
def keys(node: Node, child: bytes, prefix: bytes, at: Hash | None = None) -> list[str]:
    """All keys of `child` that start with `prefix`."""
    _check(node, child, at)
    return []


@rpc.method("getKeysPaged", "getKeysPagedAt")
def keys_paged(
    node: Node,
    child: bytes,
    prefix: bytes | None,
    count: U32,
    start_key: bytes | None = None,
    at: Hash | None = None,
) -> list[str]:
    """At most `count` keys of `child`.  Errors: CountTooBig."""
    if count > PAGE:
        raise CountTooBig(count, PAGE)
    _check(node, child, at)
    return []


@rpc.method("getStorage")
def storage(node: Node, child: bytes, key: bytes, at: Hash | None = None) -> str | None:
    """Bytes under `key` in `child`."""
    _check(node, child, at)
    return None


@rpc.method("getStorageEntries")
def storage_entries(
    node: Node, child: bytes, keys: list[bytes], at: Hash | None = None
) -> list[str | None]:
    """Bytes under each of `keys` in `child`."""
    _check(node, child, at)
    return [None] * len(keys)


@rpc.method("getStorageHash")
def storage_hash(node: Node, child: bytes, key: bytes, at: Hash | None = None) -> str | None:
    """Hash of the bytes under `key` in `child`."""
    _check(node, child, at)
    return None


@rpc.method("getStorageSize")
def storage_size(node: Node, child: bytes, key: bytes, at: Hash | None = None) -> int | None:
    """Length of the bytes under `key` in `child`."""
    _check(node, child, at)
    return None
