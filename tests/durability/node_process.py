"""Nodes in processes of their own that start fast: forked from one that imported everything."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pysubtensor.consensus.authoring.sealing import SealingMode
from pysubtensor.frame.header import Header
from pysubtensor.genesis import preset
from pysubtensor.runtime.store.store import Store
from tests.waiting import LIMIT_S

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "pysubtensor.face.service",
        "pysubtensor.rpc.methods.all",
        "pysubtensor.rpc.server.server",
        "uvloop",
    ]
)


def serve(path: Path, seal: SealingMode, options: dict[str, Any], ready: Any) -> None:
    """Run a node until it is killed; tells its port once it serves."""
    import uvloop

    from pysubtensor.face.service import NodeOptions, run
    from pysubtensor.rpc.server.options import Listener

    chosen = NodeOptions(preset("dev"), path, seal=seal, listeners=[Listener(port=0)], **options)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(chosen, lambda _, ports: ready.send(ports[0])))


def start(path: Path, seal: SealingMode, **options: Any) -> tuple[Any, Any]:
    """A node about to start, and the connection on which it will tell its port."""
    ours, theirs = _context.Pipe()
    process = _context.Process(target=serve, args=(path, seal, options, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


@contextmanager
def node(path: Path, seal: SealingMode, **options: Any) -> Iterator[tuple[Any, str]]:
    """A running node and its address; killed at the end, if it still runs."""
    process, ours = start(path, seal, **options)
    try:
        assert ours.poll(LIMIT_S), "the node did not start"
        yield process, f"ws://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def check_chain(path: Path, announced: tuple[int, bytes] | None = None) -> int:
    """Read a stopped node's database: hashes, parents, roots, values; gives the head's number."""
    with Store.open(path) as store:
        store.verify()
        head = store.head
        assert head is not None
        parent = bytes(32)
        for number in range(head.number + 1):
            header = Header.decode(store.header(number))
            assert (header.number, header.parent_hash) == (number, parent)
            parent = header.hash()
            assert store.hash_at(number) == parent
            assert store.number_of(parent) == number
            assert store.root_at(number) == header.state_root
        assert head.hash == parent
        assert store.root() == header.state_root
        if announced is not None:
            assert head.number >= announced[0]
            assert store.hash_at(announced[0]) == announced[1]
        return head.number
