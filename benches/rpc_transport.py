"""Round trips a second of a method that does nothing, over WebSocket and keep-alive HTTP.

    python -m benches.rpc_transport --json

The server runs in a process of its own, the clients here, on different cores where there are two.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import orjson
import uvloop
from websockets.asyncio.client import connect

from pysubtensor.rpc.server.namespace import Namespace
from pysubtensor.rpc.server.server import Listener, serve

REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"bench_nothing","params":[]}'
HTTP_REQUEST = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(REQUEST), REQUEST)
)

Worker = Callable[[int, float], Awaitable[int]]


async def run_server() -> None:
    """Serve `bench_nothing`, say on which port, and stay until standard input ends."""
    rpc = Namespace("bench")

    @rpc.method("bench_nothing")
    def nothing(_node: object) -> str:
        return "0x0"

    server = await serve(object(), listeners=[Listener(port=0)], namespaces=[rpc])
    print(server.ports[0], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()


async def over_ws(port: int, end: float) -> int:
    """Requests one after the other on one WebSocket until `end`."""
    done = 0
    async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
        text = REQUEST.decode()
        while time.perf_counter() < end:
            await socket.send(text)
            orjson.loads(await socket.recv())
            done += 1
    return done


async def over_http(port: int, end: float) -> int:
    """Requests one after the other on one HTTP connection until `end`."""
    done = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        writer.write(HTTP_REQUEST)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        at = head.index(b"content-length:") + 15
        orjson.loads(await reader.readexactly(int(head[at : head.index(b"\r\n", at)])))
        done += 1
    writer.close()
    return done


async def rate(worker: Worker, port: int, connections: int, seconds: float) -> float:
    """Requests a second over `connections` connections together."""
    started = time.perf_counter()
    counts = await asyncio.gather(*(worker(port, started + seconds) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - started)


async def measure(port: int, seconds: float) -> dict[str, float]:
    """Every figure once; the first quarter of a second only warms up."""
    found: dict[str, float] = {}
    for name, worker in (("ws", over_ws), ("http", over_http)):
        await rate(worker, port, 4, 0.25)
        for connections in (1, 16):
            key = f"{name}_{connections}_per_s"
            found[key] = round(await rate(worker, port, connections, seconds))
    return found


def main() -> None:
    """Measure, or be the server that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each figure takes")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if options.serve:
        os.sched_setaffinity(0, cores[:1])
        uvloop.run(run_server())
        return
    with subprocess.Popen(
        [sys.executable, "-m", "benches.rpc_transport", "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout is not None
        os.sched_setaffinity(0, cores[-1:])
        found = uvloop.run(measure(int(server.stdout.readline()), options.seconds))
        server.communicate()
    if options.json:
        print(orjson.dumps(found).decode())
        return
    for name, figure in found.items():
        print(f"{name:16} {figure:>9,.0f}")


if __name__ == "__main__":
    main()
