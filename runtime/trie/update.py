"""Changing a trie: new nodes on the paths of the changed keys, each built and hashed once."""

import sys
from collections.abc import Container, Mapping, Sequence

from pysubtensor.runtime.trie.nodes import (
    DIGITS,
    NIBBLES,
    Branch,
    Leaf,
    Node,
    make_leaf,
    shared_digits,
    span,
    split,
)
from pysubtensor.runtime.trie.source import Source, check_leaf, leaf_ref, read_kid

Touched = dict[str, Branch | None]
"""Path -> the branch that now is there, None where one was."""


class Update:
    """One set of changes on its way through a trie.

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
        self.touched: Touched = {}

    def apply(self, root: Node | None) -> Node | None:
        """The root node after the changes, of which there is at least one."""
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
        end += 1
        kid = node.kids[slot] or self._read(node, slot, at, at + 1, end)
        new = self._one(kid, end, at) if type(kid) is Branch else self._node(kid, end, at, at + 1)
        kids = node.kids.copy()
        kids[slot] = new
        bit = 1 << slot
        bits, refs = node.bits, node.refs
        if type(new) is Branch:
            deep, ref = node.deep | bit, new.ref
        else:
            deep, ref = node.deep & ~bit, leaf_ref(new, end) if new else b""
        # `span`, written out for the usual case: the child was there and all refer by hash.
        start = 33 * (bits & (bit - 1)).bit_count()
        if bits & bit and len(ref) == 33 and len(refs) == 33 * bits.bit_count():
            refs = refs[:start] + ref + refs[start + 33 :]
            made = Branch(partial, node.value, bits, deep, refs, kids, node.start)
            self.touched[key[:depth]] = made
            return made
        start, stop = span(refs, bits, slot)
        refs = refs[:start] + ref + refs[stop:]
        bits = bits | bit if new else bits & ~bit
        return self._settle(Branch(partial, node.value, bits, deep, refs, kids), node, key, depth)

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
        bits, deep = node.bits, node.deep
        refs = split(node.refs, bits)
        kids = node.kids.copy()
        while at < hi:
            slot = NIBBLES[keys[at][end]]
            stop = self._run(at, hi, end)
            kid = kids[slot] or self._read(node, slot, at, stop, end + 1)
            kids[slot] = new = self._node(kid, end + 1, at, stop)
            bit = 1 << slot
            if type(new) is Branch:
                bits, deep, refs[slot] = bits | bit, deep | bit, new.ref
            elif new is None:
                bits, deep, refs[slot] = bits & ~bit, deep & ~bit, b""
            else:
                bits, deep, refs[slot] = bits | bit, deep & ~bit, leaf_ref(new, end + 1)
            at = stop
        start = node.start if bits == node.bits and value is node.value else None
        made = Branch(partial, value, bits, deep, b"".join(refs), kids, start)
        return self._settle(made, node, first, depth)

    def _run(self, at: int, hi: int, digit: int) -> int:
        """The end of the run of keys from `at` on that agree in one digit."""
        keys = self.keys
        wanted = keys[at][digit]
        at += 1
        while at < hi and keys[at][digit] == wanted:
            at += 1
        return at

    def _read(self, node: Branch, slot: int, lo: int, hi: int, depth: int) -> Node | None:
        """The child in `slot`, not in memory, as far as the changes `lo` to `hi` below need it."""
        if not node.bits >> slot & 1:
            return None
        path = self.keys[lo][:depth]
        if node.deep >> slot & 1:
            return read_kid(self.source, node, slot, path)
        # The one leaf below `path` matters only if the changes do not replace it.
        if hi - lo == 1 and bytes.fromhex(self.keys[lo]) in self.present:
            return None
        changed = self.keys[lo:hi]
        for key, value in self.source.below(path):
            if (digits := key.hex()) not in changed:
                start, end = span(node.refs, node.bits, slot)
                leaf = check_leaf(make_leaf(digits, value), depth, node.refs[start:end])
                node.kids[slot] = leaf
                return leaf
        return None

    def _settle(self, made: Branch, node: Branch, key: str, depth: int) -> Node | None:
        """What `made`, the new form of `node` above `key`, comes to: less than two ways to go on
        leave no branch.
        """
        bits = made.bits
        if bits & (bits - 1) or (bits and made.value):
            self.touched[key[:depth]] = made
            return made
        self.touched[key[:depth]] = None
        if not bits:
            return made.value
        slot = bits.bit_length() - 1
        below = key[: depth + len(made.partial)] + DIGITS[slot]
        kid = made.kids[slot] or read_kid(self.source, node, slot, below)
        if type(kid) is not Branch:
            return kid
        self.touched[below] = None
        partial = below[depth:] + kid.partial
        merged = Branch(partial, kid.value, kid.bits, kid.deep, kid.refs, kid.kids)
        self.touched[key[:depth]] = merged
        return merged

    def _diverge(self, node: Branch, depth: int, lo: int, hi: int) -> Node | None:
        """Update where not all changed keys share the branch's partial key."""
        partial = node.partial
        rest = Update(self.source, {}, self.present)
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
            shared = shared_digits(partial, key[depth:], 0, min(shared, len(key) - depth))
        if shared < len(partial):
            lower = Branch(
                partial[shared + 1 :], node.value, node.bits, node.deep, node.refs, node.kids
            )
            self.touched[rest.keys[0][:depth] + partial[: shared + 1]] = lower
            node = _above(lower, partial[:shared], NIBBLES[partial[shared]])
        return rest._branch(node, depth, 0, len(rest.keys))


def _above(lower: Branch, partial: str, slot: int) -> Branch:
    """A branch with the one child `lower`."""
    kids: list[Node | None] = [None] * 16
    kids[slot] = lower
    return Branch(partial, None, 1 << slot, 1 << slot, lower.ref, kids)


def build(entries: Sequence[Leaf], depth: int, lo: int, hi: int, touched: Touched) -> Node:
    """The node over the leaves `lo` to `hi`, sorted by key, below the `depth` digits they share.

    There is at least one.  The branches made are added to `touched`.
    """
    if hi - lo == 1:
        return entries[lo]
    first, last = entries[lo].key, entries[hi - 1].key
    end = shared_digits(first, last, depth, min(len(first), len(last)))
    value = None
    if len(first) == end:
        value = entries[lo]
        lo += 1
    bits = deep = 0
    refs: list[bytes] = []
    kids: list[Node | None] = [None] * 16
    while lo < hi:
        digit = entries[lo].key[end]
        stop = lo + 1
        while stop < hi and entries[stop].key[end] == digit:
            stop += 1
        slot = NIBBLES[digit]
        kid = entries[lo] if stop - lo == 1 else build(entries, end + 1, lo, stop, touched)
        kids[slot] = kid
        bits |= 1 << slot
        if type(kid) is Branch:
            deep |= 1 << slot
            refs.append(kid.ref)
        else:
            refs.append(leaf_ref(kid, end + 1))
        lo = stop
    made = Branch(first[depth:end], value, bits, deep, b"".join(refs), kids)
    touched[first[:depth]] = made
    return made


def allow_depth(frames: int) -> None:
    """Let recursion go `frames` deep: the trie is as deep as its keys nest."""
    needed = frames + 1000
    if sys.getrecursionlimit() < needed:
        sys.setrecursionlimit(needed)
