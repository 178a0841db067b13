"""Grandpa: who votes on finality.

schedule_change -> pending_change -> log at the end of that block
                -> `delay` blocks later: authorities, NewAuthorities
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Bounded, Fixed, Named, Wire
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.error import Error, ensure
from pysubtensor.frame.event import Event
from pysubtensor.frame.hashers import twox_64_concat
from pysubtensor.frame.header import GRANDPA, Consensus
from pysubtensor.frame.interfaces.authorities import (
    ForcedChangeLog,
    GrandpaId,
    GrandpaLog,
    GrandpaSignature,
    Pause,
    Resume,
    ScheduledChange,
    ScheduledChangeLog,
    SetId,
    Voter,
    VoterList,
)
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.origin import Origin, ensure_none, ensure_root, ensure_signed
from pysubtensor.frame.pallet import Pallet, constant
from pysubtensor.frame.primitives import U32, U64, BlockNumber, Hash
from pysubtensor.frame.storage import Map, Value
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.frame.weights import weight

Number = Annotated[BlockNumber, Named("BlockNumberFor<T>")]
N = Annotated[BlockNumber, Named("N")]
Identity = Annotated[bytes, Fixed(32), Named("Id"), Wire("sp_consensus_grandpa::app::Public")]
StoredVoters = Annotated[tuple[Voter, ...], Bounded(None, weak=True)]
"""The bound of 32 is not enforced: more voters are kept all the same."""
OpaqueProof = Annotated[bytes, Wire("sp_runtime::OpaqueValue", type_name="OpaqueKeyOwnershipProof")]


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    system: SystemServices
    max_authorities: U32 = constant(U32(32), "Most voters.")
    max_nominators: U32 = constant(U32(20), "Most nominators of a validator; for weights only.")
    max_set_id_session_entries: U64 = constant(
        U64(0), "For how many sets it is kept in which session they began."
    )


class StoredState(Variant, path="pallet_grandpa::StoredState", params={"N": BlockNumber}):
    """Whether there is voting."""


class Live(StoredState, index=0):
    """Yes."""


class PendingPause(StoredState, index=1):
    """It stops `delay` blocks after `scheduled_at`."""

    scheduled_at: N
    delay: N


class PausedState(StoredState, index=2, rust_name="Paused"):
    """No."""


class PendingResume(StoredState, index=3):
    """It goes on `delay` blocks after `scheduled_at`."""

    scheduled_at: N
    delay: N


class StoredPendingChange(
    Struct, path="pallet_grandpa::StoredPendingChange", params={"N": BlockNumber, "Limit": None}
):
    """Voters that take over `delay` blocks after `scheduled_at`."""

    scheduled_at: N
    delay: N
    next_authorities: Annotated[StoredVoters, Named("BoundedAuthorityList<Limit>")]
    forced: Annotated[BlockNumber | None, Named("Option<N>")]


class Prevote(Struct, path="finality_grandpa::Prevote", params={"H": Hash, "N": U32}):
    """A first vote."""

    target_hash: Annotated[Hash, Named("H")]
    target_number: N


class Precommit(Struct, path="finality_grandpa::Precommit", params={"H": Hash, "N": U32}):
    """A second vote."""

    target_hash: Annotated[Hash, Named("H")]
    target_number: N


class PrevoteEquivocation(
    Struct,
    path="finality_grandpa::Equivocation",
    params={"Id": GrandpaId, "V": Prevote, "S": GrandpaSignature},
):
    """Two first votes of one voter in one round."""

    round_number: U64
    identity: Identity
    first: Annotated[tuple[Prevote, GrandpaSignature], Named("(V, S)")]
    second: Annotated[tuple[Prevote, GrandpaSignature], Named("(V, S)")]


class PrecommitEquivocation(
    Struct,
    path="finality_grandpa::Equivocation",
    params={"Id": GrandpaId, "V": Precommit, "S": GrandpaSignature},
):
    """Two second votes of one voter in one round."""

    round_number: U64
    identity: Identity
    first: Annotated[tuple[Precommit, GrandpaSignature], Named("(V, S)")]
    second: Annotated[tuple[Precommit, GrandpaSignature], Named("(V, S)")]


class Equivocation(
    Variant, path="sp_consensus_grandpa::Equivocation", params={"H": Hash, "N": U32}
):
    """Two votes where one was due."""


class OfPrevotes(Equivocation, index=0, unnamed=True, rust_name="Prevote"):
    """First votes."""

    votes: Annotated[
        PrevoteEquivocation,
        Named(
            "finality_grandpa::Equivocation<AuthorityId, "
            "finality_grandpa::Prevote<\nH, N>, AuthoritySignature,>"
        ),
    ]


class OfPrecommits(Equivocation, index=1, unnamed=True, rust_name="Precommit"):
    """Second votes."""

    votes: Annotated[
        PrecommitEquivocation,
        Named(
            "finality_grandpa::Equivocation<AuthorityId, "
            "finality_grandpa::Precommit\n<H, N>, AuthoritySignature,>"
        ),
    ]


class EquivocationProof(
    Struct, path="sp_consensus_grandpa::EquivocationProof", params={"H": Hash, "N": U32}
):
    """Two votes where one was due, and the set whose voter cast them."""

    set_id: SetId
    equivocation: Annotated[Equivocation, Named("Equivocation<H, N>")]


class Void(Variant, path="sp_core::Void"):
    """A type without values: this chain keeps no proofs of who owned a key."""


ProofArgument = Annotated[
    EquivocationProof, Named("Box<EquivocationProof<T::Hash, BlockNumberFor<T>>>")
]
OwnerArgument = Annotated[Void, Named("T::KeyOwnerProof")]
REPORT_WEIGHT: Final = weight(
    35_000_000 + 175_000 * 100 + 95_000_000 + 110_000_000 + 25_000_000 * 20, reads=81, writes=70
)


class NewAuthorities(Event, index=0):
    """Others vote from now on."""

    authority_set: VoterList


class Paused(Event, index=1):
    """Voting stopped."""


class Resumed(Event, index=2):
    """Voting goes on."""


class PauseFailed(Error, index=0):
    """Voting can only be stopped while it goes on, and not while another order is pending."""


class ResumeFailed(Error, index=1):
    """Voting can only be resumed once it has stopped."""


class ChangePending(Error, index=2):
    """Another change of voters is still to come."""


class TooSoon(Error, index=3):
    """The last forced change is too recent."""


class InvalidKeyOwnershipProof(Error, index=4):
    """The proof does not show who owned the key."""


class InvalidEquivocationProof(Error, index=5):
    """The votes are no offence."""


class DuplicateOffenceReport(Error, index=6):
    """This offence is known already."""


class Grandpa(Pallet[Config], crate="pallet_grandpa"):
    """Knows the voters and changes them."""

    storage_version = 5
    associated_types = {"KeyOwnerProof": Void}

    state = Value[StoredState](default=Live())
    """Whether there is voting."""
    pending_change = Value[StoredPendingChange | None]()
    """Voters to come."""
    next_forced = Value[BlockNumber | None]()
    """First block in which another forced change may be scheduled."""
    stalled = Value[tuple[BlockNumber, BlockNumber] | None]()
    """Finality was reported stuck: (blocks to wait, last block known to be final)."""
    current_set_id = Value[SetId](default=U64(0))
    """How often the voters changed with a session; never on this chain."""
    set_id_session = Map[SetId, U32 | None](twox_64_concat)
    """Session in which a set of voters began."""
    authorities = Value[StoredVoters](default=())
    """The voters and their weights."""

    @call(0, weight=REPORT_WEIGHT)
    def report_equivocation(
        self, origin: Origin, equivocation_proof: ProofArgument, key_owner_proof: OwnerArgument
    ) -> None:
        """Report a voter that voted twice in a round; no such call can be encoded here.

        Origin: signed by anyone.
        - `equivocation_proof`: the two votes.
        - `key_owner_proof`: proof of who owns the voter's key; this chain keeps none.

        Errors: InvalidKeyOwnershipProof.
        """
        ensure_signed(origin)
        raise InvalidKeyOwnershipProof

    @call(1, weight=REPORT_WEIGHT)
    def report_equivocation_unsigned(
        self, origin: Origin, equivocation_proof: ProofArgument, key_owner_proof: OwnerArgument
    ) -> None:
        """Report a voter that voted twice, without a signature; no such call can be encoded here.

        Origin: none; the block's author adds it.
        - `equivocation_proof`: the two votes.
        - `key_owner_proof`: proof of who owns the voter's key; this chain keeps none.

        Errors: InvalidKeyOwnershipProof.
        """
        ensure_none(origin)
        raise InvalidKeyOwnershipProof

    @call(2, weight=weight(3_000_000, writes=1))
    def note_stalled(
        self, origin: Origin, delay: Number, best_finalized_block_number: Number
    ) -> None:
        """Note that finality is stuck, for a forced change of voters with the next session.

        Origin: root.
        - `delay`: blocks until the new voters take over.
        - `best_finalized_block_number`: number of the last block known to be final.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.stalled.put((delay, best_finalized_block_number))

    # -- hooks --------------------------------------------------------------------------------

    def on_finalize(self, now: BlockNumber) -> None:
        """Announce what was scheduled in this block, apply what is due."""
        pending = self.pending_change.get()
        if pending is not None:
            self._progress_change(now, pending)
        state = self.state.get()
        if isinstance(state, PendingPause):
            self._progress(now, state, Pause(state.delay), PausedState(), Paused())
        elif isinstance(state, PendingResume):
            self._progress(now, state, Resume(state.delay), Live(), Resumed())

    def _progress_change(self, now: BlockNumber, pending: StoredPendingChange) -> None:
        if now == pending.scheduled_at:
            change = ScheduledChange(pending.next_authorities, pending.delay)
            forced = pending.forced
            scheduled = ScheduledChangeLog(change)
            self._log(scheduled if forced is None else ForcedChangeLog(forced, change))
        if now == pending.scheduled_at + pending.delay:
            self.authorities.put(pending.next_authorities)
            self.emit(NewAuthorities(pending.next_authorities))
            self.pending_change.kill()

    def _progress(
        self,
        now: BlockNumber,
        pending: PendingPause | PendingResume,
        announced: GrandpaLog,
        after: StoredState,
        event: Event,
    ) -> None:
        if now == pending.scheduled_at:
            self._log(announced)
        if now == pending.scheduled_at + pending.delay:
            self.state.put(after)
            self.emit(event)

    def _log(self, log: GrandpaLog) -> None:
        data = self.env.codecs(GrandpaLog).to_bytes(log)
        self.config.system.deposit_log(Consensus(GRANDPA, data))

    # -- for other pallets --------------------------------------------------------------------

    def schedule_change(
        self,
        next_authorities: tuple[Voter, ...],
        in_blocks: BlockNumber,
        forced: BlockNumber | None = None,
    ) -> None:
        """Let others vote `in_blocks` from now; `forced` names the last block known to be final.

        Errors: ChangePending; TooSoon.
        """
        ensure(not self.pending_change.exists(), ChangePending)
        now = self.config.system.block_number()
        if forced is not None:
            allowed = self.next_forced.get()
            ensure(allowed is None or allowed <= now, TooSoon)
            self.next_forced.put(BlockNumber(U32(now + 2 * in_blocks)))
        self.pending_change.put(StoredPendingChange(now, in_blocks, next_authorities, forced))

    def schedule_pause(self, in_blocks: BlockNumber) -> None:
        """Stop voting `in_blocks` from now.  Errors: PauseFailed."""
        ensure(isinstance(self.state.get(), Live), PauseFailed)
        self.state.put(PendingPause(self.config.system.block_number(), in_blocks))

    def schedule_resume(self, in_blocks: BlockNumber) -> None:
        """Vote again `in_blocks` from now.  Errors: ResumeFailed."""
        ensure(isinstance(self.state.get(), PausedState), ResumeFailed)
        self.state.put(PendingResume(self.config.system.block_number(), in_blocks))

    def genesis_build(self, authorities: tuple[Voter, ...]) -> None:
        """The first voters.  Errors: ValueError when they are too many."""
        if len(authorities) > self.config.max_authorities:
            raise ValueError(f"more than {self.config.max_authorities} voters at genesis")
        self.current_set_id.put(U64(0))
        if authorities:
            self.authorities.put(authorities)
        self.set_id_session[U64(0)] = U32(0)


class GrandpaApi(RuntimeApi, version=3):
    """What a node asks to vote and to judge votes."""

    def __init__(self, grandpa: Grandpa) -> None:
        self.grandpa = grandpa

    @view
    def grandpa_authorities(self) -> VoterList:
        """The voters and their weights."""
        return self.grandpa.authorities.get()

    @view
    def submit_report_equivocation_unsigned_extrinsic(
        self,
        equivocation_proof: EquivocationProof,
        key_owner_proof: OpaqueProof,
    ) -> Annotated[tuple[()] | None, Named("Option<()>")]:
        """None: a proof of ownership cannot exist here."""
        return None

    @view
    def generate_key_ownership_proof(
        self,
        set_id: SetId,
        authority_id: GrandpaId,
    ) -> OpaqueProof | None:
        """None: no ownership is recorded."""
        return None

    @view
    def current_set_id(self) -> SetId:
        """Number of the present set of voters."""
        return self.grandpa.current_set_id.get()
