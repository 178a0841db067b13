"""The pool under any sequence of sends, blocks, removals and rewinds keeps its promises."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pysubtensor.consensus.pool import (
    PoolError,
    PoolLimits,
    PoolTransaction,
    TransactionPool,
    Watcher,
)
from pysubtensor.frame.primitives import U64, Hash
from pysubtensor.frame.validity import (
    CannotLookupUnknown,
    InvalidTransaction,
    PaymentInvalid,
    StaleInvalid,
    UnknownTransaction,
    ValidTransaction,
)

TAGS = [bytes([n]) for n in range(6)]
LIMITS = PoolLimits(
    ready_count=6, ready_bytes=200, future_count=3, future_bytes=90, revalidations=100
)


@dataclass(frozen=True)
class Plan:
    """What the runtime thinks of one transaction."""

    priority: int
    requires: frozenset[bytes]
    provides: tuple[bytes, ...]
    longevity: int


plans = st.builds(
    Plan,
    priority=st.integers(0, 4),
    requires=st.frozensets(st.sampled_from(TAGS), max_size=2),
    provides=st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True).map(tuple),
    longevity=st.sampled_from([2, 5, 2**64 - 1]),
)


class PoolMachine(RuleBasedStateMachine):
    """A chain is the set of tags provided so far; transactions add to it."""

    @initialize(table=st.lists(plans, min_size=16, max_size=16))
    def start(self, table):
        self.table = table
        self.blocks = [frozenset()]
        self.final = 0
        self.broken = frozenset()
        self.unknown = frozenset()
        self.time = 0.0
        self.watchers: dict[Hash, Watcher] = {}
        self.pool = TransactionPool(self.validate, LIMITS, lambda: self.time)

    def validate(self, xt):
        number, plan = xt[0], self.table[xt[0]]
        chain = self.blocks[-1]
        if number in self.unknown:
            raise UnknownTransaction(CannotLookupUnknown())
        if number in self.broken:
            raise InvalidTransaction(PaymentInvalid())
        if not chain.isdisjoint(plan.provides):
            raise InvalidTransaction(StaleInvalid())
        missing = tuple(sorted(plan.requires - chain))
        return ValidTransaction(
            U64(plan.priority), missing, plan.provides, U64(plan.longevity), True
        )

    @rule(number=st.integers(0, 15), watch=st.booleans())
    def send(self, number, watch):
        xt = bytes([number]) * (number % 3 * 20 + 1)
        before = set(self.everything())
        try:
            if watch:
                watcher = self.pool.submit_and_watch(xt)
                self.watchers[watcher.hash] = watcher
            else:
                self.pool.submit(xt)
        except PoolError:
            assert set(self.everything()) <= before

    @rule(
        size=st.integers(0, 4),
        foreign=st.lists(st.sampled_from(TAGS), max_size=1),
        finalized=st.booleans(),
        seconds=st.sampled_from([0, 1000, 2000]),
    )
    def block(self, size, foreign, finalized, seconds):
        self.time += seconds
        body = [tx.bytes for tx, _ in zip(self.pool.ready(), range(size), strict=False)]
        provided = {tag for xt in body for tag in self.table[xt[0]].provides}
        self.blocks.append(self.blocks[-1] | provided | set(foreign))
        number = len(self.blocks) - 1
        self.pool.on_block(number, block_hash(number), [b"\xff", *body], finalized)
        if finalized:
            self.final = number

    @rule()
    def finalize(self):
        self.final = len(self.blocks) - 1
        self.pool.on_finalized(block_hash(self.final))

    @precondition(lambda self: len(self.blocks) > 1)
    @rule(depth=st.integers(1, 3))
    def rewind(self, depth):
        self.blocks = self.blocks[: max(1, len(self.blocks) - depth)]
        self.pool.on_rewind(len(self.blocks) - 1)

    @rule(number=st.integers(0, 15), invalid=st.booleans())
    def remove(self, number, invalid):
        for tx in self.everything().values():
            if tx.bytes[0] == number:
                self.pool.remove(tx.hash, invalid=invalid)
                assert tx.hash not in self.pool

    @rule(numbers=st.frozensets(st.integers(0, 15), max_size=2))
    def break_some(self, numbers):
        self.broken = numbers

    @rule(numbers=st.frozensets(st.integers(0, 15), max_size=2))
    def doubt_some(self, numbers):
        self.unknown = numbers

    @rule()
    def clear(self):
        self.pool.clear()
        assert len(self.pool) == 0

    def everything(self) -> dict[Hash, PoolTransaction]:
        return {tx.hash: tx for tx in [*self.pool.ready(), *self.pool.future()]}

    @invariant()
    def books_balance(self):
        ready, future = list(self.pool.ready()), self.pool.future()
        stats = self.pool.stats()
        assert len(ready) == stats.ready <= LIMITS.ready_count
        assert sum(len(tx.bytes) for tx in ready) == stats.ready_bytes <= LIMITS.ready_bytes
        assert len(future) == stats.future <= LIMITS.future_count
        assert sum(len(tx.bytes) for tx in future) == stats.future_bytes <= LIMITS.future_bytes
        assert len(self.everything()) == len(ready) + len(future) == len(self.pool)
        assert self.pool.pending() == [tx.bytes for tx in ready]

    @invariant()
    def tags_are_provided_once(self):
        tags = [tag for tx in self.pool.ready() for tag in tx.validity.provides]
        assert len(tags) == len(set(tags))
        assert all(self.pool.provides(tag) == (tag in tags) for tag in TAGS)

    @invariant()
    def order_respects_needs_and_rank(self):
        ready = list(self.pool.ready())
        done: set[bytes] = set()
        left = list(ready)
        for tx in ready:
            free = [other for other in left if other.needs <= done]
            assert tx is min(free, key=PoolTransaction.rank)
            left.remove(tx)
            done.update(tx.validity.provides)

    @invariant()
    def ready_is_closed_under_requires(self):
        for tx in self.pool.ready():
            unmet = self.table[tx.bytes[0]].requires - self.blocks[-1]
            doubted = tx.bytes[0] in self.unknown  # nobody knows what it requires now
            assert doubted or all(self.pool.provides(tag) for tag in unmet)

    @invariant()
    def what_waits_has_to(self):
        assert all(
            not all(self.pool.provides(tag) for tag in tx.needs) for tx in self.pool.future()
        )

    @invariant()
    def nothing_is_stale(self):
        head = len(self.blocks) - 1
        assert all(tx.valid_till > head for tx in self.everything().values())

    @invariant()
    def watchers_end_with_their_transactions(self):
        for tx_hash, watcher in self.watchers.items():
            assert all(not status.is_last for status in watcher.status[:-1])
            if tx_hash in self.pool:
                in_future = any(tx.hash == tx_hash for tx in self.pool.future())
                assert watcher.done or watcher.status[-1].kind == (
                    "future" if in_future else "ready"
                )
            else:
                assert watcher.done or watcher.status[-1].kind == "inBlock"

    @invariant()
    def indexes_hold_nothing_else(self):
        graph = self.pool._graph
        for queue in (graph.ready, graph.future):
            needed = {(tag, tx.hash) for tx in queue for tag in tx.needs}
            assert needed == {(tag, h) for tag, txs in queue._needed_by.items() for h in txs}


def block_hash(number: int) -> Hash:
    return Hash(number.to_bytes(32))


PoolMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestPool = PoolMachine.TestCase
