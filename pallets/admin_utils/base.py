"""What the calls of AdminUtils have in common: who may change what, and in which order to ask."""

from __future__ import annotations

from typing import Final, TypeVar

from pysubtensor.frame.error import ensure
from pysubtensor.frame.hashers import blake2_128_concat
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.admin_utils.errors import NotPermittedOnRootSubnet, SubnetDoesNotExist
from pysubtensor.pallets.admin_utils.services import Config, Items
from pysubtensor.pallets.admin_utils.types import Precompile

V = TypeVar("V")
ROOT_NETUID: Final = 0


class Base(Pallet[Config]):
    """Storage and the steps that most calls consist of."""

    precompile_enable = Map[Precompile, bool](blake2_128_concat, default=True)
    """Whether the EVM may use this contract of the chain."""

    @property
    def items(self) -> Items:
        """Where SubtensorModule keeps the hyperparameters."""
        return self.config.hyperparameters.items

    def ensure_exists(self, netuid: NetUid) -> None:
        """Errors: SubnetDoesNotExist."""
        ensure(self.config.hyperparameters.exists(netuid), SubnetDoesNotExist)

    def ensure_not_root(self, netuid: NetUid) -> None:
        """Errors: NotPermittedOnRootSubnet."""
        ensure(netuid != ROOT_NETUID, NotPermittedOnRootSubnet)

    def by_root(self, origin: Origin, item: Value[V], value: V) -> None:
        """Change a hyperparameter of the chain.  Errors: BadOrigin; of its check."""
        ensure_root(origin)
        self.config.hyperparameters.put(item, value)

    def ensure_root_now(self, origin: Origin, netuid: NetUid) -> None:
        """Errors: BadOrigin; AdminActionProhibitedDuringWeightsWindow; SubnetDoesNotExist."""
        ensure_root(origin)
        self.config.hyperparameters.ensure_open(netuid)
        self.ensure_exists(netuid)

    def by_root_now(self, origin: Origin, netuid: NetUid, item: Map[NetUid, V], value: V) -> None:
        """The same when no epoch is near.  Errors: those of `ensure_root_now`."""
        self.ensure_root_now(origin, netuid)
        self.config.hyperparameters.put_for(netuid, item, value)

    def by_root_any_time(
        self, origin: Origin, netuid: NetUid, item: Map[NetUid, V], value: V
    ) -> None:
        """Change a hyperparameter of a subnet.  Errors: BadOrigin; SubnetDoesNotExist."""
        ensure_root(origin)
        self.ensure_exists(netuid)
        self.config.hyperparameters.put_for(netuid, item, value)

    def allow(self, origin: Origin, netuid: NetUid, item: Map[NetUid, V]) -> AccountId | None:
        """The owner who may change a hyperparameter now, None for root.

        Errors: BadOrigin; TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow;
        SubnetDoesNotExist.
        """
        owner = self.config.hyperparameters.allow(origin, netuid, item)
        self.ensure_exists(netuid)
        return owner

    def by_owner(self, origin: Origin, netuid: NetUid, item: Map[NetUid, V], value: V) -> None:
        """Change a hyperparameter as the owner, or as root.  Errors: of `allow`."""
        owner = self.allow(origin, netuid, item)
        self.config.hyperparameters.put_for(netuid, item, value, owner)

    def by_owner_anywhere(
        self, origin: Origin, netuid: NetUid, item: Map[NetUid, V], value: V
    ) -> None:
        """Change a hyperparameter as the owner, or as root, also where there is no such subnet."""
        owner = self.config.hyperparameters.allow(origin, netuid, item)
        self.config.hyperparameters.put_for(netuid, item, value, owner)
