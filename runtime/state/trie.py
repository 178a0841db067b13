"""The state trie: Merkle root of a key-value state, kept up to date change by change.

A `Trie` is a value.  `update` returns another one that shares every node the changes did not
touch, so the state before them stays usable and a set of changes may be dropped without trace.
Nodes are read from a `Source` when first needed; each node on the path of a changed key is built
and hashed once per update, however many keys lie below it.
"""

import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from runtime.hashing import blake2_256
from runtime.state.nodes import (
    DIGITS,
    EMPTY,
    INLINE_LIMIT,
    NIBBLES,
    Branch,
    Kid,
    Leaf,
    Node,
    Unread,
    compact,
    decode,
    encode_leaf,
    make_leaf,
    reference,
    shared_digits,
)

EMPTY_ROOT = blake2_256(EMPTY)
"""Root of the state without keys."""


class TrieDamaged(Exception):
    """A stored node is missing or differs from what its parent says."""


class Source(Protocol):
    """Where a trie reads what it does not hold in memory.  Paths are hexadecimal digits."""

    def branch(self, path: str) -> bytes | None:
        """What `record` made of the branch at the end of `path`; None where none is stored."""

    def below(self, path: str) -> Iterator[tuple[bytes, bytes]]:
        """Keys that start with `path`, and their values, in order."""


class Nothing:
    """The source of a trie that is wholly in memory."""

    def branch(self, path: str) -> bytes | None:  # noqa: ARG002
        """No branch is stored."""
        return None

    def below(self, path: str) -> Iterator[tuple[bytes, bytes]]:  # noqa: ARG002
        """No key is stored."""
        return iter(())


class Trie:
    """The trie of one state.  `root` is its Merkle root, 32 bytes."""

    __slots__ = ("_node", "_source", "root")

    def __init__(self, node: Node | None = None, source: Source | None = None) -> None:
        self._node = node
        self._source: Source = source or Nothing()
        self.root = _root_hash(node)

    @classmethod
    def load(cls, source: Source) -> "Trie":
        """The trie stored in `source`.  Errors: TrieDamaged."""
        stored = source.branch("")
        if stored is not None:
            return cls(read_branch(stored), source)
        first = next(source.below(""), None)
        return cls(first and make_leaf(first[0].hex(), first[1]), source)

    def update(
        self, changes: Mapping[bytes, bytes | None], present: Container[bytes] = ()
    ) -> "tuple[Trie, set[str]]":
        """The trie with `changes` made (None removes a key), and the paths where a branch
        appeared, changed or went.

        `present` may name keys known to have a value now; it saves reading their leaves.
        """
        if not changes:
            return self, set()
        batch = _Batch(self._source, changes, present)
        node = batch.apply(self._node)
        return Trie(node, self._source), batch.touched

    def stored(self, path: str) -> bytes | None:
        """The record to store for the branch at `path`; None when no branch is there."""
        node: Kid = self._node
        depth = 0
        while type(node) is Branch:
            if depth == len(path):
                return record(node)
            end = depth + len(node.partial)
            if end >= len(path) or not path.startswith(node.partial, depth):
                return None
            node = node.kids[NIBBLES[path[end]]]
            depth = end + 1
        if node is Unread.BRANCH:
            raise TrieDamaged(f"the branch on the way to {path} was never read")
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
        node, depth, ref = self._node, 0, b""
        while node is not None:
            partial = node.partial if type(node) is Branch else node.key[depth:]
            end = depth + len(partial)
            if end >= len(path):
                matches = partial.startswith(path[depth:])
                return (ref[1:] if depth else self.root) if matches else None
            if type(node) is not Branch or not path.startswith(partial, depth):
                return None
            slot = NIBBLES[path[end]]
            ref = node.refs[slot]
            node, depth = _kid(self._source, node, slot, path[: end + 1]), end + 1
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
            node = _kid(self._source, node, NIBBLES[path[end]], path[: end + 1])
            depth = end + 1
            if node is not None and len(data := _encode(node, depth)) >= 32:
                proof.add(data)
        return node if isinstance(node, Leaf) and node.key == path else None


