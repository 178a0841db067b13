"""Presets, specifications as JSON and back, and the state of block 0 made from them."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor import TAO, Devnet
from pysubtensor.frame.crypto import Keypair, ss58_encode
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.header import Header
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.genesis import (
    BadChainSpec,
    ChainSpec,
    Genesis,
    development_keys,
    initial_state,
    preset,
    runtime_code,
    write_genesis,
)
from pysubtensor.genesis.dump import dump_state
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import EXTRA_WALLET
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.store.store import Store

ACCOUNTS = st.binary(min_size=32, max_size=32)
GENESES = st.builds(
    Genesis,
    st.dictionaries(ACCOUNTS, st.integers(500, U64_MAX // 8), max_size=4),
    st.lists(ACCOUNTS, max_size=4).map(tuple),
    st.lists(st.tuples(ACCOUNTS, st.integers(0, U64_MAX)), max_size=4).map(tuple),
    st.none() | ACCOUNTS,
    st.none() | st.builds(Size, seed=st.integers(0, U64_MAX)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), U64_MAX) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
BUILDS = [Build(constants, variety) for constants in Constants for variety in Variety]


def genesis_of(spec: ChainSpec) -> bytes:
    with Store.open(None) as store:
        return write_genesis(store, spec)


# -- presets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dev", "local"])
def test_who_has_what(name):
    with Devnet(name) as d:
        rich = ("//Alice", "//Bob", "//Charlie")
        modest = ("//Dave", "//Eve", "//Ferdie", "//One", "//Two", "//Three")
        assert {d.free(who) for who in rich} == {1_000_000 * TAO}
        assert {d.free(who) for who in modest} == {2_000 * TAO}
        assert d.balances.total_issuance() == (3 * 1_000_000 + 8 * 2_000) * TAO
        assert d.sudo.key.get() == Keypair.from_uri("//Alice").public
        assert set(d.aura.authorities.get()) <= development_keys().keys()


def test_local_has_three_authors_and_dev_one():
    names = ["//One", "//Two", "//Three"]
    keys = tuple(Keypair.from_uri(name).public for name in names)
    assert preset("local").genesis.aura == keys
    assert preset("dev").genesis.aura == keys[:1]
    assert genesis_of(preset("local")) != genesis_of(preset("dev"))
    with pytest.raises(BadChainSpec, match="no preset 'main'; there are local, dev"):
        preset("main")


def test_one_more_wallet(monkeypatch):
    wallet = Keypair.from_uri("//Mine")
    monkeypatch.setenv(EXTRA_WALLET, ss58_encode(wallet.account_id))
    assert preset("dev").genesis.balances[wallet.account_id] == 1_000_000 * TAO
    monkeypatch.setenv(EXTRA_WALLET, "nobody")
    with pytest.raises(BadChainSpec, match=EXTRA_WALLET):
        preset("dev")


# -- JSON -----------------------------------------------------------------------------------------


@given(GENESES, st.sampled_from(BUILDS), st.text(max_size=9), st.text(max_size=9))
def test_a_specification_comes_back_whole(genesis, build, name, identity):
    spec = ChainSpec(name, identity, "Local", genesis, build=build)
    assert ChainSpec.from_json(spec.to_json()) == spec


@given(st.dictionaries(st.binary(max_size=40), st.binary(max_size=40), max_size=5))
def test_a_raw_one_too(raw):
    spec = ChainSpec("n", "i", "Local", raw=raw)
    assert ChainSpec.from_json(spec.to_json()) == spec
    assert initial_state(spec) == raw


@pytest.mark.parametrize("build", BUILDS, ids=str)
@pytest.mark.parametrize("name", ["dev", "local"])
def test_raw_and_plain_are_the_same_chain(name, build):
    plain = preset(name).with_build(build)
    raw = replace(plain, raw=initial_state(plain))
    assert genesis_of(ChainSpec.from_json(raw.to_json())) == genesis_of(plain)


@given(st.binary(max_size=60) | JSON.map(orjson.dumps))
def test_any_text_is_a_specification_or_refused(text):
    with pytest.raises(BadChainSpec):
        ChainSpec.from_json(text)


PARTS = ("name", "id", "chainType", "properties", "pysubtensor", "genesis", "protocolId")


@given(st.sampled_from(PARTS), JSON)
def test_a_damaged_part_is_read_or_refused(part, value):
    document = orjson.loads(preset("dev").to_json())
    document[part] = value
    try:
        spec = ChainSpec.from_json(orjson.dumps(document))
    except BadChainSpec:
        return
    again = ChainSpec.from_json(spec.to_json())
    assert again.to_json() == spec.to_json()


@given(st.sampled_from(["balances", "aura", "grandpa", "sudo"]), JSON)
def test_a_damaged_pallet_is_read_or_refused(pallet, value):
    document = orjson.loads(preset("dev").to_json())
    document["genesis"]["runtimeGenesis"]["patch"][pallet] = value
    try:
        spec = ChainSpec.from_json(orjson.dumps(document))
    except BadChainSpec:
        return
    initial_state(spec)


# -- block 0 --------------------------------------------------------------------------------------


def test_the_header_of_block_0():
    spec = preset("dev")
    with Store.open(None) as store:
        found = write_genesis(store, spec)
        header = Header.decode(store.header(0))
        assert header.hash() == found == store.hash_at(0)
        assert (header.number, header.parent_hash, header.digest.logs) == (0, bytes(32), ())
        assert header.state_root == store.root()
        store.verify()
        assert dict(store.items()) == initial_state(spec)


@pytest.mark.parametrize("build", BUILDS, ids=str)
def test_code_and_storage_versions_are_there(build):
    state = initial_state(preset("dev").with_build(build))
    assert state[b":code"] == runtime_code(preset("dev").with_build(build))
    assert state[b":code"].startswith(b"\0asm\1\0\0\0")
    for pallet in make_runtime(build, EmptyBacking()).pallets.values():
        key = twox_128(pallet.name.encode()) + twox_128(b":__STORAGE_VERSION__:")
        assert state[key] == pallet.storage_version.to_bytes(2, "little")


def test_each_build_names_itself():
    codes = {runtime_code(preset("dev").with_build(each)) for each in BUILDS}
    assert len(codes) == len(BUILDS)
    for build in BUILDS:
        state = initial_state(preset("dev").with_build(build))
        assert ChainSpec.from_json(preset("dev").with_build(build).to_json()).build == build
        assert build.constants.value.encode() in state[b":code"]


def test_a_dump_begins_another_chain_with_the_same_state(tmp_path):
    with Devnet() as d:
        d.transfer("//Alice", "//New", 3 * TAO)
        d.mine(2)
        store = d.node.chain.store
        dumps = {at: dump_state(store, d.node.spec, at) for at in (None, 0, 2)}
        roots = {at: store.root_at(d.number if at is None else at) for at in dumps}
        assert genesis_of(dumps[0]) == d.node.chain.genesis_hash
    for at, spec in dumps.items():
        with Store.open(None) as store:
            write_genesis(store, spec)
            assert store.root() == roots[at]
    with Devnet(dumps[None]) as again:
        assert again.free("//New") == 3 * TAO
        assert again.transfer("//New", "//Bob", TAO).ok
