"""Both queues together: what goes where, and what that changes for others.

Knows nothing of validation, bans and watchers.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from pysubtensor.consensus.pool.errors import CycleDetected, TooLowPriority
from pysubtensor.consensus.pool.future import FutureQueue
from pysubtensor.consensus.pool.ready import ReadyQueue
from pysubtensor.consensus.pool.transaction import PoolTransaction
from pysubtensor.frame.primitives import Hash


@dataclass(slots=True)
class Changes:
    """What an entry or a block brought about for others."""

    promoted: list[PoolTransaction] = field(default_factory=list)
    """Made ready, of which some may be among the usurped by now."""
    usurped: list[tuple[PoolTransaction, Hash]] = field(default_factory=list)
    """Out, with the hash of what took their place."""
    failed: list[PoolTransaction] = field(default_factory=list)
    """Out, as they would depend on themselves."""


class Graph:
    """The ready and the future queue."""

    def __init__(self) -> None:
        self.ready = ReadyQueue()
        self.future = FutureQueue()
        self._order = count()

    def __contains__(self, tx: PoolTransaction) -> bool:
        return tx.hash in self.ready or tx.hash in self.future

    def add(self, tx: PoolTransaction) -> Changes:
        """Put `tx` into its queue, and then into the ready queue what it unlocks.

        Errors: TooLowPriority; CycleDetected; after either nothing has changed.
        """
        changes = Changes()
        if self.ready.meets(tx.needs):
            self._make_ready(tx, changes)
            self._promote(self.future.needing(tx.validity.provides), changes)
        else:
            tx.order = next(self._order)
            self.future.add(tx)
        return changes

    def remove_subtree(self, tx_hash: Hash) -> list[PoolTransaction]:
        """Remove a transaction with all ready ones that depend on it; return them, it first."""
        waiting = self.future.get(tx_hash)
        if waiting is None:
            return self.ready.remove_subtree(tx_hash)
        self.future.remove(waiting)
        return [waiting]

    def needing(self, tags: Sequence[bytes]) -> list[PoolTransaction]:
        """Those in either queue that need any of `tags`."""
        ready = [tx for tag in tags for tx in self.ready.needing(tag)]
        return ready + self.future.needing(tags)

    def include(self, included: Sequence[PoolTransaction]) -> tuple[list[PoolTransaction], Changes]:
        """Remove `included`, which are in a block; return what else left, and what else changed.

        The chain provides their tags now, and what they needed it must have provided before.  So
        all others that provide such tags go as well, with what depends on other tags of theirs.
        """
        tags: list[bytes] = []
        for tx in included:
            tags += (*tx.validity.provides, *sorted(tx.needs))
            self._remove_alone(tx)
        rivals: list[PoolTransaction] = []
        for tag in tags:  # grows on the way
            self.ready.satisfy((tag,))
            rival = self.ready.provider(tag)
            if rival is not None:
                tags += sorted(rival.needs)
                rivals += self.ready.remove_subtree(rival.hash)
        for rival in self.future.providing(tags):
            self.future.remove(rival)
            rivals.append(rival)
        changes = Changes()
        self._promote(self.future.satisfy(tags), changes)
        return rivals, changes

    def _promote(self, candidates: Iterable[PoolTransaction], changes: Changes) -> None:
        """Make those of `candidates` ready whose needs are met, and what that unlocks in turn."""
        todo = deque(candidates)
        while todo:
            tx = todo.popleft()
            if tx.hash not in self.future or not self.ready.meets(tx.needs):
                continue
            self.future.remove(tx)
            try:
                self._make_ready(tx, changes)
            except TooLowPriority:
                changes.usurped.append((tx, self._rival(tx)))
            except CycleDetected:
                changes.failed.append(tx)
            else:
                changes.promoted.append(tx)
                todo.extend(self.future.needing(tx.validity.provides))

    def _make_ready(self, tx: PoolTransaction, changes: Changes) -> None:
        tx.order = next(self._order)
        changes.usurped += [(gone, tx.hash) for gone in self.ready.add(tx)]

    def _rival(self, tx: PoolTransaction) -> Hash:
        found = (self.ready.provider(tag) for tag in tx.validity.provides)
        return next(rival.hash for rival in found if rival is not None)

    def _remove_alone(self, tx: PoolTransaction) -> None:
        if tx.hash in self.ready:
            self.ready.discard(tx)
        else:
            self.future.remove(tx)
