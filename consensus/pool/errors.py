"""Why the pool refuses a transaction: each refusal carries the code and texts clients see."""

from typing import ClassVar

from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.validity import (
    CustomInvalid,
    CustomUnknown,
    InvalidTransaction,
    UnknownTransaction,
)


class PoolError(Exception):
    """Root of the refusals: a JSON-RPC error with `code`, `message` and perhaps `data`."""

    code: ClassVar[int]
    message: str
    data: str | None = None

    def __str__(self) -> str:
        return f"{self.message}: {self.data}" if self.data else self.message


class BadFormat(PoolError):
    """The bytes are no extrinsic."""

    code = 1001

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = f"Extrinsic has invalid format: {reason}"


class TransactionInvalid(PoolError):
    """The runtime says the transaction can never be applied as it stands."""

    code = 1010
    message = "Invalid Transaction"

    def __init__(self, error: InvalidTransaction) -> None:
        super().__init__(error)
        self.error = error
        kind = error.kind
        self.data = f"Custom error: {kind.code}" if isinstance(kind, CustomInvalid) else str(error)


class TransactionUnknown(PoolError):
    """The runtime cannot tell whether the transaction is valid."""

    code = 1011
    message = "Unknown Transaction Validity"

    def __init__(self, error: UnknownTransaction) -> None:
        super().__init__(error)
        self.error = error
        kind = error.kind
        name = type(kind).__name__.removesuffix("Unknown")
        self.data = f"Custom({kind.code})" if isinstance(kind, CustomUnknown) else name


class TemporarilyBanned(PoolError):
    """It failed, or was in a block, a short while ago."""

    code = 1012
    message = "Transaction is temporarily banned"


class AlreadyImported(PoolError):
    """It is in the pool, or in a block that is not final yet."""

    code = 1013
    message = "Transaction Already Imported"
    data = "Any { .. }"
    """Not the hash: this is all the real node ever prints of it."""

    def __init__(self, tx_hash: Hash) -> None:
        super().__init__(tx_hash)
        self.hash = tx_hash


class TooLowPriority(PoolError):
    """Others in the pool provide the same tags (sender and nonce) with no less priority."""

    code = 1014
    data = (
        "The transaction has too low priority to replace another transaction already in the pool."
    )

    def __init__(self, old: int, new: int) -> None:
        super().__init__(old, new)
        self.old = old
        self.new = new
        self.message = f"Priority is too low: ({old} vs {new})"


class CycleDetected(PoolError):
    """It would depend on itself through others."""

    code = 1015
    message = "Cycle Detected"


class ImmediatelyDropped(PoolError):
    """The pool is full of better transactions."""

    code = 1016
    message = "Immediately Dropped"
    data = "The transaction couldn't enter the pool because of the limit"


class Unactionable(PoolError):
    """It must not be sent on, and this node makes no blocks."""

    code = 1018
    message = "Unactionable"
    data = (
        "The transaction is unactionable since it is not propagable and "
        "the local node does not author blocks"
    )


class NoTagsProvided(PoolError):
    """Nothing tells it from others, so the pool could not know when it is in a block."""

    code = 1019
    message = "No tags provided"
    data = "Transaction does not provide any tags, so the pool can't identify it"
