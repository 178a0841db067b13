"""Merkle trees of SHA-256.  Every hash says what it is of: tree, run, round and worker.

leaf = H(0, context, index, data)    node = H(1, left, right)    root = H(2, context, count, top)

A node without a neighbour moves up as it is.  Numbers are four bytes, little end first.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from hashlib import sha256
from typing import Final, NamedTuple

_TAG: Final = b"pysubtensor.training"
NOBODY: Final = bytes(32)


class Tree(IntEnum):
    """What a tree is of."""

    PAYLOAD = 0
    """Chunks of what a worker sent in a round."""
    UPDATE = 1
    """Chunks of what its training changed."""
    ERROR = 2
    """Chunks of its error buffer, the same in every round."""
    STEPS = 3
    """The trace of its training."""
    AGGREGATE = 4
    """Chunks of a round's aggregate."""
    STATE = 5
    """Chunks of the parameters, the same in every round."""


class Context(NamedTuple):
    """What a hash is of; what does not apply is 0."""

    tree: Tree
    run: int
    round: int = 0
    worker: bytes = NOBODY

    def encode(self) -> bytes:
        """61 bytes."""
        numbers = self.run.to_bytes(4, "little") + self.round.to_bytes(4, "little")
        return _TAG + bytes((self.tree,)) + numbers + self.worker


def leaf(context: Context, index: int, data: bytes) -> bytes:
    """Hash of the leaf `index`."""
    return sha256(b"\0" + context.encode() + index.to_bytes(4, "little") + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def sealed(context: Context, count: int, top: bytes) -> bytes:
    """Root of `count` leaves whose hashes lead to `top`."""
    return sha256(b"\2" + context.encode() + count.to_bytes(4, "little") + top).digest()


def _above(row: Sequence[bytes]) -> list[bytes]:
    pairs = [_node(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
    return [*pairs, row[-1]] if len(row) % 2 else pairs


def root(context: Context, leaves: Sequence[bytes]) -> bytes:
    """Root over the hashes of one or more leaves."""
    row = list(leaves)
    while len(row) > 1:
        row = _above(row)
    return sealed(context, len(leaves), row[0])


def folded(row: Sequence[bytes], levels: int) -> bytes:
    """The node that stands so many levels above some neighbours, all of those below it."""
    found = list(row)
    for _ in range(levels):
        found = _above(found)
    return found[0]


def width(count: int, level: int) -> int:
    """Nodes so many levels above `count` leaves."""
    return -(-count >> level)


def height(count: int) -> int:
    """Levels from the leaves up to the top."""
    return (count - 1).bit_length()


def path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The neighbours from a leaf up to the top."""
    row, found = list(leaves), []
    while len(row) > 1:
        if index ^ 1 < len(row):
            found.append(row[index ^ 1])
        row, index = _above(row), index // 2
    return tuple(found)


def root_from(
    context: Context, count: int, index: int, hashed: bytes, neighbours: Sequence[bytes]
) -> bytes | None:
    """The root of `count` leaves that a leaf's hash and its path lead to; None for no path."""
    if not 0 <= index < count:
        return None
    left, width = list(reversed(neighbours)), count
    while width > 1:
        if index ^ 1 < width:
            if not left:
                return None
            other = left.pop()
            hashed = _node(other, hashed) if index % 2 else _node(hashed, other)
        index, width = index // 2, (width + 1) // 2
    return None if left else sealed(context, count, hashed)
