"""The ready queue: transactions whose requirements are all met, best first.

Transactions form a graph through tags: one that `needs` a tag comes after the one ready
transaction that provides it.  At most one ready transaction provides a tag.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from pysubtensor.consensus.pool.errors import CycleDetected, TooLowPriority
from pysubtensor.consensus.pool.heap import LazyHeap
from pysubtensor.consensus.pool.transaction import PoolTransaction
from pysubtensor.frame.primitives import U64_MAX, Hash


class ReadyQueue:
    """Ready transactions by hash and by tag."""

    def __init__(self) -> None:
        self._by_hash: dict[Hash, PoolTransaction] = {}
        self._provider: dict[bytes, PoolTransaction] = {}
        self._needed_by: dict[bytes, dict[Hash, PoolTransaction]] = {}
        self._worst = LazyHeap(self._by_hash, lambda tx: (tx.validity.priority, tx.order))
        self.size = 0
        """Bytes of all transactions together."""

    def __len__(self) -> int:
        return len(self._by_hash)

    def __contains__(self, tx_hash: Hash) -> bool:
        return tx_hash in self._by_hash

    def __iter__(self) -> Iterator[PoolTransaction]:
        return iter(self._by_hash.values())

    def get(self, tx_hash: Hash) -> PoolTransaction | None:
        """The transaction `tx_hash`, if it is ready."""
        return self._by_hash.get(tx_hash)

    def provider(self, tag: bytes) -> PoolTransaction | None:
        """The ready transaction that provides `tag`."""
        return self._provider.get(tag)

    def meets(self, tags: Iterable[bytes]) -> bool:
        """Whether ready transactions provide all `tags`."""
        return all(tag in self._provider for tag in tags)

    def needing(self, tag: bytes) -> list[PoolTransaction]:
        """Ready transactions that come after the provider of `tag`."""
        return list(self._needed_by.get(tag, {}).values())

    def add(self, tx: PoolTransaction) -> list[PoolTransaction]:
        """Take in `tx`, whose needs are met; return what it usurped.

        It usurps those that provide a tag of its own, with all that depends on another of their
        tags.  Errors: TooLowPriority; CycleDetected; after either nothing has changed.
        """
        usurped = self._usurp(tx)
        self._by_hash[tx.hash] = tx
        self.size += len(tx.bytes)
        for tag in tx.validity.provides:
            self._provider[tag] = tx
        for tag in tx.needs:
            self._needed_by.setdefault(tag, {})[tx.hash] = tx
        self.ranked(tx)
        return usurped

    def ranked(self, tx: PoolTransaction) -> None:
        """Note the priority of `tx`, which is new or has changed."""
        self._worst.push(tx)

    def worst(self) -> PoolTransaction:
        """The one to drop first: of the lowest priority the longest here.  Errors: IndexError."""
        worst = self._worst.first()
        if worst is None:
            raise IndexError("the ready queue is empty")
        return worst

    def best(self) -> BestTransactions:
        """All transactions in the order a block should hold them."""
        return BestTransactions(self)

    def remove_subtree(self, tx_hash: Hash) -> list[PoolTransaction]:
        """Remove a transaction and all that depend on it; return them, dependents later."""
        root = self._by_hash.get(tx_hash)
        return [] if root is None else self._remove(root, frozenset())

    def discard(self, tx: PoolTransaction) -> None:
        """Remove `tx` alone; the caller sees to what depends on it."""
        self._unlink(tx)

    def satisfy(self, tags: Iterable[bytes]) -> None:
        """The chain provides `tags` now: nobody needs them any more."""
        for tag in tags:
            for dependent in self._needed_by.pop(tag, {}).values():
                dependent.needs.discard(tag)

    def _usurp(self, tx: PoolTransaction) -> list[PoolTransaction]:
        rivals = {
            rival.hash: rival
            for tag in tx.validity.provides
            if (rival := self._provider.get(tag)) is not None
        }
        if not rivals:
            return []
        old = min(sum(rival.validity.priority for rival in rivals.values()), U64_MAX)
        if old >= tx.validity.priority:
            raise TooLowPriority(old, tx.validity.priority)
        if not rivals.keys().isdisjoint(self._ancestors(tx)):
            raise CycleDetected
        kept = frozenset(tx.validity.provides)
        return [gone for rival in rivals.values() for gone in self._remove(rival, kept)]

    def _ancestors(self, tx: PoolTransaction) -> set[Hash]:
        found: set[Hash] = set()
        todo = list(tx.needs)
        while todo:
            parent = self._provider.get(todo.pop())
            if parent is not None and parent.hash not in found:
                found.add(parent.hash)
                todo.extend(parent.needs)
        return found

    def _remove(self, root: PoolTransaction, kept: frozenset[bytes]) -> list[PoolTransaction]:
        """Remove `root` with dependents, unless all it provides is among `kept`."""
        removed = []
        todo = [root]
        while todo:
            tx = todo.pop()
            if self._by_hash.get(tx.hash) is not tx:
                continue  # reached twice
            self._unlink(tx)
            removed.append(tx)
            if not kept.issuperset(tx.validity.provides):
                for tag in tx.validity.provides:
                    todo.extend(self.needing(tag))
        return removed

    def _unlink(self, tx: PoolTransaction) -> None:
        del self._by_hash[tx.hash]
        self.size -= len(tx.bytes)
        for tag in tx.validity.provides:
            if self._provider.get(tag) is tx:
                del self._provider[tag]
        for tag in tx.needs:
            needed_by = self._needed_by.get(tag)
            if needed_by is not None:
                needed_by.pop(tx.hash, None)
                if not needed_by:
                    del self._needed_by[tag]


class BestTransactions(Iterator[PoolTransaction]):
    """Walks the ready queue: after what they need, the better ranked first.

    The pool may change meanwhile: what leaves is left out, what comes is for the next walk.
    """

    def __init__(self, queue: ReadyQueue) -> None:
        self._queue = queue
        self._heap = [(*tx.rank(), tx) for tx in queue if not tx.needs]
        heapq.heapify(self._heap)
        self._unmet: dict[Hash, int] = {}
        self._skipped: set[Hash] = set()

    def __next__(self) -> PoolTransaction:
        while self._heap:
            tx = heapq.heappop(self._heap)[-1]
            if self._queue.get(tx.hash) is tx and tx.hash not in self._skipped:
                self._unlock(tx)
                return tx
        raise StopIteration

    def skip_dependents(self, tx: PoolTransaction) -> None:
        """Leave out all that depends on `tx`, which this walk has given but did not fit."""
        for tag in tx.validity.provides:
            self._skipped.update(dependent.hash for dependent in self._queue.needing(tag))

    def _unlock(self, tx: PoolTransaction) -> None:
        for tag in tx.validity.provides:
            for dependent in self._queue.needing(tag):
                unmet = self._unmet.get(dependent.hash, len(dependent.needs)) - 1
                self._unmet[dependent.hash] = unmet
                if unmet == 0:
                    heapq.heappush(self._heap, (*dependent.rank(), dependent))
