"""The executive: opens, fills and closes blocks.  Each runtime has one, which everything goes by:
authoring, import, the pool, dry runs and the runtime APIs.

    initialize -> apply* -> close -> header     building; `execute` for a block made elsewhere
    trial_block -> apply*                       trying out
    validate                                    for the pool
Source of the order of steps: frame-executive.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from pysubtensor.frame.call import nesting, unimplemented
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.crypto import KeyType, verify
from pysubtensor.frame.error import CannotLookup, DispatchFailure
from pysubtensor.frame.extensions import DispatchOutcome, Pipeline, Transaction
from pysubtensor.frame.extrinsic import (
    Ecdsa,
    Ed25519,
    Extrinsic,
    ExtrinsicCodec,
    MultiSignature,
    Sr25519,
    signing_payload,
)
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.header import Block, Digest, DigestItem, Header, PreRuntime
from pysubtensor.frame.interfaces.system import BlockSystem
from pysubtensor.frame.origin import Nobody, Signed, lookup
from pysubtensor.frame.pallet import Environment, Pallet
from pysubtensor.frame.primitives import U32, AccountId, BlockNumber, Hash
from pysubtensor.frame.validity import (
    BadMandatoryInvalid,
    BadProofInvalid,
    CallInvalid,
    CannotLookupUnknown,
    InvalidTransaction,
    MandatoryValidationInvalid,
    NotImplementedCall,
    UnknownTransaction,
    ValidTransaction,
)
from pysubtensor.frame.weights import ZERO, DispatchClass, PostInfo
from pysubtensor.runtime import devlog
from pysubtensor.runtime.inherents import Inherents
from pysubtensor.runtime.trie.trie import ordered_root

_SCHEMES: Final[dict[type[MultiSignature], KeyType]] = {
    Ed25519: KeyType.ED25519,
    Sr25519: KeyType.SR25519,
    Ecdsa: KeyType.ECDSA,
}
_REMEMBERED: Final = 20_000
"""Decoded extrinsics kept so that the pool's work is not done again in the block."""

POOL_NESTING: Final = 8
"""Calls nest at most this deep in a transaction from outside."""


class InvalidBlock(ValueError):
    """A block that does not follow from its parent; the text says where it differs."""


@dataclass(slots=True)
class _Known:
    extrinsic: Extrinsic
    unimplemented: str | None
    """Name of a call in it that has no body."""
    verified: bytes | None = None
    """The payload under which the signature was found good."""


class ExecutedRuntime(Environment, Protocol):
    """A composed runtime, as far as its executive needs it."""

    @property
    def system(self) -> BlockSystem:
        """The pallet that keeps the open block."""

    @property
    def pallets(self) -> Mapping[str, Pallet[object]]:
        """All pallets in the order in which their hooks run."""

    @property
    def pipeline(self) -> Pipeline:
        """The extensions around each transaction."""

    @property
    def extrinsics(self) -> ExtrinsicCodec:
        """The form of its extrinsics."""


