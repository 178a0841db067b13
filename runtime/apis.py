"""The runtime APIs that belong to no pallet.

`core_apis` makes them for one runtime, in the order in which the version lists them.  Those of the
pallets are declared by the pallets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Final, Protocol

from pysubtensor.frame.codec.resolve import Fixed, Named, Wire
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.crypto import CryptoError, Keypair, KeyType
from pysubtensor.frame.error import Panic
from pysubtensor.frame.extrinsic import UncheckedExtrinsic
from pysubtensor.frame.header import Block, Header
from pysubtensor.frame.inherents import InherentData as KnownData
from pysubtensor.frame.inherents import InherentError
from pysubtensor.frame.primitives import U32, U64, Hash, Moment
from pysubtensor.frame.result import OK, DispatchResult, Err
from pysubtensor.frame.validity import TransactionValidityError, ValidityError, ValidTransaction
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.pallets.system import RuntimeVersion, System
from pysubtensor.runtime.executive import InvalidBlock, final_checks
from pysubtensor.runtime.metadata import VERSIONS, metadata
from pysubtensor.runtime.runtime import Runtime
from pysubtensor.runtime.trie.trie import trie_root

TIMESTAMP: Final = b"timstap0"
"""Name of the time among the inherent data."""

OpaqueMetadata = Annotated[bytes, Wire("sp_core::OpaqueMetadata", type_name="OpaqueMetadata")]
KeyTypeId = Annotated[bytes, Fixed(4), Wire("sp_core::crypto::KeyTypeId")]


@rust_enum("sp_runtime::ExtrinsicInclusionMode")
class InclusionMode(IntEnum):
    """Which extrinsics a block may hold."""

    ALL_EXTRINSICS = 0
    ONLY_INHERENTS = 1


@rust_enum("sp_runtime::transaction_validity::TransactionSource")
class TransactionSource(IntEnum):
    """Where the pool has a transaction from."""

    IN_BLOCK = 0
    LOCAL = 1
    EXTERNAL = 2


class ApplyResult(Variant, path="Result", params={"T": DispatchResult, "E": ValidityError}):
    """How an extrinsic was applied."""


class Applied(ApplyResult, index=0, unnamed=True, rust_name="Ok"):
    """It is in the block, whatever became of its call."""

    result: DispatchResult


class NotApplied(ApplyResult, index=1, unnamed=True, rust_name="Err"):
    """It has no place in the block."""

    error: ValidityError


class Validity(Variant, path="Result", params={"T": ValidTransaction, "E": ValidityError}):
    """The pool's answer."""


class IsValid(Validity, index=0, unnamed=True, rust_name="Ok"):
    """It may be kept."""

    valid: ValidTransaction


class IsInvalid(Validity, index=1, unnamed=True, rust_name="Err"):
    """It may not."""

    error: ValidityError


class BuildResult(Variant, path="Result", params={"T": type(None), "E": str}):
    """How building a genesis went."""


class Built(BuildResult, index=0, unnamed=True, rust_name="Ok"):
    """It is in the state."""

    value: None = None


class NotBuilt(BuildResult, index=1, unnamed=True, rust_name="Err"):
    """The specification does not fit."""

    reason: str


class InherentData(Struct, path="sp_inherents::InherentData"):
    """What the author knows from outside the chain, each part encoded under its identifier."""

    data: Annotated[
        dict[Annotated[bytes, Fixed(8)], bytes], Named("BTreeMap<InherentIdentifier, Vec<u8>>")
    ]

    def decoded(self) -> KnownData:
        """The form that pallets take.  Errors: Panic without a time."""
        time = self.data.get(TIMESTAMP)
        if time is None or len(time) != 8:
            raise Panic("Timestamp inherent data is not provided")
        now = Moment(U64(int.from_bytes(time, "little")))
        others = {key.decode("latin-1"): value for key, value in self.data.items()}
        return KnownData(now, others)


