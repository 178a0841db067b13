"""System: accounts and their references, the block under construction, events, raw storage.

initialize(header) -> [hooks] -> note_extrinsic / note_applied ... -> note_finished -> finalize
"""

from __future__ import annotations

from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import (
    BuiltinFailure,
    ConsumerRemaining,
    DispatchFailure,
    NoProviders,
    TooManyConsumers,
    ensure,
)
from pysubtensor.frame.event import (
    ApplyExtrinsic,
    Event,
    EventRecord,
    Finalization,
    Initialization,
    Phase,
)
from pysubtensor.frame.hashers import blake2_128_concat, twox_64_concat
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.header import (
    Block,
    Digest,
    DigestItem,
    PreRuntime,
    RuntimeEnvironmentUpdated,
)
from pysubtensor.frame.interfaces.currency import AccountData
from pysubtensor.frame.interfaces.preimages import BlakeTwo256
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U32, U32_MAX, U64, AccountId, BlockNumber, Hash, Nonce
from pysubtensor.frame.storage import Map, Value
from pysubtensor.frame.weights import (
    MAX,
    ZERO,
    DispatchClass,
    DispatchInfo,
    Pays,
    PostInfo,
    Weight,
    weight,
)
from pysubtensor.pallets.system.declarations import (
    CallFiltered,
    CodeUpdated,
    Config,
    ExtrinsicFailed,
    ExtrinsicSuccess,
    FailedToExtractRuntimeVersion,
    KilledAccount,
    NewAccount,
    NothingAuthorized,
    RejectedInvalidAuthorizedUpgrade,
    Remarked,
    Unauthorized,
    UpgradeAuthorized,
)
from pysubtensor.pallets.system.types import (
    NO_ACCOUNT,
    AccountInfo,
    CodeUpgradeAuthorization,
    DispatchEventInfo,
    LastRuntimeUpgradeInfo,
    WeightPerClass,
)

CODE_KEY: Final = b":code"
HEAP_PAGES_KEY: Final = b":heappages"
EXTRINSIC_INDEX_KEY: Final = b":extrinsic_index"
ENTROPY_KEY: Final = b":intrablock_entropy"
GENESIS_PARENT: Final = Hash(b"\x45" * 32)
"""Parent and own hash that the state of block 0 claims."""
OPERATIONAL: Final = DispatchClass.OPERATIONAL


