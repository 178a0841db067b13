"""Settings by name, for the pallet that lets root and the owners of subnets change them."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor import rate_limits
from pysubtensor.pallets.subtensor.hyperparameters.table import EVERYWHERE, PER_SUBNET
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners


class Settings:
    """Reads and changes the settings of the chain and of its subnets."""

    def __init__(self, sub: Storage) -> None:
        self.sub = sub

    def exists(self, netuid: NetUid) -> bool:
        """Is there such a subnet?"""
        return self.sub.networks_added[netuid]

    def constant(self, name: str) -> Any:
        """A value that the runtime was built with."""
        return getattr(self.sub.config, name)

    def get(self, name: str) -> Any:
        """A setting of the chain."""
        return getattr(self.sub, name).get()

    def of(self, netuid: NetUid, name: str) -> Any:
        """A setting of a subnet, or its size `subnetwork_n`."""
        return getattr(self.sub, name)[netuid]

    def ensure_owner_or_root(self, origin: Origin, netuid: NetUid) -> AccountId | None:
        """The owner who signed, None for root.  Errors: BadOrigin."""
        return owners.ensure_owner_or_root(self.sub, origin, netuid)

    def ensure_open(self, netuid: NetUid) -> None:
        """Errors: AdminActionProhibitedDuringWeightsWindow."""
        owners.ensure_settings_open(self.sub, netuid)

    def allow(self, origin: Origin, netuid: NetUid, name: str) -> AccountId | None:
        """The owner who may change a setting now, None for root.

        Errors: BadOrigin; TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow.
        """
        owner = self.ensure_owner_or_root(origin, netuid)
        limit = PER_SUBNET[name].limit
        if owner is not None and limit is not None:
            owners.ensure_within_limits(self.sub, owner, netuid, limit)
        self.ensure_open(netuid)
        return owner

    def put(self, name: str, value: Any) -> None:
        """Change a setting of the chain.  Errors: those of its check."""
        setting = EVERYWHERE[name]
        if setting.check is not None:
            setting.check(self.sub, value)
        if setting.put is not None:
            setting.put(self.sub, value)
        else:
            getattr(self.sub, name).put(value)
        if setting.event is not None:
            self.sub.emit(setting.event(value))

    def put_for(
        self, netuid: NetUid, name: str, value: Any, owner: AccountId | None = None
    ) -> None:
        """Change a setting of a subnet, for its `owner` or for root.  Errors: of its check."""
        setting = PER_SUBNET[name]
        if setting.check is not None:
            setting.check(self.sub, netuid, value)
        if setting.put is not None:
            setting.put(self.sub, netuid, value)
        else:
            getattr(self.sub, name)[netuid] = value
        if setting.event is not None:
            self.sub.emit(setting.event(netuid, value))
        if owner is not None and setting.limit is not None:
            rate_limits.record(self.sub, setting.limit, owner, netuid)
