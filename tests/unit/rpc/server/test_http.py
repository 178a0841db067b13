"""HTTP: methods, content types, cross-origin requests, hosts and the pages for monitoring."""

import asyncio
import socket

import httpx
import orjson
import pytest
from prometheus_client import CollectorRegistry, Counter
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from pysubtensor.rpc.errors import RpcError
from pysubtensor.rpc.server.namespace import Namespace
from pysubtensor.rpc.server.server import Listener, ServerOptions, serve
from pysubtensor.rpc.server.setup_errors import CannotListen
from tests.unit.rpc.stub import Client, ask, request
from tests.waiting import LIMIT_S, eventually, in_time


async def ask_http(client: Client, method: str, path: str = "/", **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(trust_env=False, timeout=LIMIT_S) as http:
        return await http.request(method, client.url + path, headers=given)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_only_post_is_allowed(client: Client, method: str) -> None:
    reply = await ask_http(client, method)
    assert reply.status_code == 405
    if method != "HEAD":
        assert reply.text == "Used HTTP Method is not allowed. POST is required\n"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json;charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/json-rpc", 200),
        ("application/json-rpc; charset=UTF-8", 200),
        ("text/plain", 415),
        ("", 415),
        ("application/json; charset=latin-1", 415),
        ("application/jsonx", 415),
    ],
)
async def test_content_types(client: Client, kind: str, status: int) -> None:
    reply = await client.post(request("stub_echo", "x"), content_type=kind)
    assert reply.status_code == status
    if status == 200:
        assert reply.headers["content-type"] == "application/json; charset=utf-8"
        assert reply.json()["result"] == "x"


async def test_an_http_connection_is_kept(client: Client) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=LIMIT_S) as http:
        for number in range(5):
            reply = await http.post(
                client.url,
                content=request("stub_slow", ident=number),
                headers={"content-type": "application/json"},
            )
            assert reply.json()["id"] == number
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    body = request("stub_echo", "x").encode()
    head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    head += b"content-length: %d\r\n\r\n"
    writer.write((head % len(body) + body) * 3)  # three at once
    for _ in range(3):
        await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b'"result":"x"}')
    writer.close()


async def test_head_and_body_travel_together(client: Client) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    body = request("stub_echo", "x").encode()
    head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    head += b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % len(body)
    writer.write(head)
    assert await reader.read(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    answer = await reader.read(1000)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'"result":"x"}')
    writer.close()


async def test_cors_for_all(client: Client) -> None:
    reply = await client.post(request("stub_ran"), origin="https://example.org")
    assert reply.headers["access-control-allow-origin"] == "*"
    reply = await ask_http(
        client, "OPTIONS", origin="https://example.org", access_control_request_method="POST"
    )
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "*"
    assert reply.headers["access-control-allow-headers"] == "*"


async def test_cors_for_some(start) -> None:
    client = await start(cors=("https://good.org",))
    reply = await client.post(request("stub_ran"), origin="https://good.org")
    assert reply.headers["access-control-allow-origin"] == "https://good.org"
    assert "origin" in reply.headers["vary"]
    reply = await client.post(request("stub_ran"), origin="https://evil.org")
    assert "access-control-allow-origin" not in reply.headers
    reply = await ask_http(
        client, "OPTIONS", origin="https://good.org", access_control_request_method="POST"
    )
    assert reply.headers["access-control-allow-methods"] == "POST"
    assert reply.headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize(
    ("options", "host", "accepted"),
    [
        ({}, "evil.org", True),
        ({"cors": ("https://good.org",)}, "evil.org", False),
        ({"cors": ("https://good.org",)}, "localhost:PORT", True),
        ({"cors": ("https://good.org",)}, "LOCALHOST:PORT", True),
        ({"cors": ("https://good.org",)}, "[::1]:PORT", True),
        ({"cors": ("https://good.org",)}, "localhost:1", False),
        ({"hosts": ("node.org:*",)}, "node.org:5", True),
        ({"hosts": ("node.org:*",)}, "node.org", True),
        ({"hosts": ("node.org:*",)}, "evil.org:5", False),
    ],
)
async def test_host_filter(start, options: dict, host: str, accepted: bool) -> None:
    client = await start(**options)
    host = host.replace("PORT", str(client.port))
    reply = await client.post(request("stub_echo", "x"), host=host)
    assert reply.status_code == (200 if accepted else 403)
    handshake = client.ws(additional_headers={"Host": host})
    handshake = connect(f"ws://{host}" if ":" in host[-7:] else f"ws://{host}:80",
                        host="127.0.0.1", port=client.port, compression=None)  # fmt: skip
    if accepted:
        async with handshake as ws:
            assert await ask(ws, "stub_echo", "x") == "x"
    else:
        assert reply.text == "Provided Host header is not whitelisted.\n"
        with pytest.raises(InvalidStatus) as refused:
            await handshake
        assert refused.value.response.status_code == 403


async def test_compression_is_not_taken_up(client: Client) -> None:
    async with client.ws(compression="deflate") as ws:
        assert ws.protocol.extensions == []
        assert await ask(ws, "stub_echo", "x" * 1000) == "x" * 1000


