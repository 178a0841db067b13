"""Checking proofs of state: trie nodes that lead from a known root to a value or to its absence."""

from collections.abc import Iterable

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.runtime.trie.nodes import EMPTY, NIBBLES, Decoded, MalformedNode, decode, span


class InvalidProof(Exception):
    """The proof lacks a node, holds bytes that are none, or belongs to another root."""


def verify_proof(
    root: bytes, proof: Iterable[bytes], keys: Iterable[bytes]
) -> dict[bytes, bytes | None]:
    """What the state with that `root` holds under each of `keys`; None where it holds nothing.

    Nodes of the proof that no key needs are let be.  Errors: InvalidProof.
    """
    nodes = {blake2_256(data): bytes(data) for data in proof}
    try:
        return {key: _look_up(root, nodes, key.hex()) for key in keys}
    except MalformedNode as error:
        raise InvalidProof(f"a node of the proof is malformed: {error}") from error


def _look_up(root: bytes, nodes: dict[bytes, bytes], path: str) -> bytes | None:
    data = _node(nodes, root)
    if data == EMPTY:
        return None
    depth = 0
    while True:
        node = decode(data)
        end = depth + len(node.partial)
        if not path.startswith(node.partial, depth):
            return None
        if len(path) == end:
            return _value(nodes, node)
        if node.refs is None:
            return None
        start, stop = span(node.refs, node.bits, NIBBLES[path[end]])
        if start == stop:
            return None
        data = node.refs[start + 1 : stop]
        if len(data) == 32:
            data = _node(nodes, data)
        depth = end + 1


def _value(nodes: dict[bytes, bytes], node: Decoded) -> bytes | None:
    if node.payload is None:
        return None
    if node.hashed:
        return _node(nodes, node.payload)
    width = (1, 2, 4)[node.payload[0] & 3]
    return node.payload[width:]


def _node(nodes: dict[bytes, bytes], wanted: bytes) -> bytes:
    found = nodes.get(wanted)
    if found is None:
        raise InvalidProof(f"the proof lacks the node 0x{wanted.hex()}")
    return found
