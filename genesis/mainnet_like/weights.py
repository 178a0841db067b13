"""Full rows of weights: every validator has an opinion of every neuron.

Each miner has a worth with a heavy tail; a validator sees it within an eighth and scales its row so
that the largest weight is 65535.  The owner's neuron and the validators are worth little.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pysubtensor.frame.primitives import U16_MAX
from pysubtensor.genesis.mainnet_like.draws import Draws
from pysubtensor.genesis.mainnet_like.size import Size

WORTH_OF_VALIDATORS = 10


def rows(draws: Draws, size: Size, subnet: int) -> Iterator[list[int]]:
    """The row of each validator of a subnet, a weight for each uid."""
    first_miner = size.validators + 1
    mined = [draws.heavy("worth", subnet, uid) for uid in range(first_miner, size.neurons)]
    worth = np.array([WORTH_OF_VALIDATORS] * first_miner + mined, dtype=np.int64)
    for number in range(size.validators):
        seen = worth * _views(draws, size.neurons, subnet, number)
        row: list[int] = (seen * U16_MAX // seen.max()).tolist()
        yield row


def _views(draws: Draws, count: int, subnet: int, number: int) -> NDArray[np.int64]:
    """Factors from 896 to 1151."""
    octets = draws.octets(count, "view", subnet, number)
    return np.frombuffer(octets, dtype=np.uint8).astype(np.int64) + 896
