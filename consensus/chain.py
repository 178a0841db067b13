"""The chain: one runtime on one store, its heads, and who wants to hear of them.

The live runtime stands at the best block whenever no block is being built.  Past blocks are read
straight from the store, or through a runtime bound to a read-only view of one.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Final, TypeVar

from pysubtensor.frame.header import Header
from pysubtensor.frame.live_state import Backing
from pysubtensor.frame.primitives import AccountId, Hash
from pysubtensor.runtime.runtime import Runtime
from pysubtensor.runtime.store.store import BlockRef, Staged, Store, StoredBlock, StoreError

log = logging.getLogger("pysubtensor.chain")

MAX_HOT_VALUES: Final = 2_000_000
"""Values kept in memory before all are let go; the next reads fetch them again."""
TRIM_EVERY: Final = 256
"""Blocks between two looks at how many values are kept."""
VIEWS: Final = 4
"""Runtimes kept for past blocks."""


class UnknownBlockHash(LookupError):
    """A block that this chain does not have."""

    def __init__(self, block_hash: bytes) -> None:
        super().__init__(f"0x{block_hash.hex()}")
        self.hash = block_hash


@dataclass(frozen=True, slots=True)
class Imported:
    """A block that has just become the best one."""

    hash: Hash
    header: Header
    extrinsics: tuple[bytes, ...]
    changes: dict[bytes, bytes | None]
    """What the block wrote, by full storage key."""


class StoreAt:
    """The store at one block, as a backing of a live state."""

    def __init__(self, store: Store, number: int | None) -> None:
        self._store, self._number = store, number

    def get(self, key: bytes, /) -> bytes | None:
        """The bytes under `key`."""
        return self._store.get(key, self._number)

    def items(self, prefix: bytes, /) -> Iterator[tuple[bytes, bytes]]:
        """All pairs whose key starts with `prefix`."""
        return self._store.items(prefix, at=self._number)


Listened = TypeVar("Listened")
MakeRuntime = Callable[[Backing, Set[AccountId]], Runtime]
"""Composes a runtime on a state, with the accounts that need no valid signature."""


class Chain:
    """Blocks, states and heads of one chain."""

    def __init__(self, store: Store, make_runtime: MakeRuntime) -> None:
        if store.head is None:
            raise ValueError("the store has no genesis block yet")
        self.store = store
        self._make_runtime = make_runtime
        self.impersonated: set[AccountId] = set()
        """Accounts that need no valid signature in the next block; may be changed at any time."""
        self.runtime = make_runtime(StoreAt(store, None), self.impersonated)
        self.executive = self.runtime.executive
        genesis = store.hash_at(0)
        assert genesis is not None  # noqa: S101 (a store with a head has block 0)
        self.genesis_hash = Hash(genesis)
        self.finalized = store.head
        self._views: OrderedDict[int, Runtime] = OrderedDict()
        self._imported: list[Callable[[Imported], None]] = []
        self._finalized: list[Callable[[list[BlockRef]], None]] = []
        self._rewound: list[Callable[[BlockRef], None]] = []

    # -- heads --------------------------------------------------------------------------------

    @property
    def best(self) -> BlockRef:
        """The newest block."""
        head = self.store.head
        assert head is not None  # noqa: S101 (checked at construction)
        return head

    def on_imported(self, callback: Callable[[Imported], None]) -> Callable[[], None]:
        """Call `callback` for each new best block; gives the function that stops it."""
        return _subscribe(self._imported, callback)

    def on_finalized(self, callback: Callable[[list[BlockRef]], None]) -> Callable[[], None]:
        """Call `callback` with the newly final blocks, oldest first."""
        return _subscribe(self._finalized, callback)

    def on_rewound(self, callback: Callable[[BlockRef], None]) -> Callable[[], None]:
        """Call `callback` with the head after later blocks were forgotten."""
        return _subscribe(self._rewound, callback)

    # -- reading ------------------------------------------------------------------------------

    def number_of(self, block_hash: bytes | None) -> int | None:
        """Number to read a block's state with; None: the best one.  Errors: UnknownBlockHash."""
        if block_hash is None or block_hash == self.best.hash:
            return None
        number = self.store.number_of(block_hash)
        if number is None:
            raise UnknownBlockHash(block_hash)
        return number

    def header(self, block_hash: bytes) -> Header | None:
        """The header of a block, or None."""
        number = self.store.number_of(block_hash)
        data = None if number is None else self.store.header(number)
        return None if data is None else Header.decode(data)

    def best_header(self) -> Header:
        """The header of the best block."""
        data = self.store.header(self.best.number)
        assert data is not None  # noqa: S101 (the head is stored whole)
        return Header.decode(data)

    def at(self, block_hash: bytes | None) -> Runtime:
        """A runtime on the state of that block; whatever it writes must be discarded.

        Errors: UnknownBlockHash, StateDiscarded.
        """
        number = self.number_of(block_hash)
        if number is None:
            return self.runtime
        view = self._views.get(number)
        if view is None:
            view = self._new_view(number)
        self._views.move_to_end(number)
        return view

    def _new_view(self, number: int) -> Runtime:
        backing = StoreAt(self.store, number)
        backing.get(b":code")  # refuses at once when the state is gone
        if len(self._views) < VIEWS:
            view = self._make_runtime(backing, self.impersonated)
        else:
            _, view = self._views.popitem(last=False)
            view.state.reset(backing)
        self._views[number] = view
        return view

    def call_api(self, block_hash: bytes | None, method: str, data: bytes) -> bytes:
        """Ask a runtime API on the state of a block.

        Errors: KeyError for an unknown method, UnknownBlockHash, StateDiscarded, CodecError.
        """
        runtime = self.at(block_hash)
        with runtime.state.discarded():
            return runtime.methods[method](data)

    # -- moving -------------------------------------------------------------------------------

    def commit(self, header: Header, extrinsics: tuple[bytes, ...], staged: Staged) -> Imported:
        """Store the open block under its sealed header and tell everyone.

        Nobody hears of it before it is stored.  Errors: StoreError; then its parent stays the best.
        """
        block_hash = header.hash()
        stored = StoredBlock(header.number, block_hash, header.encode(), extrinsics)
        state = self.runtime.state
        try:
            self.store.commit(staged, stored)
        except StoreError:
            state.reset()  # it holds what the block wrote
            raise
        state.commit()
        if header.number % TRIM_EVERY == 0 and state.hot_entries() > MAX_HOT_VALUES:
            state.reset()
        imported = Imported(block_hash, header, extrinsics, staged.changes)
        _notify(self._imported, imported)
        return imported

    def finalize(self, number: int) -> None:
        """Everything up to block `number` is final."""
        number = min(number, self.best.number)
        if number <= self.finalized.number:
            return
        blocks = []
        for each in range(self.finalized.number + 1, number + 1):
            found = self.store.hash_at(each)
            assert found is not None  # noqa: S101 (numbers up to the head are stored)
            blocks.append(BlockRef(each, found))
        self.finalized = blocks[-1]
        _notify(self._finalized, blocks)

    def rewind(self, number: int) -> None:
        """Forget all blocks after `number`.  Errors: UnknownBlock, StateDiscarded."""
        if number == self.best.number:
            return
        self.store.rewind(number)
        self.runtime.state.reset()
        for past in [each for each in self._views if each > number]:
            del self._views[past]
        if self.finalized.number > number:
            self.finalized = self.best
        _notify(self._rewound, self.best)


def _notify(listeners: list[Callable[[Listened], None]], news: Listened) -> None:
    """Call each listener; one that fails is logged, and the others are called all the same."""
    for callback in tuple(listeners):
        try:
            callback(news)
        except Exception:
            log.exception("a listener failed")


def _subscribe(
    listeners: list[Callable[[Listened], None]], callback: Callable[[Listened], None]
) -> Callable[[], None]:
    listeners.append(callback)

    def stop() -> None:
        if callback in listeners:
            listeners.remove(callback)

    return stop
