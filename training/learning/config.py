"""What a run fixes for everybody who takes part: model, data, schedule and compression.

Whoever joins must train under the same numbers; their hash is what the chain knows of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Final, Self

import msgspec
import orjson

VERSION: Final = 1
"""Of the meaning of these settings; part of the hash."""


class Rule(StrEnum):
    """How the workers' updates become one."""

    UNION_MEAN = "union-mean"
    """Each coordinate is averaged over the workers that sent it."""
    DIVIDE_BY_R = "divide-by-r"
    """Each coordinate is summed and divided by the number of workers."""


@dataclass(frozen=True)
class ModelConfig:
    """A byte-level GPT; all widths are multiples of 64, so that matrices are whole blocks."""

    vocabulary: int = 256
    width: int = 128
    layers: int = 4
    heads: int = 4
    context: int = 128
    hidden: int = 512


@dataclass(frozen=True)
class InnerConfig:
    """AdamW of a worker's own steps; the schedule counts steps over all rounds."""

    steps: int = 15
    """Steps a round (H)."""
    batch: int = 8
    """Sequences a step."""
    learning_rate: float = 2e-3
    betas: tuple[float, float] = (0.9, 0.95)
    epsilon: float = 1e-8
    weight_decay: float = 0.1
    clip: float = 1.0
    """Largest norm of a gradient."""
    warm_up: int = 30
    """Steps until the full learning rate."""
    total_steps: int = 600
    """Steps until the lowest learning rate, a tenth, along a cosine."""


@dataclass(frozen=True)
class OuterConfig:
    """Compression, error feedback and the outer step."""

    keep: int = 128
    """Values kept of each block of 4096 (k)."""
    decay: float = 0.95
    """Part of the error buffer that lasts (beta)."""
    learning_rate: float = 1.0
    """Of the outer step (alpha)."""
    rule: Rule = Rule.UNION_MEAN
    clip_norms: bool = True
    """Whether an update longer than the median is scaled down to it."""


@dataclass(frozen=True)
class RunConfig:
    """The configuration of a run."""

    model: ModelConfig = field(default_factory=ModelConfig)
    inner: InnerConfig = field(default_factory=InnerConfig)
    outer: OuterConfig = field(default_factory=OuterConfig)
    corpus: str = ""
    """SHA-256 of the text, in hex."""
    corpus_bytes: int = 0
    """Its length."""
    shipped: bool = True
    """Whether the text is that of `corpus`.  Otherwise it lies beside this configuration."""
    shards: int = 4
    """Contiguous parts that the training text is cut into."""
    seed: int = 0
    """Of the model's first weights."""
    after: str = ""
    """Root of the last parameters of the run that this one continues, in hex."""
    version: int = VERSION

    def to_json(self) -> bytes:
        """The canonical text: sorted keys, no spaces."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)

    def hash(self) -> bytes:
        """SHA-256 of the canonical text."""
        return hashlib.sha256(self.to_json()).digest()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a configuration; settings that are left out have their defaults.

        Errors: ValueError for another version, and for settings that do not exist.
        """
        found: object = orjson.loads(text)
        if not isinstance(found, dict) or found.get("version") != VERSION:
            raise ValueError(f"not a run configuration of version {VERSION}")
        try:
            made = msgspec.convert(found, cls)
        except msgspec.ValidationError as error:
            raise ValueError(f"not a run configuration: {error}") from error
        unknown = sorted(_unknown(found, asdict(made)))
        if unknown:
            raise ValueError(f"a run configuration has no {', '.join(unknown)}")
        return made


def _unknown(found: dict[str, object], known: dict[str, object], within: str = "") -> Iterator[str]:
    """Names of settings that do not exist."""
    for name, value in found.items():
        if name not in known:
            yield within + name
        elif isinstance(value, dict) and isinstance(inner := known[name], dict):
            yield from _unknown(value, inner, f"{name}.")
