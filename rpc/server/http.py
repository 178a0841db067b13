"""JSON-RPC over HTTP POST, as a bare ASGI application; monitoring pages go to FastAPI.

Answers, status codes and texts are those of the real node's server.  FastAPI is loaded at
the first request of a page: it would add half a second to the node's start, and few ask.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, cast

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from pysubtensor.rpc.errors import RequestTooBig
from pysubtensor.rpc.server.access import Cors, Headers, Hosts, RequestLimit
from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.dispatch import PARSE_ERROR, Dispatcher, failure, is_message
from pysubtensor.rpc.server.options import ServerOptions

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_JSON = (b"content-type", b"application/json; charset=utf-8")
_TEXT = (b"content-type", b"text/plain")
_CONTENT_TYPES = frozenset(
    kind + charset
    for kind in (b"application/json", b"application/json-rpc")
    for charset in (b"", b";charset=utf-8", b"; charset=utf-8")
)
_CONTINUE = b"HTTP/1.1 100"
PAGES = frozenset({"/health", "/health/readiness", "/metrics"})


class TooLong(Exception):
    """The body is longer than a request may be."""


class Gone(Exception):
    """The client closed the connection in the middle of its request."""


class _OneWrite:
    """A transport that sends the head of a reply together with its body.

    uvicorn writes them apart: two system calls, and a client that wakes up twice.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        """Send `data`, unless it is a head: that waits for its body."""
        if not self._head and data.startswith(b"HTTP/1.1 ") and not data.startswith(_CONTINUE):
            self._head = data
        else:
            self.transport.write(self._head + data)
            self._head = b""

    def flush(self) -> None:
        """Send a head that has no body."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Close after what is unsent."""
        self.flush()
        self.transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP connection, with a deadline for whole requests and a cap on connections.

    uvicorn's own timer knows only the pause between two requests.  Here it also runs while a
    request trickles in, and what it closes is closed at once, unsent bytes and all.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        options: ServerOptions,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._options = options

    def connection_made(  # type: ignore[override]  # as uvicorn's
        self, transport: asyncio.Transport
    ) -> None:
        """Start the deadline, unless there are far too many connections."""
        self._writer = _OneWrite(transport)
        super().connection_made(cast("asyncio.Transport", self._writer))
        if len(self.connections) > 2 * self._options.max_connections:
            transport.abort()
        else:
            self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._arm()

    def on_message_complete(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or not cycle.response_complete:
            self._disarm()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._writer.flush()
        self._disarm()
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        self._disarm()
        self.transport = self._writer.transport
        super().handle_websocket_upgrade()

    def timeout_keep_alive_handler(self) -> None:
        self.transport.abort()

    def _unset_keepalive_if_required(self) -> None:
        """A byte is not yet a request: uvicorn calls this too early."""

    def _arm(self) -> None:
        self._disarm()
        self.timeout_keep_alive_task = self.loop.call_later(
            self._options.request_timeout, self.timeout_keep_alive_handler
        )

    def _disarm(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None


class RpcApp:
    """The ASGI application of one listener."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        options: ServerOptions,
        limit: RequestLimit,
        hosts: Hosts,
        pages: Callable[[], App],
    ) -> None:
        self._dispatcher = dispatcher
        self._options = options
        self._limit = limit
        self._hosts = hosts
        self._cors = Cors(options)
        self._make_pages = pages
        self._pages: App | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if not self._limit.acquire():
            text = b"Too many connections. Please try again later."
            await _reply(send, HTTPStatus.TOO_MANY_REQUESTS, text, [_TEXT])
            return
        try:
            await self._serve(scope, receive, send)
        except Gone:
            return
        finally:
            self._limit.release()

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if not self._hosts.accepts(headers.get(b"host", b"").decode("latin-1")):
            text = b"Provided Host header is not whitelisted.\n"
            await _reply(send, HTTPStatus.FORBIDDEN, text, [_TEXT])
        elif scope["method"] == "POST":
            await self._post(headers, receive, send)
        elif scope["path"] in PAGES and scope["method"] == "GET":
            await (await self._page_app())(scope, receive, send)
        elif scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await _reply(send, HTTPStatus.OK, b"", self._cors.preflight(headers.get(b"origin")))
        else:
            text = b"Used HTTP Method is not allowed. POST is required\n"
            extra = self._cors.headers(headers.get(b"origin"))
            await _reply(send, HTTPStatus.METHOD_NOT_ALLOWED, text, [_TEXT, *extra])

    async def _post(self, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        extra = self._cors.headers(headers.get(b"origin"))
        if headers.get(b"content-type", b"").lower() not in _CONTENT_TYPES:
            text = (
                b"Supplied content type is not allowed. "
                b"Content-Type: application/json is required\n"
            )
            await _reply(send, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text, [_TEXT, *extra])
            return
        try:
            body = await self._body(headers, receive)
        except TooLong:
            too_big = failure(None, RequestTooBig(self._options.max_request))
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await _reply(send, status, too_big, [_JSON, *extra])
            return
        if not is_message(body):
            await _reply(send, HTTPStatus.BAD_REQUEST, PARSE_ERROR, [_JSON, *extra])
            return
        reply = self._dispatcher.handle(body, Connection())
        if reply is not None and not isinstance(reply, bytes):
            reply = (await reply).body
        await _reply(send, HTTPStatus.OK, reply or b"", [_JSON, *extra])

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """The whole body.  Errors: TooLong; Gone."""
        limit = self._options.max_request
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            raise TooLong
        message = await receive()
        chunks = [_chunk(message)]
        size = len(chunks[0])
        while message.get("more_body"):
            message = await receive()
            chunks.append(_chunk(message))
            size += len(chunks[-1])
            if size > limit:
                raise TooLong
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def _page_app(self) -> App:
        if self._pages is None:
            self._pages = await asyncio.to_thread(self._make_pages)
        return self._pages


def _chunk(message: Message) -> bytes:
    if message["type"] != "http.request":
        raise Gone
    return cast("bytes", message["body"])


async def _reply(send: Send, status: HTTPStatus, body: bytes, headers: Headers) -> None:
    length = (b"content-length", str(len(body)).encode())
    start = {"type": "http.response.start", "status": status, "headers": [*headers, length]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
