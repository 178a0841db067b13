"""Subnets whose settings root changes through AdminUtils."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.primitives import U64
from pysubtensor.pallets import admin_utils
from pysubtensor.pallets.admin_utils import AdminUtils
from pysubtensor.pallets.subtensor.hyperparameters import HyperparameterService
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.runtime.runtime import Entry
from tests.subtensor_chain import subtensor_entries
from tests.support import (
    ROOT,
    open_block,
    run,
    runtime_of,
)
from tests.unit.pallets.subtensor.networks.subnets_chain import TAO, SubnetChain


class GovernedChain(SubnetChain):
    """The chain of subnets with AdminUtils."""

    def __init__(self) -> None:
        admin = Entry(
            19,
            "AdminUtils",
            AdminUtils,
            lambda rt: admin_utils.Config(
                HyperparameterService(rt.get(SubtensorModule)),
                lambda _: None,
                lambda *_: None,
                lambda _: None,
            ),
        )
        self.runtime = runtime_of(*subtensor_entries(), admin, balances={})
        open_block(self.runtime)
        self.sub = self.runtime.get(SubtensorModule)
        self.set(ROOT, "sudo_set_network_rate_limit", rate_limit=U64(0))
        self.set(ROOT, "sudo_set_network_min_lock_cost", lock_cost=U64(100 * TAO))
        self.sub.network_last_lock_cost.put(U64(100 * TAO))

    def set(self, who: Any, name: str, /, **args: Any) -> None:
        run(self.runtime, who, "AdminUtils", name, **args)
