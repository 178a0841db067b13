"""The methods of chainHead_v1_*."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final, cast

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import InvalidRuntimeCall, NothingToContinue, TooManyFollows
from pysubtensor.rpc.methods.chain_head.follow import LIMIT_REACHED, STOP, Events, Follow
from pysubtensor.rpc.node.blocks import call_runtime
from pysubtensor.rpc.node.storage_queries import Query, hex_parameter, read_query, storage_answers
from pysubtensor.rpc.server.namespace import Connection, Namespace, Subscription

rpc = Namespace("chainHead_v1")

MAX_FOLLOWS: Final = 4
"""Per connection."""
_YIELD_EVERY: Final = 64  # events between two checks that the client keeps up


def _follows(connection: Connection) -> dict[str, Follow]:
    return cast("dict[str, Follow]", connection.state.setdefault(rpc.name, {}))


@rpc.subscription(
    "chainHead_v1_follow", item="chainHead_v1_followEvent", stop="chainHead_v1_unfollow"
)
async def follow(
    node: Node, connection: Connection, subscription: Subscription, with_runtime: bool
) -> AsyncIterator[Json]:
    """Follow the chain: new, best and final blocks, and the results of operations.

    Errors: TooManyFollows for a fifth of one connection.
    """
    follows = _follows(connection)
    if len(follows) >= MAX_FOLLOWS:
        raise TooManyFollows
    mine = follows[subscription.id] = Follow(node, connection, with_runtime=with_runtime)
    try:
        mine.start()
        async for event in mine.box:
            yield event
        yield STOP
    finally:
        mine.stop()
        del follows[subscription.id]


@rpc.method("chainHead_v1_header")
def header(node: Node, connection: Connection, follow_subscription: str, block: Hash) -> str | None:
    """Header of a pinned block as SCALE in hex; null for an unknown subscription.

    Errors: BlockNotPinned.
    """
    mine = _follows(connection).get(follow_subscription)
    if mine is None:
        return None
    found = node.chain.store.header(mine.number(block))
    return None if found is None else to_hex(found)


@rpc.method("chainHead_v1_body")
def body(
    node: Node, connection: Connection, follow_subscription: str, block: Hash
) -> dict[str, Json]:
    """Start an operation that reads the extrinsics of a pinned block.  Errors: BlockNotPinned."""
    mine = _follows(connection).get(follow_subscription)
    if mine is None:
        return LIMIT_REACHED
    number = mine.number(block)

    async def work() -> Events:
        found = node.chain.store.block(number)
        extrinsics = () if found is None else found.body
        yield {"event": "operationBodyDone", "value": [to_hex(each) for each in extrinsics]}

    return mine.run(work())


@rpc.method("chainHead_v1_call")
def call(
    node: Node,
    connection: Connection,
    follow_subscription: str,
    block: Hash,
    function: str,
    call_parameters: str,
) -> dict[str, Json]:
    """Start an operation that calls a runtime API on the state of a pinned block.

    Errors: InvalidParameter; BlockNotPinned; InvalidRuntimeCall.
    """
    data = hex_parameter(call_parameters)
    mine = _follows(connection).get(follow_subscription)
    if mine is None:
        return LIMIT_REACHED
    mine.number(block)
    if not mine.with_runtime:
        raise InvalidRuntimeCall

    async def work() -> Events:
        output = call_runtime(node.chain, block, function, data)
        yield {"event": "operationCallDone", "output": to_hex(output)}

    return mine.run(work())


@rpc.method("chainHead_v1_storage")
def storage(
    node: Node,
    connection: Connection,
    follow_subscription: str,
    block: Hash,
    items: Sequence[dict[str, object]],
    child_trie: str | None = None,
) -> dict[str, Json]:
    """Start an operation that reads storage of a pinned block; child tries are empty.

    Errors: InvalidParams; InvalidParameter; BlockNotPinned.
    """
    mine = _follows(connection).get(follow_subscription)
    if mine is None:
        return LIMIT_REACHED
    queries = [read_query(item) for item in items]
    if child_trie is not None:
        hex_parameter(child_trie)
    number = mine.number(block)
    answered = queries if child_trie is None else []
    reply = mine.run(_read(mine, number, answered), len(queries))
    return reply if reply is LIMIT_REACHED else {**reply, "discardedItems": 0}


async def _read(mine: Follow, number: int, queries: list[Query]) -> Events:
    for query in queries:
        for sent, item in enumerate(storage_answers(mine.node.chain.store, number, query)):
            yield {"event": "operationStorageItems", "items": [item]}
            if sent % _YIELD_EVERY == _YIELD_EVERY - 1:
                await mine.connection.drained()
    yield {"event": "operationStorageDone"}


@rpc.method("chainHead_v1_unpin")
def unpin(
    node: Node,
    connection: Connection,
    follow_subscription: str,
    hash_or_hashes: Hash | Sequence[Hash],
) -> None:
    """Unpin one block or several.  Errors: BlockNotPinned; DuplicateHashes."""
    mine = _follows(connection).get(follow_subscription)
    if mine is not None:
        mine.unpin([hash_or_hashes] if isinstance(hash_or_hashes, bytes) else hash_or_hashes)


@rpc.method("chainHead_v1_continue")
def continue_(
    node: Node, connection: Connection, follow_subscription: str, operation_id: str
) -> None:
    """Continue an operation; none ever waits for it.

    Errors: NothingToContinue for an operation that is running.
    """
    mine = _follows(connection).get(follow_subscription)
    if mine is not None and mine.is_running(operation_id):
        raise NothingToContinue


@rpc.method("chainHead_v1_stopOperation")
def stop_operation(
    node: Node, connection: Connection, follow_subscription: str, operation_id: str
) -> None:
    """Stop an operation: no more of its events are sent."""
    mine = _follows(connection).get(follow_subscription)
    if mine is not None:
        mine.cancel(operation_id)
