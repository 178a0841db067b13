"""Subscriptions: ids, order, ends and limits."""

import logging
import re

import orjson
import pytest

from pysubtensor.rpc.server.connections import Connection
from tests.unit.rpc.stub import Client, ask, request
from tests.waiting import eventually


async def test_the_reply_comes_before_the_first_notification(client: Client) -> None:
    async with client.ws() as ws:
        for method in ("stub_subscribeCount", "count_me"):
            await ws.send(request(method, 5, 7, ident="s"))
            reply = orjson.loads(await ws.recv())
            name = reply["result"]
            assert reply == {"jsonrpc": "2.0", "id": "s", "result": name}
            assert re.fullmatch("0x[0-9a-f]{32}", name)
            for number in (5, 6):
                assert await ws.recv(decode=False) == (
                    b'{"jsonrpc":"2.0","method":"stub_count","params":'
                    b'{"subscription":"%b","result":%d}}' % (name.encode(), number)
                )


async def test_unsubscribe_ends_the_stream(client: Client) -> None:
    async with client.ws() as ws:
        for stop in ("stub_unsubscribeCount", "uncount_me"):
            name = await ask(ws, "stub_subscribeCount")
            await ws.recv()  # it has begun
            assert await ask(ws, stop, name) is True
            await eventually(lambda: client.node.closed == ["count"])
            client.node.closed.clear()
            await ws.send(request(stop, name))
            assert orjson.loads(await ws.recv())["result"] is False  # nothing came before this


@pytest.mark.parametrize("params", [["0x00"], [], [1], [None], ["a", "b"], [["a"]], [{}]])
async def test_unsubscribing_nothing_is_false(client: Client, params: list[object]) -> None:
    async with client.ws() as ws:
        assert await ask(ws, "stub_unsubscribeCount", *params) is False


async def test_each_family_has_its_own_unsubscribe(client: Client) -> None:
    async with client.ws() as ws:
        name = await ask(ws, "stub_subscribeHeads")
        assert await ask(ws, "stub_unsubscribeCount", name) is False
        assert await ask(ws, "stub_unsubscribeHeads", name) is True


async def test_a_stream_cannot_be_ended_by_another_connection(client: Client) -> None:
    async with client.ws() as ws, client.ws() as other:
        name = await ask(ws, "stub_subscribeHeads")
        assert await ask(other, "stub_unsubscribeHeads", name) is False


async def test_streams_end_with_the_socket(client: Client) -> None:
    async with client.ws() as ws:
        await ask(ws, "stub_subscribeCount")
        await ask(ws, "stub_subscribeHeads")
    await eventually(lambda: sorted(client.node.closed) == ["count", "heads"])


async def test_streams_end_when_the_socket_breaks(client: Client) -> None:
    ws = await client.ws()
    await ask(ws, "stub_subscribeCount")
    ws.transport.abort()
    await eventually(lambda: client.node.closed == ["count"])
    await ws.wait_closed()


async def test_a_stream_that_ends_by_itself_is_forgotten(client: Client) -> None:
    async with client.ws() as ws:
        name = await ask(ws, "stub_subscribeCount", 0, 1)
        assert orjson.loads(await ws.recv())["params"]["result"] == 0
        (session,) = client.sessions
        await eventually(lambda: not session._connection.subscriptions)
        assert await ask(ws, "stub_streams") == []
        assert await ask(ws, "stub_unsubscribeCount", name) is False


async def test_what_is_refused_at_once_is_an_error_reply(client: Client) -> None:
    async with client.ws() as ws:
        assert await ask(ws, "stub_subscribeRefused") == {
            "code": 1010,
            "message": "Invalid Transaction",
            "data": "Transaction has a bad signature",
        }
        assert (await ask(ws, "stub_subscribeChecked", 0))["message"] == "no zero"
        assert (await ask(ws, "stub_subscribeChecked", "x"))["code"] == -32602
        assert await ask(ws, "stub_streams") == []
        await ask(ws, "stub_subscribeChecked", 3)
        assert orjson.loads(await ws.recv())["params"]["result"] == 3


async def test_a_stream_that_breaks_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "pysubtensor.rpc.server.connections"):
        async with client.ws() as ws:
            await ask(ws, "stub_subscribeBroken")
            await ws.recv()
            await eventually(lambda: bool(caplog.records))
            assert await ask(ws, "stub_echo", "alive") == "alive"


async def test_handlers_see_the_connection_and_their_own_id(client: Client) -> None:
    async with client.ws() as ws:
        name = await ask(ws, "stub_subscribeOwnId")
        assert orjson.loads(await ws.recv())["params"] == {"subscription": name, "result": name}
        name = await ask(ws, "stub_subscribeHeads")
        assert await ask(ws, "stub_streams", "id:") == ["id:" + name]
    assert (await client.post(request("stub_streams"))).json()["result"] == []


async def test_no_subscriptions_over_http(client: Client) -> None:
    for method in ("stub_subscribeCount", "stub_unsubscribeCount"):
        reply = await client.post(request(method, "0x"))
        assert reply.json()["error"] == {"code": -32603, "message": "Internal error"}
    assert client.node.closed == []


async def test_subscriptions_of_a_connection_are_limited(start) -> None:
    client = await start(max_subscriptions=2)
    async with client.ws() as ws:
        name = await ask(ws, "stub_subscribeHeads")
        await ask(ws, "stub_subscribeHeads")
        assert await ask(ws, "stub_subscribeHeads") == {
            "code": -32006,
            "message": "Too many subscriptions on the connection",
            "data": "Exceeded max limit of 2",
        }
        await ask(ws, "stub_unsubscribeHeads", name)
        assert isinstance(await ask(ws, "stub_subscribeHeads"), str)


async def test_a_batch_may_subscribe(client: Client) -> None:
    async with client.ws() as ws:
        first = request("stub_subscribeCount", ident=1)
        await ws.send(f"[{first},{request('stub_echo', 'x', ident=2)}]")
        replies = orjson.loads(await ws.recv())
        assert [reply["id"] for reply in replies] == [1, 2]
        seen = orjson.loads(await ws.recv())
        assert seen["params"] == {"subscription": replies[0]["result"], "result": 0}


async def test_a_stream_without_first_item_is_answered_at_once(client: Client) -> None:
    async with client.ws() as ws:
        name = await ask(ws, "stub_subscribeHeads")
        client.node.heads.put_nowait(7)
        assert orjson.loads(await ws.recv())["params"] == {"subscription": name, "result": 7}


def test_watchers_of_a_connection_are_called_once() -> None:
    calls: list[str] = []
    connection = Connection(lambda message: calls.append(message.decode()))
    connection.on_close(lambda: calls.append("closed"))
    connection.post(b"hello")
    connection.close()
    connection.close()
    connection.post(b"too late")
    assert calls == ["hello", "closed"]