async def test_bad_handshakes_are_refused(client: Client) -> None:
    for head in (
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 5\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(head)
        async with in_time():
            answer = await reader.read()
        assert not answer.startswith(b"HTTP/1.1 101")
        writer.close()
    assert await client.call("stub_echo", "alive") == "alive"


async def test_monitoring_pages(client: Client) -> None:
    reply = await ask_http(client, "GET", "/health")
    assert reply.json() == {"peers": 0, "isSyncing": False, "shouldHavePeers": False}
    assert (await ask_http(client, "GET", "/health/readiness")).status_code == 200
    await client.call("stub_echo", "x")
    await client.call("stub_say", 5)
    await client.call("no_such")
    await client.post(request("stub_slow"))
    text = (await ask_http(client, "GET", "/metrics")).text
    for line in (
        'substrate_rpc_calls_started_total{method="stub_echo",protocol="ws"} 2.0',
        'substrate_rpc_calls_finished_total{is_error="true",method="stub_echo",protocol="ws"} 1.0',
        '_rpc_calls_finished_total{is_error="false",method="stub_slow",protocol="http"} 1.0',
        'substrate_rpc_calls_time_bucket{le="+Inf",method="stub_echo",protocol="ws"} 2.0',
        "substrate_rpc_calls_unknown_total 1.0",
        "substrate_rpc_sessions_opened_total 3.0",
    ):
        assert line in text


async def serve_health(answer: object) -> tuple[object, Client]:
    system = Namespace("system")

    @system.method("system_health")
    def health(node: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    server = await serve(object(), listeners=[Listener(port=0)], namespaces=[system])
    return server, Client(server, object())


@pytest.mark.parametrize(
    ("answer", "status", "ready"),
    [
        ({"peers": 3, "isSyncing": False, "shouldHavePeers": True}, 200, 200),
        ({"peers": 0, "isSyncing": False, "shouldHavePeers": True}, 200, 500),
        ({"peers": 3, "isSyncing": True, "shouldHavePeers": True}, 200, 500),
        (RpcError("asleep"), 503, 500),
    ],
)
async def test_health_is_what_the_node_says(answer: object, status: int, ready: int) -> None:
    server, client = await serve_health(answer)
    assert (await ask_http(client, "GET", "/health")).status_code == status
    assert (await ask_http(client, "GET", "/health/readiness")).status_code == ready
    await server.stop()


async def test_own_metrics_appear_beside_the_servers(start) -> None:
    registry = CollectorRegistry()
    Counter("blocks_made", "Blocks made", registry=registry).inc(3)
    client = await start(registry=registry)
    assert "blocks_made_total 3.0" in (await ask_http(client, "GET", "/metrics")).text
    await client.server.stop()
    await start(registry=registry)  # the name is free again


async def test_several_ports_serve_one_node(start) -> None:
    client = await start(Listener(port=0), Listener(port=0), Listener("::1", 0))
    assert len(set(client.server.ports)) == 3
    for port in client.server.ports[:2]:
        async with client.ws(port) as ws:
            await ask(ws, "stub_ran")
    async with connect(f"ws://[::1]:{client.server.ports[2]}", compression=None) as ws:
        assert await ask(ws, "stub_ran") == ["ran"] * 3


async def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}"):
            await serve(object(), listeners=[Listener(port=0), Listener(port=port)], namespaces=[])


async def test_stop_finishes_what_is_under_way(start) -> None:
    client = await start(stop_timeout=LIMIT_S)
    under_way = asyncio.create_task(client.post(request("stub_held")))
    idle = await client.ws()
    await ask(idle, "stub_subscribeHeads")
    busy = await client.ws()
    await busy.send(request("stub_held"))
    await eventually(lambda: client.node.held == 2)
    stopping = asyncio.create_task(client.server.stop())
    await idle.wait_closed()
    assert not stopping.done()
    client.node.gate.set()
    await stopping
    assert (await under_way).json()["result"] == "Yawn!"
    assert orjson.loads(await busy.recv())["result"] == "Yawn!"
    await busy.wait_closed()
    assert idle.close_code == 1001
    assert client.node.closed == ["heads"]
    with pytest.raises(ConnectionRefusedError):
        await client.ws()
    await client.server.stop()  # twice does no harm


async def test_stop_does_not_wait_for_those_who_never_read(start) -> None:
    client = await start(stop_timeout=1)
    ws = await client.ws(max_queue=1)
    for number in range(8):  # more than a system keeps for a socket, at both of its ends
        await ws.send(request("stub_long", 10_000_000, ident=number))
    (session,) = client.sessions
    await eventually(lambda: session._stalled)
    async with in_time():
        await client.server.stop()
    ws.transport.abort()
    await ws.wait_closed()


def test_options_are_the_real_nodes() -> None:
    options = ServerOptions()
    assert options.max_request == options.max_response == 15 * 1024 * 1024
    assert options.max_connections == options.max_subscriptions == 10_000
    assert orjson.dumps(options.max_batch) == b"null"
