"""From a chain specification to block 0."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.header import Digest, Header
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import (
    U32,
    U64,
    ZERO_ACCOUNT,
    ZERO_HASH,
    AccountId,
    BlockNumber,
    Hash,
)
from pysubtensor.genesis.mainnet_like.write import write_mainnet_like
from pysubtensor.genesis.progress import Progress, silent
from pysubtensor.genesis.spec import BadChainSpec, ChainSpec
from pysubtensor.pallets.aura import Aura
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.evm_chain_id import EVMChainId
from pysubtensor.pallets.grandpa import Grandpa
from pysubtensor.pallets.subtensor import SubtensorModule
from pysubtensor.pallets.sudo import Sudo
from pysubtensor.pallets.system import CODE_KEY, System
from pysubtensor.pallets.transaction_payment import TransactionPayment
from pysubtensor.runtime.chain import Build, Constants, code_of, make_runtime
from pysubtensor.runtime.runtime import Runtime
from pysubtensor.runtime.store.store import Store, StoredBlock
from pysubtensor.runtime.trie.trie import ordered_root

EVM_CHAIN_ID: Final = U64(42)
"""Of all chains that are no public network."""
_VERSION_KEY = twox_128(b":__STORAGE_VERSION__:")


def initial_state(spec: ChainSpec, progress: Progress = silent) -> dict[bytes, bytes]:
    """The state of block 0, by full storage key.  Errors: BadChainSpec."""
    if spec.raw is not None:
        return dict(spec.raw)
    runtime = make_runtime(spec.build, EmptyBacking())
    try:
        _build_pallets(runtime, spec, progress)
    except ValueError as error:
        raise BadChainSpec(f"the genesis cannot be built: {error}") from error
    for pallet in runtime.pallets.values():
        _write_storage_version(runtime, pallet)
    return {key: value for key, value in runtime.state.changes().items() if value is not None}


def _build_pallets(runtime: Runtime, spec: ChainSpec, progress: Progress) -> None:
    genesis = spec.genesis
    balances = dict(genesis.balances)
    owner = root_owner(spec.build)
    if genesis.mainnet_like is None:
        runtime.get(SubtensorModule).genesis_build(*owner)
    else:
        balances |= write_mainnet_like(runtime, genesis.mainnet_like, owner, progress)
    runtime.get(System).genesis_build(code_of(runtime, spec.build))
    runtime.get(Aura).genesis_build(genesis.aura)
    runtime.get(Grandpa).genesis_build(genesis.grandpa)
    runtime.get(Balances).genesis_build(balances.items())
    runtime.get(TransactionPayment).genesis_build()
    runtime.get(Sudo).genesis_build(genesis.sudo)
    runtime.get(EVMChainId).genesis_build(EVM_CHAIN_ID)
    if genesis.mainnet_like is not None:
        issued = runtime.get(Balances).total_issuance()
        runtime.get(SubtensorModule).total_issuance.put(issued)


def root_owner(build: Build) -> tuple[AccountId, AccountId]:
    """Owner and owner hotkey of subnet 0: //Alice and //Alice_hk on local chains, else nobody."""
    if build.constants is Constants.PROD:
        return ZERO_ACCOUNT, ZERO_ACCOUNT
    alice, hotkey = (Keypair.from_uri(f"//{name}").account_id for name in ("Alice", "Alice_hk"))
    return AccountId(alice), AccountId(hotkey)


def _write_storage_version(runtime: Runtime, pallet: Pallet[object]) -> None:
    """Every pallet begins at the newest version of its storage layout."""
    key = twox_128(pallet.name.encode()) + _VERSION_KEY
    runtime.state.raw_put(key, pallet.storage_version.to_bytes(2, "little"))


def write_genesis(store: Store, spec: ChainSpec, progress: Progress = silent) -> Hash:
    """Commit block 0 to an empty store; gives its hash.  Errors: BadChainSpec, StoreError."""
    state = initial_state(spec, progress)
    code = state[CODE_KEY] if spec.raw is None else runtime_code(spec)
    staged = store.stage(dict(state))
    header = Header(
        ZERO_HASH,
        BlockNumber(U32(0)),
        Hash(staged.root),
        Hash(ordered_root([])),
        Digest(),
    )
    block_hash = header.hash()
    stored = StoredBlock(0, block_hash, header.encode(), ())
    store.commit(staged, stored, {"chain_spec": spec.to_json(), "runtime": code})
    return block_hash


def runtime_code(spec: ChainSpec) -> bytes:
    """What names the runtime that this program makes for a chain."""
    return code_of(make_runtime(spec.build, EmptyBacking()), spec.build)
