"""The server: several ports, one event loop, one node.

    server = await serve(node, listeners=[Listener(port=9944)], namespaces=[chain.rpc, state.rpc])
    ...
    await server.stop()

HTTP runs on uvicorn; upgraded connections are `websocket.Session`s.  Signals are the caller's.
"""

import asyncio
import logging
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import cast

import uvicorn

from rpc.access import Hosts, Slots
from rpc.dispatch import Dispatcher
from rpc.errors import CannotListen
from rpc.http import App, HttpProtocol, RpcApp
from rpc.metrics import Metrics
from rpc.namespace import Namespace, Node, Table
from rpc.options import Listener, Policy, ServerOptions
from rpc.websocket import Gate

__all__ = ["Listener", "Policy", "Server", "ServerOptions", "serve"]

log = logging.getLogger(__name__)

_QUEUE = 1024  # connections the system may hold before we accept them


class Server:
    """A running server.  `ports` are in the order of the listeners."""

    def __init__(self, metrics: Metrics, table: Table) -> None:
        self.metrics = metrics
        self.methods = tuple(sorted(table))
        self.ports: list[int] = []
        self._running: list[tuple[_Uvicorn, asyncio.Task[None]]] = []

    async def add(self, running: "_Uvicorn", bound: socket.socket) -> None:
        """Serve a bound socket."""
        task = asyncio.create_task(running.serve([bound]))
        self._running.append((running, task))
        self.ports.append(bound.getsockname()[1])
        ready = asyncio.create_task(running.ready.wait())
        await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if task.done():
            task.result()

    async def stop(self) -> None:
        """Accept nothing more, let requests under way end, close every connection.

        Returns when all is closed, after at most about `stop_timeout` seconds.
        """
        running, self._running = self._running, []
        for server, _ in running:
            server.should_exit = True
        await asyncio.gather(*(task for _, task in running))
        for server, _ in running:
            server.cut()
        if running:
            self.metrics.close()
            await asyncio.sleep(0)  # lets the transports report their end


class _Uvicorn(uvicorn.Server):
    """uvicorn, without its signal handlers, that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def cut(self) -> None:
        """Close what did not close by itself."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


async def serve(
    node: Node,
    *,
    listeners: Sequence[Listener],
    namespaces: Iterable[Namespace],
    options: ServerOptions | None = None,
) -> Server:
    """Start serving `node` on every listener.

    Raises CannotListen (nothing is left running then), and what `Table` raises.
    """
    options = options or ServerOptions()
    table = Table(namespaces, options.without)
    bound = _bind(listeners)
    metrics = Metrics(options.registry)
    slots = Slots(options.max_connections)
    server = Server(metrics, table)
    try:
        for listener, sock in zip(listeners, bound, strict=True):
            dispatcher = Dispatcher(node, table, options, metrics, unsafe=listener.serves_unsafe)
            hosts = Hosts(options, listener, sock.getsockname()[1])
            await server.add(_uvicorn(dispatcher, options, metrics, slots, hosts), sock)
    except BaseException:
        await server.stop()
        raise
    log.info("JSON-RPC on %s", ", ".join(f"{sock.getsockname()[:2]}" for sock in bound))
    return server


def _uvicorn(
    dispatcher: Dispatcher, options: ServerOptions, metrics: Metrics, slots: Slots, hosts: Hosts
) -> _Uvicorn:
    gate = Gate(dispatcher, options, metrics, slots, hosts)
    config = uvicorn.Config(
        RpcApp(dispatcher, options, slots, hosts, partial(_pages, dispatcher, metrics)),
        http=cast("type[asyncio.Protocol]", partial(HttpProtocol, options=options)),
        ws=cast("type[asyncio.Protocol]", gate.session),
        interface="asgi3",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=int(options.idle_timeout),
        timeout_graceful_shutdown=int(options.stop_timeout),
    )
    return _Uvicorn(config)


def _pages(dispatcher: Dispatcher, metrics: Metrics) -> App:
    from rpc.monitoring import pages  # FastAPI: half a second of imports

    return cast("App", pages(dispatcher, metrics))


def _bind(listeners: Iterable[Listener]) -> list[socket.socket]:
    """A bound socket for each listener, or CannotListen and none."""
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
