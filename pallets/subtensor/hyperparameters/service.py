"""Hyperparameters of the chain and of subnets, as root and the owners of subnets change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.storage import Item, Map, Value
from pysubtensor.pallets.subtensor import rate_limits
from pysubtensor.pallets.subtensor.config import Config
from pysubtensor.pallets.subtensor.hyperparameters.table import EVERYWHERE, PER_SUBNET, Setting
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners

V = TypeVar("V")


class HyperparameterService:
    """Changes hyperparameters, each given by its storage item: `service.items.tempo`."""

    def __init__(self, sub: Storage) -> None:
        self.sub = sub

    @property
    def items(self) -> Storage:
        """The storage items, of which those in `table` are hyperparameters."""
        return self.sub

    @property
    def constants(self) -> Config:
        """What the runtime was built with."""
        return self.sub.config

    def exists(self, netuid: NetUid) -> bool:
        """Whether there is such a subnet."""
        return self.sub.networks_added[netuid]

    def ensure_owner_or_root(self, origin: Origin, netuid: NetUid) -> AccountId | None:
        """The owner who signed, None for root.  Errors: BadOrigin."""
        return owners.ensure_owner_or_root(self.sub, origin, netuid)

    def ensure_open(self, netuid: NetUid) -> None:
        """Refuse changes near an epoch.  Errors: AdminActionProhibitedDuringWeightsWindow."""
        owners.ensure_settings_open(self.sub, netuid)

    def allow(self, origin: Origin, netuid: NetUid, item: Map[NetUid, V]) -> AccountId | None:
        """The owner who may change a hyperparameter now, None for root.

        Errors: BadOrigin; TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow.
        """
        owner = self.ensure_owner_or_root(origin, netuid)
        limit = _setting(PER_SUBNET, item).limit
        if owner is not None and limit is not None:
            owners.ensure_within_limits(self.sub, owner, netuid, limit)
        self.ensure_open(netuid)
        return owner

    def put(self, item: Value[V], value: V) -> None:
        """Change a hyperparameter of the chain.  Errors: those of its check."""
        setting = _setting(EVERYWHERE, item)
        if setting.check is not None:
            setting.check(self.sub, value)
        if setting.put is not None:
            setting.put(self.sub, value)
        else:
            item.put(value)
        if setting.event is not None:
            self.sub.emit(setting.event(value))

    def put_for(
        self, netuid: NetUid, item: Map[NetUid, V], value: V, owner: AccountId | None = None
    ) -> None:
        """Change a hyperparameter of a subnet, for its `owner` or for root.

        Errors: those of its check.
        """
        setting = _setting(PER_SUBNET, item)
        if setting.check is not None:
            setting.check(self.sub, netuid, value)
        if setting.put is not None:
            setting.put(self.sub, netuid, value)
        else:
            item[netuid] = value
        if setting.event is not None:
            self.sub.emit(setting.event(netuid, value))
        if owner is not None and setting.limit is not None:
            rate_limits.record(self.sub, setting.limit, owner, netuid)


def _setting(table: Mapping[Item[Any], Setting], item: Item[Any]) -> Setting:
    """What the table says of an item, which a pallet has its own copy of."""
    return table[getattr(Storage, item.attribute)]
