"""Which sequences a worker trains on: drawn from its shard by a seed that nobody knows in advance.

The text is cut into a training and a validation part, the training part into contiguous shards.
The chain makes a seed for each worker and round when the round begins, so that anyone can draw the
same sequences afterwards, and nobody before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

VALIDATION_PART = 10
"""One tenth of the text, at its end."""


@dataclass(frozen=True)
class Corpus:
    """The text as bytes."""

    text: bytes
    context: int
    """Tokens that a sequence has beyond its first."""
    shards: int

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text).hexdigest()

    @cached_property
    def root(self) -> bytes:
        """What the chain knows of the text: SHA-256 over the SHA-256 of each part, in order.

        The parts are the shards, and what is held back.
        """
        size = self.training_size // self.shards
        ends = [*(size * n for n in range(self.shards + 1)), len(self.text)]
        parts = (self.text[a:b] for a, b in pairwise(ends))
        return hashlib.sha256(b"".join(hashlib.sha256(p).digest() for p in parts)).digest()

    @property
    def training_size(self) -> int:
        """Bytes of the training part."""
        return len(self.text) - len(self.text) // VALIDATION_PART

    def shard(self, number: int) -> range:
        """Where a shard's sequences may begin."""
        size = self.training_size // self.shards
        begin = (number % self.shards) * size
        return range(begin, begin + size - self.context)

    def sequences(self, starts: NDArray[np.int64]) -> Tensor:
        """The sequences that begin there, (count, context + 1) of int64."""
        places = starts[:, None] + np.arange(self.context + 1)
        return torch.from_numpy(np.frombuffer(self.text, np.uint8)[places].astype(np.int64))

    def validation(self, count: int, seed: bytes = b"validation") -> Tensor:
        """Sequences of the validation part."""
        begins = range(self.training_size, len(self.text) - self.context)
        return self.sequences(draw(begins, count, seed))


def draw(begins: range, count: int, seed: bytes) -> NDArray[np.int64]:
    """`count` places out of `begins`, with repetition, by the seed alone."""
    stream = hashlib.shake_256(seed).digest(8 * count)
    numbers = np.frombuffer(stream, "<u8") % np.uint64(len(begins))
    return begins.start + numbers.astype(np.int64)


def starts(corpus: Corpus, seed: bytes, shard: int, step: int, batch: int) -> NDArray[np.int64]:
    """Where the sequences of a step begin, in a shard, by the seed of a worker's round."""
    name = b"pysubtensor batch" + seed + step.to_bytes(8, "little")
    return draw(corpus.shard(shard), batch, name)


@dataclass(frozen=True)
class Assignment:
    """What a worker trains on in a round.  The chain knows its seed once the round has begun."""

    corpus: Corpus
    seed: bytes
    batch: int

    @property
    def shard(self) -> int:
        """The part of the text that the worker's sequences are from."""
        return int.from_bytes(hashlib.sha256(self.seed).digest()[:8], "little")

    def starts(self, step: int) -> NDArray[np.int64]:
        """Where the sequences of a step of the round begin."""
        return starts(self.corpus, self.seed, self.shard, step, self.batch)

    def batches(self, first: int, last: int) -> Iterator[Tensor]:
        """The batches of steps of the round, `last` not among them."""
        return (self.corpus.sequences(self.starts(step)) for step in range(first, last))

    def digest(self, first: int, last: int) -> bytes:
        """Hash of where the sequences of these steps begin."""
        places = b"".join(self.starts(step).astype("<i8").tobytes() for step in range(first, last))
        return hashlib.sha256(places).digest()
