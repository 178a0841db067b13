"""Blocks that are executed and nothing else: no state root, no seal, no database.

For many short trials, such as those of property tests: what a trial wrote is taken back through
the journal of the live state.  Signatures are not checked.  Numbers and events are those of real
blocks; hashes are not, as there is no state root in them.
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.consensus.authoring.aura import pre_digest
from pysubtensor.consensus.chain import Imported
from pysubtensor.consensus.node import Node
from pysubtensor.frame.header import Digest
from pysubtensor.frame.primitives import U32, ZERO_HASH, AccountId, BlockNumber, Hash


class EphemeralPoint(NamedTuple):
    """Where an ephemeral chain stood."""

    mark: tuple[int, int]
    head: Hash


class EphemeralChain:
    """Blocks on top of a node's best one; until `close` the node must make none itself."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.state = node.chain.runtime.state
        self.head = Hash(node.chain.best.hash)
        """Hash of the newest block."""
        self._system = node.chain.runtime.system
        self._start = self.point()

    def make_block(self, *extrinsics: bytes, signer: AccountId | None = None) -> Imported:
        """Make the next block; those of `signer` need no good signature.

        Errors: TransactionValidityError when one has no place in the block; then there is none.
        """
        before = self.point()
        try:
            return self._make(extrinsics, signer)
        except BaseException:
            self.revert(before)
            raise

    def _make(self, extrinsics: tuple[bytes, ...], signer: AccountId | None) -> Imported:
        proposer, executive = self.node.proposer, self.node.chain.executive
        time = proposer.next_time()
        number = BlockNumber(U32(self._system.block_number() + 1))
        executive.initialize(number, self.head, Digest((pre_digest(time.slot),)))
        proposer.apply_inherents(time)
        for data in extrinsics:
            executive.apply(data, trusted=signer)
        body = executive.close()
        header = executive.header(body, ZERO_HASH)
        self.head = header.hash()
        return Imported(self.head, header, tuple(body), {})

    def point(self) -> EphemeralPoint:
        """The present, for `revert`."""
        return EphemeralPoint(self.state.mark(), self.head)

    def revert(self, point: EphemeralPoint) -> None:
        """Take back what came after a point, which stays usable."""
        self.state.rollback(point.mark)
        self.head = point.head

    def close(self) -> None:
        """Take everything back; the node may go on."""
        self.revert(self._start)
        self.state.events.clear()
