"""offchain_*: the off-chain storage of the node, in memory.

`kind` is "PERSISTENT"; "LOCAL" is not available.  Errors of all: StorageKindUnavailable;
InvalidParams for another kind.
"""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import InvalidParams, StorageKindUnavailable
from pysubtensor.rpc.node.per_node import PerNode
from pysubtensor.rpc.server.namespace import Namespace

rpc = Namespace("offchain")

storage_of: PerNode[dict[bytes, bytes]] = PerNode(lambda _: {})
"""The off-chain storage of a node."""


def _check(kind: str) -> None:
    if kind == "LOCAL":
        raise StorageKindUnavailable
    if kind != "PERSISTENT":
        raise InvalidParams(f"unknown variant `{kind:.40}`, expected `PERSISTENT` or `LOCAL`")


@rpc.method("offchain_localStorageSet", unsafe=True)
def local_storage_set(node: Node, kind: str, key: bytes, value: bytes) -> None:
    """Store a value under a key."""
    _check(kind)
    storage_of(node)[key] = value


@rpc.method("offchain_localStorageClear", unsafe=True)
def local_storage_clear(node: Node, kind: str, key: bytes) -> None:
    """Remove the value of a key."""
    _check(kind)
    storage_of(node).pop(key, None)


@rpc.method("offchain_localStorageGet", unsafe=True)
def local_storage_get(node: Node, kind: str, key: bytes) -> str | None:
    """The value of a key in hex; null for none."""
    _check(kind)
    value = storage_of(node).get(key)
    return None if value is None else to_hex(value)
