"""Nodes of the state trie: their objects in memory, their bytes, and the way back.

The trie is radix 16 and has no extension nodes: a leaf and a branch both carry the partial key
that leads to them.  Paths and partial keys are strings of hexadecimal digits, a digit a nibble,
so `bytes.hex` makes them and slicing cuts them.  A node's bytes are

    header | partial key | children bitmap, branch only | value, if any | child references

where the header tells the kind and the number of nibbles.  State version 1 (`INLINE_LIMIT`)
replaces a value longer than 32 bytes by its hash; version 0 never does.  A parent refers to a
child by its merkle value: the node's bytes when they are shorter than 32, else their BLAKE2b-256.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import final

INLINE_LIMIT = 32
"""Longest value, in bytes, that state version 1 keeps in the node."""

DIGITS = "0123456789abcdef"
NIBBLES = {digit: index for index, digit in enumerate(DIGITS)}

EMPTY = b"\0"
"""The bytes of the root of a trie without keys."""

# Kind of node -> its bits of the first byte, and how many bits that leaves for the nibble count.
LEAF = (0b0100_0000, 6)
LEAF_HASHED = (0b0010_0000, 5)
BRANCH = (0b1000_0000, 6)
BRANCH_VALUE = (0b1100_0000, 6)
BRANCH_HASHED = (0b0001_0000, 4)


class MalformedNode(Exception):
    """The bytes are no trie node; `args[0]` says why."""


@final
class Leaf:
    """One key and its value.

    `key` is the whole key in hexadecimal digits.  `payload` is the value as it stands in a node:
    its hash when `hashed`, else its length and bytes.
    """

    __slots__ = ("hashed", "key", "payload")

    def __init__(self, key: str, payload: bytes, hashed: bool) -> None:
        self.key = key
        self.payload = payload
        self.hashed = hashed


@final
class Branch:
    """A node with children, immutable but for children read late.

    `value` is the leaf of the key that ends here, if there is one.  `refs` are the children's
    merkle values in a row, as they stand in the node; `bits` tells which of the sixteen exist and
    `deep` which of those are branches.  `kids` holds the children read or made so far.  `start`
    is what comes before the value in the node's bytes, `ref` the node's own merkle value as a
    parent holds it.
    """

    __slots__ = ("bits", "deep", "kids", "partial", "ref", "refs", "start", "value")

    def __init__(
        self,
        partial: str,
        value: Leaf | None,
        bits: int,
        deep: int,
        refs: bytes,
        kids: "list[Branch | Leaf | None]",
        start: bytes | None = None,
    ) -> None:
        self.partial = partial
        self.value = value
        self.bits = bits
        self.deep = deep
        self.refs = refs
        self.kids = kids
        self.start = start = start or branch_start(partial, value, bits)
        # `encode` and `reference`, written out: this runs for each node that a block touches.
        data = start + value.payload + refs if value else start + refs
        if len(data) < 32:
            self.ref = bytes((len(data) << 2,)) + data
        else:
            self.ref = b"\x80" + blake2b(data, digest_size=32).digest()

    def encode(self) -> bytes:
        """The node's bytes."""
        return self.start + (self.value.payload if self.value else b"") + self.refs


Node = Branch | Leaf


@lru_cache(maxsize=4096)
def header(kind: tuple[int, int], nibbles: int) -> bytes:
    """The first bytes of a node of `kind` with `nibbles` digits of partial key."""
    marker, width = kind
    limit = (1 << width) - 1
    if nibbles < limit:
        return bytes((marker | nibbles,))
    full, rest = divmod(nibbles - limit, 255)
    return bytes((marker | limit,)) + b"\xff" * full + bytes((rest,))


def pack(digits: str) -> bytes:
    """Two digits a byte; of an odd number the first stands alone."""
    return bytes.fromhex(digits if len(digits) & 1 == 0 else "0" + digits)


def compact(size: int) -> bytes:
    """SCALE's compact form of a length below 2**30."""
    if size < 1 << 6:
        return bytes((size << 2,))
    if size < 1 << 14:
        return (size << 2 | 1).to_bytes(2, "little")
    return (size << 2 | 2).to_bytes(4, "little")


def make_leaf(key: str, value: bytes, inline_limit: int | None = INLINE_LIMIT) -> Leaf:
    """The leaf of `key`; `inline_limit` None keeps values of any length in the node."""
    size = len(value)
    if inline_limit is None or size <= inline_limit:
        return Leaf(key, compact(size) + value, False)
    return Leaf(key, blake2b(value, digest_size=32).digest(), True)


def encode_leaf(leaf: Leaf, depth: int) -> bytes:
    """Bytes of the leaf when `depth` digits of its key lead to it."""
    partial = leaf.key[depth:]
    kind = LEAF_HASHED if leaf.hashed else LEAF
    return header(kind, len(partial)) + pack(partial) + leaf.payload


