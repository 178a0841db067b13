"""The proposer: makes the next block from the pool, seals it and commits it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pysubtensor.consensus.authoring.aura import author_of, pre_digest, seal
from pysubtensor.consensus.authoring.slots import Clock, Deadline, SlotTime
from pysubtensor.consensus.chain import Chain, Imported
from pysubtensor.consensus.pool import TransactionPool
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.error import Panic
from pysubtensor.frame.header import Digest, DigestItem, Header
from pysubtensor.frame.inherents import InherentData
from pysubtensor.frame.primitives import U32, U64, BlockNumber, Hash, Moment
from pysubtensor.frame.validity import (
    CallInvalid,
    ExhaustsResourcesInvalid,
    FutureInvalid,
    InvalidTransaction,
    StaleInvalid,
    TransactionValidityError,
)
from pysubtensor.pallets.aura import Aura
from pysubtensor.pallets.timestamp import Timestamp
from pysubtensor.runtime import devlog
from pysubtensor.runtime.devlog import Intervention
from pysubtensor.runtime.store.store import Staged

log = logging.getLogger("pysubtensor.author")

MAX_SKIPPED = 8
"""Transactions that may find no room before the block counts as full."""


@dataclass(frozen=True)
class BlockRequest:
    """What the next block should be."""

    interventions: tuple[Intervention, ...] = ()
    max_transactions: int | None = None
    """At most this many from the pool; None: what fits."""
    only: Sequence[bytes] | None = None
    """These extrinsics instead of the pool's."""
    deadline: Deadline | None = None
    """When no further transaction is begun."""


class Proposer:
    """Builds blocks on the best one."""

    def __init__(
        self,
        chain: Chain,
        pool: TransactionPool,
        clock: Clock,
        keys: Mapping[bytes, Keypair],
        *,
        repeatable: bool = False,
    ) -> None:
        self.chain, self.pool, self.clock, self.keys = chain, pool, clock, keys
        self.repeatable = repeatable
        self._aura = chain.runtime.get(Aura)
        self._timestamp = chain.runtime.get(Timestamp)

    def next_time(self) -> SlotTime:
        """Slot and time that the next block would take."""
        earliest = self._timestamp.now.get() + self._timestamp.config.minimum_period
        duration = self._aura.config.slot_duration
        return self.clock.next_slot(duration, self._aura.current_slot.get(), earliest)

    def propose(self, request: BlockRequest) -> Imported:
        """Make, seal and commit one block.

        Errors: NotOurSlot; StoreError.  Whatever goes wrong, the state stays at the parent.
        """
        state = self.chain.runtime.state
        mark = state.mark()
        try:
            header, extrinsics, staged = self._build(request)
        except BaseException:
            state.rollback(mark)
            state.events.clear()
            raise
        return self.chain.commit(header, extrinsics, staged)

    def _build(self, request: BlockRequest) -> tuple[Header, tuple[bytes, ...], Staged]:
        runtime, executive = self.chain.runtime, self.chain.executive
        best = self.chain.best
        time = self.next_time()
        # Asked before the block is opened: this author signs, whoever takes over with the next.
        author = author_of(time.slot, self._aura.authorities.get())
        logs: list[DigestItem] = [pre_digest(time.slot)]
        if request.interventions:
            logs.append(devlog.encode(runtime, request.interventions))
        number = BlockNumber(U32(best.number + 1))
        executive.initialize(number, Hash(best.hash), Digest(tuple(logs)))
        self.apply_inherents(time)
        self._apply_transactions(request)
        extrinsics = executive.close()
        staged = self.chain.store.stage(runtime.state.changes())
        header = executive.header(extrinsics, Hash(staged.root))
        sealed = seal(header, author, self.keys, repeatable=self.repeatable)
        return sealed, tuple(extrinsics), staged

    def apply_inherents(self, time: SlotTime) -> None:
        """Apply to the open block what each block begins with."""
        data = InherentData(Moment(U64(time.timestamp)))
        for call in self.chain.executive.inherents.create(data):
            self.chain.executive.apply(self.chain.runtime.extrinsics.bare(call))

    def _apply_transactions(self, request: BlockRequest) -> None:
        """Fill the open block with what the request asks for, as far as there is room."""
        if request.only is not None:
            for data in request.only:
                self._fits(data)
            return
        included = skipped = 0
        walk = self.pool.ready()
        for tx in walk:
            if included == request.max_transactions or skipped > MAX_SKIPPED:
                break
            if request.deadline is not None and request.deadline.passed():
                break
            try:
                fits = self._fits(tx.bytes)
            except TransactionValidityError as refusal:
                log.debug("dropped a transaction from the block: %s", refusal)
                self.pool.remove(tx.hash, invalid=True, ban=not _is_nonce_mismatch(refusal))
                continue
            if fits:
                included += 1
            else:
                skipped += 1
                walk.skip_dependents(tx)

    def _fits(self, data: bytes) -> bool:
        """Apply an extrinsic; False when the block has no room for it.

        Errors: TransactionValidityError when it has no place in any block.
        """
        try:
            self.chain.executive.apply(data)
        except InvalidTransaction as refusal:
            if isinstance(refusal.kind, ExhaustsResourcesInvalid):
                return False
            raise
        except TransactionValidityError:
            raise
        except Panic as panic:
            raise InvalidTransaction(CallInvalid()) from panic
        except Exception as fault:  # a fault of ours must not stop the chain
            log.exception("a transaction could not be executed")
            raise InvalidTransaction(CallInvalid()) from fault
        return True


def _is_nonce_mismatch(refusal: TransactionValidityError) -> bool:
    """Whether only the nonce is wrong now, so that the same transaction may be valid later."""
    return isinstance(refusal, InvalidTransaction) and isinstance(
        refusal.kind, FutureInvalid | StaleInvalid
    )
