"""Requests and batches: find the method, call it, and encode its result or error as the reply.

Plain methods are called at once, without a task.  `handle` returns a coroutine for everything that
may wait: async methods, subscriptions and batches.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from inspect import isawaitable
from time import perf_counter
from typing import Final, NamedTuple, cast

import orjson

from pysubtensor.rpc.encoding.json import dumps
from pysubtensor.rpc.errors import (
    BatchesNotSupported,
    BatchResponseTooBig,
    BatchTooBig,
    InternalError,
    InvalidRequest,
    MethodNotFound,
    ParseError,
    RequestTooBig,
    ResponseTooBig,
    RpcError,
)
from pysubtensor.rpc.server.connections import Connection, Subscription
from pysubtensor.rpc.server.metrics import CallStats, Metrics
from pysubtensor.rpc.server.namespace import MethodKind, RpcMethod, ServedNode, Table
from pysubtensor.rpc.server.options import ServerOptions
from pysubtensor.rpc.server.unsafe_methods import check_unsafe

log = logging.getLogger(__name__)

_MISSING = object()
_ID_TYPES = (int, str, float, type(None))
_LEADING_SPACE = 127  # bytes of white space the real node skips
_MOST_PARTS = 1 << 19  # arrays and objects in one message: each takes far more room than its text
_YIELD_EVERY = 32  # calls of a batch between two turns of other connections


class Answer(NamedTuple):
    """A reply, None for none, and the subscriptions that start when it is sent."""

    body: bytes | None
    opened: Sequence[Subscription] = ()


Pending = Coroutine[None, None, Answer]


def failure(ident: object, error: RpcError) -> bytes:
    """The reply to request `ident` with an error."""
    return dumps({"jsonrpc": "2.0", "id": ident, "error": error.to_json()})


PARSE_ERROR = failure(None, ParseError())


def is_message(body: bytes) -> bool:
    """Whether `body` begins with an object or an array, after a little white space."""
    return body[:1] in (b"{", b"[") or body[: _LEADING_SPACE + 1].lstrip()[:1] in (b"{", b"[")


class Dispatcher:
    """The methods of one listener, bound to the node."""

    def __init__(
        self,
        node: ServedNode,
        table: Table,
        options: ServerOptions,
        metrics: Metrics,
        *,
        unsafe: bool,
    ) -> None:
        self._node = node
        self._table = table
        self._options = options
        self._metrics = metrics
        self.unsafe: Final = unsafe
        names = {method.family for method in table.values()}
        self._ws = {name: metrics.stats("ws", name) for name in names}
        self._http = {name: metrics.stats("http", name) for name in names}

    def serves(self, method: str) -> bool:
        """Whether there is a method with this name."""
        return method in self._table

    def handle(self, body: bytes, connection: Connection) -> bytes | Pending | None:
        """Serve a request or a batch, and return its reply; None for a notification."""
        if not is_message(body):
            return PARSE_ERROR
        if len(body) > _MOST_PARTS and body.count(b"{") + body.count(b"[") > _MOST_PARTS:
            return failure(None, RequestTooBig(_MOST_PARTS))
        try:
            message = orjson.loads(body)
        except orjson.JSONDecodeError:
            return PARSE_ERROR
        if type(message) is dict:
            return self._single(message, connection)
        return self._batch(message, connection)

    def _single(self, message: dict[str, object], connection: Connection) -> bytes | Pending | None:
        ident = message.get("id", _MISSING)
        name = message.get("method")
        if message.get("jsonrpc") != "2.0" or type(name) is not str:
            known = type(ident) in _ID_TYPES
            return failure(ident, InvalidRequest()) if known else PARSE_ERROR
        if ident is _MISSING:
            return None  # a notification: the real node does not even run it
        if type(ident) not in _ID_TYPES:
            return failure(None, InvalidRequest())
        method = self._table.get(name)
        if method is None:
            self._metrics.unknown += 1
            return failure(ident, MethodNotFound())
        return self._call(method, ident, message.get("params"), connection)

    def _call(
        self, method: RpcMethod, ident: object, params: object, connection: Connection
    ) -> bytes | Pending:
        stats = (self._ws if connection.live else self._http)[method.family]
        if method.kind is MethodKind.ASYNC or method.kind is MethodKind.SUBSCRIBE:
            return self._wait(method, ident, params, connection, stats)
        stats.started += 1
        since = perf_counter()
        try:
            if method.kind is MethodKind.PLAIN:
                result = method.handler(self._node, *self._arguments(method, params, connection))
            else:
                result = self._unsubscribe(method, params, connection)
            reply = self._success(ident, result)
        except Exception as error:  # one bad call must not end the node
            stats.finish(since, failed=True)
            return self._error_reply(method, ident, error)
        stats.finish(since, failed=False)
        return reply

    async def _wait(
        self,
        method: RpcMethod,
        ident: object,
        params: object,
        connection: Connection,
        stats: CallStats,
    ) -> Answer:
        """Call an async method, or start a subscription."""
        stats.started += 1
        since = perf_counter()
        opened: tuple[Subscription, ...] = ()
        try:
            if method.kind is MethodKind.SUBSCRIBE:
                subscription = await self._subscribe(method, params, connection)
                opened = (subscription,)
                reply = self._success(ident, subscription.id)
            else:
                pending = method.handler(self._node, *self._arguments(method, params, connection))
                reply = self._success(ident, await cast("Coroutine[None, None, object]", pending))
        except Exception as error:  # as above
            stats.finish(since, failed=True)
            return Answer(self._error_reply(method, ident, error))
        stats.finish(since, failed=False)
        return Answer(reply, opened)

    def _arguments(
        self,
        method: RpcMethod,
        params: object,
        connection: Connection,
        subscription: Subscription | None = None,
    ) -> Sequence[object]:
        arguments = method.params.decode(params, connection, subscription)
        if method.unsafe:
            check_unsafe(served=self.unsafe)
        return arguments

    async def _subscribe(
        self, method: RpcMethod, params: object, connection: Connection
    ) -> Subscription:
        if not connection.live:
            raise InternalError
        subscription = connection.reserve(
            method.family, method.event, self._options.max_subscriptions
        )
        try:
            arguments = self._arguments(method, params, connection, subscription)
            stream = method.handler(self._node, *arguments)
            if isawaitable(stream):
                stream = await stream
            await subscription.start(cast("AsyncIterator[object]", stream))
        except BaseException:
            subscription.cancel()
            raise
        return subscription

    def _unsubscribe(self, method: RpcMethod, params: object, connection: Connection) -> bool:
        if not connection.live:
            raise InternalError
        return connection.unsubscribe(method.family, params)

    def _success(self, ident: object, result: object) -> bytes:
        reply = dumps({"jsonrpc": "2.0", "id": ident, "result": result})
        if len(reply) > self._options.max_response:
            raise ResponseTooBig(self._options.max_response)
        return reply

    def _error_reply(self, method: RpcMethod, ident: object, error: Exception) -> bytes:
        if not isinstance(error, RpcError):
            log.error("%s failed", method.family, exc_info=error)
            error = InternalError()
        return failure(ident, error)

    async def _batch(self, messages: list[object], connection: Connection) -> Answer:
        """Serve the requests of a batch one after another; replies are in the same order."""
        error = self._batch_error(len(messages))
        if error is not None:
            return Answer(failure(None, error))
        replies = bytearray()  # not a list: what is left of many small objects fills the memory
        opened: list[Subscription] = []
        for done, message in enumerate(messages):
            if done % _YIELD_EVERY == _YIELD_EVERY - 1:
                await asyncio.sleep(0)
            answer = await self._in_batch(message, connection)
            opened += answer.opened
            if answer.body is None:
                continue
            replies += b"," if replies else b"["
            replies += answer.body
            if len(replies) >= self._options.max_response:
                for subscription in opened:
                    subscription.cancel()
                return Answer(failure(None, BatchResponseTooBig(self._options.max_response)))
        return Answer(bytes(replies + b"]") if replies else None, opened)

    def _batch_error(self, length: int) -> RpcError | None:
        limit = self._options.max_batch
        if limit == 0:
            return BatchesNotSupported()
        if limit is not None and length > limit:
            return BatchTooBig(limit)
        return InvalidRequest() if length == 0 else None

    async def _in_batch(self, message: object, connection: Connection) -> Answer:
        if type(message) is not dict:
            return Answer(failure(None, InvalidRequest()))
        reply = self._single(message, connection)
        if reply is PARSE_ERROR:  # what it means for an element of valid JSON
            return Answer(failure(None, InvalidRequest()))
        if reply is None or isinstance(reply, bytes):
            return Answer(reply)
        return await reply
