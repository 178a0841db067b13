"""The call that only local and test chains have."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U64
from pysubtensor.frame.weights import Pays, weight
from pysubtensor.pallets.subtensor.neurons import faucet
from pysubtensor.pallets.subtensor.storage import Storage


class FaucetCalls(Storage):
    """Money for work."""

    @call(60, weight=weight(91_000_000, reads=27, writes=22), pays_fee=Pays.NO)
    def faucet(self, origin: Origin, block_number: U64, nonce: U64, work: bytes) -> None:
        """Give the sender 1,000 TAO for a proof of work.

        Origin: signed by anyone.
        - `block_number`: number of the block that the work was done for, one of the last 3.
        - `nonce`: number that was found.
        - `work`: the seal hash of block, nonce and sender.

        Errors: InvalidWorkBlock, InvalidDifficulty, InvalidSeal.
        """
        faucet.give(self, ensure_signed(origin), block_number, nonce, work)
