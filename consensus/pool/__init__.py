"""The transaction pool: what has been sent and may still be put into a block.

A transaction is *ready* when every tag it requires is provided by the chain or by another ready
transaction, else it waits in the *future* queue.  `pool` decides, `ready` and `future` hold,
`status` tells those who watch.  The pool and its watchers belong to one thread.
"""

from pysubtensor.consensus.pool.errors import (
    AlreadyImported,
    BadFormat,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    TemporarilyBanned,
    TooLowPriority,
    TransactionInvalid,
    TransactionUnknown,
    Unactionable,
)
from pysubtensor.consensus.pool.pool import PoolLimits, PoolStats, TransactionPool
from pysubtensor.consensus.pool.ready import BestTransactions
from pysubtensor.consensus.pool.status import StatusKind, TransactionStatus, Watcher
from pysubtensor.consensus.pool.transaction import PoolTransaction

__all__ = [
    "AlreadyImported",
    "BadFormat",
    "BestTransactions",
    "CycleDetected",
    "ImmediatelyDropped",
    "NoTagsProvided",
    "PoolError",
    "PoolLimits",
    "PoolStats",
    "PoolTransaction",
    "StatusKind",
    "TemporarilyBanned",
    "TooLowPriority",
    "TransactionInvalid",
    "TransactionPool",
    "TransactionStatus",
    "TransactionUnknown",
    "Unactionable",
    "Watcher",
]
