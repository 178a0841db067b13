"""What a store's keys and values look like: tables, escapes, blocks.

A table is one leading byte.  Numbers are 8 bytes, big-endian, so that they sort.

    l key                     value at the head
    h escaped key, number     value before that block: 1 and the bytes, or 0 for none
    c number                  keys written by that block
    t path                    branch of the trie, as `trie.record` makes it
    b number                  hash, state root, header, justification
    x number                  body
    n hash                    number
    m name                    record of the store's user
    s                         head, trie and oldest block (`Position`)
    r                         keys that rewinds since the trie was stored gave other values

Keys of any bytes may be prefixes of each other, so before a number they are escaped: 00 becomes
00 FF, and 00 01 ends the key.  That keeps their order, and no key's versions mix with another's.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import msgspec

from pysubtensor.runtime.store.errors import DatabaseCorrupt

LATEST, HISTORY, CHANGED, TRIE = b"l", b"h", b"c", b"t"
BLOCK, BODY, NUMBER, META, POSITION, STALE = b"b", b"x", b"n", b"m", b"s", b"r"

number_bytes = struct.Struct(">Q").pack
_position = struct.Struct(">QQQ")

T = TypeVar("T")
_encode = msgspec.msgpack.encode


class BlockRef(NamedTuple):
    """A block on the chain."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block as the chain knows it; `header`, `body` and `justification` are SCALE bytes."""

    number: int
    hash: bytes
    header: bytes
    body: tuple[bytes, ...] = ()
    justification: bytes | None = None


class BlockRecord(msgspec.Struct, array_like=True, frozen=True):
    """All of a block but its number and body."""

    hash: bytes
    root: bytes
    header: bytes
    justification: bytes | None


class Position(NamedTuple):
    """`head` is the last block, `trie` the one whose trie is stored, `oldest` the first with state.

    Between `trie` and `head` the stored trie is behind; opening catches up.
    """

    head: int
    trie: int
    oldest: int


def escape(key: bytes) -> bytes:
    """`key` in a form that sorts alike and is no prefix of another key's."""
    return key.replace(b"\0", b"\0\xff") + b"\0\1"


def unescape(escaped: bytes) -> bytes:
    """What `escape` was given."""
    return escaped[:-2].replace(b"\0\xff", b"\0")


def after(prefix: bytes) -> bytes:
    """The least string above all that start with `prefix`, which is not all FF."""
    trimmed = prefix.rstrip(b"\xff")
    return trimmed[:-1] + bytes((trimmed[-1] + 1,))


def encode_list(items: list[bytes] | tuple[bytes, ...]) -> bytes:
    """A list of byte strings as one."""
    return _encode(items)


def encode_block(record: BlockRecord) -> bytes:
    """A block record as bytes."""
    return _encode(record)


_list_decoder = msgspec.msgpack.Decoder(list[bytes])
_block_decoder = msgspec.msgpack.Decoder(BlockRecord)


def decode_list(data: bytes) -> list[bytes]:
    """What `encode_list` was given.  Errors: DatabaseCorrupt."""
    return _decode(_list_decoder, data)


def decode_block(data: bytes) -> BlockRecord:
    """What `encode_block` was given.  Errors: DatabaseCorrupt."""
    return _decode(_block_decoder, data)


def _decode(decoder: "msgspec.msgpack.Decoder[T]", data: bytes) -> T:
    try:
        return decoder.decode(data)
    except msgspec.MsgspecError as reason:
        raise DatabaseCorrupt(reason) from reason


def encode_position(position: Position) -> bytes:
    """A position as bytes."""
    return _position.pack(*position)


def decode_position(data: bytes) -> Position:
    """What `encode_position` was given.  Errors: DatabaseCorrupt."""
    try:
        return Position(*_position.unpack(data))
    except struct.error as reason:
        raise DatabaseCorrupt(reason) from reason


def encode_old(value: bytes | None) -> bytes:
    """A value before a block, or that there was none."""
    return b"\0" if value is None else b"\1" + value


def decode_old(data: bytes) -> bytes | None:
    """What `encode_old` was given."""
    return data[1:] if data[:1] == b"\1" else None
