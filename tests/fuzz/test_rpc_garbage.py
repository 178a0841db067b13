"""Whatever bytes come in, each reply is well-formed JSON-RPC and the server lives on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from pysubtensor.frame.primitives import BlockNumber, Hash
from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.dispatch import Dispatcher
from pysubtensor.rpc.server.metrics import Metrics
from pysubtensor.rpc.server.namespace import Namespace, Table
from pysubtensor.rpc.server.server import Listener, ServerOptions, serve
from tests.waiting import in_time

rpc = Namespace("fuzz")


@rpc.method("fuzz_call")
def call(
    _node: object, at: Hash | None, key: bytes = b"", number: BlockNumber | None = None
) -> object:
    """A method whose answer shows what was decoded."""
    return [at, key, number]


@rpc.method("fuzz_any")
async def anything(_node: object, value: object = None) -> object:
    """An async method that gives back what it gets."""
    return value


@rpc.subscription("fuzz_subscribe", item="fuzz_item", stop="fuzz_unsubscribe")
async def stream(_node: object, numbers: list[int]) -> AsyncIterator[object]:
    """A stream of its parameter."""
    for number in numbers:
        yield number


NAMES = ["fuzz_call", "fuzz_any", "fuzz_subscribe", "fuzz_unsubscribe", "rpc_methods", "", "x"]
LEAF = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(NAMES)
)
JSON = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)
ENVELOPE = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.sampled_from(["2.0", "2.0", "2.0", "1.0", 2, None]),
        "id": JSON,
        "method": st.sampled_from(NAMES) | JSON,
        "params": JSON,
    },
)
MESSAGE = (ENVELOPE | st.lists(ENVELOPE | JSON, max_size=4)).map(orjson.dumps)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A message with a few bytes changed, cut or doubled."""
    body = bytearray(draw(MESSAGE))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(body)))
        end = min(len(body), at + draw(st.integers(0, 4)))
        body[at:end] = draw(st.binary(max_size=4))
    return bytes(body)


BODY = damaged() | st.binary(max_size=60)


def well_formed(reply: object) -> bool:
    """Whether `reply` is one response object."""
    if not isinstance(reply, dict) or reply.get("jsonrpc") != "2.0" or "id" not in reply:
        return False
    if "result" in reply:
        return set(reply) == {"jsonrpc", "id", "result"}
    error = reply["error"]
    return type(error["code"]) is int and type(error["message"]) is str


async def answer(dispatcher: Dispatcher, body: bytes) -> bytes | None:
    connection = Connection(lambda _: None)
    reply = dispatcher.handle(body, connection)
    if reply is not None and not isinstance(reply, bytes):
        reply = (await reply).body
    connection.close()
    return reply


@given(BODY)
@settings(max_examples=300)
def test_any_body_is_answered_in_form(body: bytes) -> None:
    dispatcher = Dispatcher(object(), Table([rpc]), ServerOptions(), Metrics(), unsafe=True)
    reply = asyncio.run(answer(dispatcher, body))
    if reply is not None:
        replies = orjson.loads(reply)
        assert all(map(well_formed, replies if isinstance(replies, list) else [replies]))
        assert replies != []


Attack = Callable[[int, bytes], Awaitable[None]]


async def raw_tcp(port: int, body: bytes) -> None:
    """Bytes straight into the port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(body)
    writer.write_eof()
    await read_all(reader)
    writer.close()


async def http_post(port: int, body: bytes) -> None:
    """A proper request with any body."""
    head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nconnection: close\r\n"
    await raw_tcp(port, head + b"content-length: %d\r\n\r\n%b" % (len(body), body))


async def raw_frames(port: int, body: bytes) -> None:
    """Bytes straight behind a WebSocket handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    writer.write(body)
    writer.write_eof()
    await read_all(reader)
    writer.close()


async def ws_message(port: int, body: bytes) -> None:
    """Any message in a proper binary frame, and a ping behind it."""
    async with connect(f"ws://127.0.0.1:{port}", max_queue=None) as ws:
        await ws.send(body)
        await (await ws.ping())


async def read_all(reader: asyncio.StreamReader) -> None:
    """Wait until the server closes."""
    try:
        async with in_time():
            await reader.read()
    except ConnectionResetError:
        return


@pytest.mark.parametrize("attack", [raw_tcp, http_post, raw_frames, ws_message])
def test_a_server_survives_any_bytes(attack: Attack, caplog: pytest.LogCaptureFixture) -> None:
    runner = asyncio.Runner()
    server = runner.run(serve(object(), listeners=[Listener(port=0)], namespaces=[rpc]))
    port = server.ports[0]

    @given(BODY)
    @settings(max_examples=40)
    def bombard(body: bytes) -> None:
        runner.run(attack(port, body))

    with caplog.at_level(logging.WARNING, "pysubtensor.rpc"):
        bombard()
        runner.run(alive(port))
    assert not [record for record in caplog.records if record.name.startswith("pysubtensor.rpc")]
    runner.run(server.stop())
    runner.close()


async def alive(port: int) -> None:
    """The server still answers."""
    async with connect(f"ws://127.0.0.1:{port}") as ws:
        await ws.send('{"jsonrpc":"2.0","id":1,"method":"fuzz_call","params":[null,"0x01","0x2"]}')
        assert orjson.loads(await ws.recv())["result"] == [None, "0x01", 2]
