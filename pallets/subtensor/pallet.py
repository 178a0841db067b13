"""SubtensorModule: subnets, neurons, stakes and emission, joined from their parts."""

from __future__ import annotations

from pallets.subtensor.storage import Storage
from pallets.subtensor.storage.order import WIRE_ORDER
from runtime.frame.call import Call


class SubtensorModule(Storage, crate="pallet_subtensor", order=WIRE_ORDER):
    """Subnets: their neurons, stakes, weights and emissions."""

    storage_version = 7
    associated_types = {"RuntimeCall": Call, "SudoRuntimeCall": Call}