class CheckInherentsResult(Struct, path="sp_inherents::CheckInherentsResult"):
    """Objections to the inherents of a block, by identifier."""

    okay: bool
    fatal_error: bool
    errors: InherentData


class GenesisSource(Protocol):
    """Presets of a genesis and the way to build one."""

    def names(self) -> Sequence[str]:
        """Names of the presets."""

    def preset(self, name: str | None) -> bytes | None:
        """JSON of a preset; None asks for the default one."""

    def build(self, runtime: Runtime, json: bytes) -> None:
        """Write a genesis into the state.  Errors: ValueError."""


@dataclass(frozen=True)
class Host:
    """What the node lends to the runtime."""

    genesis: GenesisSource | None = None
    new_secret: Callable[[], str] | None = None
    """Makes and keeps a new secret key; gives its URI."""


class _OnRuntime:
    """An API that asks the runtime itself."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._executive = runtime.executive

    def _header(self, extrinsics: list[bytes]) -> Header:
        """The header of the block just closed; its root is that of the whole state."""
        state = dict(self._runtime.state.backing.items(b""))
        for key, value in self._runtime.state.changes().items():
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        return self._executive.header(extrinsics, Hash(trie_root(state)))


class Core(_OnRuntime, RuntimeApi, version=5):
    """What every runtime must answer."""

    @view
    def version(self) -> RuntimeVersion:
        """Name and versions of the runtime."""
        return self._runtime.get(System).config.version

    @view
    def execute_block(self, block: Block) -> None:
        """Run a block.  Errors: Panic when it does not follow from its parent."""
        try:
            extrinsics = self._executive.execute(block)
            final_checks(block.header, self._header(extrinsics))
        except InvalidBlock as error:
            raise Panic(str(error)) from error

    @view
    def initialize_block(self, header: Header) -> InclusionMode:
        """Open the block of `header`."""
        self._executive.initialize(header.number, header.parent_hash, header.digest)
        return InclusionMode.ALL_EXTRINSICS


class Metadata(_OnRuntime, RuntimeApi, version=2):
    """What the runtime tells about itself."""

    @view
    def metadata(self) -> OpaqueMetadata:
        """Metadata V14."""
        return self.metadata_at_version(U32(14)) or b""

    @view
    def metadata_at_version(self, version: U32) -> OpaqueMetadata | None:
        """Metadata of a version; None when it is not spoken."""
        return metadata(self._runtime, version)

    @view
    def metadata_versions(self) -> tuple[U32, ...]:
        """The versions spoken."""
        return tuple(U32(version) for version in VERSIONS)


class BlockBuilder(_OnRuntime, RuntimeApi, version=6):
    """Steps of an author."""

    @view
    def apply_extrinsic(self, extrinsic: UncheckedExtrinsic) -> ApplyResult:
        """Apply an extrinsic to the open block.  Errors: CodecError; Panic."""
        self._executive.decode(extrinsic)
        try:
            failure = self._executive.apply(extrinsic)
        except TransactionValidityError as refusal:
            return NotApplied(refusal.wire)
        return Applied(OK if failure is None else Err(self._runtime.dispatch_error(failure)))

    @view
    def finalize_block(self) -> Header:
        """Close the open block.  Errors: Panic."""
        return self._header(self._executive.close())

    @view
    def inherent_extrinsics(self, inherent: InherentData) -> tuple[UncheckedExtrinsic, ...]:
        """The extrinsics that the open block must begin with.  Errors: Panic."""
        calls = self._executive.inherents.create(inherent.decoded())
        codec = self._runtime.extrinsics
        return tuple([UncheckedExtrinsic(codec.bare(call)) for call in calls])

    @view
    def check_inherents(self, block: Block, data: InherentData) -> CheckInherentsResult:
        """Judge the inherents of a block on top of its parent.  Errors: CodecError; Panic."""
        known = data.decoded()
        errors: dict[bytes, bytes] = {}
        for each in block.extrinsics:
            extrinsic = self._executive.decode(each)
            if not extrinsic.is_bare or not self._executive.inherents.provides(extrinsic.call):
                continue
            try:
                self._executive.inherents.check(extrinsic.call, known)
            except InherentError as error:
                errors[error.identifier] = error.encoded
                if error.fatal:
                    return CheckInherentsResult(False, True, InherentData(errors))
        return CheckInherentsResult(not errors, False, InherentData(errors))


class GenesisBuilder(RuntimeApi, version=1):
    """The genesis of a chain."""

    def __init__(self, runtime: Runtime, source: GenesisSource | None) -> None:
        self._runtime, self._source = runtime, source

    @view
    def build_state(self, json: bytes) -> BuildResult:
        """Write the genesis of a specification into the state."""
        if self._source is None:
            return NotBuilt("this node builds its genesis outside of the runtime")
        try:
            self._source.build(self._runtime, json)
        except ValueError as error:
            return NotBuilt(str(error))
        return Built()

    @view
    def get_preset(
        self,
        id: Annotated[str | None, Named("Option<PresetId>")],  # noqa: A002
    ) -> bytes | None:
        """JSON of a preset, or of the default genesis."""
        return None if self._source is None else self._source.preset(id)

    @view
    def preset_names(self) -> tuple[str, ...]:
        """Names of the presets."""
        return () if self._source is None else tuple(self._source.names())


class TaggedTransactionQueue(_OnRuntime, RuntimeApi, version=3):
    """The pool's question."""

    @view
    def validate_transaction(
        self, source: TransactionSource, tx: UncheckedExtrinsic, block_hash: Hash
    ) -> Validity:
        """Judge a transaction on top of the block of that hash.  Errors: CodecError."""
        self._executive.decode(tx)
        try:
            return IsValid(self._executive.validate(tx, block_hash))
        except TransactionValidityError as refusal:
            return IsInvalid(refusal.wire)


