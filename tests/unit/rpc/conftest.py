"""Running servers for the tests of the transport, and a node for those of the methods."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import uvloop

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.server.server import Listener, Server, ServerOptions, serve
from tests.unit.rpc.live import Live, new_node
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


@pytest.fixture(scope="session")
def shared_node() -> Iterator[Node]:
    node = new_node()
    yield node
    node.chain.store.close()


@pytest.fixture
async def live(shared_node: Node) -> AsyncIterator[Live]:
    """A client of the shared node at block 1, to which it returns."""
    client = Live(shared_node)
    yield client
    client.connection.close()
    await asyncio.sleep(0)
    shared_node.impersonated.clear()
    if shared_node.chain.best.number > 1:
        shared_node.set_head(1)
    shared_node.pool.clear()
