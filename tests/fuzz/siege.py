"""A real node in a process of its own, and clients of the worst kind."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.waiting import LIMIT_S, breath, in_time, until

ROOT = Path(__file__).parents[2]
PERIOD_MS = 250
FAULTS = re.compile(r"Traceback|failed|no block was made|could not|never retrieved|Exception")
"""What a node writes when something of its own went wrong."""


class NodeProcess:
    """A running node: where it listens, what it wrote, how much memory it takes."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process, self.output = process, output
        self.port = self._port()

    def _port(self) -> int:
        def told() -> str:
            assert self.process.poll() is None, self.output.read_text()
            found = re.search(r"ws://127\.0\.0\.1:(\d+)", self.output.read_text())
            return found[1] if found else ""

        return int(until(told))

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def faults(self) -> list[str]:
        """Lines that tell of errors, with what follows them."""
        lines = self.output.read_text().splitlines()
        found = (index for index, line in enumerate(lines) if FAULTS.search(line))
        return ["\n".join(lines[index : index + 30]) for index in found]


@contextmanager
def node_process(folder: Path, *options: str) -> Iterator[NodeProcess]:
    """`pysubtensor dev` with blocks every PERIOD_MS, in `folder`; killed at the end."""
    command = [sys.executable, "-m", "pysubtensor", "dev", "--tmp", "--port", "0"]
    command += ["--seal", "interval", "--block-time", str(PERIOD_MS), *options]
    output = folder / "output.txt"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with output.open("wb") as sink:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=sink, stderr=sink)
    try:
        yield NodeProcess(process, output)
        assert process.poll() is None, output.read_text()[-4000:]
    finally:
        process.kill()
        process.wait()


class Siege:
    """Attacks that run in a thread of their own until they are called off.

    Alongside, the most memory that the node took is noted.
    """

    def __init__(self, node: NodeProcess, attacks: list[Callable[[int], Awaitable[None]]]) -> None:
        self._node, self._attacks = node, attacks
        self._over = threading.Event()
        self._failed: list[BaseException] = []
        self.peak = node.memory()
        self.waves: Counter[str] = Counter()
        """How often each attack has come to its end, by name."""

    def __enter__(self) -> "Siege":
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._failed:
            raise self._failed[0]

    async def _run(self) -> None:
        tasks = [asyncio.create_task(self._repeat(attack)) for attack in self._attacks]
        while not self._over.is_set():
            self.peak = max(self.peak, self._node.memory())
            await breath()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeat(self, attack: Callable[[int], Awaitable[None]]) -> None:
        while True:
            try:
                with suppress(OSError, WebSocketException, asyncio.IncompleteReadError):
                    await attack(self._node.port)  # a closed socket is an answer too
                self.waves[attack.__name__] += 1
            except Exception as error:  # raised at the end, in the test's own thread
                self._failed.append(error)
                return
            await asyncio.sleep(0)


def well_formed(reply: object) -> bool:
    """Whether `reply` is one response, a notification, or a batch of responses."""
    if isinstance(reply, list):
        return bool(reply) and all(map(well_formed, reply))
    if not isinstance(reply, dict) or reply.get("jsonrpc") != "2.0":
        return False
    if "method" in reply:
        return "params" in reply
    if "id" not in reply or ("result" in reply) is ("error" in reply):
        return False
    error = reply.get("error")
    return error is None or (type(error["code"]) is int and type(error["message"]) is str)


def judged(text: str | bytes) -> Any:
    """A reply that is in form and blames nothing on the node."""
    reply = orjson.loads(text)
    assert well_formed(reply), text[:400]
    for each in reply if isinstance(reply, list) else [reply]:
        assert each.get("error", {}).get("code") != -32603, text[:400]
    return reply