def branch_start(partial: str, value: Leaf | None, bits: int) -> bytes:
    """Header, partial key and children bitmap of a branch with that value."""
    kind = BRANCH if value is None else BRANCH_HASHED if value.hashed else BRANCH_VALUE
    return header(kind, len(partial)) + pack(partial) + bits.to_bytes(2, "little")


def reference(data: bytes) -> bytes:
    """How a parent holds the node with bytes `data`: length, then the bytes or their hash."""
    if len(data) < 32:
        return bytes((len(data) << 2,)) + data
    return b"\x80" + blake2b(data, digest_size=32).digest()


def span(refs: bytes, bits: int, slot: int) -> tuple[int, int]:
    """Where in `refs` the merkle value of the child in `slot` begins and ends."""
    before = (bits & ((1 << slot) - 1)).bit_count()
    start = 33 * before
    # Hashes are the longest: with this length all are hashes.
    if len(refs) != 33 * bits.bit_count():
        start = 0
        for _ in range(before):
            start += 1 + (refs[start] >> 2)
    if not bits >> slot & 1:
        return start, start
    return start, start + 1 + (refs[start] >> 2)


def split(refs: bytes, bits: int) -> list[bytes]:
    """The merkle values in `refs`, one for each of the sixteen slots, empty where no child is."""
    parts = [b""] * 16
    start = 0
    while bits:
        low = bits & -bits
        end = start + 1 + (refs[start] >> 2)
        parts[low.bit_length() - 1] = refs[start:end]
        start = end
        bits ^= low
    return parts


def shared_digits(first: str, second: str, start: int, stop: int) -> int:
    """The position in `start..stop` up to which both strings agree from `start` on."""
    while start < stop and first[start] == second[start]:
        start += 1
    return start


class Decoded:
    """A node read from its bytes.

    `payload` is None when the node has no value; `refs` is None for a leaf.
    """

    __slots__ = ("bits", "hashed", "partial", "payload", "refs")

    def __init__(self, partial: str) -> None:
        self.partial = partial
        self.payload: bytes | None = None
        self.hashed = False
        self.bits = 0
        self.refs: bytes | None = None


def decode(data: bytes) -> Decoded:
    """Read a leaf or branch.  Errors: MalformedNode, also for bytes left over."""
    try:
        node, position = _decode(data)
    except IndexError:
        raise MalformedNode("the node ends too early") from None
    if position != len(data):
        raise MalformedNode("the node's length is wrong")
    return node


def _decode(data: bytes) -> tuple[Decoded, int]:
    kind, nibbles, position = _read_header(data)
    width = (nibbles + 1) >> 1
    digits = data[position : position + width].hex()
    position += width
    if nibbles & 1 and digits[0] != "0":
        raise MalformedNode("padding of the partial key is not zero")
    node = Decoded(digits[1:] if nibbles & 1 else digits)
    is_leaf = kind in (LEAF, LEAF_HASHED)
    if not is_leaf:
        node.bits = data[position] | data[position + 1] << 8
        position += 2
        if node.bits == 0:
            raise MalformedNode("a branch without children")
    node.hashed = kind in (LEAF_HASHED, BRANCH_HASHED)
    if kind != BRANCH:
        size = 32 if node.hashed else _compact_width(data, position)
        node.payload = data[position : position + size]
        position += size
    if not is_leaf:
        end = _refs_end(data, position, node.bits)
        node.refs = data[position:end]
        position = end
    return node, position


def _read_header(data: bytes) -> tuple[tuple[int, int], int, int]:
    first = data[0]
    for kind in (BRANCH_VALUE, BRANCH, LEAF, LEAF_HASHED, BRANCH_HASHED):
        marker, width = kind
        if first >> width == marker >> width:
            break
    else:
        raise MalformedNode(f"unknown node header 0x{first:02x}")
    limit = (1 << width) - 1
    nibbles, position = first & limit, 1
    if nibbles == limit:
        while data[position] == 255:
            nibbles += 255
            position += 1
        nibbles += data[position]
        position += 1
    return kind, nibbles, position


def _compact_width(data: bytes, position: int) -> int:
    """Bytes that a length at `position` and what it measures take together."""
    mode = data[position] & 3
    if mode == 0:
        return 1 + (data[position] >> 2)
    if mode == 3:
        raise MalformedNode("the value is too long")
    width = 2 if mode == 1 else 4
    return width + (int.from_bytes(data[position : position + width], "little") >> 2)


def _refs_end(data: bytes, position: int, bits: int) -> int:
    """Where the merkle values of the children in `bits` end."""
    for _ in range(bits.bit_count()):
        size = data[position]
        if size & 3 or size > 0x80:
            raise MalformedNode("a child reference is longer than a hash")
        position += 1 + (size >> 2)
    return position
