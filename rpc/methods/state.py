"""state_*: storage, its changes and proofs, runtime calls, metadata and version.

`at` is a block hash, the best block without.  Errors of all: StateClientError for a block that
is unknown or whose state was discarded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from itertools import islice
from typing import Final, cast

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.scale import decode_compact
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U32, Hash
from pysubtensor.pallets.system import RuntimeVersion, System
from pysubtensor.rpc.encoding.json import Json, Raw, dumps, to_hex
from pysubtensor.rpc.errors import BadBlockRange, CountTooBig, StateClientError
from pysubtensor.rpc.node.blocks import API, BlockQueryError, block_at, call_runtime, number_at
from pysubtensor.rpc.node.feeds import change_set, feeds_of
from pysubtensor.rpc.server.namespace import Connection, Namespace
from pysubtensor.rpc.server.unsafe_methods import check_unsafe
from pysubtensor.runtime.store.store import BlockRef

rpc = Namespace("state")

PAGE: Final = 1000
"""Most keys in one page."""
CHILD_PREFIX: Final = b":child_storage:default:"
"""What the key of a child trie begins with."""
_YIELD_EVERY: Final = 512  # reads between two turns of other connections


@rpc.method("state_call", "state_callAt")
def call(node: Node, name: str, data: bytes, at: Hash | None = None) -> str:
    """Call the runtime API `name` (`Api_method`) with SCALE arguments; its SCALE result in hex."""
    try:
        return to_hex(call_runtime(node.chain, at, name, data))
    except BlockQueryError as fault:
        raise StateClientError(str(fault)) from fault


@rpc.method("state_getStorage", "state_getStorageAt")
def storage(node: Node, key: bytes, at: Hash | None = None) -> str | None:
    """The value of storage key `key` in hex; null for none."""
    store = node.chain.store
    value = store.get(key) if at is None else store.get(key, number_at(node, at))
    return None if value is None else to_hex(value)


@rpc.method("state_getStorageHash", "state_getStorageHashAt")
def storage_hash(node: Node, key: bytes, at: Hash | None = None) -> str | None:
    """The blake2b-256 hash of the value of `key`; null for none."""
    value = node.chain.store.get(key, number_at(node, at))
    return None if value is None else to_hex(blake2_256(value))


@rpc.method("state_getStorageSize", "state_getStorageSizeAt")
async def storage_size(node: Node, key: bytes, at: Hash | None = None) -> int | None:
    """Bytes of the value of `key`, or of all values with the prefix `key`; null for none."""
    store, number = node.chain.store, number_at(node, at)
    value = store.get(key, number)
    if value is not None:
        return len(value)
    total = 0
    for read, (_, each) in enumerate(store.items(key, at=number)):
        total += len(each)
        if read % _YIELD_EVERY == _YIELD_EVERY - 1:
            await asyncio.sleep(0)
    return total or None


@rpc.method("state_getKeys")
def keys(node: Node, prefix: bytes, at: Hash | None = None) -> list[str]:
    """All keys with this prefix, in order."""
    return _hexes(node.chain.store.keys(prefix, at=number_at(node, at)))


@rpc.method("state_getKeysPaged", "state_getKeysPagedAt")
def keys_paged(
    node: Node,
    prefix: bytes | None,
    count: U32,
    start_key: bytes | None = None,
    at: Hash | None = None,
) -> list[str]:
    """At most `count` keys with `prefix` after `start_key`, in order.

    Errors: CountTooBig for more than 1000.
    """
    if count > PAGE:
        raise CountTooBig(count, PAGE)
    found = node.chain.store.keys(prefix or b"", start_key, number_at(node, at))
    return _hexes(islice(found, count))


@rpc.method("state_getPairs", unsafe=True)
def pairs(node: Node, prefix: bytes, at: Hash | None = None) -> list[list[str]]:
    """All keys with this prefix, in order, and their values."""
    found = node.chain.store.items(prefix, at=number_at(node, at))
    return [[to_hex(key), to_hex(value)] for key, value in found]


@rpc.method("state_getReadProof")
def read_proof(node: Node, keys: list[bytes], at: Hash | None = None) -> dict[str, Json]:
    """Trie nodes that prove the values of `keys`, or that they have none."""
    block = block_at(node, at)
    proof = node.chain.store.read_proof(keys, block.number)
    return {"at": to_hex(block.hash), "proof": _hexes(proof)}


def check_child_key(child: bytes) -> None:
    """Check that `child` is the key of a child trie.  Errors: StateClientError."""
    if not child.startswith(CHILD_PREFIX):
        raise StateClientError("Invalid child storage key")


@rpc.method("state_getChildReadProof")
def child_read_proof(
    node: Node, child: bytes, keys: list[bytes], at: Hash | None = None
) -> dict[str, Json]:
    """Trie nodes that prove the child trie empty, whatever the keys.

    Errors: StateClientError when `child` is no key of a child trie.
    """
    check_child_key(child)
    return read_proof(node, [child], at)


@rpc.method("state_queryStorageAt")
def query_storage_at(node: Node, keys: list[bytes], at: Hash | None = None) -> list[Json]:
    """The values of `keys` at a block, as one change set.

    Errors: BadBlockRange for an unknown block.
    """
    chain = node.chain
    block_hash = at or chain.best.hash
    if chain.store.number_of(block_hash) is None:
        raise _unknown_range(block_hash, f"Some({to_hex(block_hash)})", block_hash)
    number = number_at(node, at)
    read = [(key, chain.store.get(key, number)) for key in dict.fromkeys(keys)]
    return [change_set(block_hash, read)] if read else []


@rpc.method("state_queryStorage", unsafe=True)
async def query_storage(
    node: Node, keys: list[bytes], first: Hash, last: Hash | None = None
) -> list[Json]:
    """The values of `keys` at block `first`, then a change set for each change up to `last`.

    Errors: BadBlockRange for unknown blocks, and when `last` comes before `first`.
    """
    start, stop = _range(node, first, last)
    number_at(node, start.hash)
    held: dict[bytes, bytes | None] = {}
    sets: list[Json] = []
    for number in range(start.number, stop.number + 1):
        block_hash = node.chain.store.hash_at(number)
        if block_hash is None:
            break  # the chain was rewound meanwhile
        read = {key: node.chain.store.get(key, number) for key in keys}
        changed = {k: v for k, v in read.items() if k not in held or held[k] != v}
        if changed:
            sets.append(change_set(block_hash, changed.items()))
        held |= changed
        await asyncio.sleep(0)
    return sets


def _range(node: Node, first: bytes, last: bytes | None) -> tuple[BlockRef, BlockRef]:
    store, best = node.chain.store, node.chain.best
    start = store.number_of(first)
    stop = best.number if last is None else store.number_of(last)
    if start is None or stop is None:
        shown = "None" if last is None else f"Some({to_hex(last)})"
        raise _unknown_range(first, shown, first if start is None else cast("bytes", last))
    refs = BlockRef(start, first), BlockRef(stop, best.hash if last is None else last)
    if start > stop:
        texts = [f'"{ref.number} ({to_hex(ref.hash)})"' for ref in refs]
        raise BadBlockRange(texts[0], f"{texts[1]}'", "from number > to number")
    return refs


def _unknown_range(first: bytes, last: str, missing: bytes) -> BadBlockRange:
    reason = f"UnknownBlock: Header was not found in the database: {to_hex(missing)}"
    return BadBlockRange(f'"{to_hex(first)}"', f'"{last}"', reason)


@rpc.method("state_traceBlock", unsafe=True)
def trace_block(
    node: Node,
    block: Hash,
    targets: str | None = None,
    storage_keys: str | None = None,
    methods: str | None = None,
) -> None:
    """Not available: this node records no traces.  Errors: StateClientError, always."""
    raise StateClientError("state_traceBlock is not available: this node records no traces")


@rpc.method("state_getMetadata")
def metadata(node: Node, at: Hash | None = None) -> str:
    """Metadata of the runtime, version 14, as SCALE in hex."""
    number_at(node, at, API)
    opaque = call_runtime(node.chain, at, "Metadata_metadata", b"")
    return to_hex(opaque[decode_compact(opaque, 0)[1] :])


def _version(node: Node) -> RuntimeVersion:
    return node.chain.runtime.get(System).config.version


@lru_cache(maxsize=8)
def _version_text(version: RuntimeVersion) -> Raw:
    return Raw(
        dumps(
            {
                "specName": version.spec_name,
                "implName": version.impl_name,
                "authoringVersion": version.authoring_version,
                "specVersion": version.spec_version,
                "implVersion": version.impl_version,
                "apis": [[to_hex(api), number] for api, number in version.apis],
                "transactionVersion": version.transaction_version,
                "systemVersion": version.system_version,
                "stateVersion": version.system_version,
            }
        )
    )


@rpc.method("state_getRuntimeVersion", "chain_getRuntimeVersion")
def runtime_version(node: Node, at: Hash | None = None) -> Raw:
    """Name and versions of the runtime."""
    if at is not None:
        number_at(node, at, API)
    return _version_text(_version(node))


@rpc.subscription(
    "state_subscribeRuntimeVersion",
    "chain_subscribeRuntimeVersion",
    item="state_runtimeVersion",
    stop=("state_unsubscribeRuntimeVersion", "chain_unsubscribeRuntimeVersion"),
)
async def runtime_versions(node: Node) -> AsyncIterator[Raw]:
    """Name and versions of the runtime, once; they never change while the node runs."""
    yield _version_text(_version(node))
    await asyncio.Event().wait()


@rpc.subscription("state_subscribeStorage", item="state_storage", stop="state_unsubscribeStorage")
def storage_changes(
    node: Node, connection: Connection, keys: list[bytes] | None = None
) -> AsyncIterator[Json]:
    """The values of `keys` now, then each change of them; without keys every change.

    Errors: UnsafeCall without keys on a safe listener.
    """
    if keys is None:
        check_unsafe(served=connection.unsafe)
    return _storage_changes(node, keys)


async def _storage_changes(node: Node, keys: list[bytes] | None) -> AsyncIterator[Json]:
    chain = node.chain
    with feeds_of(node).storage(None if keys is None else frozenset(keys)) as box:
        if keys:
            yield change_set(chain.best.hash, [(key, chain.store.get(key)) for key in keys])
        async for changes in box:
            yield changes


def _hexes(each: Iterable[bytes]) -> list[str]:
    return [to_hex(item) for item in each]
