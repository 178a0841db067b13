"""archive_v1_*: any block and its state, for nodes that keep all states."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.header import Header
from pysubtensor.frame.primitives import U64, Hash
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import InvalidParameter
from pysubtensor.rpc.node.blocks import BlockQueryError, call_runtime, short_hash, state_at
from pysubtensor.rpc.node.storage_queries import (
    hex_parameter,
    one_of,
    read_query,
    storage_answers,
    string_field,
)
from pysubtensor.rpc.server.namespace import Connection, Namespace
from pysubtensor.runtime.store.store import Store, StoreError

rpc = Namespace("archive_v1")

_BAD_PARAMETER: Final = 3001
_YIELD_EVERY: Final = 64  # events between two checks that the client keeps up

Queries = Sequence[dict[str, object]]


@rpc.method("archive_v1_body")
def body(node: Node, block: Hash) -> list[str] | None:
    """Extrinsics of a block; null for an unknown one."""
    store = node.chain.store
    number = store.number_of(block)
    found = None if number is None else store.block(number)
    return None if found is None else [to_hex(extrinsic) for extrinsic in found.body]


@rpc.method("archive_v1_genesisHash")
def genesis_hash(node: Node) -> str:
    """Hash of block 0."""
    return to_hex(node.chain.genesis_hash)


@rpc.method("archive_v1_header")
def header(node: Node, block: Hash) -> str | None:
    """Header of a block as SCALE in hex; null for an unknown one."""
    store = node.chain.store
    number = store.number_of(block)
    found = None if number is None else store.header(number)
    return None if found is None else to_hex(found)


@rpc.method("archive_v1_finalizedHeight")
def finalized_height(node: Node) -> int:
    """Number of the last final block."""
    return node.chain.finalized.number


@rpc.method("archive_v1_hashByHeight")
def hash_by_height(node: Node, height: U64) -> list[str]:
    """Hashes of the blocks with this number: one, or none."""
    if height > node.chain.best.number:
        return []
    found = node.chain.store.hash_at(height)
    return [] if found is None else [to_hex(found)]


@rpc.method("archive_v1_call")
def call(node: Node, block: Hash, function: str, call_parameters: str) -> dict[str, Json]:
    """Call a runtime API on the state of a block; arguments and result are SCALE in hex.

    A failure is a result as well: `success` is false then.  Errors: InvalidParameter.
    """
    data = hex_parameter(call_parameters, _BAD_PARAMETER)
    try:
        value = call_runtime(node.chain, block, function, data)
    except BlockQueryError as fault:
        return {"success": False, "error": str(fault)}
    return {"success": True, "value": to_hex(value)}


@rpc.subscription(
    "archive_v1_storage", item="archive_v1_storageEvent", stop="archive_v1_stopStorage"
)
async def storage(
    node: Node, connection: Connection, block: Hash, items: Queries, child_trie: str | None = None
) -> AsyncIterator[Json]:
    """Storage of a block: an event for each value, then `storageDone`, or `storageError`."""
    try:
        queries = [read_query(item) for item in items]
        in_child = child_trie is not None and hex_parameter(child_trie) is not None
        number = _number(node, block)
        for query in [] if in_child else queries:
            for sent, item in enumerate(storage_answers(node.chain.store, number, query)):
                yield {"event": "storage", **item}
                if sent % _YIELD_EVERY == _YIELD_EVERY - 1:
                    await connection.drained()
    except (InvalidParameter, BlockQueryError, StoreError) as error:
        yield {"event": "storageError", "error": str(error)}
        return
    yield {"event": "storageDone"}


@rpc.subscription(
    "archive_v1_storageDiff",
    item="archive_v1_storageDiffEvent",
    stop="archive_v1_storageDiff_stopStorageDiff",
)
async def storage_diff(
    node: Node,
    connection: Connection,
    block: Hash,
    items: Queries | None = None,
    previous_hash: Hash | None = None,
) -> AsyncIterator[Json]:
    """Differences of the state of a block to its parent's, or to that of `previous_hash`.

    An event for each, then `storageDiffDone`, or `storageDiffError`.
    """
    try:
        before = _parent(node, block) if previous_hash is None else previous_hash
        wanted = [_diff_item(item) for item in items or ()]
        numbers = _number(node, block), _number(node, before)
        prefixes = [(key, kind) for key, kind, in_child in wanted if not in_child]
        if not prefixes and not wanted:
            prefixes = [(b"", "value")]
        store = node.chain.store
        for seen, key in enumerate(_changed(store, *numbers)):
            kinds = {kind for prefix, kind in prefixes if key.startswith(prefix)}
            for event in _differences(store, key, *numbers, kinds):
                yield event
            if seen % _YIELD_EVERY == _YIELD_EVERY - 1:
                await connection.drained()
    except (InvalidParameter, BlockQueryError, StoreError) as error:
        yield {"event": "storageDiffError", "error": str(error)}
        return
    yield {"event": "storageDiffDone"}


def _number(node: Node, block: bytes) -> int:
    """Number of a block whose state can be read.  Errors: BlockQueryError."""
    number = state_at(node.chain, block)
    return node.chain.best.number if number is None else number


def _parent(node: Node, block: bytes) -> bytes:
    store = node.chain.store
    number = store.number_of(block)
    data = None if number is None else store.header(number)
    if data is None:
        raise BlockQueryError(f"Block header is not present: {short_hash(block)}")
    return Header.decode(data).parent_hash


def _diff_item(item: Mapping[str, object]) -> tuple[bytes, str, bool]:
    """The prefix of an item, what to show of its values, and whether it is of a child trie."""
    key = hex_parameter(string_field(item, "key"), _BAD_PARAMETER)
    kind = one_of(string_field(item, "returnType"), ("value", "hash"))
    return key, kind, item.get("childTrieKey") is not None


def _changed(store: Store, number: int, before: int) -> list[bytes]:
    """Keys written between two blocks, in order."""
    first, last = sorted((number, before))
    return sorted({key for each in range(first + 1, last + 1) for key in store.changes(each)})


def _differences(
    store: Store, key: bytes, number: int, before: int, kinds: set[str]
) -> list[dict[str, Json]]:
    new, old = store.get(key, number), store.get(key, before)
    if new == old or not kinds:
        return []
    value = old if new is None else new
    assert value is not None  # noqa: S101 (they differ, so one is there)
    change = "deleted" if new is None else "added" if old is None else "modified"
    shown = {"value": to_hex(value), "hash": to_hex(blake2_256(value))}
    return [
        {"event": "storageDiff", "key": to_hex(key), kind: shown[kind], "type": change}
        for kind in ("value", "hash")
        if kind in kinds
    ]
