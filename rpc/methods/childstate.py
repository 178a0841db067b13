"""childstate_*: child tries.  No pallet of this chain has one, so each is empty.

`child` is the key of a child trie, `at` a block hash, the best block without.  Errors of all:
StateClientError for another key, and for a block that is unknown or whose state was discarded.
"""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U32, Hash
from pysubtensor.rpc.errors import CountTooBig
from pysubtensor.rpc.methods.state import PAGE, check_child_key
from pysubtensor.rpc.node.blocks import number_at
from pysubtensor.rpc.server.namespace import Namespace

rpc = Namespace("childstate")


def _check(node: Node, child: bytes, at: bytes | None) -> None:
    number_at(node, at)
    check_child_key(child)


@rpc.method("childstate_getKeys")
def keys(node: Node, child: bytes, prefix: bytes, at: Hash | None = None) -> list[str]:
    """All keys of `child` with this prefix: none."""
    _check(node, child, at)
    return []


@rpc.method("childstate_getKeysPaged", "childstate_getKeysPagedAt")
def keys_paged(
    node: Node,
    child: bytes,
    prefix: bytes | None,
    count: U32,
    start_key: bytes | None = None,
    at: Hash | None = None,
) -> list[str]:
    """At most `count` keys of `child`: none.  Errors: CountTooBig for more than 1000."""
    if count > PAGE:
        raise CountTooBig(count, PAGE)
    _check(node, child, at)
    return []


@rpc.method("childstate_getStorage")
def storage(node: Node, child: bytes, key: bytes, at: Hash | None = None) -> str | None:
    """The value of `key` in `child`: null."""
    _check(node, child, at)
    return None


@rpc.method("childstate_getStorageEntries")
def storage_entries(
    node: Node, child: bytes, keys: list[bytes], at: Hash | None = None
) -> list[str | None]:
    """The values of `keys` in `child`: null for each."""
    _check(node, child, at)
    return [None] * len(keys)


@rpc.method("childstate_getStorageHash")
def storage_hash(node: Node, child: bytes, key: bytes, at: Hash | None = None) -> str | None:
    """The hash of the value of `key` in `child`: null."""
    _check(node, child, at)
    return None


@rpc.method("childstate_getStorageSize")
def storage_size(node: Node, child: bytes, key: bytes, at: Hash | None = None) -> int | None:
    """Bytes of the value of `key` in `child`: null."""
    _check(node, child, at)
    return None
