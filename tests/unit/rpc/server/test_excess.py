"""Requests that are small as text and enormous as work or as objects."""

import tracemalloc
from typing import Any

import pytest

from pysubtensor.rpc.server.dispatch import Answer
from tests.unit.rpc.live import Live

MEGABYTE = 1 << 20


async def answer(live: Live, body: bytes) -> bytes:
    reply: Any = live._dispatcher.handle(body, live.connection)
    if isinstance(reply, bytes):
        return reply
    found: Answer = await reply
    assert found.body is not None
    return found.body


@pytest.mark.parametrize("part", [b"{},", b"[],", b'[{"":[]}],'])
async def test_millions_of_parts(live: Live, part: bytes) -> None:
    body = b"[" + part * 600_000 + b"1]"
    tracemalloc.start()
    reply = await answer(live, body)
    assert b'"code":-32007,' in reply
    assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    tracemalloc.stop()


async def test_as_many_parts_as_requests_have(live: Live) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"system_name","params":[' + b"[]," * 500_000 + b"1]}"
    assert b'"result":' in await answer(live, body)


async def test_heights_by_the_million(live: Live) -> None:
    assert len(await live.call("chain_getBlockHash", [0] * (1 << 16))) == 1 << 16
    code, _, data = await live.error("chain_getBlockHash", [0] * ((1 << 16) + 1))
    assert (code, data) == (-32602, "more than 65536 heights at once")


async def test_a_secret_of_a_million_junctions(live: Live) -> None:
    seed = b"/a" * 500_000
    length = (len(seed) << 2 | 2).to_bytes(4, "little")
    name = "SessionKeys_generate_session_keys"
    code, message, _ = await live.error("state_call", name, "0x01" + (length + seed).hex())
    assert code == 4003
    assert "at most 1024 letters" in message
