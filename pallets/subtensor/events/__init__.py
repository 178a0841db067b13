"""Events of SubtensorModule, by concern."""

from __future__ import annotations

from typing import Final

from pysubtensor.pallets.subtensor.events import hyperparameters, keys, networks, staking, weights

PARTS: Final = tuple(each.__name__ for each in (hyperparameters, keys, networks, staking, weights))
"""The modules that declare them."""
