"""The executive: opens, fills and closes blocks.  One for authoring, import, dry run and estimates.

    initialize -> apply* -> finalize          building or importing
    initialize -> apply* -> close             trying out
    validate                                  the pool's question
Source of the order of steps: frame-executive.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pysubtensor.frame.call import nesting, unimplemented
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.crypto import KeyType, verify
from pysubtensor.frame.error import CannotLookup, DispatchFailure
from pysubtensor.frame.extensions import DispatchOutcome, Transaction
from pysubtensor.frame.extrinsic import (
    Ecdsa,
    Ed25519,
    Extrinsic,
    MultiSignature,
    Sr25519,
    signing_payload,
)
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.header import Block, Digest, Header, PreRuntime
from pysubtensor.frame.origin import Origin, lookup
from pysubtensor.frame.pallet import Pallet
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
from pysubtensor.runtime.runtime import Runtime
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

Stage = Callable[[Mapping[bytes, bytes | None]], bytes]
"""Takes the changes of the open block, gives the state root they lead to."""


class InvalidBlock(ValueError):
    """A block that does not follow from its parent; the text says where it differs."""


@dataclass(slots=True)
class _Known:
    extrinsic: Extrinsic
    unimplemented: str | None
    """Name of a call in it that has no body."""
    verified: bytes | None = None
    """The payload under which the signature was found good."""


class Executive:
    """Runs blocks on one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.system: Any = runtime.pallets["System"]
        self.impersonated: frozenset[AccountId] = frozenset()
        """Accounts that need no valid signature, on a development chain."""
        self.intervention_failures: list[DispatchFailure] = []
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self.inherents = Inherents(runtime)
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

    def implicit(self, extra: Sequence[Any]) -> bytes:
        """What is signed beyond the extrinsic.  Errors: TransactionValidityError."""
        return b"".join(
            [codec.encode(implicit(extra[place])) for place, implicit, codec in self._implicit]
        )

    def _signer(self, known: _Known) -> AccountId | None:
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
                if who in self.impersonated:
                    return who
                raise InvalidTransaction(BadProofInvalid())
            known.verified = payload
        return who

    def _check(self, data: bytes) -> tuple[Extrinsic, Transaction]:
        try:
            known = self._recall(data)
        except CodecError:
            raise InvalidTransaction(CallInvalid()) from None
        if known.unimplemented is not None:
            raise NotImplementedCall(known.unimplemented)
        who = self._signer(known)
        extrinsic = known.extrinsic
        info = self.runtime.dispatch_info(extrinsic.call)
        return extrinsic, Transaction(extrinsic.call, info, len(data), who)

    # -- the pool's question ------------------------------------------------------------------

    def validate(self, data: bytes, parent: Hash) -> ValidTransaction:
        """Judge a transaction on top of block `parent`; nothing it does stays.

        Errors: TransactionValidityError.
        """
        state = self.runtime.state
        mark = state.mark()
        try:
            number = BlockNumber(U32(self.system.block_number() + 1))
            self.system.initialize(number, parent, Digest())
            return self._validate(data)
        finally:
            state.rollback(mark)

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
    def _extra(extrinsic: Extrinsic) -> tuple[Any, ...]:
        if extrinsic.signature is not None:
            return extrinsic.signature.extra
        return extrinsic.extra or ()

    # -- blocks -------------------------------------------------------------------------------

    def initialize(self, number: BlockNumber, parent: Hash, digest: Digest) -> None:
        """Open block `number` on `parent`: reset, `on_initialize` of every pallet in order."""
        system = self.system
        system.reset_events()
        logs = tuple(log for log in digest.logs if isinstance(log, PreRuntime))
        system.initialize(number, parent, Digest(logs))
        used = system.config.block_weights.base_block
        for pallet in self._initializing:
            spent = pallet.on_initialize(number)
            if spent is not ZERO:
                used = used + spent
        system.register_weight(used, DispatchClass.MANDATORY)
        self._intervene(digest)
        system.note_finished_initialize()

    def _intervene(self, digest: Digest) -> None:
        """Apply what a development chain wrote into the header."""
        items = devlog.read(self.runtime, digest)
        self.impersonated = devlog.impersonated(items)
        outcomes = [devlog.apply(self.runtime, item) for item in items]
        self.intervention_failures = [failure for failure in outcomes if failure is not None]

    def apply(self, data: bytes) -> DispatchFailure | None:
        """Apply one extrinsic to the open block; gives what its call refused with, if it did.

        Errors: TransactionValidityError when it has no place in this block; then nothing changed.
        """
        state = self.runtime.state
        mark = state.mark()
        try:
            return self._apply(data)
        except BaseException:
            state.rollback(mark)
            raise

    def _apply(self, data: bytes) -> DispatchFailure | None:
        extrinsic, tx = self._check(data)
        tx.in_block = True
        bare = extrinsic.is_bare
        system = self.system
        inherent = bare and self.inherents.provides(extrinsic.call)
        if not inherent and not system.inherents_applied.get():
            self._inherents_applied()
        system.note_extrinsic(data)
        outcome = self._run_bare(tx) if bare else self._run(tx, self._extra(extrinsic))
        if outcome.failure is not None and tx.info.dispatch_class == DispatchClass.MANDATORY:
            raise InvalidTransaction(BadMandatoryInvalid())
        system.note_applied(outcome.info, outcome.post, outcome.failure)
        return outcome.failure

    def _run(self, tx: Transaction, extra: tuple[Any, ...]) -> DispatchOutcome:
        pipeline = self.runtime.pipeline
        pipeline.validate(tx, extra)
        prepared = pipeline.prepare(tx, extra)
        assert tx.who is not None  # noqa: S101 (validate refuses transactions without a signer)
        outcome = self._dispatch(tx, self.runtime.signed(tx.who))
        return pipeline.post_dispatch(prepared, outcome)

    def _run_bare(self, tx: Transaction) -> DispatchOutcome:
        self.inherents.pre_dispatch(tx.call)
        self.runtime.pipeline.bare_prepare(tx)
        outcome = self._dispatch(tx, self.runtime.nobody())
        self.runtime.pipeline.bare_post_dispatch(outcome)
        return outcome

    def _dispatch(self, tx: Transaction, origin: Origin) -> DispatchOutcome:
        try:
            post = self.runtime.dispatch(tx.call, origin)
        except DispatchFailure as failure:
            return DispatchOutcome(tx.info, failure.post or PostInfo(), tx.length, failure)
        return DispatchOutcome(tx.info, post, tx.length, None)

    def _inherents_applied(self) -> None:
        self.system.inherents_applied.put(True)
        now = self.system.block_number()
        limit = self.system.config.block_weights.max_block
        for pallet in self._polling:
            remaining = limit - self.system.block_weight.get().total()
            spent = pallet.on_poll(now, remaining)
            if spent is not ZERO:
                self.system.register_weight(spent, DispatchClass.MANDATORY)

    def finalize(self, stage: Stage) -> Header:
        """Close the open block and compute its roots; `stage` gives that of the state."""
        extrinsics = self.close()
        return self.header(extrinsics, Hash(stage(self.runtime.state.changes())))

    def close(self) -> list[bytes]:
        """Close the open block without roots: `on_idle`, `on_finalize`; gives its extrinsics."""
        system = self.system
        if not system.inherents_applied.get():
            self._inherents_applied()
        system.note_finished_extrinsics()
        now = system.block_number()
        self._idle(now)
        for pallet in self._finalizing:
            pallet.on_finalize(now)
        found: list[bytes] = system.finalize()
        return found

    def header(self, extrinsics: list[bytes], state_root: Hash) -> Header:
        """The header of the block just closed."""
        system = self.system
        root = Hash(ordered_root(extrinsics))
        digest = system.digest.get()
        return Header(system.parent_hash.get(), system.number.get(), state_root, root, digest)

    def _idle(self, now: BlockNumber) -> None:
        if not self._idling:
            return
        limit = self.system.config.block_weights.max_block
        remaining = limit - self.system.block_weight.get().total()
        if remaining.ref_time == 0 or remaining.proof_size == 0:
            return
        used = ZERO
        for pallet in self._idling:
            spent = pallet.on_idle(now, remaining - used)
            if spent is not ZERO:
                used = used + spent
        if used is not ZERO:
            self.system.register_weight(used, DispatchClass.MANDATORY)

    def execute(self, block: Block, stage: Stage) -> Header:
        """Run a whole block and compare every root.  The header is without its seal.

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
        computed = self.finalize(stage)
        _compare(header, computed)
        return computed

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


def _has(pallet: Pallet[Any], hook: str) -> bool:
    """Does the pallet do anything at this moment of a block?"""
    return getattr(type(pallet), hook) is not getattr(Pallet, hook)


def _compare(claimed: Header, computed: Header) -> None:
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
