"""Requests, notifications, batches and broken JSON: replies equal to the real server's."""

import logging

import orjson
import pytest

from pysubtensor.rpc.server.websocket import _IN_FLIGHT
from tests.unit.rpc.stub import Client, request
from tests.waiting import eventually

PARSE = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'
INVALID = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid request"}}'


@pytest.mark.parametrize("ident", [1, 0, "1", "at1", "", None, 2**64 - 1, -1, 1.5])
async def test_the_id_comes_back_with_type_and_value(client: Client, ident: object) -> None:
    reply = orjson.loads(await client.both(request("stub_echo", "hi", ident=ident)))
    assert reply == {"jsonrpc": "2.0", "id": ident, "result": "hi"}
    assert type(reply["id"]) is type(ident)


async def test_the_reply_has_the_real_members_in_order(client: Client) -> None:
    assert await client.both(request("stub_add", 1, 2)) == b'{"jsonrpc":"2.0","id":1,"result":3}'
    assert await client.both(request("no_such", ident="foo")) == (
        b'{"jsonrpc":"2.0","id":"foo","error":{"code":-32601,"message":"Method not found"}}'
    )
    assert await client.both(request("stub_refuse")) == (
        b'{"jsonrpc":"2.0","id":1,"error":{"code":1010,"message":"Invalid Transaction",'
        b'"data":"Transaction is outdated"}}'
    )


@pytest.mark.parametrize(
    "body",
    ["{ ", "{}", "{sds}", "[", "[dsds]", '[{"jsonrpc":"2.0","method":"a","id":1}',
     '{"jsonrpc":"2.0","method":"stub_ran","id"}', '{"method":"stub_ran"}', '{"id":{}}'],
)  # fmt: skip
async def test_broken_requests_are_parse_errors(client: Client, body: str) -> None:
    assert await client.both(body) == PARSE


@pytest.mark.parametrize("body", ["dsdfs fsdsfds", "", "1", '"x"', " " * 128 + "{}", "null"])
async def test_what_does_not_begin_like_a_request_is_a_bad_one(client: Client, body: str) -> None:
    reply = await client.post(body)
    assert (reply.status_code, reply.content) == (400, PARSE)
    async with client.ws() as ws:
        await ws.send(body)
        assert await ws.recv(decode=False) == PARSE


async def test_white_space_before_a_request_is_skipped(client: Client) -> None:
    for space in (" " * 127, "\r\n\t "):
        assert await client.both(space + request("stub_add", 1)) == (
            b'{"jsonrpc":"2.0","id":1,"result":11}'
        )


@pytest.mark.parametrize(
    ("body", "ident"),
    [
        ('{"method":"stub_ran","id":1}', 1),
        ('{"jsonrpc":"1.0","method":"stub_ran","id":"a"}', "a"),
        ('{"jsonrpc":2.0,"method":"stub_ran","id":1}', 1),
        ('{"jsonrpc":"2.0","method":5,"id":1}', 1),
        ('{"jsonrpc":"2.0","id":null}', None),
        ('{"jsonrpc":"2.0","method":"stub_ran","id":[]}', None),
        ('{"jsonrpc":"2.0","method":"stub_ran","id":true}', None),
    ],
)
async def test_a_bad_envelope_is_refused(client: Client, body: str, ident: object) -> None:
    reply = orjson.loads(await client.both(body))
    assert reply == {
        "jsonrpc": "2.0",
        "id": ident,
        "error": {"code": -32600, "message": "Invalid request"},
    }


async def test_a_notification_gets_no_reply_and_does_not_run(client: Client) -> None:
    body = '{"jsonrpc":"2.0","method":"stub_ran"}'
    reply = await client.post(body)
    assert (reply.status_code, reply.content) == (200, b"")
    async with client.ws() as ws:
        await ws.send(body)
        await ws.send(request("stub_echo", "next"))
        assert orjson.loads(await ws.recv())["result"] == "next"
    assert client.node.ran == []


async def test_unknown_members_are_ignored(client: Client) -> None:
    body = '{"jsonrpc":"2.0","method":"stub_add","id":1,"params":[1],"is_not_request_object":1}'
    assert orjson.loads(await client.both(body))["result"] == 11