class System(
    Pallet[Config], crate="frame_system", parts=("pysubtensor.pallets.system.declarations",)
):
    """Foundation of all pallets."""

    associated_types = {
        "RuntimeCall": Call,
        "Nonce": Nonce,
        "Hash": Hash,
        "Hashing": BlakeTwo256,
        "AccountId": AccountId,
        "Block": Block,
        "AccountData": AccountData,
    }

    account = Map[AccountId, AccountInfo](blake2_128_concat, default=NO_ACCOUNT)
    """Each account: its nonce, what refers to it, and its money."""
    extrinsic_count = Value[U32 | None]()
    """How many extrinsics the block has; only while it is being closed."""
    inherents_applied = Value[bool](default=False)
    """Whether the inherents of the open block have run."""
    block_weight = Value[WeightPerClass](default=WeightPerClass(ZERO, ZERO, ZERO))
    """Weight used by the block so far, by class."""
    all_extrinsics_len = Value[U32 | None]()
    """Bytes of all extrinsics of the open block."""
    block_hash = Map[BlockNumber, Hash](twox_64_concat, default=Hash(bytes(32)))
    """Hashes of the latest `BlockHashCount` blocks and of block 0, by number."""
    extrinsic_data = Map[U32, bytes](twox_64_concat, default=b"")
    """Bytes of each extrinsic of the open block, by its index."""
    number = Value[BlockNumber](default=BlockNumber(U32(0)))
    """Number of the block that is open or was closed last."""
    parent_hash = Value[Hash](default=Hash(bytes(32)))
    """Hash of its parent."""
    digest = Value[Digest](default=Digest())
    """Its logs, as in the header."""
    events = Value[tuple[EventRecord, ...]](default=())
    """What happened in the block, in order."""
    event_count = Value[Annotated[U32, Named("EventIndex")]](default=U32(0))
    """Length of `Events`."""
    event_topics = Map[Hash, tuple[tuple[BlockNumber, U32], ...]](blake2_128_concat, default=())
    """Where events with a topic stand: (block number, index in `Events`)."""
    last_runtime_upgrade = Value[LastRuntimeUpgradeInfo | None]()
    """Version that the state was last migrated to."""
    upgraded_to_u32_ref_count = Value[bool](default=False)
    """True if references are counted in u32."""
    upgraded_to_triple_ref_count = Value[bool](default=False)
    """True if accounts have three kinds of references."""
    execution_phase = Value[Phase | None]()
    """Which part of the open block is running."""
    authorized_upgrade = Value[CodeUpgradeAuthorization | None]()
    """A code upgrade that anyone may apply."""
    extrinsic_weight_reclaimed = Value[Weight](default=ZERO)
    """Weight given back so far by the extrinsic under way."""

    # -- calls --------------------------------------------------------------------------------

    @call(0, weight=lambda _, remark: weight(1_586_000 + 10_920 * len(remark)))
    def remark(self, origin: Origin, remark: bytes) -> None:
        """Leave bytes in a block; nothing else happens.

        Origin: any.
        - `remark`: the bytes.

        Errors: none of its own.
        """

    @call(1, weight=weight(2_836_000, writes=1), dispatch_class=OPERATIONAL)
    def set_heap_pages(self, origin: Origin, pages: U64) -> None:
        """Store the heap size that a Wasm executor would use.

        Origin: root.
        - `pages`: pages of 64 KiB.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.env.state.raw_put(HEAP_PAGES_KEY, pages.to_bytes(8, "little"))
        self.deposit_log(RuntimeEnvironmentUpdated())

    @call(2, weight=weight(164_247_810_000, 67_035, reads=1, writes=1), dispatch_class=OPERATIONAL)
    def set_code(self, origin: Origin, code: bytes) -> None:
        """Replace the runtime by newer code; always fails here, for this runtime is not Wasm.

        Origin: root.
        - `code`: Wasm code of a runtime.

        Errors: FailedToExtractRuntimeVersion.
        """
        ensure_root(origin)
        self._check_code(code)

    @call(3, weight=weight(164_247_810_000, 67_035, reads=1, writes=1), dispatch_class=OPERATIONAL)
    def set_code_without_checks(self, origin: Origin, code: bytes) -> None:
        """Set the bytes of `:code` without any check.

        The stored code changes and with it its hash; execution goes on by this node's pallets.

        Origin: root.
        - `code`: the bytes.

        Errors: none of its own.
        """
        ensure_root(origin)
        self._store_code(code)

    @call(
        4,
        weight=lambda _, items: weight(1_565_000 + 733_648 * len(items), writes=len(items)),
        dispatch_class=OPERATIONAL,
    )
    def set_storage(
        self,
        origin: Origin,
        items: Annotated[tuple[tuple[bytes, bytes], ...], Named("Vec<KeyValue>")],
    ) -> None:
        """Write values under raw storage keys.

        Origin: root.
        - `items`: pairs of a full storage key and the encoded value.

        Errors: none of its own.
        """
        ensure_root(origin)
        for key, value in items:
            self.env.state.raw_put(key, value)

    @call(
        5,
        weight=lambda _, keys: weight(1_624_000 + 566_903 * len(keys), writes=len(keys)),
        dispatch_class=OPERATIONAL,
    )
    def kill_storage(
        self, origin: Origin, keys: Annotated[tuple[bytes, ...], Named("Vec<Key>")]
    ) -> None:
        """Remove values under raw storage keys.

        Origin: root.
        - `keys`: full storage keys.

        Errors: none of its own.
        """
        ensure_root(origin)
        for key in keys:
            self.env.state.raw_kill(key)

    @call(
        6,
        weight=lambda _self, _prefix, subkeys: _kill_prefix_weight(min(subkeys + 1, U32_MAX)),
        dispatch_class=OPERATIONAL,
    )
    def kill_prefix(
        self, origin: Origin, prefix: Annotated[bytes, Named("Key")], subkeys: U32
    ) -> None:
        """Remove every value whose raw storage key begins with a prefix.

        Origin: root.
        - `prefix`: the first bytes of the keys.
        - `subkeys`: number of keys that the call pays for; all are removed anyway.

        Errors: none of its own.
        """
        ensure_root(origin)
        for key in self.env.state.raw_keys(prefix):
            self.env.state.raw_kill(key)

    @call(7, weight=lambda _, remark: weight(4_725_000 + 12_386 * len(remark)))
    def remark_with_event(self, origin: Origin, remark: bytes) -> None:
        """Leave bytes in a block and an event with their hash.

        Origin: signed by anyone.
        - `remark`: the bytes; blake2b-256 is the hash.

        Errors: none of its own.
        """
        who = ensure_signed(origin)
        self.emit(Remarked(who, Hash(blake2_256(remark))))

    @call(9, weight=weight(15_570_000, writes=1), dispatch_class=OPERATIONAL)
    def authorize_upgrade(self, origin: Origin, code_hash: Hash) -> None:
        """Allow everyone to bring code of a hash; it must also be newer than the present one.

        Origin: root.
        - `code_hash`: blake2b-256 of the code.

        Errors: none of its own.
        """
        ensure_root(origin)
        self._authorize(code_hash, check_version=True)

    @call(10, weight=weight(15_570_000, writes=1), dispatch_class=OPERATIONAL)
    def authorize_upgrade_without_checks(self, origin: Origin, code_hash: Hash) -> None:
        """Allow everyone to bring code of a hash, whatever its version.

        Origin: root.
        - `code_hash`: blake2b-256 of the code.

        Errors: none of its own.
        """
        ensure_root(origin)
        self._authorize(code_hash, check_version=False)

    @call(11, weight=weight(166_858_158_000, 67_035, reads=2, writes=2), dispatch_class=OPERATIONAL)
    def apply_authorized_upgrade(self, origin: Origin, code: bytes) -> PostInfo:
        """Bring the code that was authorized; it is free of charge.

        Code whose version is to be checked is rejected by an event, for this runtime is not Wasm.

        Origin: any.
        - `code`: the code.

        Errors: NothingAuthorized, Unauthorized.
        """
        allowed = self.authorized_upgrade.get()
        if allowed is None:
            raise NothingAuthorized
        ensure(blake2_256(code) == allowed.code_hash, Unauthorized)
        if allowed.check_version:
            self.authorized_upgrade.kill()
            failure = FailedToExtractRuntimeVersion()
            error = self.env.dispatch_error(failure)
            self.emit(RejectedInvalidAuthorizedUpgrade(allowed.code_hash, error))
            return PostInfo(pays_fee=Pays.NO)
        self._store_code(code)
        self.authorized_upgrade.kill()
        return PostInfo(pays_fee=Pays.NO)

    def _check_code(self, code: bytes) -> None:
        """Judge a runtime blob: none can tell its version to a node that runs no Wasm."""
        raise FailedToExtractRuntimeVersion

    def _store_code(self, code: bytes) -> None:
        self.env.state.raw_put(CODE_KEY, code)
        self.deposit_log(RuntimeEnvironmentUpdated())
        self.emit(CodeUpdated())

    def _authorize(self, code_hash: Hash, *, check_version: bool) -> None:
        self.authorized_upgrade.put(CodeUpgradeAuthorization(code_hash, check_version))
        self.emit(UpgradeAuthorized(code_hash, check_version))

    def call_filtered(self) -> DispatchFailure:
        """The refusal of a call that the origin's filter stops."""
        return CallFiltered()

    # -- the block under construction ---------------------------------------------------------

    def initialize(self, number: BlockNumber, parent_hash: Hash, digest: Digest) -> None:
        """Open block `number`: clear what the last one left to be read, set what this one needs."""
        self.execution_phase.put(Initialization())
        state = self.env.state
        state.raw_put(EXTRINSIC_INDEX_KEY, bytes(4))
        state.raw_put(ENTROPY_KEY, blake2_256(b"frame_system::initialize" + parent_hash))
        self.number.put(number)
        self.digest.put(digest)
        self.parent_hash.put(parent_hash)
        self.block_hash[BlockNumber(U32(number - 1))] = parent_hash
        self.inherents_applied.kill()
        self.block_weight.kill()

    def is_block_open(self) -> bool:
        """Whether a block has been initialized and not yet finalized."""
        return self.execution_phase.get() is not None

    def reset_events(self) -> None:
        """Forget the events of the last block."""
        self.events.kill()
        self.event_count.kill()
        self.event_topics.clear()
        self.env.state.events.clear()

    def deposit(self, event: Event, topics: tuple[Hash, ...]) -> None:
        """Add an event to the open block; block 0 has none."""
        number = self.number.get()
        if number == 0:
            return
        self.env.check_event(event)
        events = self.env.state.events
        phase = self.execution_phase.get() or ApplyExtrinsic(U32(0))
        for topic in topics:
            place = (number, U32(len(events)))
            self.event_topics[topic] = (*self.event_topics[topic], place)
        events.append(EventRecord(phase, event, topics))  # type: ignore[arg-type]

    def deposit_log(self, item: DigestItem) -> None:
        """Add a log to the header of the open block."""
        self.digest.put(Digest((*self.digest.get().logs, item)))

    def extrinsic_index(self) -> int:
        """Index of the extrinsic under way."""
        raw = self.env.state.raw_get(EXTRINSIC_INDEX_KEY)
        return int.from_bytes(raw or b"", "little")

    def note_finished_initialize(self) -> None:
        """All `on_initialize` hooks ran."""
        self.execution_phase.put(ApplyExtrinsic(U32(0)))

    def note_extrinsic(self, data: bytes) -> None:
        """Remember the bytes of the extrinsic under way."""
        self.extrinsic_data[U32(self.extrinsic_index())] = data

    def note_applied(
        self, info: DispatchInfo, post: PostInfo, failure: DispatchFailure | None
    ) -> None:
        """Record the outcome of an extrinsic and move to the next."""
        base = self.config.block_weights.per_class.of(info.dispatch_class).base_extrinsic
        shown = DispatchEventInfo(post.weight_of(info) + base, info.dispatch_class, post.pays(info))
        if failure is None:
            self.emit(ExtrinsicSuccess(shown))
        else:
            self.emit(ExtrinsicFailed(self.env.dispatch_error(failure), shown))
        following = self.extrinsic_index() + 1
        self.env.state.raw_put(EXTRINSIC_INDEX_KEY, following.to_bytes(4, "little"))
        self.execution_phase.put(ApplyExtrinsic(U32(following)))
        self.extrinsic_weight_reclaimed.kill()

    def note_finished_extrinsics(self) -> None:
        """No more extrinsics follow."""
        count = self.extrinsic_index()
        self.env.state.raw_kill(EXTRINSIC_INDEX_KEY)
        self.extrinsic_count.put(U32(count))
        self.execution_phase.put(Finalization())

    def register_weight(self, used: Weight, dispatch_class: DispatchClass) -> None:
        """Add to the weight of the open block without asking for its limits."""
        self.block_weight.put(self.block_weight.get().adding(used, dispatch_class))

    def base_block_weight(self) -> Weight:
        """What a block weighs before anything is in it."""
        return self.config.block_weights.base_block

    def remaining_block_weight(self) -> Weight:
        """What the open block may still weigh."""
        return self.config.block_weights.max_block - self.block_weight.get().total()

    def finalize(self) -> list[bytes]:
        """Close the block; returns its extrinsics."""
        self.execution_phase.kill()
        self.all_extrinsics_len.kill()
        self.env.state.raw_kill(ENTROPY_KEY)
        self.inherents_applied.kill()
        count = self.extrinsic_count.take() or 0
        extrinsics = [self.extrinsic_data.take(U32(index)) for index in range(count)]
        oldest = self.number.get() - self.config.block_hash_count - 1
        if oldest > 0:
            del self.block_hash[BlockNumber(U32(oldest))]
        events = self.env.state.events
        self.events.live.set(None, tuple(events))  # each was checked when it was deposited
        self.event_count.put(U32(len(events)))
        return extrinsics

    def pre_runtime_logs(self) -> list[PreRuntime]:
        """What the author said in the header before execution."""
        return [log for log in self.digest.get().logs if isinstance(log, PreRuntime)]

    # -- accounts -----------------------------------------------------------------------------

    def block_number(self) -> BlockNumber:
        """Number of the open block, or of the last one."""
        return self.number.get()

    def parent_block_hash(self) -> Hash:
        """Hash of the block before it."""
        return self.parent_hash.get()

    def block_hash_of(self, number: BlockNumber) -> Hash:
        """Hash of a former block; zeros for one that is forgotten or yet to come."""
        return self.block_hash[number]

    def account_nonce(self, who: AccountId) -> Nonce:
        """Transactions that `who` has sent."""
        return self.account[who].nonce

    def inc_account_nonce(self, who: AccountId) -> None:
        """One transaction more."""
        a = self.account[who]
        self._write(who, a, nonce=a.nonce + 1)

    def set_data(self, who: AccountId, data: AccountData) -> None:
        """Store the money part; an account that nothing provides for vanishes."""
        a = self.account[who]
        if a.providers == 0 and a.sufficients == 0:
            del self.account[who]
        else:
            self.account[who] = AccountInfo(a.nonce, a.consumers, a.providers, a.sufficients, data)

    def _write(
        self,
        who: AccountId,
        a: AccountInfo,
        *,
        nonce: int | None = None,
        consumers: int | None = None,
        providers: int | None = None,
        sufficients: int | None = None,
    ) -> None:
        self.account[who] = AccountInfo(
            a.nonce if nonce is None else Nonce(U32(nonce)),
            a.consumers if consumers is None else U32(consumers),
            a.providers if providers is None else U32(providers),
            a.sufficients if sufficients is None else U32(sufficients),
            a.data,
        )

    def inc_providers(self, who: AccountId) -> bool:
        """One provider more; True when that created the account."""
        a = self.account[who]
        created = a.providers == 0 and a.sufficients == 0
        if created:
            self.emit(NewAccount(who))
        self._write(who, a, providers=min(a.providers + 1, U32_MAX))
        return created

    def dec_providers(self, who: AccountId) -> bool:
        """One provider less; True when that killed the account.  Errors: ConsumerRemaining."""
        if who not in self.account:
            return True
        a = self.account[who]
        providers = max(a.providers, 1)
        if providers == 1 and a.consumers > 0:
            raise BuiltinFailure(ConsumerRemaining())
        if providers == 1 and a.sufficients == 0:
            self._kill(who)
            return True
        self._write(who, a, providers=providers - 1)
        return False

    def inc_sufficients(self, who: AccountId) -> bool:
        """One self-sufficient reference more; True when that created the account."""
        a = self.account[who]
        created = a.providers + a.sufficients == 0
        if created:
            self.emit(NewAccount(who))
        self._write(who, a, sufficients=min(a.sufficients + 1, U32_MAX))
        return created

    def dec_sufficients(self, who: AccountId) -> bool:
        """One self-sufficient reference less; True when that killed the account."""
        if who not in self.account:
            return True
        a = self.account[who]
        if a.sufficients <= 1 and a.providers == 0:
            self._kill(who)
            return True
        self._write(who, a, sufficients=max(a.sufficients - 1, 0))
        return False

    def _kill(self, who: AccountId) -> None:
        for told in self.config.on_killed:
            told(who)
        self.emit(KilledAccount(who))
        del self.account[who]

    def inc_consumers(self, who: AccountId, *, limited: bool = True) -> None:
        """One user more that needs the account.  Errors: NoProviders; TooManyConsumers."""
        a = self.account[who]
        if a.providers == 0:
            raise BuiltinFailure(NoProviders())
        if limited and a.consumers >= self.config.max_consumers:
            raise BuiltinFailure(TooManyConsumers())
        self._write(who, a, consumers=min(a.consumers + 1, U32_MAX))

    def dec_consumers(self, who: AccountId) -> None:
        """One user less."""
        a = self.account[who]
        if a.consumers > 0:
            self._write(who, a, consumers=a.consumers - 1)

    def can_dec_provider(self, who: AccountId) -> bool:
        """Whether a provider could go without stranding a consumer."""
        a = self.account[who]
        return a.consumers == 0 or a.providers > 1

    # -- genesis ------------------------------------------------------------------------------

    def genesis_build(self, code: bytes) -> None:
        """State of block 0 that every chain begins with; `code` goes under `:code`."""
        self.block_hash[BlockNumber(U32(0))] = GENESIS_PARENT
        self.parent_hash.put(GENESIS_PARENT)
        version = self.config.version
        self.last_runtime_upgrade.put(
            LastRuntimeUpgradeInfo(version.spec_version, version.spec_name)
        )
        self.upgraded_to_u32_ref_count.put(True)
        self.upgraded_to_triple_ref_count.put(True)
        self.env.state.raw_put(EXTRINSIC_INDEX_KEY, bytes(4))
        self.env.state.raw_put(CODE_KEY, code)


def _kill_prefix_weight(keys: int) -> Weight:
    return weight(2_964_000 + 1_340_742 * keys, 70 * keys, reads=keys, writes=keys).minimum(MAX)
