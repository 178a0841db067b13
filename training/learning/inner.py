"""Inner steps: AdamW on the worker's own data, from the shared parameters of the round.

The optimiser's state stays from round to round and never leaves the worker.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from pysubtensor.pallets.training.payload.numbers import LIMIT, ONE, Int32
from pysubtensor.training.learning.config import InnerConfig
from pysubtensor.training.learning.model import Gpt

LOWEST, HIGHEST = -(1 << 31), (1 << 31) - 1
"""Of an int32."""


@dataclass(frozen=True)
class InnerResult:
    """Losses, in nats, and counts of the inner steps of a round."""

    first_loss: float
    last_loss: float
    steps: int
    tokens: int


def rate_at(config: InnerConfig, step: int) -> float:
    """The learning rate of a step: a rise, then a cosine down to a tenth."""
    if step < config.warm_up:
        return config.learning_rate * (step + 1) / config.warm_up
    span = max(config.total_steps - config.warm_up, 1)
    part = min((step - config.warm_up) / span, 1.0)
    return config.learning_rate * (0.1 + 0.45 * (1 + math.cos(math.pi * part)))


class InnerLoop:
    """A model with its optimiser."""

    def __init__(self, model: Gpt, config: InnerConfig, *, half: bool = False) -> None:
        """`half`: bfloat16 where torch chooses it; parameters and optimiser stay as they are."""
        self.model, self.config, self.half = model, config, half
        self.device = next(model.parameters()).device
        self.optimiser = torch.optim.AdamW(
            model.parameters(),
            lr=config.learning_rate,
            betas=config.betas,
            eps=config.epsilon,
            weight_decay=config.weight_decay,
        )
        self.step = 0
        """Steps so far, over all rounds; it decides the learning rate."""

    def run(self, batches: Iterable[Tensor]) -> InnerResult:
        """One step for each batch."""
        losses, tokens = [], 0
        for batch in batches:
            losses.append(self.take(batch))
            tokens += batch.shape[0] * (batch.shape[1] - 1)
        return InnerResult(losses[0], losses[-1], len(losses), tokens)

    def take(self, batch: Tensor) -> float:
        """Make one step, and return the loss before it."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.config, self.step)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            loss = self.model.loss(batch.to(self.device))
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimiser.step()
        self.step += 1
        return float(loss.detach())


# -- the shared parameters, which are integers, and the model's, which are floats ------------------


def load(model: Gpt, parameters: Iterable[Int32]) -> None:
    """Give the model the shared parameters, (rows, columns) each, in their order."""
    with torch.no_grad():
        for held, shared in zip(model.parameters(), parameters, strict=True):
            values = _beside(held, shared).double() / ONE
            held.copy_(values.reshape(held.shape))


def read(model: Gpt) -> list[Int32]:
    """The model's parameters as integers, rounded to the nearest, halves to even."""
    return [_rounded(held).cpu().numpy() for held in model.parameters()]


def moved(before: Iterable[Int32], model: Gpt) -> list[Tensor]:
    """The update, or pseudo-gradient: parameters before less those of the model, cut to the limit.

    Integers, on the device of the model.
    """
    pairs = zip(before, model.parameters(), strict=True)
    return [
        (_beside(held, shared).long() - _rounded(held)).clamp(-LIMIT, LIMIT).int()
        for shared, held in pairs
    ]


def _rounded(held: torch.nn.Parameter) -> Tensor:
    """Saturated, so that all devices make the same of what no int32 can hold."""
    scaled = torch.nan_to_num(torch.round(held.detach().double() * ONE), nan=0.0)
    rows = held.shape[0] if held.dim() == 2 else 1
    return scaled.clamp(LOWEST, HIGHEST).int().reshape(rows, -1)


def _beside(held: torch.nn.Parameter, shared: Int32) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(shared)).to(held.device)
