"""What System declares beside storage and calls: its Config, events and errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pysubtensor.frame.error import DispatchError, Error
from pysubtensor.frame.event import Event
from pysubtensor.frame.pallet import constant
from pysubtensor.frame.primitives import U16, AccountId, BlockNumber, Hash
from pysubtensor.pallets.system.types import (
    BlockLength,
    BlockWeights,
    DbWeight,
    DispatchEventInfo,
    RuntimeVersion,
)


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    block_weights: BlockWeights = constant(None, "How heavy blocks and extrinsics may be.")
    block_length: BlockLength = constant(None, "How many bytes of extrinsics a block may hold.")
    block_hash_count: BlockNumber = constant(
        2400, "For how many blocks the hash is kept in the state."
    )
    db_weight: DbWeight = constant(None, "What a read and a write of storage cost.")
    version: RuntimeVersion = constant(
        None, "Name and versions of this runtime, and the APIs it speaks."
    )
    ss58_prefix: U16 = constant(
        U16(42), "Number that addresses of this chain begin with.", name="SS58Prefix"
    )
    max_consumers: int = 16
    on_killed: list[Callable[[AccountId], None]] = field(default_factory=list)


class ExtrinsicSuccess(Event, index=0):
    """The call of an extrinsic went through."""

    dispatch_info: DispatchEventInfo


class ExtrinsicFailed(Event, index=1):
    """The call of an extrinsic was refused; its fee is paid all the same."""

    dispatch_error: DispatchError
    dispatch_info: DispatchEventInfo


class CodeUpdated(Event, index=2):
    """New bytes are stored under `:code`."""


class NewAccount(Event, index=3):
    """An account came to life."""

    account: AccountId


class KilledAccount(Event, index=4):
    """An account was removed; nothing kept it alive."""

    account: AccountId


class Remarked(Event, index=5):
    """Someone left a remark of this hash."""

    sender: AccountId
    hash: Hash


class UpgradeAuthorized(Event, index=6):
    """Code of this hash may now be applied by anyone."""

    code_hash: Hash
    check_version: bool


class RejectedInvalidAuthorizedUpgrade(Event, index=7):
    """An authorized upgrade was invalid and is refused for good."""

    code_hash: Hash
    error: DispatchError


class InvalidSpecName(Error, index=0):
    """The new code is of another chain."""


class SpecVersionNeedsToIncrease(Error, index=1):
    """The new code is not newer."""


class FailedToExtractRuntimeVersion(Error, index=2):
    """The new code does not tell its version."""


class NonDefaultComposite(Error, index=3):
    """The account still holds something."""


class NonZeroRefCount(Error, index=4):
    """The account is still referred to."""


class CallFiltered(Error, index=5):
    """This origin may not make this call now."""


class MultiBlockMigrationsOngoing(Error, index=6):
    """A migration is going on and forbids this."""


class NothingAuthorized(Error, index=7):
    """No upgrade was authorized."""


class Unauthorized(Error, index=8):
    """The submitted code is not the authorized one."""
