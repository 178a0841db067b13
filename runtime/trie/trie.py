"""The state trie: Merkle root of a key-value state, kept up to date change by change.

A `Trie` is a value.  `update` returns another one that shares every node the changes did not
touch, so the state before them stays usable and a set of changes may be dropped without trace.
Nodes are read from a `Source` when first needed, and an update's cost grows with the keys changed,
not with the state.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.runtime.trie.nodes import (
    EMPTY,
    INLINE_LIMIT,
    NIBBLES,
    Branch,
    Leaf,
    Node,
    compact,
    encode_leaf,
    make_leaf,
    span,
)
from pysubtensor.runtime.trie.source import Nothing, Source, read_branch, read_kid, record
from pysubtensor.runtime.trie.update import Touched, Update, allow_depth, build

EMPTY_ROOT = blake2_256(EMPTY)
"""Root of the state without keys."""


class Trie:
    """The trie of one state.  `root` is its Merkle root, 32 bytes."""

    __slots__ = ("_node", "_source", "root")

    def __init__(self, node: Node | None = None, source: Source | None = None) -> None:
        self._node = node
        self._source: Source = source or Nothing()
        self.root = _root_hash(node)

    @classmethod
    def load(cls, source: Source, changed: Container[bytes] = ()) -> "Trie":
        """The trie whose branches are stored in `source`.

        Where keys were given other values since, `changed` must hold them all and be what the
        trie is updated with next.  Errors: MalformedNode.
        """
        stored = source.branch("")
        if stored is not None:
            return cls(read_branch(stored, ""), source)
        kept = (item for item in source.below("") if item[0] not in changed)
        only = next(kept, None)
        return cls(only and make_leaf(only[0].hex(), only[1]), source)

    def update(
        self, changes: Mapping[bytes, bytes | None], present: Container[bytes] = ()
    ) -> tuple["Trie", Touched]:
        """The trie with `changes` made (None removes a key), and the branches that differ.

        `present` may name keys known to have a value now; it saves reading their leaves.
        Errors, of a damaged source: TrieDamaged, MalformedNode.
        """
        if not changes:
            return self, {}
        update = Update(self._source, changes, present)
        node = update.apply(self._node)
        return Trie(node, self._source), update.touched

    def stored(self, path: str) -> bytes | None:
        """The record to store for the branch at `path`; None when no branch is there."""
        node = self._node
        depth = 0
        while type(node) is Branch:
            if depth == len(path):
                return record(node)
            end = depth + len(node.partial)
            if end >= len(path) or not path.startswith(node.partial, depth):
                return None
            slot = NIBBLES[path[end]]
            if not node.deep >> slot & 1:
                return None
            node, depth = read_kid(self._source, node, slot, path[: end + 1]), end + 1
        return None

    def prove(self, keys: Iterable[bytes], value: Callable[[bytes], bytes | None]) -> list[bytes]:
        """The nodes that show the value, or the absence, of each of `keys`, sorted.

        `value` is asked for values that the trie holds by hash; they are part of the proof.
        """
        proof = {_encode(self._node, 0)}
        for key in keys:
            leaf = self._walk(key.hex(), proof)
            if leaf is not None and leaf.hashed:
                proof.add(value(key) or b"")
        return sorted(proof)

    def merkle_value(self, prefix: bytes) -> bytes | None:
        """Merkle value of the topmost node whose path starts with `prefix`.

        It is the node's hash, or its bytes when they are shorter than 32; of the root always the
        hash.  None when no key starts so.
        """
        path = prefix.hex()
        node, depth, value = self._node, 0, self.root
        while node is not None:
            partial = node.partial if type(node) is Branch else node.key[depth:]
            end = depth + len(partial)
            if end >= len(path):
                return value if partial.startswith(path[depth:]) else None
            if type(node) is not Branch or not path.startswith(partial, depth):
                return None
            slot = NIBBLES[path[end]]
            start, stop = span(node.refs, node.bits, slot)
            value = node.refs[start + 1 : stop]
            node, depth = read_kid(self._source, node, slot, path[: end + 1]), end + 1
        return None

    def _walk(self, path: str, proof: set[bytes]) -> Leaf | None:
        """Collect the nodes on the way to `path`; the leaf there, if any."""
        node, depth = self._node, 0
        while type(node) is Branch:
            end = depth + len(node.partial)
            if not path.startswith(node.partial, depth):
                return None
            if len(path) == end:
                return node.value
            node = read_kid(self._source, node, NIBBLES[path[end]], path[: end + 1])
            depth = end + 1
            if node is not None and len(data := _encode(node, depth)) >= 32:
                proof.add(data)
        return node if isinstance(node, Leaf) and node.key == path else None


def _encode(node: Node | None, depth: int) -> bytes:
    if node is None:
        return EMPTY
    return node.encode() if isinstance(node, Branch) else encode_leaf(node, depth)


def _root_hash(node: Node | None) -> bytes:
    """The root is hashed however short its bytes are."""
    if type(node) is Branch and len(node.ref) == 33:
        return node.ref[1:]
    return blake2_256(_encode(node, 0))


def trie_root(items: Mapping[bytes, bytes], *, version: int = 1) -> bytes:
    """Root of a whole state at once; `version` is the state version, 0 or 1."""
    limit = INLINE_LIMIT if version else None
    leaves = [make_leaf(key.hex(), items[key], limit) for key in sorted(items)]
    allow_depth(max((len(leaf.key) for leaf in leaves), default=0))
    return _root_hash(build(leaves, 0, 0, len(leaves), {}) if leaves else None)


def ordered_root(values: Sequence[bytes]) -> bytes:
    """Root over a list, each value under its SCALE compact index: the extrinsics root.

    Its state version is 0, as `system_version` 1 of the runtime version has it.
    """
    return trie_root({compact(i): value for i, value in enumerate(values)}, version=0)
