"""The head's trie between memory and database.

Branches are stored by their path, the head's only.  Storing lags: `touched` names the paths where
memory and database differ.  Leaves are not stored at all, they follow from the values at the head.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.state.db_records import LATEST, TRIE
from runtime.state.trie import Trie

STORE_PATHS = 2048
"""Changed branches after which the trie is stored again."""
HELD_NODES = 200_000
"""Nodes in memory, about, that are too many."""


class TrieSource:
    """Reads stored branches, and leaves from the values at the head."""

    __slots__ = ("_db", "reads")

    def __init__(self, db: Any) -> None:
        self._db = db
        self.reads = 0

    def branch(self, path: str) -> bytes | None:
        """The record of the branch at `path`."""
        self.reads += 1
        found: bytes | None = self._db.get(TRIE + path.encode(), verify_checksums=True)
        return found

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

    __slots__ = ("_held", "_source", "touched", "trie")

    def __init__(self, db: Any) -> None:
        self._source = TrieSource(db)
        self._held = 0
        self.touched: set[str] = set()
        self.trie = Trie(None, self._source)

    def load(self, changed: Mapping[bytes, bytes | None]) -> None:
        """Read the stored trie and bring it to the head: `changed` are the values written since.

        Errors: TrieDamaged, MalformedNode.
        """
        self.advance(*Trie.load(self._source).update(changed))

    def advance(self, trie: Trie, touched: set[str]) -> None:
        """Make `trie` the head's; `touched` as `Trie.update` tells it."""
        self.trie = trie
        self.touched |= touched
        self._held += len(touched)

    def due(self, touched: set[str]) -> bool:
        """Whether to store, now that `touched` comes on top."""
        return len(self.touched) + len(touched) > STORE_PATHS

    def store(self, batch: Any, trie: Trie, touched: set[str]) -> None:
        """Write what brings the stored trie to `trie`; call `stored` once the batch is written."""
        for path in sorted(self.touched | touched):
            record = trie.stored(path)
            if record is None:
                batch.delete(TRIE + path.encode())
            else:
                batch.put(TRIE + path.encode(), record)

    def stored(self) -> None:
        """Note that all is stored."""
        self.touched.clear()

    def relieve(self) -> None:
        """Forget the nodes in memory if they are many; call only right after storing."""
        if self._held + self._source.reads >= HELD_NODES:
            self._held = self._source.reads = 0
            self.trie = Trie.load(self._source)
