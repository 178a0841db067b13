"""A heap of pool transactions whose keys may change and that may leave without notice."""

import heapq
from collections.abc import Callable, Mapping

from pysubtensor.consensus.pool.transaction import PoolTransaction
from pysubtensor.frame.primitives import Hash

Key = tuple[int, ...]


class LazyHeap:
    """Finds the member with the smallest key.

    Entries are left behind when a member leaves or its key changes, and dropped when they come
    up, or all at once when they are most of the heap.
    """

    def __init__(
        self, members: Mapping[Hash, PoolTransaction], key: Callable[[PoolTransaction], Key]
    ) -> None:
        self._members = members
        self._key = key
        self._heap: list[tuple[Key, Hash]] = []

    def push(self, tx: PoolTransaction) -> None:
        """Note `tx`, which is new among the members or has a new key."""
        if len(self._heap) > 2 * len(self._members) + 64:
            self._heap = [(self._key(member), h) for h, member in self._members.items()]
            heapq.heapify(self._heap)
        heapq.heappush(self._heap, (self._key(tx), tx.hash))

    def first(self) -> PoolTransaction | None:
        """The member with the smallest key; None when there are no members."""
        while self._heap:
            key, tx_hash = self._heap[0]
            tx = self._members.get(tx_hash)
            if tx is not None and self._key(tx) == key:
                return tx
            heapq.heappop(self._heap)
        return None
