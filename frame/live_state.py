"""The live state: typed values in memory, a journal of what changed, bytes only at the edges.

Each declared storage item owns a `LiveItem`.  A live item keeps the values it was asked for as
Python objects in `hot`; what it does not have yet it reads from the backing store and decodes once.
Every write appends `(item, key, old value)` to the journal, so undoing means replaying it
backwards, and committing means encoding each changed item once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sortedcontainers import SortedDict

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.scale import Codec

if TYPE_CHECKING:
    from pysubtensor.frame.event import EventRecord

PREFIX_BYTES: Final = 32
"""Every storage item's keys begin with twox128(pallet) ++ twox128(item)."""


class Mark:
    """Stands in `hot` where there is no usable value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


MISSING: Final = Mark("MISSING")
"""Not read yet: the backing store knows."""
ABSENT: Final = Mark("ABSENT")
"""Known to have no value."""
DAMAGED: Final = Mark("DAMAGED")
"""Stored bytes that do not decode: they read as no value, but are kept."""


class Written(NamedTuple):
    """In the journal: a value that stood for bytes other than its own encoding."""

    value: object
    data: bytes


class Backing(Protocol):
    """Where values are before they are hot: the store at one block."""

    def get(self, key: bytes, /) -> bytes | None:
        """The bytes under `key`."""

    def items(self, prefix: bytes, /) -> Iterator[tuple[bytes, bytes]]:
        """All pairs whose key starts with `prefix`, in order of the keys."""


class KeyCodec(Protocol):
    """How an item's Python keys become the bytes after its prefix, and back."""

    def encode(self, key: Any, /) -> bytes:
        """Hashed key bytes."""

    def decode(self, suffix: bytes, /) -> Any:
        """The key of a suffix.  Errors: CodecError when the hasher cannot be reversed."""


class LiveItem:
    """One storage item of one live state."""

    __slots__ = ("codec", "default", "hot", "index", "keys", "name", "prefix", "raw", "state")

    def __init__(
        self, state: LiveState, name: str, prefix: bytes, keys: KeyCodec, codec: Codec
    ) -> None:
        self.state, self.name, self.prefix, self.keys, self.codec = state, name, prefix, keys, codec
        self.hot: dict[object, object] = {}
        self.index: SortedDict | None = None
        """Encoded suffix -> Python key of every present entry; built when first iterated."""
        self.raw: dict[object, bytes] = {}
        """Bytes of the hot values that are stored other than they would be encoded."""

    def load(self, key: object) -> object:
        """Read `key` from the backing store into `hot`; gives a Mark when there is no value."""
        data = self.state.backing.get(self.prefix + self.keys.encode(key))
        if data is None:
            self.hot[key] = ABSENT
            return ABSENT
        return self._keep(key, data)

    def _keep(self, key: object, data: bytes) -> object:
        """Take the stored bytes of `key` into `hot`."""
        value = self.hot[key] = self._decode(data)
        if value is DAMAGED:
            self.raw[key] = data
        return value

    def _decode(self, data: bytes) -> object:
        try:
            return self.codec.decode(data, 0)[0]
        except CodecError:
            return DAMAGED

    def get(self, key: object) -> object:
        """The value of `key`, or a Mark when there is none."""
        value = self.hot.get(key, MISSING)
        return self.load(key) if value is MISSING else value

    def set(self, key: object, value: object) -> None:
        """Write a value the codec accepts, or ABSENT to remove."""
        old = self.hot.get(key, MISSING)
        if self.raw and key in self.raw:
            old = Written(old, self.raw.pop(key))
        self.state.journal.append((self, key, old))
        self.hot[key] = value
        if self.index is not None:
            self._track(key, value)

    def restore(self, key: object, old: object) -> None:
        """Undo one `set`."""
        if self.raw:
            self.raw.pop(key, None)
        if old.__class__ is Written:
            old, self.raw[key] = old
        if old is MISSING:
            del self.hot[key]
            if self.index is not None:
                self.index = None
            return
        self.hot[key] = old
        if self.index is not None:
            self._track(key, old)

    def _track(self, key: object, value: object) -> None:
        suffix = self.keys.encode(key)
        if value is ABSENT:
            self.index.pop(suffix, None)  # type: ignore[union-attr]
        else:
            self.index[suffix] = key  # type: ignore[index]

    def scan(self, prefix: bytes = b"") -> list[object]:
        """Present keys whose hashed bytes start with `prefix`, in the order of those bytes."""
        if self.index is None:
            self._build_index()
        index = self.index
        assert index is not None  # noqa: S101 (built above)
        if not prefix:
            return list(index.values())
        found = []
        for suffix in index.irange(prefix):
            if not suffix.startswith(prefix):
                break
            found.append(index[suffix])
        return found

    def scan_after(self, suffix: bytes) -> Iterator[object]:
        """Present keys whose hashed bytes come after `suffix`, in order; nothing may be written."""
        if self.index is None:
            self._build_index()
        index = self.index
        assert index is not None  # noqa: S101 (built above)
        return (index[each] for each in index.irange(suffix, inclusive=(False, True)))

    def _build_index(self) -> None:
        index = SortedDict()
        start = len(self.prefix)
        for full, data in self.state.backing.items(self.prefix):
            try:
                key = self.keys.decode(full[start:])
            except CodecError:
                continue
            if key not in self.hot:
                self._keep(key, data)
            index[full[start:]] = key
        for key, value in self.hot.items():
            suffix = self.keys.encode(key)
            if value is ABSENT:
                index.pop(suffix, None)
            else:
                index[suffix] = key
        self.index = index

    def encoded(self, key: object) -> bytes | None:
        """Bytes of the present value of `key`, exactly as they are stored."""
        value = self.get(key)
        if self.raw and key in self.raw:
            return self.raw[key]
        return None if value is ABSENT else self.codec.encode(value)

    def write_raw(self, key: object, data: bytes) -> None:
        """Store bytes as they are; they read as what they decode to, or as absent."""
        value = self._decode(data)
        self.set(key, value)
        if value is DAMAGED or self.codec.encode(value) != data:
            self.raw[key] = data


