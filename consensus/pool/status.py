"""What becomes of a transaction, told to whoever watches it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pysubtensor.frame.primitives import Hash

MAX_STATUSES = 64
"""Statuses a watcher keeps; of more, which only a stuck reader sees, the oldest are lost."""
FINALITY_TIMEOUT = 128
"""Blocks that may wait for finality; watchers of older ones are told it timed out."""


class StatusKind(StrEnum):
    """The statuses, by their names on the wire."""

    FUTURE = "future"
    READY = "ready"
    BROADCAST = "broadcast"
    IN_BLOCK = "inBlock"
    RETRACTED = "retracted"
    FINALITY_TIMEOUT = "finalityTimeout"
    FINALIZED = "finalized"
    USURPED = "usurped"
    DROPPED = "dropped"
    INVALID = "invalid"


_LAST = frozenset(
    {
        StatusKind.FINALITY_TIMEOUT,
        StatusKind.FINALIZED,
        StatusKind.USURPED,
        StatusKind.DROPPED,
        StatusKind.INVALID,
    }
)


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """One step in the life of a transaction."""

    kind: StatusKind
    hash: Hash | None = None
    """Of the block (in block, retracted, finalized, finality timeout), or of the usurper."""
    index: int | None = None
    """Position in the block's body, when in a block or finalized."""
    peers: tuple[str, ...] = ()
    """To whom it was sent (broadcast)."""

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.kind in _LAST


READY = TransactionStatus(StatusKind.READY)
FUTURE = TransactionStatus(StatusKind.FUTURE)
DROPPED = TransactionStatus(StatusKind.DROPPED)
INVALID = TransactionStatus(StatusKind.INVALID)


class Watcher(AsyncIterator[TransactionStatus]):
    """The statuses of one transaction, from its entry on; ends after the last one.

    For one reader, on the thread of the pool.
    """

    def __init__(self, tx_hash: Hash) -> None:
        self.hash = tx_hash
        self.status: list[TransactionStatus] = []
        """What has happened so far, at most `MAX_STATUSES`."""
        self.done = False
        self._read = 0
        self._woken: asyncio.Future[None] | None = None

    async def __anext__(self) -> TransactionStatus:
        while self._read == len(self.status):
            if self.done:
                raise StopAsyncIteration
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        self._read += 1
        return self.status[self._read - 1]

    def close(self) -> None:
        """End the iterator after what has been told; nothing more is recorded."""
        self.done = True
        self._wake()

    def record(self, status: TransactionStatus) -> None:
        """Record `status`, unless it is what was told last.  For the pool."""
        if self.done or self.status[-1:] == [status]:
            return
        self.status.append(status)
        if len(self.status) > MAX_STATUSES:
            del self.status[0]
            self._read = max(self._read - 1, 0)
        self.done = status.is_last
        self._wake()

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)


class StatusTracker:
    """Finds the watcher of a transaction, and remembers blocks that are not final yet."""

    def __init__(self) -> None:
        self._watchers: dict[Hash, Watcher] = {}
        self._blocks: dict[Hash, list[tuple[int, Hash]]] = {}  # in the order of import
        self._unfinalized: set[Hash] = set()

    def __len__(self) -> int:
        return len(self._watchers)

    def watch(self, tx_hash: Hash) -> Watcher:
        """A new watcher of a transaction that nobody watches so far."""
        watcher = self._watchers[tx_hash] = Watcher(tx_hash)
        return watcher

    def unwatch(self, tx_hash: Hash) -> None:
        """Close the watcher of a transaction, if there is one."""
        watcher = self._watchers.pop(tx_hash, None)
        if watcher is not None:
            watcher.close()

    def notify(self, tx_hash: Hash, status: TransactionStatus) -> None:
        """Tell the watcher of a transaction, if there is one."""
        watcher = self._watchers.get(tx_hash)
        if watcher is None:
            return
        watcher.record(status)
        if watcher.done:
            del self._watchers[tx_hash]

    def is_unfinalized(self, tx_hash: Hash) -> bool:
        """Whether the transaction left the pool for a block that is not final yet."""
        return tx_hash in self._unfinalized

    def in_block(self, block: Hash, included: Sequence[tuple[int, Hash]]) -> None:
        """A block was imported with `included`: index and hash of what was in the pool."""
        self._blocks[block] = list(included)
        for index, tx_hash in included:
            self._unfinalized.add(tx_hash)
            self.notify(tx_hash, TransactionStatus(StatusKind.IN_BLOCK, block, index))
        while len(self._blocks) > FINALITY_TIMEOUT:
            self._settle(next(iter(self._blocks)), StatusKind.FINALITY_TIMEOUT)

    def finalized(self, block: Hash) -> None:
        """`block` is final and with it all before it; an unknown one changes nothing."""
        while block in self._blocks:
            self._settle(next(iter(self._blocks)), StatusKind.FINALIZED)

    def forget_blocks(self) -> None:
        """All blocks that were not final are gone from the chain."""
        for block, included in self._blocks.items():
            for _, tx_hash in included:
                self.notify(tx_hash, TransactionStatus(StatusKind.RETRACTED, block))
                self.unwatch(tx_hash)
        self._blocks.clear()
        self._unfinalized.clear()

    def _settle(self, block: Hash, kind: StatusKind) -> None:
        for index, tx_hash in self._blocks.pop(block):
            self._unfinalized.discard(tx_hash)
            position = index if kind is StatusKind.FINALIZED else None
            self.notify(tx_hash, TransactionStatus(kind, block, position))
