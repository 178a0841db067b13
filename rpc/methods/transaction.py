"""transaction_v1_*, transactionWatch_v1_*: broadcast extrinsics, or submit and watch them."""

from __future__ import annotations

import asyncio
import secrets
import string
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.consensus.pool import (
    AlreadyImported,
    BadFormat,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    StatusKind,
    TemporarilyBanned,
    TooLowPriority,
    TransactionInvalid,
    TransactionStatus,
    TransactionUnknown,
    Unactionable,
    Watcher,
)
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.validity import CustomInvalid
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import InvalidOperation
from pysubtensor.rpc.node.blocks import trap
from pysubtensor.rpc.node.extrinsics import statuses, strip_opaque
from pysubtensor.rpc.node.feeds import feeds_of
from pysubtensor.rpc.server.namespace import Connection, Namespace

rpc = Namespace("transaction_v1")
watch = Namespace("transactionWatch_v1")

MAX_BROADCASTS: Final = 16
"""Most broadcasts of one connection."""
_LETTERS: Final = string.ascii_letters + string.digits
_AGAIN: Final = {StatusKind.FINALITY_TIMEOUT, StatusKind.INVALID, StatusKind.DROPPED}
"""Last statuses of a transaction after which it is submitted again."""


class Broadcasts:
    """The broadcasts of one connection."""

    def __init__(self) -> None:
        self.running: dict[str, tuple[asyncio.Task[None], Hash]] = {}

    def start(self, node: Node, extrinsic: bytes) -> str:
        """Submit `extrinsic` until it is final or will never be valid; the operation's id."""
        ident = _new_id()
        task = asyncio.get_running_loop().create_task(_broadcast(node, extrinsic))
        self.running[ident] = (task, Hash(blake2_256(extrinsic)))
        task.add_done_callback(lambda _: self.running.pop(ident, None))
        return ident

    def close(self) -> None:
        """Stop all broadcasts: the connection is gone.  What is in the pool stays there."""
        for task, _ in self.running.values():
            task.cancel()


def _new_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


def _broadcasts_of(connection: Connection) -> Broadcasts:
    found = connection.state.get(rpc.name)
    if not isinstance(found, Broadcasts):
        found = connection.state[rpc.name] = Broadcasts()
        if connection.live:
            connection.on_close(found.close)
    return found


async def _broadcast(node: Node, extrinsic: bytes) -> None:
    """Submit, and again at each new block while that may help."""
    while await _try(node, extrinsic):
        with feeds_of(node).heads.open() as heads:
            await anext(heads)


async def _try(node: Node, extrinsic: bytes) -> bool:
    """Submit once and wait for the last status; whether to submit again."""
    try:
        watcher = node.pool.submit_and_watch(extrinsic)
    except PoolError as error:
        return isinstance(error, TemporarilyBanned | ImmediatelyDropped)
    last = None
    async with aclosing(statuses(node.pool, watcher)) as updates:
        async for status in updates:
            last = status.kind
    return last in _AGAIN


@rpc.method("transaction_v1_broadcast")
def broadcast(node: Node, connection: Connection, extrinsic: bytes) -> str | None:
    """Broadcast an extrinsic until it is final, without sending its statuses.

    Returns the operation's id for transaction_v1_stop; null when there are 16 already.
    """
    broadcasts = _broadcasts_of(connection)
    if len(broadcasts.running) >= MAX_BROADCASTS:
        return None
    try:
        return broadcasts.start(node, strip_opaque(extrinsic))
    except CodecError:
        return _new_id()  # as the real node: an id of nothing


@rpc.method("transaction_v1_stop")
def stop(node: Node, connection: Connection, operation_id: str) -> None:
    """Stop a broadcast, and remove its transaction from the pool.  Errors: InvalidOperation."""
    found = _broadcasts_of(connection).running.pop(operation_id, None)
    if found is None:
        raise InvalidOperation
    task, tx_hash = found
    task.cancel()
    node.pool.remove(tx_hash)


# Watched


@watch.subscription(
    "transactionWatch_v1_submitAndWatch",
    item="transactionWatch_v1_watchEvent",
    stop="transactionWatch_v1_unwatch",
)
def submit_and_watch(node: Node, extrinsic: bytes) -> AsyncIterator[Json]:
    """Submit an extrinsic and send each new status of it; that it is not valid is an event too."""
    try:
        watcher = node.pool.submit_and_watch(strip_opaque(extrinsic))
    except CodecError:
        return _only(_end("invalid", "Extrinsic bytes cannot be decoded"))
    except PoolError as error:
        return _only(_end("invalid", _reason(error)))
    return _events(node, watcher)


async def _only(event: Json) -> AsyncIterator[Json]:
    yield event


async def _events(node: Node, watcher: Watcher) -> AsyncIterator[Json]:
    async with aclosing(statuses(node.pool, watcher)) as updates:
        async for status in updates:
            event = _event(status)
            if event is not None:
                yield event


_ENDS: Final = {
    StatusKind.FINALITY_TIMEOUT: (
        "dropped",
        "Maximum number of finality watchers has been reached",
    ),
    StatusKind.USURPED: ("invalid", "Extrinsic was rendered invalid by another extrinsic"),
    StatusKind.DROPPED: ("dropped", "Extrinsic dropped from the pool due to exceeding limits"),
    StatusKind.INVALID: ("invalid", "Extrinsic marked as invalid"),
}


def _event(status: TransactionStatus) -> dict[str, Json] | None:
    kind = status.kind
    if kind in (StatusKind.READY, StatusKind.FUTURE):
        return {"event": "validated"}
    if kind in _ENDS:
        return _end(*_ENDS[kind])
    if kind is StatusKind.RETRACTED:
        return {"event": "bestChainBlockIncluded", "block": None}
    if kind is StatusKind.BROADCAST:
        return None
    name = "finalized" if kind is StatusKind.FINALIZED else "bestChainBlockIncluded"
    return {"event": name, "block": {"hash": to_hex(status.hash or b""), "index": status.index}}


def _end(event: str, reason: str) -> dict[str, Json]:
    if event == "dropped":
        return {"event": event, "broadcasted": False, "error": reason}
    return {"event": event, "error": reason}


_REASONS: Final[dict[type[PoolError], str]] = {
    TemporarilyBanned: "Transaction is temporarily banned",
    AlreadyImported: "Transaction is already imported",
    CycleDetected: "The transaction contains a cyclic dependency",
    ImmediatelyDropped: "The transaction could not enter the pool because of the limit",
    Unactionable: "Transaction cannot be propagated and the local node does not author blocks",
    NoTagsProvided: "Transaction does not provide any tags, so the pool cannot identify it",
}


def _reason(error: PoolError) -> str:
    """Why the pool does not take a transaction, in the texts of these methods."""
    if isinstance(error, TransactionInvalid):
        kind = error.error.kind
        if isinstance(kind, CustomInvalid):
            return f"Invalid transaction with custom error: {kind.code}"
        return f"Invalid transaction: {error.error}"
    if isinstance(error, TransactionUnknown):
        return f"Unknown transaction validity: {error.error.kind.text}"
    if isinstance(error, TooLowPriority):
        return (
            f"The priority of the transaction is too low (pool {error.old} > current {error.new})"
        )
    if isinstance(error, BadFormat):
        return f"Verification error: Runtime error: {trap(error.reason)}"
    return _REASONS[type(error)]
