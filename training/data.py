"""Which sequences a worker trains on: drawn from its shard by a seed that nobody knows in advance.

The text is cut into a training and a validation part, the training part into contiguous shards.
The seed of a round hashes run, round, worker and the hash of the block that began the round, so
that anyone can draw the same sequences afterwards, and nobody before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Assignment:
    """Everything that decides what a worker trains on in a round."""

    run: bytes
    round: int
    worker: bytes
    block: bytes
    """Hash of the block that began the round."""

    def seed(self, step: int) -> bytes:
        """Seed of the batch of a step."""
        numbers = self.round.to_bytes(8, "little") + step.to_bytes(8, "little")
        return b"pysubtensor batch" + self.run + self.worker + self.block + numbers

    def starts(self, corpus: Corpus, shard: int, step: int, batch: int) -> NDArray[np.int64]:
        """Where the sequences of a step begin."""
        return draw(corpus.shard(shard), batch, self.seed(step))
