"""The call that only local and test chains have."""

from __future__ import annotations

from pallets.subtensor.storage import Storage
from runtime.frame.call import call
from runtime.frame.origin import Origin
from runtime.frame.weights import Pays, weight
from runtime.primitives import U64


class FaucetCalls(Storage):
    """Money for work."""

    @call(60, weight=weight(91_000_000, reads=27, writes=22), pays_fee=Pays.NO, implemented=False)
    def faucet(self, origin: Origin, block_number: U64, nonce: U64, work: bytes) -> None:
        """Give the caller money for work.

        Errors: FaucetDisabled; InvalidWorkBlock; InvalidDifficulty; InvalidSeal.
        """
