"""The head's trie between memory and database.

Branches are stored by their path, the head's only, and storing lags behind.  Leaves are not stored
at all, they follow from the values at the head.
"""

from collections.abc import Iterable, Iterator, Mapping

from pysubtensor.runtime.store.leveldb import Batch, Database
from pysubtensor.runtime.store.records import LATEST, TRIE
from pysubtensor.runtime.trie.source import record
from pysubtensor.runtime.trie.trie import Trie
from pysubtensor.runtime.trie.update import Touched

STORE_PATHS = 4096
"""Changed branches after which the trie is stored again."""
HELD_NODES = 200_000
"""Nodes in memory, about, that are too many."""


class TrieSource:
    """Reads stored branches, and leaves from the values at the head."""

    __slots__ = ("_db", "reads")

    def __init__(self, db: Database) -> None:
        self._db = db
        self.reads = 0

    def branch(self, path: str) -> bytes | None:
        """The record of the branch at `path`."""
        self.reads += 1
        return self._db.get(TRIE + path.encode(), verify_checksums=True)

    def below(self, path: str) -> Iterator[tuple[bytes, bytes]]:
        """The keys that start with `path` and their values at the head."""
        self.reads += 1
        floor = bytes.fromhex(path + "0" * (len(path) & 1))
        for key, value in self._db.iterator(start=LATEST + floor, verify_checksums=True):
            if key[:1] != LATEST or not key[1:].hex().startswith(path):
                return
            yield key[1:], value


class HeadTrie:
    """The trie of the head, `trie`, and what of it is yet to be stored."""

    __slots__ = ("_held", "_source", "_touched", "_unsure", "trie")

    def __init__(self, db: Database) -> None:
        self._source = TrieSource(db)
        self._held = 0
        self._touched: Touched = {}
        # Paths of blocks taken back: which branch is there now is looked up when it is stored.
        self._unsure: set[str] = set()
        self.trie = Trie(None, self._source)

    @property
    def behind(self) -> bool:
        """Whether the stored trie may differ from the head's."""
        return bool(self._touched or self._unsure)

    def load(self, changed: Mapping[bytes, bytes | None]) -> None:
        """Read the stored trie and bring it to the head: `changed` are the values written since.

        Errors: TrieDamaged, MalformedNode.
        """
        trie, touched = Trie.load(self._source, changed).update(changed)
        self.advance(trie, touched, len(changed))

    def advance(self, trie: Trie, touched: Touched, leaves: int) -> None:
        """Make `trie` the head's; `touched` as `Trie.update` tells it, for so many leaves."""
        self.trie = trie
        self._touched.update(touched)
        self._held += len(touched) + leaves

    def retreat(self, trie: Trie, paths: Iterable[str]) -> None:
        """Make `trie` the head's, an earlier one that differs at `paths`."""
        self.trie = trie
        self._unsure.update(paths)

    def due(self, touched: Touched) -> bool:
        """Whether to store, now that `touched` comes on top."""
        return len(self._touched) + len(self._unsure) + len(touched) > STORE_PATHS

    def store(self, batch: Batch, trie: Trie, touched: Touched) -> None:
        """Write what brings the stored trie to `trie`, which differs from the head's by `touched`.

        Call `stored` once the batch is written.
        """
        changed = self._touched | touched
        for path in sorted(self._unsure):
            _put(batch, path, trie.stored(path))
        for path in sorted(changed.keys() - self._unsure):
            branch = changed[path]
            _put(batch, path, branch and record(branch))

    def stored(self) -> None:
        """Note that all is stored."""
        self._touched.clear()
        self._unsure.clear()

    def relieve(self) -> None:
        """Forget the nodes in memory if they are many; call only right after storing."""
        if self._held + self._source.reads >= HELD_NODES:
            self._held = self._source.reads = 0
            self.trie = Trie.load(self._source)


def _put(batch: Batch, path: str, stored: bytes | None) -> None:
    if stored is None:
        batch.delete(TRIE + path.encode())
    else:
        batch.put(TRIE + path.encode(), stored)
