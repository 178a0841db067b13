"""The server: several ports, one event loop, one node.

    server = await serve(node, listeners=[Listener(port=9944)], namespaces=[chain.rpc, state.rpc])
    ...
    await server.stop()

HTTP runs on uvicorn; upgraded connections are `websocket.Session`s.  Signals are the caller's.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable, Sequence
from email.utils import formatdate
from functools import partial
from typing import cast

import uvicorn
from uvicorn.server import ServerState

from pysubtensor.rpc.server.access import Hosts, RequestLimit
from pysubtensor.rpc.server.dispatch import Dispatcher
from pysubtensor.rpc.server.http import App, HttpProtocol, RpcApp
from pysubtensor.rpc.server.metrics import Metrics
from pysubtensor.rpc.server.namespace import Namespace, ServedNode, Table
from pysubtensor.rpc.server.options import Listener, ServerOptions
from pysubtensor.rpc.server.setup_errors import CannotListen
from pysubtensor.rpc.server.unsafe_methods import Policy
from pysubtensor.rpc.server.websocket import WebSocketListener

__all__ = ["Listener", "Policy", "Server", "ServerOptions", "serve"]

log = logging.getLogger(__name__)

_QUEUE = 1024  # connections the system may hold before we accept them
_POLL_S = 0.005  # seconds between two checks of connections that should end


class Server:
    """A running server.  `ports` are in the order of the listeners."""

    def __init__(self, metrics: Metrics, table: Table, patience: float) -> None:
        self.metrics = metrics
        self.methods = tuple(sorted(table))
        self.ports: list[int] = []
        self._patience = patience
        self._open: list[_Port] = []

    async def add(self, port: "_Port", bound: socket.socket) -> None:
        """Serve a bound socket."""
        await port.open(bound)
        self._open.append(port)
        self.ports.append(bound.getsockname()[1])

    async def stop(self) -> None:
        """Accept nothing more, wait for requests being served, and close every connection.

        Returns when all is closed, after at most about `stop_timeout` seconds.
        """
        ports, self._open = self._open, []
        if ports:
            await asyncio.gather(*(port.close(self._patience) for port in ports))
            self.metrics.close()


class _Port:
    """One listening socket with its connections.

    It stands where uvicorn's `Server` would, which brings signal handlers and a process of its own.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        config.load()
        self._config = config
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._clock: asyncio.TimerHandle | None = None

    async def open(self, bound: socket.socket) -> None:
        """Accept connections from now on."""
        loop = asyncio.get_running_loop()
        make = cast("Callable[..., asyncio.Protocol]", self._config.http_protocol_class)
        self._server = await loop.create_server(
            lambda: make(config=self._config, server_state=self._state, app_state={}, _loop=loop),
            sock=bound,
            backlog=_QUEUE,
        )
        self._tell_time()

    def _tell_time(self) -> None:
        """Update the `date` header of replies, every second."""
        self._state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
        self._clock = asyncio.get_running_loop().call_later(1.0, self._tell_time)

    async def close(self, patience: float) -> None:
        """Stop accepting, wait up to `patience` seconds for requests, and abort the rest."""
        if self._server is None or self._clock is None:
            return
        self._server.close()
        self._clock.cancel()
        for connection in list(self._state.connections):
            connection.shutdown()
        if not await self._emptied(patience):
            for connection in list(self._state.connections):
                connection.transport.abort()
            for task in list(self._state.tasks):
                task.cancel()
            await self._emptied(patience)
        await self._server.wait_closed()

    async def _emptied(self, patience: float) -> bool:
        """Whether every connection ends within `patience` seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while self._state.connections or self._state.tasks:
            if loop.time() > end:
                return False
            await asyncio.sleep(_POLL_S)
        return True


async def serve(
    node: ServedNode,
    *,
    listeners: Sequence[Listener],
    namespaces: Iterable[Namespace],
    options: ServerOptions | None = None,
) -> Server:
    """Start serving `node` on every listener.

    Errors: CannotListen, and those of `Table`; nothing is left running then.
    """
    options = options or ServerOptions()
    table = Table(namespaces, options.without)
    bound = _bind(listeners)
    metrics = Metrics(options.registry)
    limit = RequestLimit(options.max_connections)
    server = Server(metrics, table, options.stop_timeout)
    try:
        for listener, sock in zip(listeners, bound, strict=True):
            dispatcher = Dispatcher(node, table, options, metrics, unsafe=listener.serves_unsafe)
            hosts = Hosts(options, listener, sock.getsockname()[1])
            await server.add(_port(dispatcher, options, metrics, limit, hosts), sock)
    except BaseException:
        await server.stop()
        raise
    log.info("JSON-RPC on %s", ", ".join(f"{sock.getsockname()[:2]}" for sock in bound))
    return server


def _port(
    dispatcher: Dispatcher,
    options: ServerOptions,
    metrics: Metrics,
    limit: RequestLimit,
    hosts: Hosts,
) -> _Port:
    websockets = WebSocketListener(dispatcher, options, metrics, limit, hosts)
    config = uvicorn.Config(
        RpcApp(dispatcher, options, limit, hosts, partial(_pages, dispatcher, metrics)),
        http=cast("type[asyncio.Protocol]", partial(HttpProtocol, options=options)),
        ws=cast("type[asyncio.Protocol]", websockets.session),
        interface="asgi3",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=int(options.idle_timeout),
    )
    return _Port(config)


def _pages(dispatcher: Dispatcher, metrics: Metrics) -> App:
    from pysubtensor.rpc.server.monitoring import pages  # FastAPI: half a second of imports

    return cast("App", pages(dispatcher, metrics))


def _bind(listeners: Iterable[Listener]) -> list[socket.socket]:
    """A bound socket for each listener, all or none.  Errors: CannotListen."""
    bound: list[socket.socket] = []
    for listener in listeners:
        try:
            bound.append(_bind_one(listener))
        except OSError as error:
            for sock in bound:
                sock.close()
            reason = error.strerror or str(error)
            raise CannotListen(listener.host, listener.port, reason) from error
    return bound


def _bind_one(listener: Listener) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(
        listener.host, listener.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.create_server(address, family=family, backlog=_QUEUE)
    sock.setblocking(False)
    return sock