class _Batch:
    """One update on its way through the trie.

    `keys` are the changed keys in order, `leaves` what becomes of each.  Methods take the range
    `lo` to `hi` of them that lies below the node at hand, `depth` digits below the root.
    """

    __slots__ = ("keys", "leaves", "present", "source", "touched")

    def __init__(
        self, source: Source, changes: Mapping[bytes, bytes | None], present: Container[bytes]
    ) -> None:
        ordered = sorted(changes)
        self.keys = [key.hex() for key in ordered]
        self.leaves: list[Leaf | None] = []
        for key, digits in zip(ordered, self.keys, strict=True):
            value = changes[key]
            self.leaves.append(None if value is None else make_leaf(digits, value))
        self.present = present
        self.source = source
        self.touched: set[str] = set()

    def apply(self, root: Node | None) -> Node | None:
        """The root node after the changes."""
        # Two calls a digit at most; a chain of keys that extend each other may be deep.
        allow_depth(2 * max(map(len, self.keys)))
        return self._node(root, 0, 0, len(self.keys))

    def _node(self, node: Node | None, depth: int, lo: int, hi: int) -> Node | None:
        if type(node) is Branch:
            if hi - lo == 1:
                return self._one(node, depth, lo)
            return self._branch(node, depth, lo, hi)
        leaves = self.leaves
        if hi - lo == 1 and (node is None or node.key == self.keys[lo]):
            return leaves[lo]
        entries = [leaf for leaf in leaves[lo:hi] if leaf is not None]
        if node is not None and node.key not in self.keys[lo:hi]:
            entries.append(node)
            entries.sort(key=lambda leaf: leaf.key)
        return build(entries, depth, 0, len(entries), self.touched) if entries else None

    def _one(self, node: Branch, depth: int, at: int) -> Node | None:
        """`_branch` for a single key: most of the nodes a block touches."""
        key = self.keys[at]
        partial = node.partial
        end = depth + len(partial)
        if len(key) <= end or not key.startswith(partial, depth):
            return self._branch(node, depth, at, at + 1)
        slot = NIBBLES[key[end]]
        deeper = end + 1
        kid = node.kids[slot]
        new: Node | None
        if type(kid) is Branch:
            new = self._one(kid, deeper, at)
        else:
            if isinstance(kid, Unread):
                kid = self._read(node, slot, at, at + 1, deeper)
            new = self._node(kid, deeper, at, at + 1)
        refs = node.refs.copy()
        kids = node.kids.copy()
        kids[slot] = new
        if new is None:
            return self._finish(node, node.value, refs, kids, key, depth)
        refs[slot] = new.ref if type(new) is Branch else leaf_ref(new, deeper)
        self.touched.add(key[:depth])
        bits = node.bits | 1 << slot
        start = node.start if bits == node.bits else None
        return Branch(partial, node.value, bits, refs, kids, start)

    def _branch(self, node: Branch, depth: int, lo: int, hi: int) -> Node | None:
        keys = self.keys
        partial = node.partial
        first = keys[lo]
        if partial and not (
            first.startswith(partial, depth) and keys[hi - 1].startswith(partial, depth)
        ):
            return self._diverge(node, depth, lo, hi)
        end = depth + len(partial)
        value = node.value
        at = lo
        if len(first) == end:
            value = self.leaves[at]
            at += 1
        refs = node.refs.copy()
        kids = node.kids.copy()
        deeper = end + 1
        while at < hi:
            slot = NIBBLES[keys[at][end]]
            stop = self._run(at, hi, end)
            kid = kids[slot]
            if isinstance(kid, Unread):
                kid = self._read(node, slot, at, stop, deeper)
            new = self._node(kid, deeper, at, stop)
            kids[slot] = new
            if new is not None:
                refs[slot] = new.ref if type(new) is Branch else leaf_ref(new, deeper)
            at = stop
        return self._finish(node, value, refs, kids, first, depth)

    def _finish(
        self,
        node: Branch,
        value: Leaf | None,
        refs: list[bytes],
        kids: list[Kid],
        key: str,
        depth: int,
    ) -> Node | None:
        """What becomes of `node` with a new value and new children; `key` lies below it."""
        self.touched.add(key[:depth])
        bits = 0
        for slot, kid in enumerate(kids):
            if kid is None:
                refs[slot] = b""
            else:
                bits |= 1 << slot
        end = depth + len(node.partial)
        if bits & (bits - 1) == 0 and (value is None or bits == 0):
            return self._collapse(node, value, bits, kids, key[:end], depth)
        return Branch(node.partial, value, bits, refs, kids)

    def _run(self, at: int, hi: int, digit: int) -> int:
        """The end of the run of keys from `at` on that agree in one digit."""
        keys = self.keys
        wanted = keys[at][digit]
        at += 1
        while at < hi and keys[at][digit] == wanted:
            at += 1
        return at

    def _read(self, node: Branch, slot: int, lo: int, hi: int, depth: int) -> Node | None:
        """The unread child in `slot`, as far as the changes `lo` to `hi` below it need it."""
        path = self.keys[lo][:depth]
        if node.kids[slot] is Unread.BRANCH:
            return _kid(self.source, node, slot, path)
        # The one leaf below `path` matters only if the changes do not replace it.
        if hi - lo == 1 and bytes.fromhex(self.keys[lo]) in self.present:
            return None
        changed = self.keys[lo:hi]
        for key, value in self.source.below(path):
            if (digits := key.hex()) not in changed:
                leaf = make_leaf(digits, value)
                if leaf_ref(leaf, depth) != node.refs[slot]:
                    raise TrieDamaged(f"the value of key 0x{digits} differs from the trie")
                node.kids[slot] = leaf
                return leaf
        return None

    def _collapse(
        self, node: Branch, value: Leaf | None, bits: int, kids: list[Kid], path: str, depth: int
    ) -> Node | None:
        """What becomes of `node`, whose keys began with `path`, without two ways to go on."""
        if bits == 0:
            return value
        slot = bits.bit_length() - 1
        below = path + DIGITS[slot]
        kid = kids[slot]
        if isinstance(kid, Unread):
            kid = _kid(self.source, node, slot, below)
        if type(kid) is not Branch:
            return kid
        self.touched.add(below)
        return Branch(below[depth:] + kid.partial, kid.value, kid.bits, kid.refs, kid.kids)

    def _diverge(self, node: Branch, depth: int, lo: int, hi: int) -> Node | None:
        """Update where not all changed keys share the branch's partial key."""
        partial = node.partial
        rest = _Batch(self.source, {}, self.present)
        rest.touched = self.touched
        for key, leaf in zip(self.keys[lo:hi], self.leaves[lo:hi], strict=True):
            # A key to remove that does not lie below the branch is not in the trie.
            if leaf is not None or key.startswith(partial, depth):
                rest.keys.append(key)
                rest.leaves.append(leaf)
        if not rest.keys:
            return node
        shared = len(partial)
        for key in (rest.keys[0], rest.keys[-1]):
            limit = min(shared, len(key) - depth)
            shared = shared_digits(partial, key[depth:], 0, limit)
        if shared < len(partial):
            path = rest.keys[0][:depth] + partial[: shared + 1]
            node = _split(node, shared)
            self.touched.add(path)
        return rest._branch(node, depth, 0, len(rest.keys))


