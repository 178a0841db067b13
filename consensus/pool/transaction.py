"""One transaction as the pool keeps it."""

from dataclasses import dataclass

from pysubtensor.frame.primitives import U64_MAX, Hash
from pysubtensor.frame.validity import ValidTransaction

NEVER = -1
"""Number of the block at which a transaction was checked that has to be checked next."""

type_bytes = bytes  # the name `bytes` means a field within the class


@dataclass(slots=True, eq=False)
class PoolTransaction:
    """A valid transaction and where it stands.  Only the pool changes it."""

    hash: Hash
    """Blake2b-256 of `bytes`."""
    bytes: type_bytes
    """The encoded extrinsic with its length prefix, as it was sent."""
    validity: ValidTransaction
    """What the runtime said of it last."""
    order: int
    """Counts up with each entry into a queue: the smaller, the longer it is there."""
    checked_at: int
    """Number of the block on whose state the runtime was asked last."""
    valid_till: int
    """Number of the block from which on it is stale."""
    needs: set[type_bytes]
    """Tags it requires that the chain does not provide so far; other transactions have to."""

    def rank(self) -> tuple[int, int, int]:
        """Sorts the better first: priority, then the shorter life, then the longer wait."""
        return (-self.validity.priority, self.valid_till, self.order)

    def judged(self, validity: ValidTransaction, head: int) -> None:
        """The runtime found `validity` on the state of block `head`."""
        self.validity = validity
        self.checked_at = head
        self.valid_till = deadline(validity, head)


def deadline(validity: ValidTransaction, head: int) -> int:
    """Number of the block from which on a transaction judged at block `head` is stale."""
    return min(head + validity.longevity, U64_MAX)
