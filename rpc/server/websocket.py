"""WebSocket sessions: one asyncio protocol each, between the socket and the dispatcher.

Framing is the `websockets` library's; uvicorn hands the connection over after it has read the
upgrade request.  There is no task and no queue per message: a plain call is answered inside
`data_received`.  Memory is bounded: while a client does not read its replies nothing more is read
from it, and one whose notifications pile up past `max_backlog`, or that falls silent, is cut.
"""

import asyncio
import logging
from collections import deque
from http import HTTPStatus
from traceback import clear_frames
from typing import cast

from uvicorn import Config
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from pysubtensor.rpc.errors import RequestTooBig
from pysubtensor.rpc.server.access import Hosts, RequestLimit
from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.dispatch import Answer, Dispatcher, Pending, failure
from pysubtensor.rpc.server.metrics import Metrics
from pysubtensor.rpc.server.options import ServerOptions

log = logging.getLogger(__name__)

_BURST = 32  # messages served in a row before other connections get their turn
_IN_FLIGHT = 256  # async calls of one connection under way
_FRAGMENTS = 1 << 14  # frames one message may come in
_LINGER = 5.0  # seconds a closing connection may take to drain
_SILENT_ROUNDS = 3
_QUIET = logging.getLogger("pysubtensor.rpc.server.websocket.frames")
_QUIET.setLevel(logging.CRITICAL)  # broken clients are no events of ours


