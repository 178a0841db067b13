"""A node with its database, server and sealing: open it, serve it, stop it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pysubtensor.consensus.authoring.sealing import SealingMode
from pysubtensor.consensus.chain import Chain, Imported
from pysubtensor.consensus.node import Node, NodeSettings
from pysubtensor.genesis import ChainSpec, development_keys, runtime_code, write_genesis
from pysubtensor.genesis.presets import dev
from pysubtensor.genesis.progress import Progress, silent
from pysubtensor.rpc.server.options import Listener, ServerOptions
from pysubtensor.runtime.chain import make_runtime
from pysubtensor.runtime.store.store import Store, StoreError

log = logging.getLogger("pysubtensor")

CHAIN_SPEC_RECORD = "chain_spec"
RUNTIME_RECORD = "runtime"


class OtherChain(StoreError):
    """The database holds another chain than the one that is wanted."""


class OtherRuntime(StoreError):
    """The database began with another runtime than this program's."""


@dataclass(frozen=True)
class NodeOptions:
    """How to run a node."""

    spec: ChainSpec = field(default_factory=dev)
    base_path: Path | None = None
    """Folder of the database; None for a temporary one."""
    prune: int | None = None
    """Number of newest blocks whose states are kept; None for all."""
    sync: bool = False
    """Whether to wait for the disk at each block."""
    seal: SealingMode = SealingMode.INTERVAL
    block_time: int | None = None
    """Milliseconds between blocks of interval sealing; None for the slot duration."""
    finality_lag: int = 0
    """Blocks by which the newest final one trails the best."""
    progress: Progress = silent
    """Called with how much of a large genesis is done."""
    author: bool = False
    """Whether this node makes blocks of its own."""
    listeners: Sequence[Listener] = (Listener(),)
    server: ServerOptions = field(default_factory=ServerOptions)


def open_node(options: NodeOptions, settings: NodeSettings | None = None) -> Node:
    """Open or create the database, and return a node on it.

    Errors: StoreError (OtherChain when the database began with another specification).
    """
    store = Store.open(options.base_path, sync=options.sync, prune=options.prune)
    try:
        spec = _begin(store, options.spec, options.progress)
        chain = Chain(store, partial(make_runtime, spec.build))
        ours = NodeSettings(
            keys=development_keys(),
            block_time=options.block_time,
            finality_lag=options.finality_lag,
        )
        return Node(chain, spec, settings or ours)
    except BaseException:
        store.close()
        raise


def _begin(store: Store, wanted: ChainSpec, progress: Progress) -> ChainSpec:
    """Write block 0 to an empty store; of a used one, check that it is the wanted chain."""
    if store.head is None:
        write_genesis(store, wanted, progress)
        return wanted
    recorded = store.get_meta(CHAIN_SPEC_RECORD)
    if recorded is None:
        raise OtherChain("the database does not tell which chain it holds")
    if recorded != wanted.to_json():
        found = ChainSpec.from_json(recorded)
        raise OtherChain(
            f"the database holds another chain ({found.name}, {found.build.constants.value} "
            f"constants, {found.build.variety.value} runtime); purge it or use another folder"
        )
    if store.get_meta(RUNTIME_RECORD) != runtime_code(wanted):
        raise OtherRuntime(
            "the database was begun by another version of this program, whose runtime differs; "
            "use that version, purge the database, or use another folder"
        )
    return wanted


class Service:
    """A running node."""

    def __init__(self, node: Node, options: NodeOptions) -> None:
        self.node = node
        self.options = options
        self._stop: Callable[[], None] = _nothing

    def announce(self) -> None:
        """Log the best block, and each new one from now on.

        Scripts connect when they read of a block, so this comes once the node is served.
        """
        self._stop = self.node.chain.on_imported(_log_import)
        best = self.node.chain.best
        if best.number:
            _log(best.number, best.hash)

    async def close(self) -> None:
        """Stop making blocks and close the database."""
        self._stop()
        await self.node.sealing.stop()
        self.node.chain.store.close()


@contextlib.asynccontextmanager
async def serving(options: NodeOptions) -> AsyncIterator[tuple[Service, tuple[int, ...]]]:
    """Serve a node; blocks come only when something makes them.

    Errors: StoreError, CannotListen.
    """
    from pysubtensor.rpc.methods.all import namespaces
    from pysubtensor.rpc.server.server import serve

    service = Service(open_node(options), options)
    node = service.node
    node.sealing.start(SealingMode.MANUAL)
    try:
        if options.author and node.chain.best.number == 0:
            node.make_block()  # clients ask for the parent of the head
        server = await serve(
            node,
            listeners=options.listeners,
            namespaces=namespaces(keeps_all_states=options.prune is None),
            options=options.server,
        )
        try:
            service.announce()
            yield service, tuple(server.ports)
        finally:
            await server.stop()
    finally:
        await service.close()


async def run(options: NodeOptions, started: Callable[[Service, tuple[int, ...]], None]) -> None:
    """Run a node until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    on_stop(stop.set)
    async with serving(replace(options, author=True)) as (service, ports):
        service.node.sealing.start(options.seal)
        started(service, ports)
        _spare_the_collector()
        await stop.wait()


def _spare_the_collector() -> None:
    """Tell the garbage collector that all objects made at start will stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def on_stop(call: Callable[[], object]) -> None:
    """Call `call` at SIGINT and SIGTERM, instead of ending at once."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, call)


def _log_import(imported: Imported) -> None:
    _log(imported.header.number, imported.hash)


def _log(number: int, block_hash: bytes) -> None:
    log.info("Imported #%d (0x%s)", number, short(block_hash))


def _nothing() -> None:
    """Do nothing: no block is announced yet."""


def short(block_hash: bytes) -> str:
    """A hash as log lines show it: the first and last four digits."""
    text = block_hash.hex()
    return f"{text[:4]}…{text[-4:]}"
