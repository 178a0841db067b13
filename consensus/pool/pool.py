"""The pool itself: lets transactions in, follows the chain, and gives what a block may hold."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pysubtensor.consensus.pool.bans import Bans
from pysubtensor.consensus.pool.errors import (
    AlreadyImported,
    BadFormat,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    TemporarilyBanned,
    TransactionInvalid,
    TransactionUnknown,
    Unactionable,
)
from pysubtensor.consensus.pool.graph import Changes, Graph
from pysubtensor.consensus.pool.heap import LazyHeap
from pysubtensor.consensus.pool.ready import BestTransactions
from pysubtensor.consensus.pool.status import (
    DROPPED,
    FUTURE,
    INVALID,
    READY,
    StatusKind,
    StatusTracker,
    TransactionStatus,
    Watcher,
)
from pysubtensor.consensus.pool.transaction import NEVER, PoolTransaction, deadline
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.validity import (
    InvalidTransaction,
    StaleInvalid,
    UnknownTransaction,
    ValidTransaction,
)

Validate = Callable[[bytes], ValidTransaction]
"""Judges an encoded extrinsic on the state of the best block.

Raises InvalidTransaction or UnknownTransaction, or CodecError for bytes that are no extrinsic.
"""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How much the pool holds; the defaults are the node's."""

    ready_count: int = 8192
    ready_bytes: int = 20 << 20
    future_count: int = 819
    future_bytes: int = 2 << 20
    ban_seconds: float = 1800.0
    """How long a failed or included transaction may not come back; the node's --dev has 0."""
    revalidations: int = 64
    """Most transactions judged anew at a block; each costs a validation."""


@dataclass(frozen=True, slots=True)
class PoolStats:
    """Sizes, for metrics."""

    ready: int
    ready_bytes: int
    future: int
    future_bytes: int
    banned: int
    watched: int


