"""One follow subscription: the blocks it has reported and pins, and its operations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import count
from typing import Final

from pysubtensor.consensus.chain import Imported
from pysubtensor.consensus.node import Node
from pysubtensor.pallets.system import System
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import BlockNotPinned, DuplicateHashes
from pysubtensor.rpc.methods.chain_head.pins import TooManyPins, pins_of
from pysubtensor.rpc.node.blocks import BlockQueryError
from pysubtensor.rpc.node.feeds import Mailbox, feeds_of
from pysubtensor.rpc.server.namespace import Connection
from pysubtensor.runtime.store.store import BlockRef, StoreError

MAX_FINALIZED: Final = 16
"""Most final blocks that are reported at the start."""
MAX_LAG: Final = 128
"""Most blocks between the best and the final one; with more, subscriptions stop."""
MAX_OPERATIONS: Final = 16
"""Most running operations of one subscription."""

Events = AsyncIterator[dict[str, Json]]
STOP: Final[dict[str, Json]] = {"event": "stop"}
LIMIT_REACHED: Final[dict[str, Json]] = {"result": "limitReached"}


class Follow:
    """A subscription from its first event to `stop`."""

    def __init__(self, node: Node, connection: Connection, *, with_runtime: bool) -> None:
        self.node = node
        self.connection = connection
        self.with_runtime = with_runtime
        self.pinned: dict[bytes, float] = {}
        self.box: Mailbox[dict[str, Json]] = Mailbox()
        self._pins = pins_of(node)
        self._numbers = count()
        self._operations: dict[str, tuple[asyncio.Task[None], int]] = {}

    # The chain

    def start(self) -> None:
        """Report the final and the newer blocks, and follow the chain from now on."""
        self._pins.join(self)
        feeds_of(self.node).observers[self] = None
        chain = self.node.chain
        if chain.best.number - chain.finalized.number > MAX_LAG:
            self._pins.stop_all()
            return
        try:
            self._report_initial()
        except TooManyPins:
            self.stop()

    def _report_initial(self) -> None:
        chain = self.node.chain
        final = chain.finalized.number
        oldest = max(final - MAX_FINALIZED + 1, 0)
        finals = [self._hash(number) for number in range(oldest, final + 1)]
        rest = [self._hash(number) for number in range(final + 1, chain.best.number + 1)]
        for block in (*reversed(finals), *rest):
            self._pins.pin(self, block)
        initialized: dict[str, Json] = {
            "event": "initialized",
            "finalizedBlockHashes": [to_hex(block) for block in finals],
        }
        if self.with_runtime:
            initialized["finalizedBlockRuntime"] = _runtime(self.node)
        self.box.put(initialized)
        parent = finals[-1]
        for block in rest:
            self._report_new(block, parent)
            parent = block
        if rest:
            self._report_best(parent)

    def _hash(self, number: int) -> bytes:
        found = self.node.chain.store.hash_at(number)
        assert found is not None  # noqa: S101 (numbers up to the head are stored)
        return found

    def _report_new(self, block: bytes, parent: bytes) -> None:
        event: dict[str, Json] = {
            "event": "newBlock",
            "blockHash": to_hex(block),
            "parentBlockHash": to_hex(parent),
        }
        if self.with_runtime:
            event["newRuntime"] = None  # the runtime is part of the node and never changes
        self.box.put(event)

    def _report_best(self, block: bytes) -> None:
        self.box.put({"event": "bestBlockChanged", "bestBlockHash": to_hex(block)})

    def imported(self, block: Imported) -> None:
        """Report the new block."""
        try:
            self._pins.pin(self, block.hash)
        except TooManyPins:
            return
        self._report_new(block.hash, block.header.parent_hash)
        self._report_best(block.hash)

    def finalized(self, blocks: Sequence[BlockRef]) -> None:
        """Report what is final now."""
        hashes = [to_hex(block.hash) for block in blocks]
        self.box.put(
            {"event": "finalized", "finalizedBlockHashes": hashes, "prunedBlockHashes": []}
        )

    def rewound(self, head: BlockRef) -> None:
        """Stop: final blocks are gone, which no event can say, so the client has to start again."""
        self.stop()

    def stop(self) -> None:
        """Unpin all blocks, cancel all operations and end with `stop`."""
        feeds_of(self.node).observers.pop(self, None)
        self._pins.leave(self)
        for task, _ in self._operations.values():
            task.cancel()
        self.box.close()

    # The client

    def number(self, block: bytes) -> int:
        """Number of a pinned block.  Errors: BlockNotPinned."""
        number = self.node.chain.store.number_of(block) if block in self.pinned else None
        if number is None:
            raise BlockNotPinned
        return number

    def unpin(self, blocks: Sequence[bytes]) -> None:
        """Unpin blocks, all or none.  Errors: DuplicateHashes; BlockNotPinned."""
        if len(set(blocks)) != len(blocks):
            raise DuplicateHashes
        if not self.pinned.keys() >= set(blocks):
            raise BlockNotPinned
        for block in blocks:
            self._pins.unpin(self, block)

    def run(self, events: Events, permits: int = 1) -> dict[str, Json]:
        """Start an operation that sends `events`, and return the reply.

        It counts as `permits` operations, or as all that are left.
        """
        left = MAX_OPERATIONS - sum(taken for _, taken in self._operations.values())
        permits = min(permits, left)
        if self.box.closed or permits < 1:
            return LIMIT_REACHED
        ident = str(next(self._numbers))
        task = asyncio.get_running_loop().create_task(self._work(ident, events))
        self._operations[ident] = (task, permits)
        task.add_done_callback(lambda _: self._operations.pop(ident, None))
        return {"result": "started", "operationId": ident}

    async def _work(self, ident: str, events: Events) -> None:
        try:
            async for event in events:
                self.box.put({**event, "operationId": ident})
        except (BlockQueryError, StoreError) as error:
            event = {"event": "operationError", "operationId": ident, "error": str(error)}
            self.box.put(event)

    def is_running(self, ident: str) -> bool:
        """Whether the operation `ident` is running."""
        return ident in self._operations

    def cancel(self, ident: str) -> None:
        """Stop the operation `ident`, if it is running."""
        found = self._operations.pop(ident, None)
        if found is not None:
            found[0].cancel()


def _runtime(node: Node) -> dict[str, Json]:
    version = node.chain.runtime.get(System).config.version
    return {
        "type": "valid",
        "spec": {
            "specName": version.spec_name,
            "implName": version.impl_name,
            "specVersion": version.spec_version,
            "implVersion": version.impl_version,
            "apis": {to_hex(api): number for api, number in version.apis},
            "transactionVersion": version.transaction_version,
        },
    }
