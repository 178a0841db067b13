"""The store: blocks, the state at each of them, and the trie over the state, in one LevelDB.

    staged = store.stage({key: value, other: None})    # a pure look ahead: staged.root
    store.commit(staged, block)                        # durable, all or nothing

The head's values lie in a table of their own, so reading them is one look-up.  Each block also
keeps the values it replaced (`history`): past state, `rewind` and pruning need nothing else.  The
trie is kept for the head only.  It lives in memory, is read node by node, and is stored every few
hundred blocks; opening a store brings the stored trie up to the head from the keys written since.
Proofs of a past block come from the head's trie with the old values put back.

A store belongs to one thread.  Iterators show the state at the moment they were made, whatever is
committed while they are open.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

from pysubtensor.runtime.store import batch as db_batch
from pysubtensor.runtime.store.blocks import Blocks
from pysubtensor.runtime.store.engine import FAILURES, Folder, translate, translated
from pysubtensor.runtime.store.errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseUnreachable,
    ForeignDatabase,
    NotNextBlock,
    StaleStage,
    StateDiscarded,
    StoreClosed,
    StoreError,
    UnknownBlock,
)
from pysubtensor.runtime.store.head_trie import HeadTrie
from pysubtensor.runtime.store.history import History, items_at, items_at_head, keys_at_head
from pysubtensor.runtime.store.leveldb import Batch, Database
from pysubtensor.runtime.store.records import (
    LATEST,
    META,
    POSITION,
    STALE,
    BlockRef,
    Position,
    StoredBlock,
    decode_list,
    decode_position,
    encode_list,
    encode_position,
)
from pysubtensor.runtime.trie.trie import Trie, trie_root
from pysubtensor.runtime.trie.update import Touched

__all__ = [
    "BlockRef",
    "DatabaseCorrupt",
    "DatabaseLocked",
    "DatabaseUnreachable",
    "ForeignDatabase",
    "NotNextBlock",
    "Staged",
    "StaleStage",
    "StateDiscarded",
    "Store",
    "StoreClosed",
    "StoreError",
    "StoredBlock",
    "UnknownBlock",
]

STORE_TRIE_BLOCKS = 256
"""Blocks after which the trie is stored again, however little changed."""
RECENT_BLOCKS = 16
"""Blocks that `rewind` takes back from memory."""
PRUNE_STEP = 8
"""Most blocks whose state one commit discards: a store opened with `prune` catches up slowly."""


class Staged:
    """Changes on top of the head, not yet visible.  `root` is the state root with them made.

    `keys` are all keys given, `changes` those whose value differs and `old` their values before.
    """

    __slots__ = ("base", "changes", "keys", "old", "root", "touched", "trie")

    def __init__(
        self,
        base: Trie,
        keys: list[bytes],
        changes: dict[bytes, bytes | None],
        old: dict[bytes, bytes | None],
    ) -> None:
        present = {key for key, value in old.items() if value is not None}
        self.base = base
        self.trie, self.touched = base.update(changes, present)
        self.root = self.trie.root
        self.keys = keys
        self.changes = changes
        self.old = old


class Store:
    """One chain's blocks and states.  Make one with `Store.open`; see the module for the picture.

    Any method may raise DatabaseCorrupt, DatabaseUnreachable or StoreClosed.
    """

    def __init__(self, db: Database, folder: Folder, *, sync: bool, prune: int | None) -> None:
        self._db = db
        self._folder = folder
        self._sync = sync
        self._prune = prune
        self._get: Callable[..., bytes | None] = db.get
        self._blocks = Blocks(db)
        self._history: History | None = None
        self._past: tuple[int, Trie] | None = None
        self._recent: deque[tuple[int, Staged]] = deque(maxlen=RECENT_BLOCKS)
        # Keys that rewinds gave other values since the trie was stored; a dict for its order.
        self._stale: dict[bytes, None] = {}
        self._trie = HeadTrie(db)
        self._head: BlockRef | None = None
        self._position = Position(0, 0, 0)

    @classmethod
    def open(cls, path: Path | None, *, sync: bool = False, prune: int | None = None) -> "Store":
        """Open the store in the folder `path`, which is made if absent; None: a temporary one.

        `sync` waits for the disk at each commit.  `prune` keeps the states of that many last
        blocks, at least 1; None keeps all.  Blocks are always kept.
        Errors: DatabaseLocked, DatabaseCorrupt, ForeignDatabase, DatabaseUnreachable.
        """
        if prune is not None and prune < 1:
            raise ValueError("prune must keep at least one block's state")
        folder = Folder(path)
        store = cls(folder.open(), folder, sync=sync, prune=prune)
        try:
            with translated:
                store._load()
        except StoreError:
            store._release()
            raise
        return store

    def close(self) -> None:
        """Store the trie and release the folder; a temporary one is removed.  May be repeated."""
        try:
            if not self._db.closed:
                self.flush()
        finally:
            self._release()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- the head ---------------------------------------------------------------------------

    @property
    def head(self) -> BlockRef | None:
        """The last block; None before the first."""
        return self._head

    def root(self) -> bytes:
        """State root of the head; of the empty state before the first block."""
        return self._trie.trie.root

    def stage(self, changes: Mapping[bytes, bytes | None]) -> Staged:
        """The head's state with `changes` made (None removes a key).  Nothing is written."""
        get = self._get
        effective: dict[bytes, bytes | None] = {}
        old: dict[bytes, bytes | None] = {}
        with translated:
            for key, value in changes.items():
                before = get(LATEST + key, verify_checksums=True)
                if before != value:
                    effective[key] = value
                    old[key] = before
            return Staged(self._trie.trie, list(changes), effective, old)

    def commit(
        self, staged: Staged, block: StoredBlock, meta: Mapping[str, bytes] | None = None
    ) -> None:
        """Make `staged` the state of `block`, the next one (0 if none), in one atomic write.

        `meta` are records written along, as by `put_meta`.  After an error nothing has changed.
        Errors: NotNextBlock; StaleStage when the head is not the one `staged` was made on.
        """
        number = 0 if self._head is None else self._head.number + 1
        if block.number != number:
            raise NotNextBlock(f"block {block.number} was given where {number} is next")
        if staged.base is not self._trie.trie:
            raise StaleStage("the head has changed since the changes were staged")
        with translated:
            self._commit(staged, block, meta or {})
        if number == 0:
            self._folder.begin()

    def rewind(self, number: int) -> None:
        """Make block `number` the head again and forget the later ones, in one atomic write.

        Records of `put_meta` stay.  Errors: UnknownBlock, StateDiscarded.
        """
        self._check_state(number)
        if number != self._position.head:
            with translated:
                self._rewind(number)

    def flush(self) -> None:
        """Store the trie now: for idle moments, so that no commit need do it."""
        if not self._trie.behind:
            return
        with translated:
            batch = self._db.write_batch(sync=self._sync)
            position = self._store_trie(batch, self._position, self._trie.trie, {})
            batch.put(POSITION, encode_position(position))
            batch.write()
            self._trie_stored()
        self._position = position

    # --- values -----------------------------------------------------------------------------

    def get(self, key: bytes, at: int | None = None) -> bytes | None:
        """Value of `key` at block `at`, None for the head; None if it has none.

        Errors: UnknownBlock, StateDiscarded.
        """
        if at is None:
            try:
                return self._get(LATEST + key, verify_checksums=True)
            except FAILURES as error:
                raise translate(error) from error
        self._check_state(at)
        if at == self._position.head:
            return self.get(key)
        if self._history is None:
            with translated:
                self._history = History(self._db)
        return self._history.value(key, at)

    def has_state(self, number: int) -> bool:
        """Whether the state at block `number` can be read."""
        if self._head is None:
            return False
        return self._position.oldest <= number <= self._position.head

    def keys(
        self, prefix: bytes = b"", start_after: bytes | None = None, at: int | None = None
    ) -> Iterator[bytes]:
        """Keys that start with `prefix` and lie above `start_after`, in bytewise order."""
        if at is None:
            with translated:
                return keys_at_head(self._db, prefix, start_after)
        return (key for key, _ in self.items(prefix, start_after, at))

    def items(
        self, prefix: bytes = b"", start_after: bytes | None = None, at: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """As `keys`, with the values.  Errors: UnknownBlock, StateDiscarded."""
        if at is not None:
            self._check_state(at)
        with translated:
            if at is None or at == self._position.head:
                return items_at_head(self._db, prefix, start_after)
            return items_at(self._db, prefix, start_after, at)

    def changes(self, number: int) -> dict[bytes, bytes | None]:
        """What block `number` wrote: keys and new values, None for those removed.

        Errors: UnknownBlock, StateDiscarded.
        """
        self._check_state(number)
        if number == 0:
            return dict(self.items(at=0))
        return {key: self.get(key, number) for key in self._blocks.changed_keys(number)}

    # --- blocks -----------------------------------------------------------------------------

    def hash_at(self, number: int) -> bytes | None:
        """Hash of block `number`; None beyond the head."""
        record = self._blocks.record(number)
        return None if record is None else record.hash

    def root_at(self, number: int) -> bytes | None:
        """State root of block `number`; None beyond the head."""
        record = self._blocks.record(number)
        return None if record is None else record.root

    def header(self, number: int) -> bytes | None:
        """Header of block `number`; None beyond the head."""
        record = self._blocks.record(number)
        return None if record is None else record.header

    def number_of(self, block_hash: bytes) -> int | None:
        """Number of the block with that hash; None if it is not on the chain."""
        return self._blocks.number_of(block_hash)

    def block(self, number: int) -> StoredBlock | None:
        """Block `number`; None beyond the head."""
        return self._blocks.block(number)

    # --- records of the user ----------------------------------------------------------------

    def put_meta(self, name: str, value: bytes) -> None:
        """Write a small named record that is no part of any state."""
        with translated:
            self._db.put(META + name.encode(), value, sync=self._sync)

    def get_meta(self, name: str) -> bytes | None:
        """The record `name`, None if it was never written."""
        return self._blocks.read(META + name.encode())

    # --- proofs -----------------------------------------------------------------------------

    def read_proof(self, keys: Iterable[bytes], at: int | None = None) -> list[bytes]:
        """The trie nodes that prove the values, or absence, of `keys`; check: `verify_proof`.

        Errors: UnknownBlock, StateDiscarded.  At a past block the cost grows with the number of
        keys written since.
        """
        with translated:
            return self._trie_at(at).prove(keys, lambda key: self.get(key, at))

    def merkle_value(self, prefix: bytes, at: int | None = None) -> bytes | None:
        """As `Trie.merkle_value`, at block `at`.  Errors and cost: those of `read_proof`."""
        with translated:
            return self._trie_at(at).merkle_value(prefix)

    def verify(self) -> None:
        """Recompute the head's root from all values.  Errors: DatabaseCorrupt if it differs."""
        if trie_root(dict(self.items())) != self.root():
            raise DatabaseCorrupt("its values do not have the root stored")

    # --- inside -----------------------------------------------------------------------------

    def _check_state(self, number: int) -> None:
        if self._head is None or not 0 <= number <= self._position.head:
            raise UnknownBlock(number)
        if number < self._position.oldest:
            raise StateDiscarded(number)

    def _release(self) -> None:
        self._history = None
        self._db.close()
        self._folder.release()

    def _load(self) -> None:
        """Take up where the database stands."""
        stored = self._blocks.read(POSITION)
        if stored is None:
            empty = next(self._db.iterator(include_value=False), None) is None
            if self._folder.begun() or not empty:
                raise DatabaseCorrupt("it had blocks and does not know of them")
            return
        self._folder.begin()
        self._position = position = decode_position(stored)
        record = self._blocks.known(position.head)
        self._head = BlockRef(position.head, record.hash)
        self._stale = dict.fromkeys(decode_list(self._blocks.read(STALE) or encode_list([])))
        behind = set(self._stale)
        for number in range(position.trie + 1, position.head + 1):
            behind.update(self._blocks.changed_keys(number))
        self._trie.load({key: self.get(key) for key in sorted(behind)})
        if self.root() != record.root:
            raise DatabaseCorrupt("its trie does not have the root stored")

    def _commit(self, staged: Staged, block: StoredBlock, meta: Mapping[str, bytes]) -> None:
        number = block.number
        batch = self._db.write_batch(sync=self._sync)
        db_batch.put_latest(batch, staged.changes)
        if number:
            db_batch.put_history(batch, number, staged.keys, staged.old)
        db_batch.put_block(batch, block, staged.root)
        for name, value in meta.items():
            batch.put(META + name.encode(), value)
        position = self._position._replace(head=number)
        position = self._prune_into(batch, position, staged.keys)
        store_trie = self._trie_due(position, staged)
        if store_trie:
            position = self._store_trie(batch, position, staged.trie, staged.touched)
        batch.put(POSITION, encode_position(position))
        batch.write()
        self._moved(BlockRef(number, block.hash), position)
        self._trie.advance(staged.trie, staged.touched, len(staged.changes))
        self._recent.append((number, staged))
        if store_trie:
            self._trie_stored()
            self._trie.relieve()

    def _prune_into(self, batch: Batch, position: Position, newest: list[bytes]) -> Position:
        """Discard states as told; `newest` are the keys that the block at the head writes."""
        if self._prune is None:
            return position
        head, _, oldest = position
        keep = max(oldest, min(head - self._prune + 1, oldest + PRUNE_STEP))
        for number in range(oldest, keep):
            keys = newest if number + 1 == head else self._blocks.changed_keys(number + 1)
            db_batch.delete_history(batch, number + 1, keys)
            db_batch.delete_changed(batch, number)
        return position._replace(oldest=keep)

    def _trie_due(self, position: Position, staged: Staged) -> bool:
        """Whether to store the trie along with the block."""
        return (
            position.head == 0
            or position.head - position.trie >= STORE_TRIE_BLOCKS
            # Catching up reads the changes of every block since, and those go with their state.
            or position.oldest > position.trie + 1
            or self._trie.due(staged.touched)
        )

    def _store_trie(
        self, batch: Batch, position: Position, trie: Trie, touched: Touched
    ) -> Position:
        self._trie.store(batch, trie, touched)
        batch.delete(STALE)
        return position._replace(trie=position.head)

    def _trie_stored(self) -> None:
        self._trie.stored()
        self._stale.clear()
        # Older tries would read branches that are no longer theirs.
        self._recent.clear()
        self._past = None

    def _moved(self, head: BlockRef, position: Position) -> None:
        self._head = head
        self._position = position
        self._history = None
        self._past = None

    def _rewind(self, number: int) -> None:
        batch = self._db.write_batch(sync=self._sync)
        restore: dict[bytes, bytes | None] = {}
        for later in range(number + 1, self._position.head + 1):
            old = self._replaced(later)
            for key, value in old.items():
                restore.setdefault(key, value)
            db_batch.delete_history(batch, later, old)
            db_batch.delete_changed(batch, later)
            db_batch.delete_block(batch, later, self._blocks.known(later).hash)
        db_batch.put_latest(batch, restore)
        trie, touched = self._trie_before(number + 1, restore)
        record = self._blocks.known(number)
        if trie.root != record.root:
            raise DatabaseCorrupt(f"the root of block {number} is another")
        position = self._position
        position = position._replace(head=number, trie=min(number, position.trie))
        stale = self._stale | dict.fromkeys(restore)
        batch.put(STALE, encode_list(list(stale)))
        batch.put(POSITION, encode_position(position))
        batch.write()
        self._moved(BlockRef(number, record.hash), position)
        self._trie.retreat(trie, touched)
        self._stale = stale
        self._recent = deque((r for r in self._recent if r[0] <= number), RECENT_BLOCKS)
        if self._trie.due({}):
            self.flush()

    def _replaced(self, number: int) -> dict[bytes, bytes | None]:
        """The values that block `number` replaced."""
        for known, staged in self._recent:
            if known == number:
                return staged.old
        return self._blocks.replaced(number, self._blocks.changed_keys(number))

    def _trie_before(
        self, number: int, restore: Mapping[bytes, bytes | None]
    ) -> tuple[Trie, Iterable[str]]:
        """The trie before block `number`, and the paths where it differs from the head's."""
        undone = [staged for known, staged in self._recent if known >= number]
        if self._recent and self._recent[0][0] <= number:
            return undone[0].base, set().union(*(staged.touched for staged in undone))
        return self._trie.trie.update(restore)

    def _trie_at(self, number: int | None) -> Trie:
        """The trie of block `number`, made from the head's."""
        if number is None or number == self._position.head:
            return self._trie.trie
        self._check_state(number)
        if self._past is not None and self._past[0] == number:
            return self._past[1]
        values: dict[bytes, bytes | None] = {}
        for later in range(number + 1, self._position.head + 1):
            for key in self._blocks.changed_keys(later):
                if key not in values:
                    values[key] = self.get(key, number)
        trie, _ = self._trie.trie.update(values)
        if trie.root != self._blocks.known(number).root:
            raise DatabaseCorrupt(f"the root of block {number} is another")
        self._past = (number, trie)
        return trie
