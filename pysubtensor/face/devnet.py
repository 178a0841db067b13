"""The chain without sockets: `Devnet`, for tests and notebooks.

    with Devnet() as d:
        receipt = d.transfer("//Alice", "//Bob", 5 * TAO)
        d.mine(10)
        before = d.snapshot()
        ...
        d.revert(before)

It is the same chain that `pysubtensor dev` serves: same pallets, blocks and state roots.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pysubtensor.client.addresses import AccountLike, account, keypair
from pysubtensor.client.signing import sign
from pysubtensor.client.view import Receipt, TransactionFailed
from pysubtensor.consensus.chain import Imported
from pysubtensor.consensus.node import DryRun, Node, NodeSettings
from pysubtensor.face.economy import Economy, Signer
from pysubtensor.face.service import NodeOptions, open_node
from pysubtensor.frame.call import Call
from pysubtensor.frame.origin import ROOT_CALLER, Id, RawOrigin, Signed
from pysubtensor.frame.primitives import RAO_PER_TAO, AccountId, Hash
from pysubtensor.genesis import ChainSpec, development_keys, preset
from pysubtensor.runtime.chain import Build, Constants, Variety

__all__ = ["ROOT", "TAO", "Devnet", "NotIncluded", "Receipt", "TransactionFailed"]

TAO = RAO_PER_TAO
"""One TAO in rao."""

ROOT = ROOT_CALLER
"""The root origin, for `Devnet.dispatch`."""


class NotIncluded(RuntimeError):
    """The transaction waits in the pool for one with a lower nonce, or for space in a block."""


class Devnet(Economy):
    """One chain in this process.  Blocks are made when asked for, or by each transaction.

    `chain` is a preset's name or a ChainSpec; `base_path` keeps the chain in a folder, otherwise
    it vanishes with `close`.  `start` is the wall clock in milliseconds at which chain time
    begins (default: 2025-01-01), and it moves only with blocks unless `real_time`, so that the
    same actions give the same hashes.
    """

    def __init__(
        self,
        chain: str | ChainSpec = "dev",
        *,
        constants: Constants | str = Constants.FAST,
        runtime: Variety | str = Variety.EXTENDED,
        base_path: Path | None = None,
        prune: int | None = None,
        real_time: bool = False,
        start: int = 1_735_689_600_000,
    ) -> None:
        spec = chain if isinstance(chain, ChainSpec) else preset(chain)
        if not isinstance(chain, ChainSpec):
            spec = spec.with_build(Build(Constants(constants), Variety(runtime)))
        clock: Callable[[], int] = _wall_clock if real_time else lambda: start
        settings = NodeSettings(development_keys(), clock, repeatable=not real_time)
        self.node: Node = open_node(NodeOptions(spec, base_path, prune), settings)
        super().__init__(self.node.chain.runtime)
        if self.node.chain.best.number == 0:
            self.node.make_block()

    def close(self) -> None:
        """Close the database; a temporary one is removed."""
        self.node.chain.store.close()

    # Reading

    @property
    def hash(self) -> Hash:
        """Hash of the best block."""
        return Hash(self.node.chain.best.hash)

    # Writing

    def sign(self, call: Call, signer: Signer, *, tip: int = 0, nonce: int | None = None) -> bytes:
        """Sign `call` for the next block, and return the extrinsic.  `tip` is in rao."""
        key = keypair(signer)
        if nonce is None:
            nonce = self.node.next_index(AccountId(key.account_id))
        return sign(self.node.chain, call, key, nonce=nonce, tip=tip)

    def send(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Sign `call`, put it in a block of its own, and return its receipt.  Errors: PoolError."""
        return self.submit_extrinsic(self.sign(call, signer, tip=tip))

    def submit_extrinsic(self, data: bytes) -> Receipt:
        """Put a signed extrinsic in the next block, and return its receipt.

        Errors: PoolError; NotIncluded.
        """
        tx_hash = self.node.pool.submit(data)
        block = self.node.make_block()
        if data not in block.extrinsics:
            raise NotIncluded(f"0x{tx_hash.hex()} is not in block {block.header.number}")
        index = block.extrinsics.index(data)
        return self.receipt(tx_hash, block, index)

    def dispatch(self, call: Call, origin: RawOrigin | AccountLike = ROOT) -> Imported:
        """Dispatch `call` as root or any account, without signature and fee, in a block of its own.

        Errors: DispatchRefused when the call fails; then no block was made.
        """
        caller = origin if isinstance(origin, RawOrigin) else Signed(account(origin))
        return self.node.dispatch_as(caller, call)

    def dry_run(self, call: Call, origin: RawOrigin | AccountLike = ROOT) -> DryRun:
        """Dispatch `call`, return its error, events and changed storage, and undo it."""
        caller = origin if isinstance(origin, RawOrigin) else Signed(account(origin))
        return self.node.dry_run_call(caller, call)

    def set_balance(self, who: AccountLike, free: int) -> Imported:
        """Set an account's free balance to `free` rao."""
        call = self.call("Balances", "force_set_balance", who=Id(account(who)), new_free=free)
        return self.dispatch(call)

    # Time

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks."""
        return self.node.mine(count)

    def set_time(self, timestamp: int) -> None:
        """Set chain time to `timestamp`, milliseconds since 1970, from the next block on."""
        self.node.set_time(timestamp)

    def snapshot(self) -> int:
        """Take a snapshot, and return its number for `revert`."""
        return self.node.snapshot()

    def revert(self, snapshot: int) -> None:
        """Go back to a snapshot.  Errors: UnknownSnapshot."""
        self.node.revert(snapshot)


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000