class LiveState:
    """All items of one runtime over one backing store."""

    def __init__(self, backing: Backing) -> None:
        self.backing = backing
        self.journal: list[tuple[LiveItem, object, object]] = []
        self.events: list[EventRecord] = []
        """Events of the block being built; a rollback cuts them like the journal."""
        self.items: dict[bytes, LiveItem] = {}
        self.unhashed = LiveItem(self, "unhashed", b"", _RawKeys(), _RawBytes())

    def add_item(self, name: str, prefix: bytes, keys: KeyCodec, codec: Codec) -> LiveItem:
        """Register a storage item.  Errors: ValueError when the prefix is taken."""
        if prefix in self.items:
            raise ValueError(f"two storage items share the prefix of {name}")
        made = LiveItem(self, name, prefix, keys, codec)
        self.items[prefix] = made
        return made

    # -- transactions -------------------------------------------------------------------------

    def mark(self) -> tuple[int, int]:
        """A point to roll back to."""
        return len(self.journal), len(self.events)

    def rollback(self, mark: tuple[int, int]) -> None:
        """Undo every write and event since `mark`."""
        journal = self.journal
        position, events = mark
        while len(journal) > position:
            item, key, old = journal.pop()
            item.restore(key, old)
        del self.events[events:]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep the writes of the block, or none of them when it raises."""
        mark = self.mark()
        try:
            yield
        except BaseException:
            self.rollback(mark)
            raise

    @contextmanager
    def discarded(self) -> Iterator[None]:
        """Run the block and undo whatever it wrote."""
        mark = self.mark()
        try:
            yield
        finally:
            self.rollback(mark)

    # -- raw bytes ----------------------------------------------------------------------------

    def locate(self, key: bytes) -> tuple[LiveItem, object]:
        """The item and Python key that a full storage key belongs to."""
        item = self.items.get(key[:PREFIX_BYTES])
        if item is not None:
            try:
                return item, item.keys.decode(key[PREFIX_BYTES:])
            except CodecError:
                pass
        return self.unhashed, key

    def raw_get(self, key: bytes) -> bytes | None:
        """Bytes under a full storage key, changes of the open block included."""
        item, inner = self.locate(key)
        return item.encoded(inner)

    def raw_put(self, key: bytes, value: bytes) -> None:
        """Store bytes under a full storage key."""
        item, inner = self.locate(key)
        item.write_raw(inner, value)

    def raw_kill(self, key: bytes) -> None:
        """Remove a full storage key."""
        item, inner = self.locate(key)
        item.set(inner, ABSENT)

    def raw_keys(self, prefix: bytes) -> list[bytes]:
        """Full keys that start with `prefix`, sorted, changes of the open block included."""
        found = {key for key, _ in self.backing.items(prefix)}
        for key, value in self.changes().items():
            if key.startswith(prefix):
                (found.discard if value is None else found.add)(key)
        return sorted(found)

    # -- blocks -------------------------------------------------------------------------------

    def changes(self, since: int = 0) -> dict[bytes, bytes | None]:
        """Full key -> new bytes (None: removed) of all that was written after place `since`."""
        seen: dict[tuple[int, object], tuple[LiveItem, object, object]] = {}
        for item, key, old in self.journal[since:] if since else self.journal:
            seen.setdefault((id(item), key), (item, key, old))
        found: dict[bytes, bytes | None] = {}
        for item, key, old in seen.values():
            if old is ABSENT and item.hot[key] is ABSENT:
                continue  # came and went within the block
            found[item.prefix + item.keys.encode(key)] = item.encoded(key)
        return found

    def commit(self) -> None:
        """Forget how to undo: what was written is now the state of the backing store."""
        self.journal.clear()
        self.events.clear()

    def reset(self, backing: Backing | None = None) -> None:
        """Drop everything hot, for a state that changed underneath (rewind, another block)."""
        if backing is not None:
            self.backing = backing
        self.commit()
        for item in (*self.items.values(), self.unhashed):
            item.hot.clear()
            item.raw.clear()
            item.index = None

    def hot_entries(self) -> int:
        """How many values are held in memory."""
        return sum(len(item.hot) for item in self.items.values())


class _RawKeys:
    """Keys of no declared item: the bytes themselves."""

    def encode(self, key: bytes) -> bytes:
        return key

    def decode(self, suffix: bytes) -> bytes:
        return suffix


class _RawBytes(Codec):
    """Values of no declared item: the bytes themselves."""

    name = "bytes"
    min_size = 0

    def encode(self, value: bytes) -> bytes:
        return value

    def decode(self, data: bytes, pos: int) -> tuple[bytes, int]:
        return bytes(data[pos:]), len(data)

    def check(self, value: object) -> None:
        if not isinstance(value, bytes):
            raise TypeError("raw storage values are bytes")


class EmptyBacking:
    """A store with nothing in it, for tests and for building a genesis."""

    def get(self, key: bytes, /) -> bytes | None:
        """Nothing."""
        return None

    def items(self, prefix: bytes, /) -> Iterator[tuple[bytes, bytes]]:
        """Nothing."""
        return iter(())
