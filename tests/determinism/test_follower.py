"""A follower repeats another node's chain over a real port, and stops at what does not follow."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve as websocket_server

from pysubtensor import TAO, Devnet
from pysubtensor.consensus.follower import (
    Diverged,
    Follower,
    FollowError,
    download_genesis,
    genesis_hash,
    read_block,
)
from pysubtensor.frame.header import Block
from pysubtensor.genesis import initial_state
from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.options import Listener, ServerOptions
from pysubtensor.rpc.server.server import serve
from tests.determinism.traffic import Traffic
from tests.waiting import eventually, in_time

ROOT = Path(__file__).parents[2]
BLOCKS = 1_000


@asynccontextmanager
async def served(d: Devnet) -> AsyncIterator[str]:
    """Address of a devnet of this process."""
    listeners = [Listener(port=0)]
    server = await serve(
        d.node,
        listeners=listeners,
        namespaces=namespaces(),
        options=ServerOptions(stop_timeout=0.2),
    )
    try:
        yield f"ws://127.0.0.1:{server.ports[0]}"
    finally:
        await server.stop()


@asynccontextmanager
async def proxy(url: str, change: Callable[[str], str]) -> AsyncIterator[str]:
    """Address that passes on what the node says, changed."""

    async def pass_on(client: Any) -> None:
        async with connect(url, max_size=None) as node:

            async def back() -> None:
                async for text in node:
                    await client.send(change(str(text)))

            task = asyncio.ensure_future(back())
            with suppress(Exception):  # one side went away
                async for text in client:
                    await node.send(text)
            task.cancel()

    async with websocket_server(pass_on, "127.0.0.1", 0, max_size=None) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def source():
    with Devnet() as d:
        Traffic(d).run(20)
        yield d


@pytest.fixture
def other():
    """Stands at block 0 of the same chain."""
    with Devnet() as d:
        d.node.set_head(0)
        yield d


async def follow(d: Devnet, url: str, until: int) -> None:
    async with in_time():
        await Follower(d.node, url).follow(until)


async def reached(d: Devnet, source: Devnet) -> None:
    await eventually(lambda: d.hash == source.hash)


async def test_follows_to_a_block(source, other):
    async with served(source) as url:
        await follow(other, url, 10)
        assert other.hash == source.node.chain.store.hash_at(10)
        await follow(other, url, source.number)
        assert other.hash == source.hash
        await follow(other, url, 5)
        assert other.hash == source.hash, "there is nothing left to do"
    other.node.chain.store.verify()


async def test_follows_as_blocks_come_and_where_the_source_goes_back(source, other):
    async with served(source) as url:
        task = asyncio.ensure_future(Follower(other.node, url).follow())
        await reached(other, source)
        source.transfer("//Alice", "//Bob", TAO)
        await reached(other, source)
        gone = source.hash
        source.node.set_head(15)
        source.set_balance("//Dave", 9)
        await reached(other, source)
        assert other.node.chain.store.number_of(gone) is None
        source.node.set_head(3)
        source.mine(40)
        await reached(other, source)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    other.node.chain.store.verify()


async def test_a_source_that_goes_back_while_one_catches_up(source, other):
    """Blocks asked for by hash are gone or others when they come."""
    rewound = False

    def change(text: str) -> str:
        nonlocal rewound
        if '"extrinsics"' in text and not rewound:
            rewound = True
            source.node.set_head(8)
            source.set_balance("//Dave", 9)
            source.mine(20)
        return text

    source.mine(100)
    async with served(source) as url, proxy(url, change) as changed:
        task = asyncio.ensure_future(Follower(other.node, changed).follow())
        await reached(other, source)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert rewound


def tampered(source: Devnet, number: int, name: str, *, extrinsics: bool = False):
    """Change one field of the block of that number as it passes."""

    def change(text: str) -> str:
        replies = json.loads(text)
        for reply in replies if isinstance(replies, list) else [replies]:
            result = reply.get("result")
            if isinstance(result, dict) and "block" in result:
                block = result["block"]
                if int(block["header"]["number"], 16) == number:
                    if extrinsics:
                        block["extrinsics"].pop()
                    else:
                        block["header"][name] = "0x" + "11" * 32
        return json.dumps(replies)

    return change


@pytest.mark.parametrize("name", ["stateRoot", "extrinsicsRoot", "parentHash", "extrinsics"])
async def test_a_tampered_block(source, other, name):
    change = tampered(source, 7, name, extrinsics=name == "extrinsics")
    async with served(source) as url, proxy(url, change) as changed:
        with pytest.raises(Diverged, match=r"block 7|extrinsics root"):
            await follow(other, changed, 20)
    assert other.hash == source.node.chain.store.hash_at(6)
    other.node.chain.store.verify()


async def test_a_state_that_comes_out_otherwise(source, other):
    """The source wrote what is in no block; its seal is good."""
    source.node.chain.runtime.state.raw_put(b"hidden", b"1")
    source.mine(3)
    first = source.number - 2
    async with served(source) as url:
        with pytest.raises(Diverged, match=f"state root 0x.* of block {first} differs"):
            await follow(other, url, source.number)
    assert other.number == first - 1


async def test_another_chain(source):
    with Devnet("local") as other:
        async with served(source) as url:
            with pytest.raises(FollowError, match="is another chain: its block 0 is 0x"):
                await follow(other, url, 5)
        assert other.number == 1


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "http://127.0.0.1:1", "ws://", "nonsense"])
async def test_nobody_there(other, url):
    with pytest.raises(FollowError, match="cannot connect to"):
        await follow(other, url, 5)


async def test_a_source_that_stops(source, other):
    async with served(source) as url:
        task = asyncio.ensure_future(Follower(other.node, url).follow())
        await reached(other, source)
    with pytest.raises(FollowError, match=r"lost ws://"):
        async with in_time():
            await task


@pytest.mark.parametrize(
    "reply",
    [
        "what?", "[]", "5", "null", '{"id": 1}', '{"jsonrpc":"2.0","id":1,"result":5}',
        '{"jsonrpc":"2.0","id":1,"result":"0xzz"}', '{"id":1,"error":{"code":1,"message":"no"}}',
    ],
)  # fmt: skip
async def test_replies_that_say_nothing(source, other, reply):
    async with served(source) as url, proxy(url, lambda _: reply) as changed:
        with pytest.raises(FollowError):
            await follow(other, changed, 5)


async def test_a_head_that_says_nothing(source, other):
    def change(text: str) -> str:
        return text.replace('"number"', '"numero"') if "chain_finalizedHead" in text else text

    async with served(source) as url, proxy(url, change) as changed:
        with pytest.raises(FollowError, match="cannot be read"):
            await follow(other, changed, 5)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.just("0x00")
    | st.just("0x" + "1" * 64),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["block", "header", "extrinsics", "number", "digest", "logs", "parentHash"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)
HEADER = ("parentHash", "number", "stateRoot", "extrinsicsRoot", "digest")


@given(JSON, st.none() | st.dictionaries(st.sampled_from(HEADER), JSON), JSON)
def test_any_reply_is_a_block_or_refused(reply, changes, extrinsics):
    word = "0x" + "22" * 32
    header = {"parentHash": word, "number": "0x1", "stateRoot": word, "extrinsicsRoot": word}
    if changes is not None:
        header = {**header, "digest": {"logs": []}, **changes}
        reply = {"block": {"header": header, "extrinsics": extrinsics}}
    try:
        block = read_block(reply)
    except FollowError:
        return
    assert isinstance(block, Block)
    assert len(block.header.hash()) == 32


async def test_the_genesis_of_another_node(source):
    async with served(source) as url:
        assert await genesis_hash(url) == source.node.chain.genesis_hash
        assert await download_genesis(url) == initial_state(source.node.spec)


@pytest.mark.slow
async def test_a_thousand_blocks_by_command(tmp_path):
    """`pysubtensor follow` in a process of its own comes to the same root at every block."""
    with Devnet() as source:
        Traffic(source).run(BLOCKS)
        async with served(source) as url:
            options = ("--until", str(BLOCKS), "--base-path", str(tmp_path / "chain"))
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "pysubtensor", "follow", url, *options, cwd=ROOT,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            output, _ = await process.communicate()
        last = output.decode().splitlines()[-1]
        wanted = source.node.chain.store.hash_at(BLOCKS)
        assert (process.returncode, last) == (0, f"Followed to #{BLOCKS} (0x{wanted.hex()})")
        with Devnet(base_path=tmp_path / "chain") as followed:
            roots = [followed.node.chain.store.root_at(n) for n in range(BLOCKS + 1)]
            assert roots == [source.node.chain.store.root_at(n) for n in range(BLOCKS + 1)]
            followed.node.chain.store.verify()