async def test_params_may_come_by_name_or_not_at_all(client: Client) -> None:
    for params, result in (
        ('{"first":1,"second":2,"third":3}', 3),
        ('{"first":1}', 11),
        ("[1,null]", 11),
        ("[1,2,3]", 3),
    ):
        body = f'{{"jsonrpc":"2.0","method":"stub_add","id":1,"params":{params}}}'
        assert orjson.loads(await client.both(body))["result"] == result
    for absent in ("", ',"params":null', ',"params":[]', ',"params":{}'):
        body = f'{{"jsonrpc":"2.0","method":"stub_hash","id":1{absent}}}'
        assert await client.both(body) == b'{"jsonrpc":"2.0","id":1,"result":null}'


async def test_a_batch_is_answered_in_order(client: Client) -> None:
    batch = [
        request("stub_slow", ident=1),
        request("stub_add", 1, 2, ident="two"),
        '{"jsonrpc":"2.0","method":"stub_ran"}',
        '{"foo":"boo"}',
        "7",
        request("no_such", ident=None),
    ]
    assert await client.both(f" [{','.join(batch)}]") == (
        b'[{"jsonrpc":"2.0","id":1,"result":"Yawn!"},{"jsonrpc":"2.0","id":"two","result":3},'
        + INVALID + b"," + INVALID
        + b',{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}}]'
    )  # fmt: skip


async def test_an_empty_batch_is_invalid(client: Client) -> None:
    assert await client.both("[]") == INVALID
    assert await client.both("[1]") == b"[" + INVALID + b"]"


async def test_a_batch_of_notifications_gets_no_reply(client: Client) -> None:
    body = '[{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","method":"b","params":[7]}]'
    reply = await client.post(body)
    assert (reply.status_code, reply.content) == (200, b"")
    async with client.ws() as ws:
        await ws.send(body)
        await ws.send(request("stub_echo", "next"))
        assert orjson.loads(await ws.recv())["result"] == "next"


async def test_a_long_batch_is_answered_whole(client: Client) -> None:
    body = "[" + ",".join(request("stub_add", n, 1, ident=n) for n in range(1000)) + "]"
    replies = orjson.loads(await client.both(body))
    assert [reply["result"] for reply in replies] == list(range(1, 1001))


async def test_binary_frames_are_read_as_text(client: Client) -> None:
    async with client.ws() as ws:
        await ws.send(request("stub_echo", "ü").encode())
        reply = await ws.recv()
        assert isinstance(reply, str)
        assert orjson.loads(reply)["result"] == "ü"
        await ws.send(b"\xff\xfe{}")
        assert await ws.recv(decode=False) == PARSE
        await ws.send(b'{"jsonrpc":"2.0","id":1,"method":"\xff"}')
        assert await ws.recv(decode=False) == PARSE


@pytest.mark.parametrize("method", ["stub_crash", "stub_crashLater", "stub_unspeakable"])
async def test_an_unexpected_error_is_logged_and_the_node_lives_on(
    client: Client, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    with caplog.at_level(logging.ERROR, "pysubtensor.rpc.server.dispatch"):
        assert await client.both(request(method)) == (
            b'{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}'
        )
    assert caplog.records[0].exc_info is not None
    assert await client.call("stub_echo", "alive") == "alive"


async def test_depth_bombs_are_parse_errors(client: Client) -> None:
    for bomb in ("[" * 100_000, '{"a":' * 100_000, "[" * 5000 + "]" * 5000):
        assert await client.both(bomb) == PARSE
    assert await client.call("stub_echo", "alive") == "alive"


async def test_slow_calls_do_not_hold_up_others(client: Client) -> None:
    async with client.ws() as ws:
        await ws.send(request("stub_held", ident="slow"))
        await ws.send(request("stub_echo", "quick", ident="quick"))
        assert orjson.loads(await ws.recv())["id"] == "quick"
        client.node.gate.set()
        assert orjson.loads(await ws.recv())["id"] == "slow"


async def test_many_slow_calls_are_all_answered(client: Client) -> None:
    async with client.ws() as ws:
        for number in range(600):
            await ws.send(request("stub_held", ident=number))
        await eventually(lambda: client.node.held == _IN_FLIGHT)  # the others wait unread
        client.node.gate.set()
        answered = {orjson.loads(await ws.recv())["id"] for _ in range(600)}
    assert answered == set(range(600))