def _split(node: Branch, shared: int) -> Branch:
    """`node` put below a new branch that takes the first `shared` digits of its partial key."""
    partial = node.partial
    lower = Branch(partial[shared + 1 :], node.value, node.bits, node.refs, node.kids)
    slot = NIBBLES[partial[shared]]
    refs: list[bytes] = [b""] * 16
    kids: list[Kid] = [None] * 16
    refs[slot], kids[slot] = lower.ref, lower
    return Branch(partial[:shared], None, 1 << slot, refs, kids)


def build(entries: Sequence[Leaf], depth: int, lo: int, hi: int, touched: set[str]) -> Node:
    """The node over the leaves `lo` to `hi`, sorted by key, below the `depth` digits they share.

    There is at least one.  The paths of the branches made are added to `touched`.
    """
    if hi - lo == 1:
        return entries[lo]
    first, last = entries[lo].key, entries[hi - 1].key
    end = shared_digits(first, last, depth, min(len(first), len(last)))
    value = None
    if len(first) == end:
        value = entries[lo]
        lo += 1
    bits = 0
    refs: list[bytes] = [b""] * 16
    kids: list[Kid] = [None] * 16
    while lo < hi:
        digit = entries[lo].key[end]
        stop = lo + 1
        while stop < hi and entries[stop].key[end] == digit:
            stop += 1
        slot = NIBBLES[digit]
        kid = build(entries, end + 1, lo, stop, touched)
        refs[slot] = kid.ref if type(kid) is Branch else leaf_ref(kid, end + 1)
        kids[slot] = kid
        bits |= 1 << slot
        lo = stop
    touched.add(first[:depth])
    return Branch(first[depth:end], value, bits, refs, kids)


