"""The System pallet, as far as others need it: pallets its accounts, the executive its block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pysubtensor.frame.interfaces.currency import AccountData
from pysubtensor.frame.primitives import AccountId, BlockNumber, Hash, Nonce

if TYPE_CHECKING:
    from pysubtensor.frame.error import DispatchFailure
    from pysubtensor.frame.event import Event
    from pysubtensor.frame.header import Digest, DigestItem, PreRuntime
    from pysubtensor.frame.storage import Value
    from pysubtensor.frame.weights import DispatchClass, DispatchInfo, PostInfo, Weight


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


class BlockSystem(SystemServices, Protocol):
    """The System pallet, as far as the executive needs it to open, fill and close a block."""

    @property
    def parent_hash(self) -> Value[Hash]:
        """Hash of the open block's parent."""

    @property
    def digest(self) -> Value[Digest]:
        """The logs in the header of the open block."""

    @property
    def inherents_applied(self) -> Value[bool]:
        """Whether the inherents of the open block have all run."""

    def is_block_open(self) -> bool:
        """Whether a block has been initialized and not yet finalized."""

    def reset_events(self) -> None:
        """Forget the events of the last block."""

    def initialize(self, number: BlockNumber, parent_hash: Hash, digest: Digest) -> None:
        """Open block `number` on `parent_hash`."""

    def note_finished_initialize(self) -> None:
        """All `on_initialize` hooks have run; extrinsics follow."""

    def note_extrinsic(self, data: bytes) -> None:
        """Store the bytes of the extrinsic that is about to run."""

    def note_applied(
        self, info: DispatchInfo, post: PostInfo, failure: DispatchFailure | None
    ) -> None:
        """Emit how the extrinsic ended and count it."""

    def note_finished_extrinsics(self) -> None:
        """All extrinsics have run; `on_idle` and `on_finalize` follow."""

    def finalize(self) -> list[bytes]:
        """Close the block; gives its extrinsics."""

    def register_weight(self, used: Weight, dispatch_class: DispatchClass) -> None:
        """Add to the weight of the open block without asking for its limits."""

    def base_block_weight(self) -> Weight:
        """What a block weighs before anything is in it."""

    def remaining_block_weight(self) -> Weight:
        """What the open block may still weigh."""

    def deposit(self, event: Event, topics: tuple[Hash, ...]) -> None:
        """Add an event to the open block."""

    def call_filtered(self) -> DispatchFailure:
        """The error of a call that the filter of its origin refuses."""
