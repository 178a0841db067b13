"""The future queue: transactions that wait for a tag nobody provides yet."""

from collections.abc import Iterable, Iterator

from pysubtensor.consensus.pool.transaction import PoolTransaction
from pysubtensor.frame.primitives import Hash


class FutureQueue:
    """Waiting transactions by hash and by the tags they need."""

    def __init__(self) -> None:
        self._by_hash: dict[Hash, PoolTransaction] = {}
        self._needed_by: dict[bytes, dict[Hash, PoolTransaction]] = {}
        self.size = 0
        """Bytes of all transactions together."""

    def __len__(self) -> int:
        return len(self._by_hash)

    def __contains__(self, tx_hash: Hash) -> bool:
        return tx_hash in self._by_hash

    def __iter__(self) -> Iterator[PoolTransaction]:
        return iter(self._by_hash.values())

    def get(self, tx_hash: Hash) -> PoolTransaction | None:
        """The transaction `tx_hash`, if it waits here."""
        return self._by_hash.get(tx_hash)

    def add(self, tx: PoolTransaction) -> None:
        """Let `tx` wait."""
        self._by_hash[tx.hash] = tx
        self.size += len(tx.bytes)
        for tag in tx.needs:
            self._needed_by.setdefault(tag, {})[tx.hash] = tx

    def remove(self, tx: PoolTransaction) -> None:
        """Let `tx` wait no longer."""
        del self._by_hash[tx.hash]
        self.size -= len(tx.bytes)
        for tag in tx.needs:
            needed_by = self._needed_by[tag]
            del needed_by[tx.hash]
            if not needed_by:
                del self._needed_by[tag]

    def needing(self, tags: Iterable[bytes]) -> list[PoolTransaction]:
        """Those that need any of `tags`, each once, longest waiting first."""
        found = {tx.order: tx for tag in tags for tx in self._needed_by.get(tag, {}).values()}
        return [found[order] for order in sorted(found)]

    def satisfy(self, tags: Iterable[bytes]) -> list[PoolTransaction]:
        """The chain provides `tags` now; return those that waited for any of them."""
        touched = self.needing(tags)
        for tag in tags:
            for tx in self._needed_by.pop(tag, {}).values():
                tx.needs.discard(tag)
        return touched

    def providing(self, tags: Iterable[bytes]) -> list[PoolTransaction]:
        """Those that provide any of `tags`."""
        if not self._by_hash:
            return []
        wanted = frozenset(tags)
        return [tx for tx in self if not wanted.isdisjoint(tx.validity.provides)]

    def oldest(self) -> PoolTransaction:
        """The one that waits the longest."""
        return min(self, key=lambda tx: tx.order)