class Executive:
    """Runs blocks on one runtime.

    `impersonated` are the accounts for which a development chain makes the next block accept
    transactions without a valid signature; whoever owns the set may change what is in it.
    """

    def __init__(
        self, runtime: ExecutedRuntime, impersonated: Set[AccountId] = frozenset()
    ) -> None:
        self.runtime = runtime
        self.system = runtime.system
        self._impersonated = impersonated
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self.inherents = Inherents(runtime.pallets)
        pallets = tuple(runtime.pallets.values())
        self._initializing = [p for p in pallets if _has(p, "on_initialize")]
        self._polling = [p for p in pallets if _has(p, "on_poll")]
        self._idling = [p for p in pallets if _has(p, "on_idle")]
        self._finalizing = [p for p in pallets if _has(p, "on_finalize")]
        self._implicit = [
            (place, each.implicit, runtime.codecs(each.implicit_type))
            for place, each in enumerate(runtime.pipeline.extensions)
            if each.implicit_type is not None
        ]

    # -- decoding and signatures --------------------------------------------------------------

    def decode(self, data: bytes) -> Extrinsic:
        """Decode an extrinsic, or remember having done so.  Errors: CodecError."""
        return self._recall(data).extrinsic

    def _recall(self, data: bytes) -> _Known:
        known = self._known.get(data)
        if known is None:
            extrinsic = self.runtime.extrinsics.decode(data)
            known = _Known(extrinsic, unimplemented(extrinsic.call))
            self._known[data] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    def implicit(self, extra: Sequence[object]) -> bytes:
        """What is signed beyond the extrinsic.  Errors: TransactionValidityError."""
        return b"".join(
            [codec.encode(implicit(extra[place])) for place, implicit, codec in self._implicit]
        )

    def _signer(self, known: _Known, trusted: AccountId | None) -> AccountId | None:
        """The account whose signature is good.  Errors: CannotLookup, BadProof and others."""
        signature = known.extrinsic.signature
        if signature is None:
            return None
        try:
            who = lookup(signature.address)
        except CannotLookup:
            raise UnknownTransaction(CannotLookupUnknown()) from None
        payload = signing_payload(known.extrinsic.payload, self.implicit(signature.extra))
        if known.verified != payload:
            scheme = _SCHEMES[type(signature.signature)]
            data: bytes = signature.signature.data  # type: ignore[attr-defined]
            if not verify(scheme, data, payload, who):
                if who != trusted and who not in self._impersonated_now():
                    raise InvalidTransaction(BadProofInvalid())
                return who  # not remembered as verified: the next block may not impersonate it
            known.verified = payload
        return who

    def _impersonated_now(self) -> Set[AccountId]:
        """The impersonated accounts: those that the header of the open block names, so that it
        can be repeated from header and parent; between blocks, those of the next one.
        """
        if not self.system.is_block_open():
            return self._impersonated
        return devlog.impersonated(devlog.read(self.runtime, self.system.pre_runtime_logs()))

    def _check(
        self, data: bytes, trusted: AccountId | None = None
    ) -> tuple[Extrinsic, Transaction]:
        """Decode an extrinsic, find its signer and its weight.  Errors: TransactionValidityError.

        Changes nothing, so that the pool may ask as well.
        """
        try:
            known = self._recall(data)
        except CodecError:
            raise InvalidTransaction(CallInvalid()) from None
        if known.unimplemented is not None:
            raise NotImplementedCall(known.unimplemented)
        who = self._signer(known, trusted)
        extrinsic = known.extrinsic
        info = self.runtime.dispatch_info(extrinsic.call)
        return extrinsic, Transaction(extrinsic.call, info, len(data), who)

    # -- judging and trying transactions ------------------------------------------------------

    def validate(self, data: bytes, parent: Hash) -> ValidTransaction:
        """Judge a transaction on top of block `parent`; nothing it does stays.

        Errors: TransactionValidityError.
        """
        state = self.runtime.state
        mark = state.mark()
        try:
            # Checks of age and nonce refer to the block that the transaction would be in.
            self._open_trial(parent, ())
            return self._validate(data)
        finally:
            state.rollback(mark)

    @contextmanager
    def trial_block(self, parent: Hash, logs: Sequence[DigestItem]) -> Iterator[None]:
        """A block on `parent` without hooks and inherents, to apply transactions to; it has
        `logs` in its header, and all of it is undone in the end.
        """
        with self.runtime.state.discarded():
            self.system.reset_events()
            self._open_trial(parent, logs)
            self.system.note_finished_initialize()
            yield

    def _open_trial(self, parent: Hash, logs: Sequence[DigestItem]) -> None:
        """Initialize the next block as the proposer would, impersonated accounts included."""
        number = BlockNumber(U32(self.system.block_number() + 1))
        items = tuple(map(devlog.Impersonate, sorted(self._impersonated)))
        if items:
            logs = (*logs, devlog.encode(self.runtime, items))
        self.system.initialize(number, parent, Digest(tuple(logs)))

    def _validate(self, data: bytes) -> ValidTransaction:
        extrinsic, tx = self._check(data)
        if nesting(extrinsic.call) > POOL_NESTING:
            raise InvalidTransaction(CallInvalid())
        if tx.info.dispatch_class == DispatchClass.MANDATORY:
            raise InvalidTransaction(MandatoryValidationInvalid())
        if extrinsic.is_bare:
            verdict = self.runtime.pipeline.bare_validate(tx)
            return verdict.combine(self.inherents.validate_unsigned(extrinsic.call))
        return self.runtime.pipeline.validate(tx, self._extra(extrinsic))

    @staticmethod
    def _extra(extrinsic: Extrinsic) -> tuple[object, ...]:
        if extrinsic.signature is not None:
            return extrinsic.signature.extra
        return extrinsic.extra or ()

    # -- blocks -------------------------------------------------------------------------------

    def initialize(self, number: BlockNumber, parent: Hash, digest: Digest) -> None:
        """Open block `number` on `parent`: reset, `on_initialize` of every pallet in order."""
        system = self.system
        # Events of the last block stay readable until now; hooks already emit those of this one.
        system.reset_events()
        logs = tuple(log for log in digest.logs if isinstance(log, PreRuntime))
        system.initialize(number, parent, Digest(logs))
        used = system.base_block_weight()
        for pallet in self._initializing:
            spent = pallet.on_initialize(number)
            if spent is not ZERO:
                used = used + spent
        system.register_weight(used, DispatchClass.MANDATORY)
        # A failed dispatch wrote nothing; the devnet tried it before and reported the failure.
        for item in devlog.read(self.runtime, logs):
            devlog.apply(self.runtime, item)
        system.note_finished_initialize()

    def apply(self, data: bytes, *, trusted: AccountId | None = None) -> DispatchFailure | None:
        """Apply one extrinsic to the open block; gives the error of its call, if it failed.

        The signature of a `trusted` account need not be good.
        Errors: TransactionValidityError when it has no place in this block; then nothing changed.
        """
        system, pipeline = self.system, self.runtime.pipeline
        with self.runtime.state.transaction():
            extrinsic, tx = self._check(data, trusted)
            tx.in_block = True
            # The first extrinsic that is no inherent ends the inherents: `on_poll` runs before it.
            inherent = extrinsic.is_bare and self.inherents.provides(extrinsic.call)
            if not inherent and not system.inherents_applied.get():
                self._inherents_applied()
            # From here to `note_applied` the extrinsic counts as the one under way.  Extensions
            # may still refuse it.  Once its call has run nothing else may fail: the rollback
            # would take back the fee as well, and the work would have been done for nothing.
            system.note_extrinsic(data)
            if extrinsic.is_bare:
                self.inherents.pre_dispatch(tx.call)
                pipeline.bare_prepare(tx)
                outcome = self._dispatch(tx, Nobody())
                pipeline.bare_post_dispatch(outcome)
            else:
                extra = self._extra(extrinsic)
                pipeline.validate(tx, extra)
                prepared = pipeline.prepare(tx, extra)
                assert tx.who is not None  # noqa: S101 (validate refuses what has no signer)
                outcome = self._dispatch(tx, Signed(tx.who))
                pipeline.post_dispatch(prepared, outcome)
            if outcome.failure is not None and tx.info.dispatch_class == DispatchClass.MANDATORY:
                # Inherents must succeed: a block in which one failed is no block at all.
                raise InvalidTransaction(BadMandatoryInvalid())
            system.note_applied(outcome.info, outcome.post, outcome.failure)
            return outcome.failure

    def _dispatch(self, tx: Transaction, caller: Signed | Nobody) -> DispatchOutcome:
        """Run the call; an error of it is an outcome like any other."""
        try:
            post = self.runtime.dispatch(tx.call, self.runtime.origin(caller))
        except DispatchFailure as failure:
            return DispatchOutcome(tx.info, failure.post or PostInfo(), tx.length, failure)
        return DispatchOutcome(tx.info, post, tx.length, None)

    def _inherents_applied(self) -> None:
        system = self.system
        system.inherents_applied.put(True)
        now = system.block_number()
        for pallet in self._polling:
            spent = pallet.on_poll(now, system.remaining_block_weight())
            if spent is not ZERO:
                system.register_weight(spent, DispatchClass.MANDATORY)

    def close(self) -> list[bytes]:
        """Close the open block: `on_idle`, `on_finalize`; gives its extrinsics.

        What it wrote is complete then, so that the state root can be computed, for `header`.
        """
        system = self.system
        if not system.inherents_applied.get():  # a block of inherents alone has its `on_poll` too
            self._inherents_applied()
        system.note_finished_extrinsics()
        now = system.block_number()
        self._idle(now)  # with the weight that is left; `on_initialize` gave that of `on_finalize`
        for pallet in self._finalizing:
            pallet.on_finalize(now)
        return system.finalize()

    def header(self, extrinsics: Sequence[bytes], state_root: Hash) -> Header:
        """The header of the block just closed."""
        system = self.system
        root = Hash(ordered_root(extrinsics))
        return Header(
            system.parent_hash.get(), system.block_number(), state_root, root, system.digest.get()
        )

    def _idle(self, now: BlockNumber) -> None:
        if not self._idling:
            return
        remaining = self.system.remaining_block_weight()
        if remaining.ref_time == 0 or remaining.proof_size == 0:
            return
        used = ZERO
        for pallet in self._idling:
            spent = pallet.on_idle(now, remaining - used)
            if spent is not ZERO:
                used = used + spent
        if used is not ZERO:
            self.system.register_weight(used, DispatchClass.MANDATORY)

    def execute(self, block: Block) -> list[bytes]:
        """Run a whole block and close it; gives its extrinsics.  `final_checks` compares the rest.

        Errors: InvalidBlock; the caller rolls the state back.
        """
        header = block.header
        self.initialize(header.number, header.parent_hash, header.digest)
        seen_other = False
        for index, data in enumerate(block.extrinsics):
            seen_other = self._check_position(index, data, seen_other)
            try:
                self.apply(data)
            except (InvalidTransaction, UnknownTransaction) as refusal:
                raise InvalidBlock(f"extrinsic {index} cannot be applied: {refusal}") from refusal
        return self.close()

    def _check_position(self, index: int, data: bytes, seen_other: bool) -> bool:
        """Inherents come first.  Errors: InvalidBlock."""
        try:
            extrinsic = self.decode(data)
        except CodecError as error:
            raise InvalidBlock(f"extrinsic {index} does not decode: {error}") from error
        inherent = extrinsic.is_bare and self.inherents.provides(extrinsic.call)
        if inherent and seen_other:
            raise InvalidBlock(f"inherent {index} stands behind other extrinsics")
        return seen_other or not inherent


def _has(pallet: Pallet[object], hook: str) -> bool:
    """Whether the pallet does anything at this moment of a block."""
    return getattr(type(pallet), hook) is not getattr(Pallet, hook)


def final_checks(claimed: Header, computed: Header) -> None:
    """Compare the header of an executed block with what came out.  Errors: InvalidBlock."""
    if claimed.digest != computed.digest:
        raise InvalidBlock("the digest of the header differs from the computed one")
    if claimed.extrinsics_root != computed.extrinsics_root:
        raise InvalidBlock("the extrinsics root differs from the computed one")
    if claimed.state_root != computed.state_root:
        raise InvalidBlock(
            f"state root 0x{claimed.state_root.hex()} of block {claimed.number} differs from the "
            f"computed 0x{computed.state_root.hex()}"
        )


def extrinsic_hash(data: bytes) -> Hash:
    """blake2b-256 over the bytes with their length prefix."""
    return Hash(blake2_256(data))
