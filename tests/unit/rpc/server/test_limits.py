"""Sizes, numbers and patience: what the server does with clients that want too much."""

import asyncio
import contextlib
import socket

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.unit.rpc.stub import Client, ask, request
from tests.waiting import eventually, in_time

REPLIES = 800
"""Of 100,000 bytes each: more than a system keeps for a socket, at both of its ends."""


def too_big(code: int, text: str, limit: int) -> dict[str, object]:
    return {"code": code, "message": text, "data": f"Exceeded max limit of {limit}"}


async def test_requests_are_limited(start) -> None:
    client = await start(max_request=100)
    refusal = too_big(-32007, "Request is too big", 100)
    reply = await client.post(request("stub_echo", "x" * 100))
    assert (reply.status_code, reply.json()["error"]) == (413, refusal)
    assert reply.json()["id"] is None
    async with client.ws() as ws:
        await ws.send(request("stub_echo", "x" * 100))
        assert orjson.loads(await ws.recv())["error"] == refusal
        assert await ask(ws, "stub_echo", "x") == "x"  # and goes on
        await ws.send("x" * 300)
        with pytest.raises(ConnectionClosed) as closed:
            await ws.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_a_body_without_length_is_limited_too(start) -> None:
    client = await start(max_request=100)

    async def chunks():
        for _ in range(10):
            yield b"x" * 50

    reply = await client.post(chunks())
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, -32007)
    assert (await client.post(request("stub_echo", "x"))).json()["result"] == "x"


async def test_responses_are_limited(start) -> None:
    client = await start(max_response=100)
    reply = orjson.loads(await client.both(request("stub_long", 100, ident="me")))
    assert reply["id"] == "me"
    assert reply["error"] == too_big(-32008, "Response is too big", 100)


async def test_batches_are_limited(start) -> None:
    client = await start(max_response=100, max_batch=2)
    one = request("stub_long", 40)
    assert orjson.loads(await client.both(f"[{one},{one}]"))["error"] == too_big(
        -32011, "The batch response was too large", 100
    )
    assert orjson.loads(await client.both(f"[{one},{one},{one}]"))["error"] == too_big(
        -32010, "The batch request was too large", 2
    )
    client = await start(max_batch=0)
    assert orjson.loads(await client.both(f"[{one}]"))["error"] == {
        "code": -32005,
        "message": "Batched requests are not supported by this server",
    }


async def test_large_messages_pass(client: Client) -> None:
    for text in ("x" * 1_000_000, "ü" * 1_000_000):
        assert await client.call("stub_size", "ab" * 500_000) == 500_000
        async with client.ws(max_size=None) as ws:
            assert await ask(ws, "stub_echo", text) == text


async def test_messages_may_come_in_pieces(client: Client) -> None:
    async with client.ws() as ws:
        text = request("stub_echo", "ü" * 1000)
        await ws.send(text[at : at + 7] for at in range(0, len(text), 7))
        assert orjson.loads(await ws.recv())["result"] == "ü" * 1000


async def test_too_many_pieces_end_the_connection(client: Client) -> None:
    async with client.ws() as ws:
        with contextlib.suppress(ConnectionClosed):
            await ws.send("" for _ in range(20_000))
        with pytest.raises(ConnectionClosed) as closed:
            await ws.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_connections_are_limited(start) -> None:
    client = await start(max_connections=2)
    async with client.ws() as one:
        two = await client.ws()
        with pytest.raises(InvalidStatus) as refused:
            await client.ws()
        assert refused.value.response.status_code == 429
        reply = await client.post(request("stub_ran"))
        assert reply.status_code == 429
        assert reply.text == "Too many connections. Please try again later."
        await two.close()
        await eventually(lambda: len(client.sessions) == 1)
        async with client.ws() as three:
            assert await ask(three, "stub_echo", "x") == "x"
        assert await ask(one, "stub_echo", "x") == "x"


async def test_a_client_that_reads_nothing_is_cut(start) -> None:
    client = await start(max_backlog=1 << 20)
    ws = await client.ws(max_queue=1)
    await ws.send(request("stub_subscribeFlood", 100_000))
    await eventually(lambda: client.server.metrics.dropped == 1)
    ws.transport.abort()
    await ws.wait_closed()


async def test_replies_wait_for_a_slow_reader(client: Client) -> None:
    """It is not read from while it does not read, so nothing piles up and nothing is lost."""
    async with client.ws(max_queue=1, max_size=None) as ws:

        async def send() -> None:
            for number in range(REPLIES):
                await ws.send(request("stub_long", 100_000, ident=number))

        sending = asyncio.create_task(send())
        (session,) = client.sessions
        await eventually(lambda: session._stalled)
        for number in range(REPLIES):
            assert orjson.loads(await ws.recv())["id"] == number
        await sending
    assert client.server.metrics.dropped == 0


async def test_a_silent_client_is_cut(start) -> None:
    client = await start(ping_interval=0.03)
    ws = await client.ws()
    ws.transport.pause_reading()  # sends no pongs either
    await eventually(lambda: client.server.metrics.dropped == 1)
    ws.transport.abort()
    await ws.wait_closed()


async def test_a_client_that_answers_pings_stays(start) -> None:
    client = await start(ping_interval=3_600)
    async with client.ws() as ws:
        (session,) = client.sessions
        for _ in range(10):  # more rounds than a silent client is given
            session._check()
            session._silence = 1
            await eventually(lambda: session._silence == 0)  # its pong came
        assert await ask(ws, "stub_echo", "x") == "x"
    assert client.server.metrics.dropped == 0


HALVES = (
    b"",
    b"\r\n",
    b"POST / HTT",
    b"POST / HTTP/1.1\r\nA:b",
    b"POST / HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
)


@pytest.mark.parametrize("sent", HALVES)
async def test_half_a_request_is_not_waited_for(start, sent: bytes) -> None:
    client = await start(request_timeout=0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(sent)
    with contextlib.suppress(ConnectionResetError):
        async with in_time():
            assert await reader.read() == b""
    writer.close()


async def test_half_open_sockets_do_no_harm(client: Client) -> None:
    for sent in (b"", b"GET / HTTP/1.1\r\n", b"\x00" * 50, b"POST / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", client.port)) as raw:
            raw.sendall(sent)
    assert await client.call("stub_echo", "alive") == "alive"


async def test_a_flood_of_pings_from_a_client_that_does_not_read(client: Client) -> None:
    async with client.ws() as ws:
        ws.transport.pause_reading()
        frame = b"\x89\xfd" + bytes(4) + b"p" * 125  # a masked ping with a zero mask
        for _ in range(200):
            ws.transport.write(frame * 1000)
            await asyncio.sleep(0)
        assert await client.call("stub_echo", "alive") == "alive"
        ws.transport.abort()
