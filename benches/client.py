"""A lean JSON-RPC client over WebSocket and keep-alive HTTP that costs less than what it measures.

Answers are always parsed, as any real client would.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, Self

import orjson
from websockets.asyncio.client import ClientConnection, connect

HOST = "127.0.0.1"


class Refused(RuntimeError):
    """The server answered with an error."""


def request(method: str, *params: Any) -> bytes:
    """The body of a call."""
    return orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def result(answer: bytes | str) -> Any:
    """What the server answered.  Errors: Refused."""
    found = orjson.loads(answer)
    if found.get("error") is not None:
        raise Refused(str(found["error"])[:400])
    return found["result"]


class Connection(Protocol):
    """One connection; requests follow one another."""

    async def send(self, body: bytes) -> Any:
        """Send one request and take its result.  Errors: Refused."""
        ...


class Ws:
    """A WebSocket without compression."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, port: int) -> AsyncIterator[Self]:
        """Connect."""
        url = f"ws://{HOST}:{port}"
        async with connect(url, compression=None, max_size=None, ping_interval=None) as socket:
            yield cls(socket)

    async def send(self, body: bytes) -> Any:
        """Send one request and take its result.  Errors: Refused."""
        await self._socket.send(body, text=True)
        return result(await self._socket.recv(decode=False))


class Http:
    """POST requests on one connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, port: int) -> AsyncIterator[Self]:
        """Connect."""
        reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 26)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    async def send(self, body: bytes) -> Any:
        """Send one request and take its result.  Errors: Refused."""
        self._writer.write(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in head:
            return result(b"".join([chunk async for chunk in self._chunks()]))
        at = head.index(b"content-length:") + len("content-length:")
        size = int(head[at : head.index(b"\r\n", at)])
        return result(await self._reader.readexactly(size))

    async def _chunks(self) -> AsyncIterator[bytes]:
        size = 1
        while size:
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            yield (await self._reader.readexactly(size + 2))[:-2]


TRANSPORTS: dict[str, Callable[[int], AbstractAsyncContextManager[Connection]]] = {
    "ws": Ws.open,
    "http": Http.open,
}


async def call(connection: Connection, method: str, *params: Any) -> Any:
    """Ask once.  Errors: Refused."""
    return await connection.send(request(method, *params))


async def round_trips(connections: Sequence[Connection], body: bytes, seconds: float) -> float:
    """Answers a second; each connection has one request under way at any time."""
    started = time.perf_counter()

    async def ask(connection: Connection) -> int:
        done = 0
        while time.perf_counter() - started < seconds:
            await connection.send(body)
            done += 1
        return done

    counts = await asyncio.gather(*map(ask, connections))
    return sum(counts) / (time.perf_counter() - started)