def leaf_ref(leaf: Leaf, depth: int) -> bytes:
    """How the parent refers to a leaf `depth` digits below the root."""
    return reference(encode_leaf(leaf, depth))


def record(branch: Branch) -> bytes:
    """What is stored of a branch: which children are branches (2 bytes), then its bytes."""
    deep = 0
    for slot, kid in enumerate(branch.kids):
        if type(kid) is Branch or kid is Unread.BRANCH:
            deep |= 1 << slot
    return deep.to_bytes(2, "little") + branch.encode()


def read_branch(stored: bytes, path: str = "") -> Branch:
    """The branch in a record, its children unread.  Errors: MalformedNode."""
    deep = int.from_bytes(stored[:2], "little")
    node = decode(stored[2:])
    kids: list[Kid] = [None] * 16
    for slot in range(16):
        if node.bits >> slot & 1:
            kids[slot] = Unread.BRANCH if deep >> slot & 1 else Unread.LEAF
    value = None
    if node.payload is not None:
        value = Leaf(path + node.partial, node.payload, node.hashed)
    return Branch(node.partial, value, node.bits, node.refs or [b""] * 16, kids)


def load_branch(source: Source, path: str, ref: bytes) -> Branch:
    """Read the branch at `path`, which its parent knows by `ref`.  Errors: TrieDamaged."""
    stored = source.branch(path)
    if stored is None:
        raise TrieDamaged(f"the branch at {path} is missing")
    branch = read_branch(stored, path)
    if branch.ref != ref:
        raise TrieDamaged(f"the branch at {path} differs from its parent's hash")
    return branch


def _only_leaf(source: Source, path: str) -> Leaf:
    found = next(source.below(path), None)
    if found is None:
        raise TrieDamaged(f"the key below {path} is missing")
    return make_leaf(found[0].hex(), found[1])


def _kid(source: Source, node: Branch, slot: int, path: str) -> Node | None:
    """The child in `slot`, at `path`; read now if need be and remembered."""
    kid = node.kids[slot]
    if not isinstance(kid, Unread):
        return kid
    read: Node
    if kid is Unread.BRANCH:
        read = load_branch(source, path, node.refs[slot])
    else:
        read = _only_leaf(source, path)
        if leaf_ref(read, len(path)) != node.refs[slot]:
            raise TrieDamaged(f"the value of key 0x{read.key} differs from the trie")
    node.kids[slot] = read
    return read


def _encode(node: Node | None, depth: int) -> bytes:
    if node is None:
        return EMPTY
    return node.encode() if isinstance(node, Branch) else encode_leaf(node, depth)


def _root_hash(node: Node | None) -> bytes:
    """The root is hashed however short its bytes are."""
    if type(node) is Branch and len(node.ref) == 33:
        return node.ref[1:]
    return blake2_256(_encode(node, 0))


def allow_depth(frames: int) -> None:
    """Let recursion go `frames` deep: the trie is as deep as its keys nest."""
    needed = frames + 1000
    if sys.getrecursionlimit() < needed:
        sys.setrecursionlimit(needed)


def trie_root(items: Mapping[bytes, bytes], *, version: int = 1) -> bytes:
    """Root of a whole state at once; `version` is the state version, 0 or 1."""
    limit = INLINE_LIMIT if version else None
    leaves = [make_leaf(key.hex(), items[key], limit) for key in sorted(items)]
    allow_depth(max((len(leaf.key) for leaf in leaves), default=0))
    return _root_hash(build(leaves, 0, 0, len(leaves), set()) if leaves else None)


def ordered_root(values: Sequence[bytes]) -> bytes:
    """Root over a list, each value under its SCALE compact index: the extrinsics root.

    Its state version is 0, as `system_version` 1 of the runtime version has it.
    """
    return trie_root({compact(i): value for i, value in enumerate(values)}, version=0)
