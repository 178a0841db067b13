"""Events of the chain for subscribers, as queues that each reads at its own pace.

    with feeds_of(node).heads.open() as box:
        async for block_hash in box: ...

One `Feeds` per node listens to the chain and publishes in a fixed order: after a block first its
header, then its storage changes, then the block to observers; statuses of transactions come from
the pool right after that, finality last.  A full queue ends: its reader is too slow.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Generic, Protocol, TypeVar

from pysubtensor.consensus.chain import Chain, Imported
from pysubtensor.rpc.encoding.json import Json, Raw, to_hex
from pysubtensor.rpc.node.headers import header_text
from pysubtensor.rpc.node.per_node import PerNode
from pysubtensor.runtime.store.store import BlockRef

log = logging.getLogger(__name__)

T = TypeVar("T")

BACKLOG: Final = 4096
"""Most items in one queue."""


class Mailbox(AsyncIterator[T]):
    """A bounded queue with one reader, on the thread of the event loop."""

    __slots__ = ("_items", "_limit", "_woken", "closed")

    def __init__(self, limit: int = BACKLOG) -> None:
        self.closed = False
        self._items: deque[T] = deque()
        self._limit = limit
        self._woken: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        """Add an item; the queue closes instead when it is full."""
        if self.closed:
            return
        if len(self._items) >= self._limit:
            log.info("a subscription fell %d items behind and ends", self._limit)
            self.close()
            return
        self._items.append(item)
        self._wake()

    def close(self) -> None:
        """End the iterator after what is in it."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def __anext__(self) -> T:
        while not self._items:
            if self.closed:
                raise StopAsyncIteration
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        return self._items.popleft()


class Topic(Generic[T]):
    """One kind of event, and the queues of its subscribers."""

    def __init__(self) -> None:
        self._boxes: dict[Mailbox[T], None] = {}

    def __len__(self) -> int:
        return len(self._boxes)

    @contextmanager
    def open(self) -> Iterator[Mailbox[T]]:
        """Open a queue of the events from now on."""
        box: Mailbox[T] = Mailbox()
        self._boxes[box] = None
        try:
            yield box
        finally:
            del self._boxes[box]

    def publish(self, item: T) -> None:
        """Put `item` into every queue."""
        for box in self._boxes:
            box.put(item)


class ChainObserver(Protocol):
    """What is called at once with everything that happens to the chain."""

    def imported(self, block: Imported) -> None:
        """`block` is the best one now."""

    def finalized(self, blocks: Sequence[BlockRef]) -> None:
        """`blocks` are final now, the oldest first."""

    def rewound(self, head: BlockRef) -> None:
        """All blocks after `head` are gone."""


class Feeds:
    """The events of one chain."""

    def __init__(self, chain: Chain) -> None:
        self.heads: Topic[Raw] = Topic()
        """Header of each new best block."""
        self.finalized: Topic[Raw] = Topic()
        """Header of each newly final block; of several at once the last."""
        self.observers: dict[ChainObserver, None] = {}
        self._chain = chain
        self._watches: dict[Mailbox[Json], frozenset[bytes] | None] = {}
        chain.on_imported(self._on_imported)
        chain.on_finalized(self._on_finalized)
        chain.on_rewound(self._on_rewound)

    @contextmanager
    def storage(self, keys: frozenset[bytes] | None) -> Iterator[Mailbox[Json]]:
        """Change sets of `keys` (None: all), one for each block that writes any of them."""
        box: Mailbox[Json] = Mailbox()
        self._watches[box] = keys
        try:
            yield box
        finally:
            del self._watches[box]

    def _publish(self, topic: Topic[Raw], block_hash: bytes) -> None:
        """Publish the header as text: when it is read, the block may be gone."""
        text = header_text(self._chain, block_hash) if topic else None
        if text is not None:
            topic.publish(text)

    def _on_imported(self, block: Imported) -> None:
        self._publish(self.heads, block.hash)
        for box, keys in self._watches.items():
            changes = block.changes
            if keys is not None:
                changes = {key: changes[key] for key in changes.keys() & keys}
            if changes:
                box.put(change_set(block.hash, changes.items()))
        for observer in list(self.observers):
            observer.imported(block)

    def _on_finalized(self, blocks: list[BlockRef]) -> None:
        self._publish(self.finalized, blocks[-1].hash)
        for observer in list(self.observers):
            observer.finalized(blocks)

    def _on_rewound(self, head: BlockRef) -> None:
        self._publish(self.heads, head.hash)
        for box, keys in self._watches.items():
            if keys is not None:
                box.put(change_set(head.hash, [(key, self._chain.store.get(key)) for key in keys]))
        for observer in list(self.observers):
            observer.rewound(head)


def change_set(block_hash: bytes, changes: Iterable[tuple[bytes, bytes | None]]) -> dict[str, Json]:
    """The storage changes of a block as JSON: keys with their values, null for none."""
    shown = [[to_hex(key), None if value is None else to_hex(value)] for key, value in changes]
    return {"block": to_hex(block_hash), "changes": shown}


feeds_of = PerNode(lambda node: Feeds(node.chain))
"""The feeds of a node."""
