"""The runtime APIs that belong to no pallet, asked through bytes on a chain of its own."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.codec.errors import CodecError, TrailingBytes
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.crypto import Keypair, KeyType
from pysubtensor.frame.error import Panic
from pysubtensor.frame.hashing import blake2_64
from pysubtensor.frame.header import AURA, Block, Digest, Header, PreRuntime
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.primitives import U32, U64, BlockNumber, Hash
from pysubtensor.frame.result import OK, Err
from pysubtensor.frame.validity import Invalid, StaleInvalid
from pysubtensor.genesis import development_keys, preset
from pysubtensor.genesis.build import initial_state
from pysubtensor.runtime import apis
from pysubtensor.runtime.apis import (
    Applied,
    ApplyResult,
    CheckInherentsResult,
    Host,
    InherentData,
    IsInvalid,
    IsValid,
    NotApplied,
    SessionKeys,
    TransactionSource,
    Validity,
    core_apis,
)
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.executive import Executive
from pysubtensor.runtime.metadata import metadata
from pysubtensor.runtime.runtime import Runtime
from pysubtensor.runtime.trie.trie import trie_root
from tests.support import catalog, sign

SLOT = 1_000
NOW = SLOT * 12_000


class Genesis(EmptyBacking):
    """The state of block 0 as a backing."""

    def __init__(self, state: dict[bytes, bytes]) -> None:
        self.state = state

    def get(self, key: bytes, /) -> bytes | None:
        return self.state.get(key)

    def items(self, prefix: bytes, /) -> Any:
        return iter(sorted((k, v) for k, v in self.state.items() if k.startswith(prefix)))


SPEC = preset("dev").with_build(Build(Constants.PROD, Variety.EXACT))
STATE = initial_state(SPEC)
PARENT = Header(Hash(bytes(32)), BlockNumber(U32(0)), Hash(trie_root(STATE)), Hash(bytes(32)),
                Digest())  # fmt: skip


class Node:
    """A runtime after genesis, asked as clients ask."""

    def __init__(self) -> None:
        self.runtime: Runtime = make_runtime(SPEC.build, Genesis(STATE))
        self.codecs: Resolver = self.runtime.codecs

    def ask(self, method: str, *args: tuple[Any, Any]) -> bytes:
        data = b"".join(self.codecs(kind).to_bytes(value) for kind, value in args)
        return self.runtime.methods[method](data)

    def answer(self, kind: Any, method: str, *args: tuple[Any, Any]) -> Any:
        return self.codecs(kind).from_bytes(self.ask(method, *args))

    def open(self) -> Header:
        log = PreRuntime(AURA, SLOT.to_bytes(8, "little"))
        header = Header(
            PARENT.hash(), BlockNumber(U32(1)), Hash(bytes(32)), Hash(bytes(32)), Digest((log,))
        )
        assert self.ask("Core_initialize_block", (Header, header)) == b"\0"
        return header

    def inherents(self, now: int = NOW) -> tuple[bytes, ...]:
        found: tuple[bytes, ...] = self.answer(
            tuple[apis.UncheckedExtrinsic, ...],
            "BlockBuilder_inherent_extrinsics",
            (InherentData, data_of(now)),
        )
        return found

    def apply(self, extrinsic: bytes) -> ApplyResult:
        found: ApplyResult = self.answer(
            ApplyResult,
            "BlockBuilder_apply_extrinsic",
            (apis.UncheckedExtrinsic, extrinsic),
        )
        return found

    def block(self, *extrinsics: bytes) -> Block:
        self.open()
        body = (*self.inherents(), *extrinsics)
        for each in body:
            assert isinstance(self.apply(each), Applied)
        header = Header.decode(self.ask("BlockBuilder_finalize_block"))
        self.runtime.state.rollback((0, 0))
        return Block(header, body)


def data_of(now: int) -> InherentData:
    return InherentData({b"timstap0": U64(now).to_bytes(8, "little")})


@pytest.fixture(name="node")
def _node() -> Node:
    return Node()


def test_core_version(node):
    version = node.ask("Core_version")
    system = next(each for each in catalog()["pallets"] if each["name"] == "System")
    wanted = next(each["value"] for each in system["constants"] if each["name"] == "Version")
    assert "0x" + version.hex() == wanted


def test_apis_are_those_of_the_version(node):
    listed = {
        bytes.fromhex(each["id"]): each["version"] for each in catalog()["runtime_version_apis"]
    }
    for api in core_apis(node.runtime):
        assert listed[blake2_64(api.api_name.encode())] == api.api_version
        assert api.api_id() == blake2_64(api.api_name.encode())


def test_metadata(node):
    assert node.ask("Metadata_metadata_versions") == bytes.fromhex("0c0e0000000f00000010000000")
    plain = node.answer(apis.OpaqueMetadata, "Metadata_metadata")
    assert plain == metadata(node.runtime, 14)
    for version in (14, 15, 16):
        found = node.answer(
            apis.OpaqueMetadata | None, "Metadata_metadata_at_version", (U32, version)
        )
        assert found == metadata(node.runtime, version)
    assert node.ask("Metadata_metadata_at_version", (U32, 13)) == b"\0"
    assert node.ask("Metadata_metadata_at_version", (U32, 2**32 - 1)) == b"\0"


@pytest.mark.parametrize("data", [b"", b"\x0f", b"\x0f\0\0\0\0"])
def test_arguments_must_fit(node, data):
    with pytest.raises(CodecError):
        node.runtime.methods["Metadata_metadata_at_version"](data)
    with pytest.raises(TrailingBytes):
        node.runtime.methods["Core_version"](b"\0")


def test_a_block_is_built_and_runs(node):
    block = node.block()
    assert [node.runtime.extrinsics.decode(each).call.name for each in block.extrinsics] == ["set"]
    assert block.header.parent_hash == PARENT.hash()
    assert node.ask("Core_execute_block", (Block, block)) == b""
    assert node.runtime.pallets["Timestamp"].now.get() == NOW


def test_the_state_root_is_that_of_the_whole_state(node):
    block = node.block()
    node.ask("Core_execute_block", (Block, block))
    after = dict(STATE)
    for key, value in node.runtime.state.changes().items():
        after.pop(key, None)
        if value is not None:
            after[key] = value
    assert block.header.state_root == trie_root(after)


def test_a_block_that_does_not_follow_panics(node):
    block = node.block()
    header = block.header
    wrong = Header(header.parent_hash, header.number, Hash(bytes(32)), header.extrinsics_root,
                   header.digest)  # fmt: skip
    with pytest.raises(Panic, match="state root"):
        node.ask("Core_execute_block", (Block, Block(wrong, block.extrinsics)))


def test_an_extrinsic_that_fails_is_applied(node):
    executive = node.runtime.executive
    node.open()
    node.apply(node.inherents()[0])
    alice = Keypair.from_uri("//Alice")
    call = node.runtime.call("System", "set_heap_pages", pages=U64(1))
    applied = node.apply(_signed(executive, alice, call, nonce=0))
    assert isinstance(applied, Applied)
    assert isinstance(applied.result, Err)
    remark = node.runtime.call("System", "remark", remark=b"hello")
    assert node.apply(_signed(executive, alice, remark, nonce=1)) == Applied(OK)
    stale = node.apply(_signed(executive, alice, remark, nonce=0))
    assert stale == NotApplied(Invalid(StaleInvalid()))


def test_what_is_no_extrinsic_is_no_argument(node):
    node.open()
    with pytest.raises(CodecError):
        node.apply(b"\x04\x04")
    with pytest.raises(CodecError):
        node.apply(b"\x08\x04\xff")


def test_validate_transaction(node):
    executive = node.runtime.executive
    alice = Keypair.from_uri("//Alice")
    call = node.runtime.call("System", "remark", remark=b"hello")

    def verdict(data: bytes) -> Any:
        return node.answer(
            Validity,
            "TaggedTransactionQueue_validate_transaction",
            (TransactionSource, TransactionSource.EXTERNAL),
            (apis.UncheckedExtrinsic, data),
            (Hash, PARENT.hash()),
        )

    node.open()  # the hash of block 0, which is signed, is known from block 1 on
    now, then = (_signed(executive, alice, call, nonce=nonce) for nonce in (0, 1))
    node.runtime.state.rollback((0, 0))
    good = verdict(now)
    assert isinstance(good, IsValid)
    assert len(good.valid.provides) == 1
    assert node.runtime.state.changes() == {}
    later = verdict(then)
    assert isinstance(later, IsValid)
    assert later.valid.requires == good.valid.provides
    assert isinstance(verdict(node.runtime.extrinsics.bare(call)), IsInvalid)
    inherent = verdict(node.inherents()[0])
    assert isinstance(inherent, IsInvalid)


def _signed(executive: Executive, key: Keypair, call: Any, *, nonce: int) -> bytes:
    extra = []
    for extension in executive.runtime.pipeline.extensions:
        codec = executive.runtime.codecs(extension.extra)
        data = bytes((nonce << 2,)) if extension.identifier == "CheckNonce" else bytes(40)
        extra.append(codec.decode(data, 0)[0])
    return sign(executive, key, call, extra)


@pytest.mark.parametrize(
    ("clock", "errors"),
    [
        (NOW, {}),
        (NOW - 30_000, {}),
        (NOW - 30_001, {b"timstap0": b"\1"}),
    ],
)
def test_check_inherents(node, clock, errors):
    block = node.block()
    found = node.answer(
        CheckInherentsResult,
        "BlockBuilder_check_inherents",
        (Block, block),
        (InherentData, data_of(clock)),
    )
    assert found == CheckInherentsResult(not errors, bool(errors), InherentData(errors))


def test_inherents_need_a_time(node):
    node.open()
    for data in ({}, {b"timstap0": b"\0"}, {b"timstap1": bytes(8)}):
        with pytest.raises(Panic, match="not provided"):
            node.ask("BlockBuilder_inherent_extrinsics", (InherentData, InherentData(data)))


def test_other_inherent_data_reaches_the_pallets():
    given = InherentData({b"timstap0": bytes(8), b"shieldno": b"x"}).decoded()
    assert given.now == 0
    assert given.extra["shieldno"] == b"x"


def test_offchain_workers_change_nothing(node):
    assert node.ask("OffchainWorkerApi_offchain_worker", (Header, PARENT)) == b""
    assert node.runtime.state.changes() == {}


def test_nonces(node):
    (alice,) = (Keypair.from_uri("//Alice"),)
    assert node.runtime.methods["AccountNonceApi_account_nonce"](alice.account_id) == bytes(4)


class Presets:
    """A genesis in two words."""

    def names(self) -> list[str]:
        return ["small"]

    def preset(self, name: str | None) -> bytes | None:
        return {None: b"{}", "small": b"[]"}.get(name)

    def build(self, runtime: Runtime, json: bytes) -> None:
        if json != b"{}":
            raise ValueError("no such chain")
        runtime.state.raw_put(b":key", b"value")


def test_genesis(node):
    built = apis.GenesisBuilder(node.runtime, Presets()).methods(node.codecs)
    assert built["preset_names"](b"") == b"\x04\x14small"
    assert built["get_preset"](b"\0") == b"\1\x08{}"
    assert built["get_preset"](b"\1\x14small") == b"\1\x08[]"
    assert built["get_preset"](b"\1\x04x") == b"\0"
    assert built["build_state"](b"\x08{}") == b"\0"
    assert node.runtime.state.raw_get(b":key") == b"value"
    assert built["build_state"](b"\x08[]") == b"\1" + b"\x34no such chain"


def test_genesis_of_elsewhere(node):
    assert node.ask("GenesisBuilder_preset_names") == b"\0"
    assert node.ask("GenesisBuilder_get_preset", (str | None, None)) == b"\0"
    assert node.ask("GenesisBuilder_build_state", (bytes, b"{}"))[:1] == b"\1"


def test_session_keys():
    aura = Keypair.from_uri("//One")
    grandpa = Keypair.from_uri("//One", KeyType.ED25519)
    both = aura.public + grandpa.public
    assert aura.public in development_keys()
    known = SessionKeys(None)
    assert known.generate_session_keys(b"//One") == both
    assert known.decode_session_keys(both) == ((aura.public, b"aura"), (grandpa.public, b"gran"))
    assert known.decode_session_keys(both + b"more") == known.decode_session_keys(both)
    assert known.decode_session_keys(both[:-1]) is None
    assert SessionKeys(lambda: "//One").generate_session_keys(None) == both


@pytest.mark.parametrize("seed", [None, b"\xff", b"no words"])
def test_session_keys_that_cannot_be_made(seed):
    with pytest.raises(Panic):
        SessionKeys(None).generate_session_keys(seed)


def test_the_node_lends_what_the_runtime_lacks(node):
    made = core_apis(node.runtime, Host(genesis=Presets(), new_secret=lambda: "//Two"))
    by_name = {api.api_name: api for api in made}
    assert by_name["GenesisBuilder"].preset_names() == ("small",)
    assert len(by_name["SessionKeys"].generate_session_keys(None)) == 64
