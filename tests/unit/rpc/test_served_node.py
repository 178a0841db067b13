"""The node on a real port: methods over WebSocket and HTTP, modes, and what is left out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from pysubtensor.face.service import NodeOptions, Service, serving
from pysubtensor.rpc.server.options import Listener
from pysubtensor.rpc.server.unsafe_methods import Policy
from tests.unit.rpc.live import Live
from tests.waiting import LIMIT_S, settled


@pytest.fixture
async def served() -> AsyncIterator[tuple[Service, str]]:
    options = NodeOptions(author=True, listeners=[Listener(port=0)])
    async with serving(options) as (service, (port,)):
        yield service, f"127.0.0.1:{port}"


async def ask(ws: ClientConnection, method: str, *params: object) -> Any:
    await ws.send(request(method, *params))
    while "id" not in (reply := orjson.loads(await ws.recv())):
        pass
    return reply.get("result", reply.get("error"))


def request(method: str, *params: object) -> str:
    whole = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    return orjson.dumps(whole).decode()


async def news(ws: ClientConnection, count: int) -> list[Any]:
    return [orjson.loads(await ws.recv())["params"]["result"] for _ in range(count)]


async def test_the_reply_comes_before_the_first_news(served: tuple[Service, str]) -> None:
    service, address = served
    async with connect(f"ws://{address}") as ws:
        for method in ("chain_subscribeNewHeads", "chainHead_v1_follow"):
            await ws.send(request(method, True))
            reply = orjson.loads(await ws.recv())
            first = orjson.loads(await ws.recv())
            assert first["params"]["subscription"] == reply["result"]
        service.node.make_block()
        head, *events = await news(ws, 4)
        assert head["number"] == "0x2"
        kinds = ["newBlock", "bestBlockChanged", "finalized"]
        assert [each["event"] for each in events] == kinds


async def test_a_block_for_each_transaction_in_instant_mode(served: tuple[Service, str]) -> None:
    service, address = served
    live = Live(service.node)
    async with connect(f"ws://{address}") as ws:
        assert await ask(ws, "dev_setBlockBuildMode", "Instant") is None
        await ws.send(request("author_submitAndWatchExtrinsic", live.transfer()))
        await ws.recv()
        ready, included, final = await news(ws, 3)
        assert ready == "ready"
        assert included["inBlock"] == final["finalized"] == live.best
        assert service.node.chain.best.number == 2
        assert await ask(ws, "dev_setBlockBuildMode", "manual") is None
        await ask(ws, "author_submitExtrinsic", live.transfer())
        await settled()
        assert service.node.chain.best.number == 2
        await ask(ws, "dev_newBlock")
        assert service.node.chain.best.number == 3


async def test_many_blocks_are_told_while_they_are_made(served: tuple[Service, str]) -> None:
    service, address = served
    async with connect(f"ws://{address}") as ws, connect(f"ws://{address}") as other:
        await ask(other, "chain_subscribeNewHeads")
        made = asyncio.create_task(ask(ws, "dev_newBlock", {"count": 50}))
        heads = await news(other, 51)
        assert [int(head["number"], 16) for head in heads] == list(range(1, 52))
        assert await made == "0x" + service.node.chain.best.hash.hex()


async def test_batches_and_http(served: tuple[Service, str]) -> None:
    _, address = served
    batch = orjson.dumps(
        [
            {"jsonrpc": "2.0", "id": "a", "method": "chain_getHead"},
            {"jsonrpc": "2.0", "id": 2, "method": "state_call",
             "params": ["Core_version", "", None]},
            {"jsonrpc": "2.0", "id": 3, "method": "chain_subscribeNewHeads"},
        ]
    )  # fmt: skip
    async with httpx.AsyncClient(trust_env=False, timeout=LIMIT_S) as client:
        headers = {"content-type": "application/json"}
        answer = await client.post(f"http://{address}", content=batch, headers=headers)
        single = await client.post(
            f"http://{address}", content=request("chain_getBlockHash", 0), headers=headers
        )
    first, second, third = answer.json()
    assert first["id"] == "a"
    assert second["result"].startswith("0x38")
    assert third["error"]["code"] == -32603
    assert len(single.json()["result"]) == 66


async def test_others_get_safe_methods_only_and_no_archive_of_a_pruned_node() -> None:
    listener = Listener(port=0, policy=Policy.SAFE)
    async with (
        serving(NodeOptions(prune=4, listeners=[listener])) as (_, (port,)),
        connect(f"ws://127.0.0.1:{port}") as ws,
    ):
        assert (await ask(ws, "dev_newBlock"))["code"] == -32601
        assert (await ask(ws, "archive_v1_genesisHash"))["message"] == "Method not found"
        names = (await ask(ws, "rpc_methods"))["methods"]
        assert "account_nextIndex" in names
        assert "chainHead_v1_follow" in names
        assert not [name for name in names if name.startswith("archive")]
