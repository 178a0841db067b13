"""A made-up main network: many subnets with pools, stakes and full weights, from a few numbers."""

from pysubtensor.genesis.mainnet_like.size import Size

__all__ = ["Size"]
