"""Nothing announced is lost: nodes killed at any moment under load, many times, on one database."""

import asyncio
import itertools
import json
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from pysubtensor import Devnet
from pysubtensor.client.addresses import account
from pysubtensor.consensus.authoring.sealing import SealingMode
from pysubtensor.frame.header import Header
from pysubtensor.frame.origin import Id
from tests.durability.node_process import check_chain, node, start
from tests.waiting import LIMIT_S, eventually

ROUNDS = 50
REWIND_ROUNDS = 8
START_ROUNDS = 32
MOST_HEADS = 30
MOST_REPLIES = 60
"""A node is killed when a random number of these, below that, has been heard of it."""
LOOK_S = 0.005
IN_FLIGHT = 8
BOB = Id(account("//Bob"))


class Client:
    """Speaks JSON-RPC to a node that may vanish at any moment."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.announced: tuple[int, bytes] | None = None
        self.heads = self.replies = 0
        self.read = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        with suppress(WebSocketException):
            async for text in self._socket:
                message = json.loads(text)
                if "id" in message:
                    self.replies += 1
                    self._waiting.pop(message["id"]).set_result(message)
                else:
                    self._heard(message["params"]["result"])
        for each in self._waiting.values():
            each.cancel()

    def _heard(self, head: dict[str, Any]) -> None:
        self.heads += 1
        number = int(head["number"], 16)
        if self.announced is not None:
            assert number > self.announced[0]
        self.announced = number, _hash_of(head)

    async def ask(self, method: str, *params: Any) -> Any:
        number = next(self._ids)
        reply = self._waiting[number] = asyncio.get_running_loop().create_future()
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self._socket.send(json.dumps(request))
        message = await reply
        assert "error" not in message, message
        return message["result"]


def _hash_of(head: dict[str, Any]) -> bytes:
    from pysubtensor.consensus.follower import read_block

    found: Header = read_block({"block": {"header": head, "extrinsics": []}}).header
    return found.hash()


class Load:
    """Signed transfers of one account, each with a nonce of its own."""

    def __init__(self, signer: Devnet) -> None:
        self._signer = signer

    def transfer(self, who: str, nonce: int) -> str:
        call = self._signer.call("Balances", "transfer_keep_alive", dest=BOB, value=nonce + 1)
        return "0x" + self._signer.sign(call, who, nonce=nonce).hex()

    async def submit(self, client: Client, who: str, address: str) -> None:
        """As fast as accepted, until the node is gone."""
        nonce = await client.ask("system_accountNextIndex", address)
        while True:
            await client.ask("author_submitExtrinsic", self.transfer(who, nonce))
            nonce += 1


async def one_round(
    url: str, process: Any, load: Load, seen: tuple[int, bytes] | None, blocks: int
) -> tuple[int, bytes] | None:
    """Load the node, kill it at some moment after so many new blocks; gives the last head that it
    announced.
    """
    async with connect(url, open_timeout=LIMIT_S) as socket:
        client = Client(socket)
        if seen is not None:
            assert await client.ask("chain_getBlockHash", seen[0]) == "0x" + seen[1].hex()
        await client.ask("chain_subscribeNewHeads")
        work = [
            asyncio.ensure_future(load.submit(client, f"//{name}", address))
            for name, address in SENDERS.items()
        ]
        await eventually(lambda: client.heads > blocks or client.read.done())
        process.kill()
        await client.read
        results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        assert isinstance(result, asyncio.CancelledError | WebSocketException), result
    return client.announced or seen


SENDERS = {
    "Alice": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
    "Charlie": "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y",
}


@pytest.fixture
def load():
    with Devnet() as signer:
        yield Load(signer)


@pytest.mark.long
async def test_killed_under_load(tmp_path: Path, load: Load) -> None:
    path, copy = tmp_path / "chain", tmp_path / "copy"
    modes = itertools.cycle(
        [
            (SealingMode.INSTANT, {}),
            (SealingMode.INTERVAL, {"block_time": 10}),
            (SealingMode.INSTANT, {"sync": True}),
            (SealingMode.INTERVAL, {"block_time": 40, "prune": 20}),
        ]
    )
    seen, head, waited = None, 0, 0
    for _ in range(ROUNDS):
        mode, options = next(modes)
        blocks = secrets.randbelow(MOST_HEADS)
        waited += blocks
        with node(path, mode, **options) as (process, url):
            seen = await one_round(url, process, load, seen, blocks)
        shutil.copytree(path, copy)  # checked elsewhere: nothing but the node mends its database
        head = check_chain(copy, seen)
        shutil.rmtree(copy)
    assert head >= waited > ROUNDS, "there was load"
    assert seen is not None


@pytest.mark.long
def test_killed_while_starting(tmp_path: Path) -> None:
    """On a folder that is not there yet, and on one that has blocks."""
    whole = killed_while_starting(tmp_path / "chain0")
    for number in range(START_ROUNDS):
        killed_while_starting(tmp_path / f"chain{number % 8}", secrets.randbelow(whole + 1))
    for path in tmp_path.iterdir():
        with node(path, SealingMode.MANUAL):
            pass
        assert check_chain(path) == 1


def killed_while_starting(path: Path, most: int | None = None) -> int:
    """Kill a node after so many looks, or when it has started; gives how often it was looked at,
    the measure of a start on this machine.
    """
    looks = itertools.count() if most is None else range(most)
    process, ready = start(path, SealingMode.MANUAL)
    try:
        return next((look for look in looks if ready.poll(LOOK_S)), most or 0)
    finally:
        process.kill()
        process.join()
        process.close()
        ready.close()


@pytest.mark.long
async def test_killed_while_going_back_and_forth(tmp_path: Path) -> None:
    path = tmp_path / "chain"
    for _ in range(REWIND_ROUNDS):
        with node(path, SealingMode.MANUAL) as (process, url):
            async with connect(url, open_timeout=LIMIT_S) as socket:
                client = Client(socket)
                work = asyncio.ensure_future(back_and_forth(client))
                replies = secrets.randbelow(MOST_REPLIES)
                await eventually(told(client, replies))
                process.kill()
                await client.read
                (result,) = await asyncio.gather(work, return_exceptions=True)
        assert isinstance(result, asyncio.CancelledError | WebSocketException), result
        shutil.copytree(path, tmp_path / "copy")
        check_chain(tmp_path / "copy")
        shutil.rmtree(tmp_path / "copy")


def told(client: Client, replies: int) -> Callable[[], bool]:
    return lambda: client.replies >= replies or client.read.done()


async def back_and_forth(client: Client) -> None:
    while True:
        await client.ask("dev_snapshot")
        number = int((await client.ask("chain_getHeader"))["number"], 16)
        await client.ask("dev_newBlock", {"count": 7})
        await client.ask("dev_setHead", max(number - 2, 0))
        await client.ask("dev_newBlock", {"count": 4})
