"""What the calls of AdminUtils have in common: who may change what, and in which order to ask."""

from __future__ import annotations

from typing import Any, Final

from pysubtensor.frame.error import ensure
from pysubtensor.frame.hashers import blake2_128_concat
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.admin_utils.errors import NotPermittedOnRootSubnet, SubnetDoesNotExist
from pysubtensor.pallets.admin_utils.services import Config
from pysubtensor.pallets.admin_utils.types import Precompile

ROOT_NETUID: Final = 0


class Base(Pallet[Config]):
    """Storage and the steps that most calls consist of."""

    precompile_enable = Map[Precompile, bool](blake2_128_concat, default=True)
    """May the EVM use this contract of the chain?"""

    def ensure_exists(self, netuid: NetUid) -> None:
        """Errors: SubnetDoesNotExist."""
        ensure(self.config.settings.exists(netuid), SubnetDoesNotExist)

    def ensure_not_root(self, netuid: NetUid) -> None:
        """Errors: NotPermittedOnRootSubnet."""
        ensure(netuid != ROOT_NETUID, NotPermittedOnRootSubnet)

    def by_root(self, origin: Origin, name: str, value: Any) -> None:
        """Change a setting of the chain.  Errors: BadOrigin; of the setting's check."""
        ensure_root(origin)
        self.config.settings.put(name, value)

    def ensure_root_now(self, origin: Origin, netuid: NetUid) -> None:
        """Errors: BadOrigin; AdminActionProhibitedDuringWeightsWindow; SubnetDoesNotExist."""
        ensure_root(origin)
        self.config.settings.ensure_open(netuid)
        self.ensure_exists(netuid)

    def by_root_now(self, origin: Origin, netuid: NetUid, name: str, value: Any) -> None:
        """Change a setting of a subnet when no epoch is near.  Errors: of `ensure_root_now`."""
        self.ensure_root_now(origin, netuid)
        self.config.settings.put_for(netuid, name, value)

    def by_root_any_time(self, origin: Origin, netuid: NetUid, name: str, value: Any) -> None:
        """Change a setting of a subnet.  Errors: BadOrigin; SubnetDoesNotExist."""
        ensure_root(origin)
        self.ensure_exists(netuid)
        self.config.settings.put_for(netuid, name, value)

    def allow(self, origin: Origin, netuid: NetUid, name: str) -> AccountId | None:
        """The owner who may change a setting now, None for root.

        Errors: BadOrigin; TxRateLimitExceeded; AdminActionProhibitedDuringWeightsWindow;
        SubnetDoesNotExist.
        """
        owner = self.config.settings.allow(origin, netuid, name)
        self.ensure_exists(netuid)
        return owner

    def by_owner(self, origin: Origin, netuid: NetUid, name: str, value: Any) -> None:
        """Change a setting as the owner, or as root.  Errors: of `allow`."""
        owner = self.allow(origin, netuid, name)
        self.config.settings.put_for(netuid, name, value, owner)

    def by_owner_anywhere(self, origin: Origin, netuid: NetUid, name: str, value: Any) -> None:
        """The same without asking whether the subnet exists."""
        owner = self.config.settings.allow(origin, netuid, name)
        self.config.settings.put_for(netuid, name, value, owner)
