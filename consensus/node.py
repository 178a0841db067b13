"""The node: chain, pool and author in one object, with the powers of a development chain.

Everything happens on one thread; each method leaves the live state at the best block.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from pysubtensor.consensus.authoring.proposer import BlockRequest, Proposer
from pysubtensor.consensus.authoring.sealing import Sealing
from pysubtensor.consensus.authoring.slots import Clock, Deadline
from pysubtensor.consensus.chain import Chain, Imported
from pysubtensor.consensus.importing import import_block
from pysubtensor.consensus.pool import PoolLimits, TransactionPool
from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.event import EventRecord
from pysubtensor.frame.header import AURA, Block, PreRuntime
from pysubtensor.frame.inherents import InherentData
from pysubtensor.frame.origin import OriginCaller
from pysubtensor.frame.primitives import AccountId, Hash
from pysubtensor.frame.validity import TransactionValidityError, ValidTransaction
from pysubtensor.genesis import ChainSpec
from pysubtensor.pallets.aura import Aura
from pysubtensor.pallets.system import System
from pysubtensor.pallets.timestamp import Timestamp
from pysubtensor.runtime import devlog
from pysubtensor.runtime.devlog import DispatchAs, Impersonate, Intervention, SetStorage
from pysubtensor.runtime.executive import Executive
from pysubtensor.runtime.store.store import BlockRef


class UnknownSnapshot(LookupError):
    """A snapshot that was never taken, or lies beyond a later revert."""


class DispatchRefused(RuntimeError):
    """A call dispatched by the devnet failed; `failure` says why."""

    def __init__(self, failure: DispatchFailure) -> None:
        super().__init__(str(failure) or type(failure).__name__)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen: the refusal if any, events, and storage that would change."""

    failure: DispatchFailure | None
    events: tuple[EventRecord, ...]
    changes: dict[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    head: BlockRef
    clock_offset: int
    impersonated: frozenset[AccountId]


@dataclass
class NodeSettings:
    """How a node makes blocks."""

    keys: Mapping[bytes, Keypair] = field(default_factory=dict)
    """Authorities' keys by public key."""
    wall_clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    """Milliseconds since the Unix epoch."""
    repeatable: bool = False
    """Seal so that the same transactions at the same times give the same hashes; slower."""
    pool_limits: PoolLimits = field(default_factory=PoolLimits)
    block_time: int | None = None
    """Milliseconds between blocks of interval sealing; None: the slot duration."""
    finality_lag: int = 0
    """Blocks by which the newest final one trails the best."""


class Node:
    """One development node."""

    def __init__(self, chain: Chain, spec: ChainSpec, settings: NodeSettings) -> None:
        self.chain = chain
        self.spec = spec
        """The specification that its chain began with."""
        self.pool = TransactionPool(self._validate, settings.pool_limits, head=chain.best.number)
        self.clock = Clock(settings.wall_clock)
        self.proposer = Proposer(
            chain, self.pool, self.clock, settings.keys, repeatable=settings.repeatable
        )
        self.finality_lag = settings.finality_lag
        slot_duration = chain.runtime.get(Aura).config.slot_duration
        self.sealing = Sealing(self, self.pool, (settings.block_time or slot_duration) / 1000)
        """Makes blocks by itself, once it was started."""
        self.impersonated = chain.impersonated
        """Accounts whose transactions need no valid signature."""
        self._snapshots: dict[int, _Snapshot] = {}
        self._next_snapshot = 1

    # -- transactions -------------------------------------------------------------------------

    def _validate(self, data: bytes) -> ValidTransaction:
        executive = self.chain.executive
        executive.decode(data)  # refuses what is no extrinsic before anything is asked of it
        return executive.validate(data, Hash(self.chain.best.hash))

    def next_index(self, who: AccountId) -> int:
        """Nonce of the next transaction of `who`, counting those that are ready in the pool."""
        runtime = self.chain.runtime
        nonce: int = runtime.get(System).account_nonce(who)
        while self.pool.provides(who + nonce.to_bytes(4, "little")):
            nonce += 1
        return nonce

    # -- blocks -------------------------------------------------------------------------------

    def make_block(
        self,
        *,
        max_transactions: int | None = None,
        only: Sequence[bytes] | None = None,
        finalize: bool = True,
        seconds: float | None = None,
        interventions: Sequence[Intervention] = (),
    ) -> Imported:
        """Make the next block now.

        `only` replaces the pool's transactions; `seconds` bounds the time for taking them;
        `interventions` happen when the block is opened.
        Errors: NotOurSlot, StoreError.
        """
        items = (*map(Impersonate, sorted(self.impersonated)), *interventions)
        deadline = None if seconds is None else Deadline(seconds)
        imported = self.proposer.propose(BlockRequest(items, max_transactions, only, deadline))
        self._after_block(imported, finalize=finalize)
        return imported

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks, one after another."""
        return [self.make_block() for _ in range(count)]

    def import_block(self, block: Block, data: InherentData | None = None) -> Imported:
        """Take a block made elsewhere.  Errors: InvalidBlock."""
        imported = import_block(self.chain, block, data)
        self._after_block(imported, finalize=True)
        return imported

    def finalize(self, number: int) -> None:
        """Make everything up to block `number` final."""
        before = self.chain.finalized.number
        self.chain.finalize(number)
        for each in range(before + 1, self.chain.finalized.number + 1):
            found = self.chain.store.hash_at(each)
            if found is not None:
                self.pool.on_finalized(Hash(found))

    def _after_block(self, imported: Imported, *, finalize: bool) -> None:
        """Bring the pool to the new head, then make final the block that is due.

        In this order: the pool must know a block before it hears that it is final.
        """
        number = imported.header.number
        self.pool.on_block(number, imported.hash, imported.extrinsics, finalized=False)
        if finalize:
            self.finalize(number - self.finality_lag)

    # -- powers of a development chain --------------------------------------------------------

    def set_storage(self, items: Mapping[bytes, bytes | None]) -> Imported:
        """Write raw storage in a block of its own."""
        written = [SetStorage(key, value) for key, value in items.items()]
        return self.make_block(max_transactions=0, interventions=written)

    def dispatch_as(self, origin: Struct, call: Call) -> Imported:
        """Dispatch `call` from `origin` in a block of its own.

        Errors: DispatchRefused; then no block was made.
        """
        trial = self.dry_run_call(origin, call)
        if trial.failure is not None:
            raise DispatchRefused(trial.failure)
        return self.make_block(max_transactions=0, interventions=[_as(origin, call)])

    def dry_run_call(self, origin: Struct, call: Call, at: bytes | None = None) -> DryRun:
        """Dispatch a call on the state of a block and undo it."""
        runtime = self.chain.at(at)
        state = runtime.state
        with state.discarded():
            start = len(state.journal)
            failure = devlog.apply(runtime, _as(origin, call))
            return DryRun(failure, tuple(state.events), state.changes(start))

    def dry_run(self, data: bytes) -> DryRun:
        """Apply an extrinsic on top of the best block and undo it.

        Errors: TransactionValidityError when it has no place in a block.
        """
        state = self.chain.runtime.state
        with self._trial_block() as executive:
            start = len(state.journal)
            failure = executive.apply(data)
            return DryRun(failure, tuple(state.events), state.changes(start))

    def trial(self, transactions: Sequence[bytes]) -> list[TransactionValidityError | None]:
        """Why each of `transactions`, one after another, has no place in the next block."""
        refusals: list[TransactionValidityError | None] = []
        with self._trial_block() as executive:
            for data in transactions:
                try:
                    executive.apply(data)
                except TransactionValidityError as refusal:
                    refusals.append(refusal)
                else:
                    refusals.append(None)
        return refusals

    @contextmanager
    def _trial_block(self) -> Iterator[Executive]:
        """A block on the best one, without hooks or inherents, that is undone in the end."""
        digest = self.chain.best_header().digest
        slot = [log for log in digest.logs if isinstance(log, PreRuntime) and log.engine == AURA]
        with self.chain.executive.trial_block(Hash(self.chain.best.hash), slot):
            yield self.chain.executive

    def snapshot(self) -> int:
        """Remember the present head; gives the number to revert to it by."""
        number = self._next_snapshot
        self._next_snapshot += 1
        self._snapshots[number] = _Snapshot(
            self.chain.best, self.clock.offset, frozenset(self.impersonated)
        )
        return number

    def revert(self, snapshot: int) -> BlockRef:
        """Go back to a snapshot; it and later ones are used up.

        Errors: UnknownSnapshot; StateDiscarded.  Then nothing changed.
        """
        found = self._snapshots.get(snapshot)
        if found is None:
            raise UnknownSnapshot(f"no snapshot {snapshot}")
        self.set_head(found.head.number)
        self._snapshots = {k: v for k, v in self._snapshots.items() if k < snapshot}
        self.clock.move(found.clock_offset)
        self.impersonated.clear()
        self.impersonated.update(found.impersonated)
        return found.head

    def set_head(self, number: int) -> None:
        """Forget all blocks after `number` and the pool's transactions.

        Errors: UnknownBlock, StateDiscarded.
        """
        self.chain.rewind(number)
        self.pool.clear()
        self.pool.on_rewind(number)
        self._snapshots = {k: v for k, v in self._snapshots.items() if v.head.number <= number}

    def set_time(self, timestamp: int) -> None:
        """Make chain time `timestamp` milliseconds.  Errors: BadTime."""
        self.clock.set(timestamp, self.chain.runtime.get(Timestamp).now.get())


def _as(origin: Struct, call: Call) -> DispatchAs:
    """The intervention of dispatching `call` from an origin, which may be of any pallet."""
    return DispatchAs(cast(OriginCaller, origin), call)