class OffchainWorkerApi(_OnRuntime, RuntimeApi, version=2):
    """Work beside the chain."""

    @view
    def offchain_worker(self, header: Header) -> None:
        """Start the workers of a new block; this node runs them itself, outside of the runtime."""


class SessionKeys(RuntimeApi, version=1):
    """Keys of an authority: sr25519 for Aura, then ed25519 for Grandpa."""

    def __init__(self, new_secret: Callable[[], str] | None) -> None:
        self._new_secret = new_secret

    @view
    def generate_session_keys(self, seed: bytes | None) -> bytes:
        """Public keys of a secret URI, or of a new secret.

        Errors: Panic for a bad URI, and without one when the node keeps no keys.
        """
        try:
            uri = self._new_uri() if seed is None else seed.decode()
            keys = [Keypair.from_uri(uri, kind) for kind, _ in SESSION_KEYS]
        except (CryptoError, UnicodeDecodeError) as error:
            raise Panic(str(error)) from error
        return b"".join([key.public for key in keys])

    def _new_uri(self) -> str:
        if self._new_secret is None:
            raise Panic("this node keeps no keys")
        return self._new_secret()

    @view
    def decode_session_keys(self, encoded: bytes) -> tuple[tuple[bytes, KeyTypeId], ...] | None:
        """The keys one by one with their types; None when there are too few bytes."""
        if len(encoded) < 32 * len(SESSION_KEYS):
            return None
        kinds = enumerate(kind for _, kind in SESSION_KEYS)
        return tuple((encoded[32 * place :][:32], kind) for place, kind in kinds)


SESSION_KEYS: Final = ((KeyType.SR25519, b"aura"), (KeyType.ED25519, b"gran"))


def core_apis(runtime: Runtime, host: Host | None = None) -> tuple[RuntimeApi, ...]:
    """The APIs that belong to no pallet, for one runtime."""
    lent = host or Host()
    return (
        Core(runtime),
        Metadata(runtime),
        BlockBuilder(runtime),
        GenesisBuilder(runtime, lent.genesis),
        TaggedTransactionQueue(runtime),
        OffchainWorkerApi(runtime),
        SessionKeys(lent.new_secret),
    )
