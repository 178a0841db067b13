"""Running servers for the tests of the transport."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvloop

from rpc.server import Listener, Server, ServerOptions, serve
from tests.unit.rpc.stub import Client, StubNode, extra, stub


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop the node runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Start a server with options; it is stopped after the test."""
    running: list[Server] = []

    async def make(*listeners: Listener, **options: object) -> Client:
        node = StubNode()
        server = await serve(
            node,
            listeners=listeners or [Listener(port=0)],
            namespaces=[stub, extra],
            options=ServerOptions(**options),
        )
        running.append(server)
        return Client(server, node)

    yield make
    for server in running:
        await server.stop()


@pytest.fixture
async def client(start: Callable[..., Awaitable[Client]]) -> Client:
    return await start()