# Attacks

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
POST = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
DEPTH = 100_000
NOTHING = b'{"jsonrpc":"2.0","id":1,"method":"system_name"}'
METADATA = b'{"jsonrpc":"2.0","id":1,"method":"state_getMetadata"}'
MANY_CALLS = b"\x05\x0b\x00" + (1_000_000 << 2 | 2).to_bytes(4, "little") + bytes(3_000_000)
"""A bare extrinsic of a million remarks, without its length."""
ODD_BODIES = [
    b"", b"\0", b"{", b"[", b"[]", b"[[]]", b"nul", b'"', b"{}", b'{"jsonrpc":"2.0"}', b"\xff\xfe",
    b'{"jsonrpc":"2.0","id":{},"method":"system_name"}', b'[{"jsonrpc":"2.0","id":1}]',
    b'{"jsonrpc":"2.0","id":1,"method":5}', b'{"jsonrpc":"1.0","id":1,"method":"system_name"}',
    b'{"jsonrpc":"2.0","id":1e400,"method":"system_name"}', b"[1,2,null]",
    b"[" * DEPTH, b"[" * DEPTH + b"]" * DEPTH, b'{"a":' * DEPTH, b"[" * 1000 + b"]" * 1000,
    b'{"jsonrpc":"2.0","id":1,"method":"state_call","params":' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 1_000_000 + b'"}',
    b'{"jsonrpc":"2.0","id":"' + b"y" * 1_000_000 + b'","method":"system_name"}',
    b"[" + b",".join([NOTHING] * 2_000) + b"]", b"[" + b"1," * 1_000_000 + b"1]",
    b"[" + b"{}," * 1_000_000 + b"1]", b"[" + b'[{"":[]}],' * 300_000 + b"1]",
    b'{"jsonrpc":"2.0","id":1,"method":"state_call","params":["Core_version","0x'
    + b"0" * 4_000_000 + b'"]}',
    b'{"jsonrpc":"2.0","id":1,"method":"author_submitExtrinsic","params":["0x'
    + b"fe" * 1_000_000 + b'"]}',
    b'{"jsonrpc":"2.0","id":1,"method":"author_submitExtrinsic","params":["0x'
    + (len(MANY_CALLS) << 2 | 2).to_bytes(4, "little").hex().encode() + MANY_CALLS.hex().encode()
    + b'"]}',
]  # fmt: skip
"""Messages that are no requests, hardly any, or far too much."""


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def socket(port: int) -> AsyncIterator[Streams]:
    """A connection that is cut at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def blocks_made(port: int, count: int) -> None:
    """Return when the node has told of so many new blocks."""
    async with connect(f"ws://127.0.0.1:{port}", open_timeout=LIMIT_S) as ws, in_time():
        await ws.send(b'{"jsonrpc":"2.0","id":1,"method":"chain_subscribeNewHeads"}', text=True)
        for _ in range(2 + count):  # the reply, and the head there was
            judged(await ws.recv())


async def odd_messages(port: int) -> None:
    """Each odd body as a text and as a binary message, all answered in form."""
    async with connect(
        f"ws://127.0.0.1:{port}", max_size=None, max_queue=None, open_timeout=LIMIT_S
    ) as ws:
        for body in ODD_BODIES:
            for text in (False, True):
                if text and body == b"\xff\xfe":
                    continue  # closes the connection, as it should
                await ws.send(body, text=text)
                async with in_time():
                    judged(await ws.recv())


async def odd_posts(port: int) -> None:
    """Each odd body over HTTP."""
    for body in ODD_BODIES:
        async with socket(port) as (reader, writer):
            writer.write(POST + b"connection: close\r\n")
            writer.write(b"content-length: %d\r\n\r\n" % len(body) + body)
            async with in_time():
                head, _, reply = (await reader.read()).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 "), head
            judged(reply)


async def too_big(port: int) -> None:
    """A message beyond the limit is refused or ends the connection."""
    async with connect(
        f"ws://127.0.0.1:{port}", max_size=None, max_queue=None, open_timeout=LIMIT_S
    ) as ws:
        await ws.send(b" " * (16 << 20))
        judged(await ws.recv())
        await ws.send(b" " * (31 << 20))
        await ws.recv()


async def half_open(port: int) -> None:
    """Sockets that stop in the middle: of a head, a body, a handshake, a frame."""
    starts = [
        b"", b"G", b"POST / HTTP/1.1\r\nhost", POST + b"content-length: 1000\r\n\r\n{",
        POST + b"transfer-encoding: chunked\r\n\r\nffff\r\n{", HANDSHAKE[:-2], HANDSHAKE,
        HANDSHAKE + b"\x82", HANDSHAKE + b"\x82\xff\0\0\0\0\0\xe0\0\0aaaa" + bytes(100_000),
        HANDSHAKE + b"\x02\x80aaaa" * 1_000, HANDSHAKE + b"\x8f\x80aaaa", b"\x16\x03\1\2\0\1\0\1",
    ]  # fmt: skip
    async with AsyncExitStack() as held:
        for start in starts * 4:
            _, writer = await held.enter_async_context(socket(port))
            writer.write(start)
        await blocks_made(port, 4)


async def never_reads(port: int) -> None:
    """Asks for a great deal and reads nothing of it."""
    async with socket(port) as (reader, writer):
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        for method in (b"chain_subscribeAllHeads", b"state_subscribeStorage"):
            writer.write(framed(b'{"jsonrpc":"2.0","id":1,"method":"%b"}' % method))
        writer.write(framed(METADATA) * 2_000)
        await blocks_made(port, 8)


def framed(body: bytes) -> bytes:
    """A masked text frame; the mask is zero."""
    assert len(body) < 126
    return bytes((0x81, 0x80 | len(body))) + bytes(4) + body


async def many_connections(port: int) -> None:
    """Connections by the hundred, most of them dropped without a word."""
    async with AsyncExitStack() as opened:
        for number in range(150):
            _, writer = await opened.enter_async_context(socket(port))
            if number % 3:
                writer.write(HANDSHAKE + framed(NOTHING) * (number % 7))


ATTACKS: list[Callable[[int], Awaitable[None]]] = [
    odd_messages, odd_posts, too_big, half_open, never_reads, never_reads, many_connections,
]  # fmt: skip
