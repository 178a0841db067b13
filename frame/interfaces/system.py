"""What pallets may ask of the pallet that keeps the open block and its accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pysubtensor.frame.interfaces.currency import AccountData
from pysubtensor.frame.primitives import AccountId, BlockNumber, Hash, Nonce

if TYPE_CHECKING:
    from pysubtensor.frame.header import DigestItem, PreRuntime


class AccountRecord(Protocol):
    """What is kept for one account."""

    @property
    def nonce(self) -> Nonce:
        """Transactions sent."""

    @property
    def consumers(self) -> int:
        """What needs the account."""

    @property
    def providers(self) -> int:
        """What keeps it alive for others."""

    @property
    def sufficients(self) -> int:
        """What keeps it alive for itself."""

    @property
    def data(self) -> AccountData:
        """Its money."""


class Accounts(Protocol):
    """All accounts; one that does not exist reads as the default record."""

    def __getitem__(self, who: AccountId, /) -> AccountRecord: ...


class AccountServices(Protocol):
    """The System pallet, as far as the keeper of the money needs it."""

    @property
    def account(self) -> Accounts:
        """All accounts."""

    def set_data(self, who: AccountId, data: AccountData) -> None:
        """Store the money part; an account that nothing provides for vanishes."""

    def inc_providers(self, who: AccountId) -> bool:
        """One provider more; True when that created the account."""

    def dec_providers(self, who: AccountId) -> bool:
        """One provider less; True when that killed the account.  Errors: ConsumerRemaining."""

    def inc_consumers(self, who: AccountId, *, limited: bool = True) -> None:
        """One user more that needs the account.  Errors: NoProviders; TooManyConsumers."""

    def dec_consumers(self, who: AccountId) -> None:
        """One user less."""


class SystemServices(Protocol):
    """The System pallet, as far as pallets outside of the kernel need it."""

    def block_number(self) -> BlockNumber:
        """Number of the open block."""

    def parent_block_hash(self) -> Hash:
        """Hash of the block before it."""

    def block_hash_of(self, number: BlockNumber) -> Hash:
        """Hash of a former block; zeros for one that is forgotten or yet to come."""

    def extrinsic_index(self) -> int:
        """Index of the extrinsic under way; 0 outside of extrinsics."""

    def deposit_log(self, item: DigestItem) -> None:
        """Add a log to the header of the open block."""

    def pre_runtime_logs(self) -> Sequence[PreRuntime]:
        """What the author wrote into the header before execution."""
