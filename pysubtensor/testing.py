"""Property tests of mechanisms: hypothesis strategies, and a machine that plays an economy.

    from hypothesis.stateful import invariant
    from pysubtensor.testing import EconomyMachine

    class Fair(EconomyMachine):
        @invariant()
        def nobody_is_cheated(self):
            assert self.d.free("//Dave") <= 2_000 * TAO

    TestFair = Fair.TestCase

What fails is shrunk, and printed with a script that replays it on a node.
"""

from pysubtensor.face.scratch import Scratch
from pysubtensor.face.testing.base import ChainMachine, Neuron
from pysubtensor.face.testing.machine import EconomyMachine
from pysubtensor.face.testing.strategies import (
    Step,
    accounts,
    alpha,
    call_sequences,
    hotkeys,
    networks,
    rao,
    settings_of_subnets,
    weight_rows,
)

__all__ = [
    "ChainMachine",
    "EconomyMachine",
    "Neuron",
    "Scratch",
    "Step",
    "accounts",
    "alpha",
    "call_sequences",
    "hotkeys",
    "networks",
    "rao",
    "settings_of_subnets",
    "weight_rows",
]