class TransactionPool:
    """Transactions that wait for a block.

    `validate` is asked once for each transaction sent, and again at each block for those that
    stay.  `now` gives seconds that never go back.  `head` is the number of the best block.  With
    `authors=False` the node makes no blocks and refuses what may not be sent on.
    """

    def __init__(
        self,
        validate: Validate,
        limits: PoolLimits | None = None,
        now: Callable[[], float] = time.monotonic,
        *,
        head: int = 0,
        authors: bool = True,
    ) -> None:
        self.limits = limits or PoolLimits()
        self._validate = validate
        self._head = head
        self._authors = authors
        self._graph = Graph()
        # The longest unchecked comes first.
        self._all: OrderedDict[Hash, PoolTransaction] = OrderedDict()
        self._deadlines = LazyHeap(self._all, lambda tx: (tx.valid_till,))
        self._statuses = StatusTracker()
        self._when_ready: list[Callable[[PoolTransaction], None]] = []
        self._newly_ready: list[PoolTransaction] = []
        capacity = 2 * (self.limits.ready_count + self.limits.future_count)
        self._bans = Bans(self.limits.ban_seconds, capacity, now)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, tx_hash: Hash) -> bool:
        return tx_hash in self._all

    # Sending

    def submit(self, xt: bytes) -> Hash:
        """Let the encoded extrinsic `xt` in; return its hash.

        Errors: those of `pysubtensor.consensus.pool.errors`, all PoolErrors.
        """
        tx_hash = Hash(blake2_256(xt))
        self._enter(self._judge(tx_hash, xt))
        return tx_hash

    def submit_and_watch(self, xt: bytes) -> Watcher:
        """Let the encoded extrinsic `xt` in and report what becomes of it.  Errors: as `submit`."""
        tx_hash = Hash(blake2_256(xt))
        tx = self._judge(tx_hash, xt)
        watcher = self._statuses.watch(tx_hash)
        try:
            self._enter(tx)
        except PoolError:
            self._statuses.unwatch(tx_hash)
            raise
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """End `watcher`; its transaction stays."""
        self._statuses.unwatch(watcher.hash)

    def on_ready(self, callback: Callable[[PoolTransaction], None]) -> Callable[[], None]:
        """Call `callback` with each transaction that becomes ready, until the result is called."""
        self._when_ready.append(callback)
        return lambda: self._when_ready.remove(callback)

    # Reading

    def ready(self) -> BestTransactions:
        """Ready transactions in the order a block should hold them."""
        return self._graph.ready.best()

    def future(self) -> list[PoolTransaction]:
        """Transactions that wait for another one."""
        return list(self._graph.future)

    def pending(self) -> list[bytes]:
        """The encoded ready transactions, in the order a block should hold them."""
        return [tx.bytes for tx in self._graph.ready.best()]

    def get(self, tx_hash: Hash) -> PoolTransaction | None:
        """The transaction `tx_hash`, ready or not."""
        return self._all.get(tx_hash)

    def provides(self, tag: bytes) -> bool:
        """Whether a ready transaction provides `tag`, such as account id and nonce."""
        return self._graph.ready.provider(tag) is not None

    def stats(self) -> PoolStats:
        """How much there is of everything."""
        ready, future = self._graph.ready, self._graph.future
        return PoolStats(
            len(ready), ready.size, len(future), future.size, len(self._bans), len(self._statuses)
        )

    # Following the chain

    def on_block(
        self, number: int, block_hash: Hash, included: Sequence[bytes], finalized: bool
    ) -> None:
        """Block `number` with the extrinsics `included` is the best block now.

        They leave the pool, what waited for them becomes ready, and the rest is judged anew,
        those first that were not for the longest time.  Call it once the block's state is there.
        """
        self._head = number
        # The included ones leave first: what they provide, the chain provides now, so that those
        # that waited for it can be judged on the new state.
        hashes = [Hash(blake2_256(xt)) for xt in included]
        mine = [(index, tx) for index, h in enumerate(hashes) if (tx := self._all.pop(h, None))]
        self._bans.add(hashes)  # as on the real chain: nobody sends them again for a while
        self._statuses.in_block(block_hash, [(index, tx.hash) for index, tx in mine])
        rivals, changes = self._graph.include([tx for _, tx in mine])
        self._apply(changes)
        # Rivals provide what the chain provides now: most are stale, and the runtime says which.
        for tx in rivals:
            self._rejudge(tx)
        self._revalidate()
        self._drop_stale()
        self._enforce_limits()  # after the promotions, which made the ready queue longer
        self._bans.expire()
        if finalized:
            self.on_finalized(block_hash)
        self._call_when_ready()  # last, for a listener may make the next block at once

    def on_finalized(self, block_hash: Hash) -> None:
        """Block `block_hash` and all before it are final."""
        self._statuses.finalized(block_hash)

    def on_rewind(self, number: int) -> None:
        """The best block is `number` again, and later ones never were.

        Lifts all bans, so that what was in those blocks may be sent again, and judges everything
        anew.  What was in a block that was not final is told so and no longer watched.
        """
        self._head = number
        self._statuses.forget_blocks()
        self._bans.clear()
        for tx in list(self._all.values()):
            if tx.hash in self._all:
                self._rejudge(tx)
        self._revalidate()
        self._drop_stale()
        self._enforce_limits()
        self._call_when_ready()

    def on_broadcast(self, sent: Mapping[Hash, Iterable[str]]) -> None:
        """Transactions were sent on to peers."""
        for tx_hash, peers in sent.items():
            status = TransactionStatus(StatusKind.BROADCAST, peers=tuple(peers))
            self._statuses.notify(tx_hash, status)

    def remove(self, tx_hash: Hash, *, invalid: bool = True, ban: bool = True) -> list[Hash]:
        """Remove a transaction with all that depend on it; return the hashes of those removed.

        They are told to be invalid, or dropped if not `invalid`.  With `ban` the first may not come
        back for a while; its dependents may.
        """
        if ban:
            self._bans.add([tx_hash])
        removed = self._graph.remove_subtree(tx_hash)
        for tx in removed:
            self._leave(tx, INVALID if invalid else DROPPED)
        return [tx.hash for tx in removed]

    def clear(self) -> None:
        """Drop everything, and lift all bans."""
        for tx in list(self._all.values()):
            self._leave(tx, DROPPED)
        self._graph = Graph()
        self._bans.clear()

    # Entry

    def _judge(self, tx_hash: Hash, xt: bytes) -> PoolTransaction:
        """Ask the runtime, after all that costs less."""
        if tx_hash in self._all or self._statuses.is_unfinalized(tx_hash):
            raise AlreadyImported(tx_hash)
        if tx_hash in self._bans:
            self._bans.add([tx_hash])
            raise TemporarilyBanned
        try:
            validity = self._validate(xt)
        except InvalidTransaction as error:
            self._bans.add([tx_hash])
            raise TransactionInvalid(error) from error
        except UnknownTransaction as error:
            raise TransactionUnknown(error) from error
        except CodecError as error:
            raise BadFormat(str(error)) from error
        if not validity.provides:
            self._bans.add([tx_hash])
            raise NoTagsProvided
        if not validity.propagate and not self._authors:
            raise Unactionable
        head = self._head
        till = deadline(validity, head)
        return PoolTransaction(tx_hash, xt, validity, 0, head, till, set(validity.requires))

    def _enter(self, tx: PoolTransaction) -> None:
        changes = self._graph.add(tx)
        self._all[tx.hash] = tx
        self._deadlines.push(tx)
        self._tell_queue(tx, is_news=True)
        self._apply(changes)
        dropped = self._enforce_limits()
        self._call_when_ready()
        if tx in dropped:
            raise ImmediatelyDropped

    def _apply(self, changes: Changes) -> None:
        """Tell the watchers of others what changed for them."""
        for tx in changes.failed:
            self._leave(tx, INVALID)
        for tx, usurper in changes.usurped:
            self._leave(tx, TransactionStatus(StatusKind.USURPED, usurper))
        for tx in changes.promoted:
            self._statuses.notify(tx.hash, READY)
        self._newly_ready += changes.promoted

    def _call_when_ready(self) -> None:
        """Last of all, as a callback may build a block."""
        fresh, self._newly_ready = self._newly_ready, []
        for tx in fresh:
            for callback in list(self._when_ready):
                if tx.hash in self._graph.ready:
                    callback(tx)

    def _enforce_limits(self) -> list[PoolTransaction]:
        """Drop the worst while there is too much; return what was dropped."""
        dropped = self._over_limits()
        if dropped:
            self._bans.add(tx.hash for tx in dropped)
        for tx in dropped:
            self._leave(tx, DROPPED)
        return dropped

    def _over_limits(self) -> list[PoolTransaction]:
        """Remove from the queues what they cannot hold."""
        limits, ready, future = self.limits, self._graph.ready, self._graph.future
        removed: list[PoolTransaction] = []
        while len(ready) > limits.ready_count or ready.size > limits.ready_bytes:
            removed += ready.remove_subtree(ready.worst().hash)
        while len(future) > limits.future_count or future.size > limits.future_bytes:
            removed += self._graph.remove_subtree(future.oldest().hash)
        return removed

    def _leave(self, tx: PoolTransaction, status: TransactionStatus) -> None:
        """`tx` is in no queue any more."""
        self._all.pop(tx.hash, None)
        self._statuses.notify(tx.hash, status)

    # Judging anew

    def _revalidate(self) -> None:
        """Judge those anew that were judged on an older state, as many as the limits say."""
        for _ in range(self.limits.revalidations):
            tx = next(iter(self._all.values()), None)
            if tx is None or tx.checked_at >= self._head:
                return
            self._rejudge(tx)

    def _rejudge(self, tx: PoolTransaction) -> None:
        """Ask the runtime about `tx` again, which is in a queue or was just taken out of one."""
        try:
            validity = self._validate(tx.bytes)
        except UnknownTransaction:
            self._doubt(tx)
        except InvalidTransaction as error:
            if isinstance(error.kind, StaleInvalid) and tx in self._graph:
                self._outdate(tx)
            else:
                self._fail(tx)
        else:
            if not validity.provides:
                self._fail(tx)
            elif self._is_settled(tx, validity):
                self._update(tx, validity)
            else:
                self._enter_again(tx, validity)

    def _fail(self, tx: PoolTransaction) -> None:
        """`tx` has become invalid, and with it what depends on it."""
        self._bans.add([tx.hash])
        for gone in self._graph.remove_subtree(tx.hash) or [tx]:
            self._leave(gone, INVALID)

    def _outdate(self, tx: PoolTransaction) -> None:
        """The chain has passed `tx` by, most likely with another of the same nonce.

        So it is taken to provide what `tx` did.  What depends on that is judged next, to be sure.
        """
        self._bans.add([tx.hash])
        dependents = self._graph.needing(tx.validity.provides)
        rivals, changes = self._graph.include([tx])
        self._leave(tx, INVALID)
        self._apply(changes)
        for rival in rivals:
            self._rejudge(rival)
        for dependent in dependents:
            if dependent.hash in self._all:
                dependent.checked_at = NEVER
                self._all.move_to_end(dependent.hash, last=False)

    def _doubt(self, tx: PoolTransaction) -> None:
        """The runtime cannot tell: what is in a queue stays until it can."""
        if tx not in self._graph:
            self._leave(tx, INVALID)
            return
        tx.checked_at = self._head
        self._all.move_to_end(tx.hash)

    def _is_settled(self, tx: PoolTransaction, validity: ValidTransaction) -> bool:
        """Whether `tx` may stay in its place now that it has `validity`."""
        same = validity.provides == tx.validity.provides and tx.needs == set(validity.requires)
        return same and tx in self._graph

    def _update(self, tx: PoolTransaction, validity: ValidTransaction) -> None:
        changed = tx.validity.priority != validity.priority
        tx.judged(validity, self._head)
        if changed and tx.hash in self._graph.ready:
            self._graph.ready.ranked(tx)
        self._all.move_to_end(tx.hash)
        self._deadlines.push(tx)

    def _enter_again(self, tx: PoolTransaction, validity: ValidTransaction) -> None:
        """Take `tx` and its dependents out of their queues and let them in as if new."""
        was_ready = tx.hash in self._graph.ready
        moving = self._graph.remove_subtree(tx.hash) or [tx]
        tx.judged(validity, self._head)
        tx.needs = set(validity.requires)
        self._all.move_to_end(tx.hash)
        self._deadlines.push(tx)
        for each in moving:
            try:
                self._apply(self._graph.add(each))
            except PoolError:
                self._leave(each, INVALID)
        for each in moving:
            if each.hash in self._all:
                self._tell_queue(each, is_news=not was_ready)

    def _tell_queue(self, tx: PoolTransaction, *, is_news: bool) -> None:
        is_ready = tx.hash in self._graph.ready
        self._statuses.notify(tx.hash, READY if is_ready else FUTURE)
        if is_ready and is_news:
            self._newly_ready.append(tx)

    def _drop_stale(self) -> None:
        """Remove what has outlived its era."""
        while (tx := self._deadlines.first()) is not None and tx.valid_till <= self._head:
            self.remove(tx.hash)
