"""A stub node, namespaces that show every kind of handler, and a client for their server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from pysubtensor.frame.primitives import BlockNumber, Hash
from pysubtensor.rpc.errors import PoolRefusal, RpcError
from pysubtensor.rpc.server.namespace import Connection, Namespace, Subscription
from pysubtensor.rpc.server.server import Server
from pysubtensor.rpc.server.websocket import Session
from tests.waiting import LIMIT_S, settled


@dataclass
class StubNode:
    """Remembers what handlers did to it."""

    closed: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    heads: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    held: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Opened by the test for those that are held."""


stub = Namespace("stub")
extra = Namespace("extra_v1")


@stub.method("stub_echo", "stub_say", "old_echo")
def echo(node: StubNode, text: str) -> str:
    return text


@stub.method("stub_ran")
def ran(node: StubNode) -> list[str]:
    node.ran.append("ran")
    return node.ran


@stub.method("stub_add")
def add(node: StubNode, first: int, second: int = 10) -> int:
    return first + second


@stub.method("stub_hash")
def block_hash(node: StubNode, number: BlockNumber | None = None) -> Hash | None:
    return None if number is None else Hash(number.to_bytes(32, "big"))


@stub.method("stub_size")
def size(node: StubNode, some_bytes: bytes) -> int:
    return len(some_bytes)


@stub.method("stub_long")
def long(node: StubNode, length: int) -> str:
    return "x" * length


@stub.method("stub_slow")
async def slow(node: StubNode) -> str:
    await settled()
    return "Yawn!"


@stub.method("stub_held")
async def held(node: StubNode) -> str:
    node.held += 1
    await node.gate.wait()
    return "Yawn!"


@stub.method("stub_secret", unsafe=True)
def secret(node: StubNode) -> str:
    return "42"


@stub.method("stub_refuse")
def refuse(node: StubNode) -> None:
    raise PoolRefusal(1010, "Invalid Transaction", "Transaction is outdated")


@stub.method("stub_crash")
def crash(node: StubNode) -> None:
    raise ZeroDivisionError


@stub.method("stub_crashLater")
async def crash_later(node: StubNode) -> None:
    await asyncio.sleep(0)
    raise ZeroDivisionError


@stub.method("stub_unspeakable")
def unspeakable(node: StubNode) -> object:
    return object()


@stub.method("stub_streams")
def streams(node: StubNode, connection: Connection, prefix: str = "") -> list[str]:
    return [prefix + name for name in connection.subscriptions]


@stub.subscription(
    "stub_subscribeCount",
    "count_me",
    item="stub_count",
    stop=("stub_unsubscribeCount", "uncount_me"),
)
async def count(node: StubNode, first: int = 0, last: int = 1 << 60) -> AsyncIterator[object]:
    try:
        for number in range(first, last):
            yield number
            await settled()
    finally:
        node.closed.append("count")


@stub.subscription("stub_subscribeHeads", item="stub_head", stop="stub_unsubscribeHeads")
async def heads(node: StubNode) -> AsyncIterator[object]:
    try:
        while True:
            yield await node.heads.get()
    finally:
        node.closed.append("heads")


@stub.subscription("stub_subscribeOwnId", item="stub_ownId", stop="stub_unsubscribeOwnId")
async def own_id(node: StubNode, own: Subscription) -> AsyncIterator[object]:
    yield own.id


@stub.subscription("stub_subscribeFlood", item="stub_flood", stop="stub_unsubscribeFlood")
async def flood(node: StubNode, length: int) -> AsyncIterator[object]:
    while True:
        yield "x" * length
        await asyncio.sleep(0)


@stub.subscription("stub_subscribeRefused", item="stub_never", stop="stub_unsubscribeRefused")
async def refused(node: StubNode) -> AsyncIterator[object]:
    raise PoolRefusal(1010, "Invalid Transaction", "Transaction has a bad signature")
    yield


@stub.subscription("stub_subscribeChecked", item="stub_checked", stop="stub_unsubscribeChecked")
def checked(node: StubNode, number: int) -> AsyncIterator[object]:
    if number == 0:
        raise RpcError("no zero")
    return count(node, number, number + 1)


@stub.subscription("stub_subscribeBroken", item="stub_broken", stop="stub_unsubscribeBroken")
async def broken(node: StubNode) -> AsyncIterator[object]:
    yield 1
    await asyncio.sleep(0)
    raise ZeroDivisionError


@extra.method("extra_v1_hello")
def hello(node: StubNode) -> str:
    return "hello"


class Client:
    """One server and ways to call it."""

    def __init__(self, server: Server, node: StubNode) -> None:
        self.server = server
        self.node = node
        self.port = server.ports[0]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def sessions(self) -> list[Session]:
        """The server's side of the WebSocket connections that are open."""
        (listening,) = self.server._open
        return [each for each in listening._state.connections if isinstance(each, Session)]

    def ws(self, port: int | None = None, **settings: object) -> connect:
        given = {"compression": None, "max_queue": None, "open_timeout": LIMIT_S, **settings}
        return connect(f"ws://127.0.0.1:{port or self.port}", **given)

    async def post(
        self, body: bytes | str, port: int | None = None, **headers: str
    ) -> httpx.Response:
        base = {"content-type": "application/json"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(trust_env=False, timeout=LIMIT_S) as client:
            return await client.post(
                f"http://127.0.0.1:{port or self.port}", content=body, headers=base | given
            )

    async def both(self, body: str) -> bytes:
        """The reply to `body`, which must be the same over HTTP and WebSocket."""
        over_http = (await self.post(body)).content
        async with self.ws() as ws:
            await ws.send(body)
            over_ws = await ws.recv(decode=False)
        assert over_ws == over_http
        return over_http

    async def call(self, method: str, *params: object) -> object:
        """The result of a call over WebSocket, or its error object."""
        async with self.ws() as ws:
            return await ask(ws, method, *params)


async def ask(ws: ClientConnection, method: str, *params: object) -> object:
    """The result of a call, or its error object; skips notifications."""
    await ws.send(request(method, *params))
    while True:
        message = orjson.loads(await ws.recv())
        if "method" not in message:
            return message.get("result") if "result" in message else message["error"]


def request(method: str, *params: object, ident: object = 1) -> str:
    whole = {"jsonrpc": "2.0", "id": ident, "method": method, "params": list(params)}
    return orjson.dumps(whole).decode()