class Session(asyncio.Protocol):
    """One WebSocket connection, made by `WebSocketListener.session` in the form uvicorn expects."""

    def __init__(self, listener: "WebSocketListener", connections: set[asyncio.Protocol]) -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._connections = connections
        # Longer messages than allowed are still read, up to a point, so that they can be refused.
        self._frames = ServerProtocol(max_size=2 * listener.options.max_request, logger=_QUIET)
        self._connection = Connection(self.post, self.waiting, unsafe=listener.dispatcher.unsafe)
        self._inbox: deque[bytes] = deque()
        self._fragments: list[bytes] = []
        self._is_text = True
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepted = False
        self._reading = True
        self._stalled = False
        self._stopping = False
        self._later: asyncio.Handle | None = None
        self._ping: asyncio.TimerHandle | None = None
        self._silence = 0
        self._backlog = 0
        self.transport: asyncio.Transport

    # What asyncio and uvicorn call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is taken over; its first data is the upgrade request."""
        self.transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is lost: end its subscriptions.  Async calls run to their end."""
        self._connections.discard(self)
        self._connection.close()
        self._inbox.clear()
        self._forget_frames()
        for timer in (self._later, self._ping):
            if timer is not None:
                timer.cancel()
        if self._accepted:
            self._listener.release()

    def _forget_frames(self) -> None:
        """Release the last message: the framing refers to itself, and would keep it for long."""
        self._frames.receive_eof()
        error = self._frames.parser_exc
        if error is not None:
            clear_frames(error.__traceback__)

    def pause_writing(self) -> None:
        """The client reads too slowly: read nothing more from it."""
        self._stalled = True
        self._steer()

    def resume_writing(self) -> None:
        """The client has read enough: serve it again."""
        self._stalled = False
        self._serve()

    def data_received(self, data: bytes) -> None:
        """Handle bytes from the client."""
        self._silence = 0
        self._frames.receive_data(data)
        events = self._frames.events_received()
        for event in events:
            if isinstance(event, Frame):
                self._frame(event)
            elif isinstance(event, Request):
                self._greet(event)
        self._flush()
        if self._inbox:
            self._serve()

    def eof_received(self) -> None:
        """The client sends nothing more; the transport closes itself."""

    def shutdown(self) -> None:
        """Stop: finish the running calls, then close."""
        self._stopping = True
        if not self._tasks:
            self._close(CloseCode.GOING_AWAY, "")

    # Sending

    def post(self, message: bytes) -> None:
        """Send a text message, or cut the connection when too much is unread."""
        if self._frames.state is not State.OPEN or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > self._listener.options.max_backlog:
            self._cut("does not read its messages")
            return
        self._frames.send_text(message)
        self._flush()

    def waiting(self) -> int:
        """Bytes that the client has not read yet."""
        return self.transport.get_write_buffer_size()

    def _flush(self) -> None:
        """Send what the framing has ready; an empty chunk there means the end."""
        chunks = self._frames.data_to_send()
        if not chunks or self.transport.is_closing():
            return
        self.transport.write(b"".join(chunks))
        if not chunks[-1]:
            self._end()

    def _close(self, code: CloseCode, reason: str) -> None:
        if self._frames.state is State.OPEN:
            self._frames.fail(code, reason)
            self._flush()
        else:
            self._end()

    def _end(self) -> None:
        """Close when everything is sent, at the latest after a few seconds."""
        self._connection.close()
        if not self.transport.is_closing():
            self.transport.close()
            self._loop.call_later(_LINGER, self.transport.abort)

    def _cut(self, why: str) -> None:
        log.info("connection %d %s: cut", self._connection.number, why)
        self._listener.metrics.dropped += 1
        self._connection.close()
        self.transport.abort()

    # Receiving

    def _greet(self, request: Request) -> None:
        """Answer the upgrade request."""
        refused = self._listener.admit(request.headers.get("Host"))
        if refused is not None:
            self._frames.send_response(self._frames.reject(*refused))
            return
        self._accepted = True
        response = self._frames.accept(request)
        self._frames.send_response(response)
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self._ping = self._loop.call_later(self._listener.options.ping_interval, self._check)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.TEXT or frame.opcode is Opcode.BINARY:
            self._is_text = frame.opcode is Opcode.TEXT
            if frame.fin:
                self._message(bytes(frame.data))
            else:
                self._fragments = [bytes(frame.data)]
        elif frame.opcode is Opcode.CONT:
            self._fragments.append(bytes(frame.data))
            if frame.fin:
                whole, self._fragments = b"".join(self._fragments), []
                self._message(whole)
            elif len(self._fragments) > _FRAGMENTS:
                self._fragments = []
                self._close(CloseCode.MESSAGE_TOO_BIG, "too many fragments")

    def _message(self, body: bytes) -> None:
        if self._is_text and not body.isascii() and not _is_utf8(body):
            self._close(CloseCode.INVALID_DATA, "")
        elif self._frames.state is State.OPEN:
            self._inbox.append(body)

    def _serve(self) -> None:
        """Answer received messages, some at a time."""
        if self._later is not None:
            return
        left = _BURST
        while self._inbox and self._may_serve():
            if not left:
                self._later = self._loop.call_soon(self._serve_later)
                break
            left -= 1
            self._answer(self._inbox.popleft())
        self._steer()

    def _serve_later(self) -> None:
        self._later = None
        self._serve()

    def _may_serve(self) -> bool:
        return (
            not (self._stalled or self._stopping)
            and len(self._tasks) < _IN_FLIGHT
            and self._connection.live
        )

    def _answer(self, body: bytes) -> None:
        if len(body) > self._listener.options.max_request:
            self.post(failure(None, RequestTooBig(self._listener.options.max_request)))
            return
        reply = self._listener.dispatcher.handle(body, self._connection)
        if isinstance(reply, bytes):
            self.post(reply)
        elif reply is not None:
            task = self._loop.create_task(self._finish(reply))
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    async def _finish(self, pending: Pending) -> None:
        answer: Answer = await pending
        if answer.body is not None:
            self.post(answer.body)
        for subscription in answer.opened:
            subscription.open()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._stopping:
            self.shutdown()
        elif self._inbox or not self._reading:
            self._serve()

    def _steer(self) -> None:
        """Read from the client only while no message of it waits."""
        wanted = not self._inbox and self._may_serve()
        if wanted is self._reading or self.transport.is_closing():
            return
        self._reading = wanted
        if wanted:
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    # Keep-alive

    def _check(self) -> None:
        """Ping the client; cut one that neither sends, nor answers pings, nor reads."""
        backlog = self.transport.get_write_buffer_size()
        self._silence = 0 if backlog < self._backlog else self._silence + 1
        self._backlog = backlog
        if self._silence > _SILENT_ROUNDS:
            self._cut("is silent")
            return
        if self._frames.state is State.OPEN and not self._stalled:
            self._frames.send_ping(b"")
            self._flush()
        self._ping = self._loop.call_later(self._listener.options.ping_interval, self._check)


class WebSocketListener:
    """What the sessions of one listener share, and which connections are admitted."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        options: ServerOptions,
        metrics: Metrics,
        limit: RequestLimit,
        hosts: Hosts,
    ) -> None:
        self.dispatcher = dispatcher
        self.options = options
        self.metrics = metrics
        self._limit = limit
        self._hosts = hosts

    def session(
        self, config: Config, server_state: ServerState, app_state: dict[str, object]
    ) -> Session:
        """A protocol for a connection that asks for an upgrade (uvicorn's `ws` factory)."""
        del config, app_state
        return Session(self, cast("set[asyncio.Protocol]", server_state.connections))

    def admit(self, host: str | None) -> tuple[HTTPStatus, str] | None:
        """Admit a client; otherwise return the status and text to refuse it with."""
        if not self._hosts.accepts(host):
            return HTTPStatus.FORBIDDEN, "Provided Host header is not whitelisted.\n"
        if not self._limit.acquire():
            text = "Too many connections. Please try again later."
            return HTTPStatus.TOO_MANY_REQUESTS, text
        self.metrics.sessions_opened += 1
        return None

    def release(self) -> None:
        """Count an admitted client as gone."""
        self._limit.release()
        self.metrics.sessions_closed += 1


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
