"""A follower: repeats another node's chain, block by block, over JSON-RPC.

Every block is verified and executed again, so a node whose state transition differs is found at
the first block where it does.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Final, Self

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.header import Block, Digest, DigestItem, Header
from pysubtensor.frame.primitives import U32, BlockNumber, Hash
from pysubtensor.runtime.executive import InvalidBlock

log = logging.getLogger("pysubtensor.follow")

MAX_REPLY: Final = 64 << 20
PAGE: Final = 1_000
BATCH: Final = 64
"""Blocks that are asked for at once while catching up."""
_DIGEST_ITEM: Final = Resolver()(DigestItem)


class FollowError(RuntimeError):
    """The other node cannot be followed; the text says why."""


class Diverged(FollowError):
    """A block of the other node does not follow from its parent here."""


class Remote:
    """The other node's JSON-RPC, one request after another."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ids = itertools.count(1)
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        try:
            self._socket = await connect(self._url, max_size=MAX_REPLY)
        except (OSError, WebSocketException, TimeoutError, ValueError) as error:
            raise FollowError(f"cannot connect to {self._url}: {error}") from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def ask(self, method: str, *params: object) -> Any:
        """The result of one call.  Errors: FollowError."""
        return (await self.ask_all([(method, params)]))[0]

    async def ask_all(self, calls: list[tuple[str, tuple[object, ...]]]) -> list[Any]:
        """The results of several calls sent together.  Errors: FollowError."""
        requests = [
            {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
            for method, params in calls
        ]
        await self._send(requests)
        replies = await self._receive()
        if not isinstance(replies, list):
            raise FollowError(f"{self._url} gave one answer to several calls: {replies!r:.80}")
        by_id = {reply.get("id"): reply for reply in replies if isinstance(reply, dict)}
        return [_result(by_id.get(request["id"]), str(request["method"])) for request in requests]

    async def notifications(self, method: str) -> AsyncIterator[Any]:
        """Subscribe, then yield each notification; the connection serves nothing else then."""
        request = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": []}
        await self._send(request)
        _result(await self._receive(), method)
        while True:
            message = await self._receive()
            if isinstance(message, dict) and "params" in message:
                yield message["params"]["result"]

    async def _send(self, message: object) -> None:
        assert self._socket is not None  # noqa: S101 (used as a context manager)
        try:
            await self._socket.send(orjson.dumps(message), text=True)
        except WebSocketException as error:
            raise FollowError(f"lost {self._url}: {error}") from error

    async def _receive(self) -> Any:
        assert self._socket is not None  # noqa: S101 (used as a context manager)
        try:
            return orjson.loads(await self._socket.recv())
        except (WebSocketException, orjson.JSONDecodeError) as error:
            raise FollowError(f"lost {self._url}: {error}") from error


def _result(reply: Any, method: str) -> Any:
    if not isinstance(reply, dict):
        raise FollowError(f"{method}: no reply")
    if "error" in reply:
        raise FollowError(f"{method}: {reply['error']}")
    return reply.get("result")


def unhex(text: str) -> bytes:
    """Bytes of a 0x-hex string.  Errors: FollowError."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except (ValueError, AttributeError) as error:
        raise FollowError(f"{text!r:.40} is not hex") from error


def read_number(header: Any) -> int:
    """Number of a header in JSON.  Errors: FollowError."""
    try:
        return int(header["number"], 16)
    except (KeyError, TypeError, ValueError) as error:
        raise FollowError(f"a header that cannot be read: {error!r}") from error


def read_block(reply: Any) -> Block:
    """A block from the JSON of chain_getBlock.  Errors: FollowError."""
    try:
        found = reply["block"]
        header = found["header"]
        logs = tuple(_DIGEST_ITEM.from_bytes(unhex(each)) for each in header["digest"]["logs"])
        return Block(
            Header(
                Hash(unhex(header["parentHash"])),
                BlockNumber(U32(int(header["number"], 16))),
                Hash(unhex(header["stateRoot"])),
                Hash(unhex(header["extrinsicsRoot"])),
                Digest(logs),
            ),
            tuple(unhex(each) for each in found["extrinsics"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FollowError(f"a block that cannot be read: {error}") from error


async def download_genesis(url: str) -> dict[bytes, bytes]:
    """The whole state of block 0.  Errors: FollowError."""
    async with Remote(url) as remote:
        genesis = await remote.ask("chain_getBlockHash", 0)
        state: dict[bytes, bytes] = {}
        start: str | None = None
        while True:
            keys = await remote.ask("state_getKeysPaged", "0x", PAGE, start, genesis)
            if not keys:
                return state
            changes = (await remote.ask("state_queryStorageAt", keys, genesis))[0]["changes"]
            state |= {unhex(key): unhex(value) for key, value in changes if value is not None}
            start = keys[-1]


async def genesis_hash(url: str) -> bytes:
    """Hash of the other node's block 0.  Errors: FollowError."""
    async with Remote(url) as remote:
        return unhex(await remote.ask("chain_getBlockHash", 0))


class Follower:
    """Keeps `node` at the finalized head of the node at `url`."""

    def __init__(self, node: Node, url: str) -> None:
        self.node = node
        self.url = url

    async def follow(self, until: int | None = None) -> None:
        """Repeat blocks as they become final, for ever or up to block `until`.

        Errors: FollowError; Diverged at the first block that does not come out the same.
        """
        async with Remote(self.url) as heads, Remote(self.url) as blocks:
            await self._check_genesis(blocks)
            async for head in heads.notifications("chain_subscribeFinalizedHeads"):
                target = read_number(head)
                await self.catch_up(blocks, target if until is None else min(target, until))
                if until is not None and self.node.chain.best.number >= until:
                    return

    async def _check_genesis(self, remote: Remote) -> None:
        theirs = unhex(await remote.ask("chain_getBlockHash", 0))
        ours = self.node.chain.genesis_hash
        if theirs != ours:
            raise FollowError(
                f"{self.url} is another chain: its block 0 is 0x{theirs.hex()}, ours 0x{ours.hex()}"
            )

    async def catch_up(self, remote: Remote, target: int) -> None:
        """Repeat all blocks up to number `target`, or fewer if the other node goes back."""
        await self._find_common(remote)
        while (best := self.node.chain.best).number < target:
            wanted = range(best.number, min(best.number + BATCH, target) + 1)
            first, *hashes = await remote.ask_all([("chain_getBlockHash", (n,)) for n in wanted])
            replies = await remote.ask_all([("chain_getBlock", (each,)) for each in hashes])
            if first is None or unhex(first) != best.hash or None in (*hashes, *replies):
                return  # it went back meanwhile, and tells its head once that is final
            for reply in replies:
                self._take(read_block(reply))
                await asyncio.sleep(0)

    def _take(self, block: Block) -> None:
        try:
            self.node.import_block(block)
        except InvalidBlock as error:
            raise Diverged(str(error)) from error

    async def _find_common(self, remote: Remote) -> None:
        """Go back to the last block both have, after the other node went back."""
        chain = self.node.chain
        number = chain.best.number
        while number > 0:
            theirs = await remote.ask("chain_getBlockHash", number)
            if theirs is not None and unhex(theirs) == chain.store.hash_at(number):
                break
            number -= 1
        if number != chain.best.number:
            log.warning("the other node went back to #%d; following it there", number)
            self.node.set_head(number)
