"""SubtensorModule: subnets, neurons, stakes and emission, joined from their parts.

storage/  its items      calls/  its calls      events/, errors.py  its events and errors
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.call import Call
from pysubtensor.frame.primitives import AccountId, BlockNumber
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.subtensor import errors, events, genesis
from pysubtensor.pallets.subtensor.calls import Calls
from pysubtensor.pallets.subtensor.calls.faucet import FaucetCalls
from pysubtensor.pallets.subtensor.coinbase import block_step
from pysubtensor.pallets.subtensor.storage.order import WIRE_ORDER

PARTS: Final = (*events.PARTS, errors.__name__)
"""Modules that declare events and errors."""


class SubtensorModule(Calls, crate="pallet_subtensor", parts=PARTS, order=WIRE_ORDER):
    """Subnets: their neurons, stakes, weights and emissions."""

    storage_version = 7
    associated_types = {"RuntimeCall": Call, "SudoRuntimeCall": Call}

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Emission, epochs and all else that a block begins with."""
        return block_step.on_initialize(self, now)

    def genesis_build(self, owner: AccountId, owner_hotkey: AccountId) -> None:
        """Subnets 0 and 1; `owner` and `owner_hotkey` are root's."""
        genesis.build(self, owner, owner_hotkey)


class SubtensorWithFaucet(
    FaucetCalls, SubtensorModule, crate="pallet_subtensor", parts=PARTS, order=WIRE_ORDER
):
    """The same in builds with a faucet."""
