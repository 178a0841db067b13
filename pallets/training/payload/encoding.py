"""A payload: what one worker sends in one round.  `docs/training-format.md` specifies it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.pallets.training.payload import merkle
from pysubtensor.pallets.training.payload.errors import (
    BadMagic,
    WrongLength,
    WrongPlace,
    WrongTable,
)
from pysubtensor.pallets.training.payload.layout import Layout, Tensor
from pysubtensor.pallets.training.payload.merkle import Context, Tree
from pysubtensor.pallets.training.payload.numbers import Bytes, Int32
from pysubtensor.pallets.training.payload.top_k import (
    HEAD_BYTES,
    Part,
    TensorHead,
    check_norm,
    compressed,
    read_dense,
    read_top_k,
    values_of,
)

MAGIC: Final = b"SLP\x01"
"""The last byte is the version of the format."""
HEADER_BYTES: Final = len(MAGIC) + 4 + 4 + 32 + 32


class PayloadId(NamedTuple):
    """Where a payload belongs."""

    run: int
    round: int
    worker: bytes

    def context(self, tree: Tree) -> Context:
        """The context of a tree of this round."""
        return Context(tree, *self)

    def encode(self) -> bytes:
        """40 bytes."""
        return self.run.to_bytes(4, "little") + self.round.to_bytes(4, "little") + self.worker


class Payload(NamedTuple):
    """The parts of all tensors, and where they belong."""

    place: PayloadId
    layout: Layout
    parts: tuple[Part, ...]

    def encode(self) -> bytes:
        """The bytes that travel."""
        heads_and_bodies = [
            each for part in self.parts for each in (part.head.encode(), part.body().tobytes())
        ]
        header = MAGIC + self.place.encode() + self.layout.table_hash
        return b"".join([header, *heads_and_bodies])

    def chunk_data(self) -> Iterator[bytes]:
        """What each leaf of its tree is made of: the head of the tensor, then the chunk."""
        for part in self.parts:
            head = part.head.encode()
            for row in part.body():
                yield head + row.tobytes()

    def leaves(self) -> list[bytes]:
        """Hashes of the leaves of its tree."""
        context = self.place.context(Tree.PAYLOAD)
        return [merkle.leaf(context, index, data) for index, data in enumerate(self.chunk_data())]

    def root(self) -> bytes:
        """Root of its tree."""
        return merkle.root(self.place.context(Tree.PAYLOAD), self.leaves())

    def values(self) -> tuple[Int32, ...]:
        """What was sent of each tensor, as chunks, zero where nothing was."""
        pairs = zip(self.layout.tensors, self.parts, strict=True)
        return tuple(values_of(part, tensor.chunk_length) for tensor, part in pairs)


def payload_hash(data: bytes) -> bytes:
    """BLAKE2b-256 of the bytes that travel; they begin with whose they are."""
    return blake2_256(data)


def size_of(layout: Layout) -> int:
    """Bytes of every payload with this layout."""
    return HEADER_BYTES + sum(HEAD_BYTES + _body_bytes(layout, each) for each in layout.tensors)


def compress(place: PayloadId, layout: Layout, values: Sequence[Int32]) -> Payload:
    """The payload of what there is to send, one array of chunks for each tensor."""
    pairs = zip(layout.tensors, values, strict=True)
    parts = tuple(compressed(rows, layout.k, whole=tensor.whole) for tensor, rows in pairs)
    return Payload(place, layout, parts)


def decode(data: bytes, place: PayloadId, layout: Layout) -> Payload:
    """Read what the worker of `place` sent.

    Errors: BadMagic; WrongPlace; WrongTable; WrongLength; BadCodebook; UnsortedIndices; BadCode;
    WrongNorm.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise BadMagic("no payload of this version")
    body = HEADER_BYTES - 32
    if data[len(MAGIC) : body] != place.encode():
        raise WrongPlace("a payload of another run, round or worker")
    if data[body:HEADER_BYTES] != layout.table_hash:
        raise WrongTable("a payload of other tensors")
    if len(data) != size_of(layout):
        raise WrongLength(f"{len(data)} bytes, not {size_of(layout)}")
    return Payload(place, layout, tuple(_parts(data, layout)))


def _parts(data: bytes, layout: Layout) -> Iterator[Part]:
    at = HEADER_BYTES
    for tensor in layout.tensors:
        head = TensorHead.decode(data[at : at + HEAD_BYTES])
        length = _body_bytes(layout, tensor)
        raw = np.frombuffer(data, np.uint8, length, at + HEAD_BYTES)
        part = _part(tensor, layout.k, head, raw.reshape(tensor.chunks, -1))
        check_norm(part)
        yield part
        at += HEAD_BYTES + length


def _part(tensor: Tensor, k: int, head: TensorHead, body: Bytes) -> Part:
    return read_dense(head, body) if tensor.whole else read_top_k(head, body, k)


def read_chunk(data: bytes, tensor: Tensor, k: int) -> Part:
    """One chunk from the data of its leaf; its norm, that of the whole tensor, is believed.

    Errors: WrongLength; BadCodebook; UnsortedIndices; BadCode.
    """
    length = tensor.size if tensor.whole else k * 14 // 8
    if len(data) != HEAD_BYTES + length:
        raise WrongLength(f"{len(data)} bytes, not {HEAD_BYTES + length}")
    body = np.frombuffer(data, np.uint8, length, HEAD_BYTES).reshape(1, length)
    return _part(tensor, k, TensorHead.decode(data), body)


def _body_bytes(layout: Layout, tensor: Tensor) -> int:
    return tensor.size if tensor.whole else tensor.chunks * layout.chunk_bytes
