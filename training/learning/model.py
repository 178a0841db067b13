"""A small GPT over bytes: what the demo trains.

Pre-norm blocks, gains without biases, the embedding tied to the output.  Parameters go by name in
the order of `named_parameters`, which is the order of the wire.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as f

from pysubtensor.training.learning.config import ModelConfig


class Norm(nn.Module):
    """RMS norm with a gain."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Scale each vector to unit mean square, times the gain."""
        return f.rms_norm(x, self.gain.shape, self.gain, eps=1e-6)


class TransformerBlock(nn.Module):
    """Attention and feed-forward, each added to its normed input."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.before_attention = Norm(config.width)
        self.mix = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.before_hidden = Norm(config.width)
        self.up = nn.Linear(config.width, config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, length, width) to the same shape."""
        x = x + self._attend(self.before_attention(x))
        return x + self.down(f.gelu(self.up(self.before_hidden(x))))

    def _attend(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        parts = self.mix(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = f.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width))


class Gpt(nn.Module):
    """The model."""

    def __init__(self, config: ModelConfig, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocabulary, config.width)
        self.places = nn.Embedding(config.context, config.width)
        self.blocks = nn.ModuleList(TransformerBlock(config) for _ in range(config.layers))
        self.last = Norm(config.width)
        self._initialise(seed)

    def _initialise(self, seed: int) -> None:
        """Normal weights of deviation 0.02, smaller where layers add up; the same everywhere."""
        generator = torch.Generator().manual_seed(seed)
        shrink = 1 / math.sqrt(2 * self.config.layers)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                residual = name.endswith((".out.weight", ".down.weight"))
                deviation = 0.02 * (shrink if residual else 1)
                nn.init.normal_(parameter, 0.0, deviation, generator=generator)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (batch, length, vocabulary) of (batch, length) tokens."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.tokens(tokens) + self.places(places)
        for block in self.blocks:
            x = block(x)
        return f.linear(self.last(x), self.tokens.weight)

    def loss(self, sequences: Tensor) -> Tensor:
        """Mean cross entropy, in nats, of each token by those before it."""
        logits = self(sequences[:, :-1])
        return f.cross_entropy(logits.flatten(0, 1), sequences[:, 1:].flatten())


def shapes(model: nn.Module) -> dict[str, tuple[int, ...]]:
    """The parameters by name, in the order of the wire."""
    return {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
