"""Where a trie reads what it does not hold in memory, and the form in which it is kept there."""

from collections.abc import Iterator
from typing import Protocol

from pysubtensor.runtime.trie.nodes import (
    Branch,
    Leaf,
    Node,
    decode,
    encode_leaf,
    make_leaf,
    reference,
    span,
)


class TrieDamaged(Exception):
    """A stored node is missing or differs from what its parent says."""


class Source(Protocol):
    """Reads nodes by path, in hexadecimal digits.

    Leaves need no storing: the one below a path follows from the state's keys and values.
    """

    def branch(self, path: str) -> bytes | None:
        """What `record` made of the branch at the end of `path`; None where none is stored."""

    def below(self, path: str) -> Iterator[tuple[bytes, bytes]]:
        """Keys that start with `path`, and their values, in order."""


class Nothing:
    """The source of a trie that is wholly in memory."""

    def branch(self, path: str) -> bytes | None:
        """No branch is stored."""
        return None

    def below(self, path: str) -> Iterator[tuple[bytes, bytes]]:
        """No key is stored."""
        return iter(())


def record(branch: Branch) -> bytes:
    """What is stored of a branch: which children are branches (2 bytes), then its bytes."""
    return branch.deep.to_bytes(2, "little") + branch.encode()


def read_branch(stored: bytes, path: str) -> Branch:
    """The branch in a record, its children unread.  Errors: MalformedNode."""
    deep = int.from_bytes(stored[:2], "little")
    node = decode(stored[2:])
    value = None
    if node.payload is not None:
        value = Leaf(path + node.partial, node.payload, node.hashed)
    return Branch(node.partial, value, node.bits, deep & node.bits, node.refs or b"", [None] * 16)


def read_kid(source: Source, node: Branch, slot: int, path: str) -> Node | None:
    """The child of `node` in `slot`, at `path`; read now if need be, and remembered.

    Errors: TrieDamaged, MalformedNode.
    """
    kid = node.kids[slot]
    if kid is not None or not node.bits >> slot & 1:
        return kid
    start, end = span(node.refs, node.bits, slot)
    wanted = node.refs[start:end]
    if node.deep >> slot & 1:
        kid = _read_deep(source, path, wanted)
    else:
        found = next(source.below(path), None)
        if found is None:
            raise TrieDamaged(f"the key below {path} is missing")
        kid = check_leaf(make_leaf(found[0].hex(), found[1]), len(path), wanted)
    node.kids[slot] = kid
    return kid


def _read_deep(source: Source, path: str, wanted: bytes) -> Branch:
    stored = source.branch(path)
    if stored is None:
        raise TrieDamaged(f"the branch at {path} is missing")
    branch = read_branch(stored, path)
    if branch.ref != wanted:
        raise TrieDamaged(f"the branch at {path} differs from its parent's hash")
    return branch


def leaf_ref(leaf: Leaf, depth: int) -> bytes:
    """How the parent refers to a leaf `depth` digits below the root."""
    return reference(encode_leaf(leaf, depth))


def check_leaf(leaf: Leaf, depth: int, wanted: bytes) -> Leaf:
    """`leaf` if its parent refers to it by `wanted`.  Errors: TrieDamaged."""
    if leaf_ref(leaf, depth) != wanted:
        raise TrieDamaged(f"the value of key 0x{leaf.key} differs from the trie")
    return leaf
