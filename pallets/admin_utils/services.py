"""What the runtime supplies to AdminUtils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pysubtensor.frame.interfaces.authorities import Voter
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U64, AccountId, BlockNumber, NetUid


class Settings(Protocol):
    """The settings of the chain and its subnets by name, and who may change them when."""

    def exists(self, netuid: NetUid) -> bool:
        """Is there such a subnet?"""

    def constant(self, name: str) -> Any:
        """A value that the runtime was built with."""

    def get(self, name: str) -> Any:
        """A setting of the chain."""

    def of(self, netuid: NetUid, name: str) -> Any:
        """A setting of a subnet."""

    def ensure_owner_or_root(self, origin: Origin, netuid: NetUid) -> AccountId | None:
        """The owner who signed, None for root.  Errors: BadOrigin."""

    def ensure_open(self, netuid: NetUid) -> None:
        """Refuse changes shortly before an epoch."""

    def allow(self, origin: Origin, netuid: NetUid, name: str) -> AccountId | None:
        """The owner who may change a setting now, None for root.  Errors: BadOrigin; others."""

    def put(self, name: str, value: Any) -> None:
        """Change a setting of the chain and tell of it."""

    def put_for(
        self, netuid: NetUid, name: str, value: Any, owner: AccountId | None = None
    ) -> None:
        """Change a setting of a subnet and tell of it; remember when its `owner` did so."""


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    settings: Settings
    change_authors: Callable[[tuple[bytes, ...]], None]
    """Let others write the blocks."""
    schedule_voters: Callable[[tuple[Voter, ...], BlockNumber, BlockNumber | None], None]
    """Let others vote on finality, that many blocks from now."""
    set_evm_chain_id: Callable[[U64], None]
    """Set the number of the chain that Ethereum transactions name."""
