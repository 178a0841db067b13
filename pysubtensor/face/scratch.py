"""A devnet without state roots, seals and database, for many short experiments.

    with Devnet() as d, Scratch(d) as s:
        before = s.snapshot()
        s.stake("//Bob", 1, hotkey, TAO)
        s.mine(100)
        s.revert(before)

It does what `Devnet` does with the same transactions: same block numbers, fees, events and errors;
only block hashes differ.  The devnet must make no block before it is closed.
"""

from __future__ import annotations

from pysubtensor.client.addresses import account
from pysubtensor.client.signing import sign_with_zeros
from pysubtensor.client.view import Receipt
from pysubtensor.consensus.chain import Imported
from pysubtensor.consensus.ephemeral import EphemeralChain, EphemeralPoint
from pysubtensor.consensus.pool.errors import TransactionInvalid, TransactionUnknown
from pysubtensor.face.devnet import Devnet
from pysubtensor.face.economy import Economy, Signer
from pysubtensor.frame.call import Call
from pysubtensor.frame.validity import InvalidTransaction, UnknownTransaction
from pysubtensor.runtime.executive import extrinsic_hash


class Scratch(Economy):
    """A chain of ephemeral blocks on top of a devnet's; signatures are not needed."""

    def __init__(self, devnet: Devnet) -> None:
        super().__init__(devnet.runtime)
        self._ephemeral = EphemeralChain(devnet.node)

    def close(self) -> None:
        """Undo all blocks; then the devnet can make blocks again."""
        self._ephemeral.close()

    def send(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Put `call` in a block of its own, and return its receipt.  Errors: PoolError."""
        who = account(signer)
        nonce = self.system.account_nonce(who)
        data = sign_with_zeros(self.runtime, call, who, nonce=nonce, tip=tip)
        try:
            block = self._ephemeral.make_block(data, signer=who)
        except InvalidTransaction as error:
            raise TransactionInvalid(error) from error
        except UnknownTransaction as error:
            raise TransactionUnknown(error) from error
        return self.receipt(extrinsic_hash(data), block, len(block.extrinsics) - 1)

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks."""
        return [self._ephemeral.make_block() for _ in range(count)]

    def snapshot(self) -> EphemeralPoint:
        """Take a snapshot, for `revert`."""
        return self._ephemeral.point()

    def revert(self, snapshot: EphemeralPoint) -> None:
        """Go back to a snapshot, which can be used again."""
        self._ephemeral.revert(snapshot)
