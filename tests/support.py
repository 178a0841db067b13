"""Small runtimes for the tests of pallets: compose, open blocks, call, read events.

    runtime = runtime_of(Entry(90, "Pot", Pot, lambda rt: pot.Config(rt.get(System))))
    open_block(runtime)
    run(runtime, ALICE, "Pot", "donate", amount=5)
    assert events(runtime) == [Donated(ALICE, 5)]

Amounts are in rao.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.codec.struct import rust_enum
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.era import IMMORTAL, Era
from pysubtensor.frame.extensions import Extension
from pysubtensor.frame.extrinsic import Sr25519, signing_payload
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.header import Digest, DigestItem, Header
from pysubtensor.frame.interfaces.currency import AccountData
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.origin import ROOT, Id, Origin, Signed
from pysubtensor.frame.primitives import U8, U32, U64, AccountId, BlockNumber, Hash, Tao
from pysubtensor.frame.weights import PostInfo
from pysubtensor.pallets import balances as balances_pallet
from pysubtensor.pallets import extensions as guards
from pysubtensor.pallets import metadata_hash, system, transaction_payment
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.system import BlockLength, BlockWeights, DbWeight, RuntimeVersion, System
from pysubtensor.pallets.system import extensions as system_extensions
from pysubtensor.runtime.executive import Executive
from pysubtensor.runtime.reasons import bind_reasons
from pysubtensor.runtime.runtime import Entry, Runtime, RuntimeSpec

ALICE, BOB, CHARLIE, DAVE = (AccountId(bytes((n,)) * 32) for n in range(1, 5))
"""Accounts without keys, for calls that need no signature."""
TAO = 10**9
PARENT = Hash(b"\x11" * 32)
CHAIN = "node_subtensor_runtime"
SPEC425 = Path(__file__).parent / "data" / "spec425"


@functools.cache
def catalog() -> dict[str, Any]:
    """The interface of the chain at spec 425."""
    found: dict[str, Any] = json.loads((SPEC425 / "catalog.json").read_text())
    return found


def catalog_pallet(name: str) -> dict[str, Any]:
    return next(each for each in catalog()["pallets"] if each["name"] == name)


def catalog_constant(pallet: str, name: str, annotation: Any) -> Any:
    """A constant of the catalog as a value of `annotation`."""
    constants = catalog_pallet(pallet)["constants"]
    value = next(each["value"] for each in constants if each["name"] == name)
    return Resolver()(annotation).from_bytes(bytes.fromhex(value[2:]))


def system_config(_: Runtime) -> system.Config:
    """The chain's own limits, without accounts."""
    return system.Config(
        block_weights=catalog_constant("System", "BlockWeights", BlockWeights),
        block_length=catalog_constant("System", "BlockLength", BlockLength),
        db_weight=DbWeight(U64(25_000_000), U64(100_000_000)),
        version=catalog_constant("System", "Version", RuntimeVersion),
    )


SYSTEM = Entry(0, "System", System, system_config)


def balances_entry() -> Entry:
    """The Balances pallet as this chain has it."""
    return Entry(5, "Balances", Balances, lambda rt: balances_pallet.Config(system=rt.get(System)))


def payment_entry(**config: Any) -> Entry:
    """The TransactionPayment pallet over System and Balances."""
    return Entry(
        6,
        "TransactionPayment",
        transaction_payment.TransactionPayment,
        lambda rt: transaction_payment.Config(
            limits=rt.get(System).config.block_weights, currency=rt.get(Balances), **config
        ),
    )


def chain_extensions(
    runtime: Runtime,
    *,
    sudo_key: Callable[[], AccountId | None] = lambda: None,
    digest: Callable[[], bytes | None] = lambda: None,
    readable: Callable[[bytes], bool] = lambda _: True,
    guard: Callable[[AccountId, Call], None] = lambda _who, _call: None,
) -> list[Extension]:
    """The chain's thirteen extensions."""
    sys_pallet = runtime.get(System)
    payment = runtime.get(transaction_payment.TransactionPayment)
    of_system = (
        system_extensions.CheckSpecVersion,
        system_extensions.CheckTxVersion,
        system_extensions.CheckGenesis,
        system_extensions.CheckMortality,
        system_extensions.CheckNonce,
        system_extensions.CheckWeight,
    )
    return [
        system_extensions.CheckNonZeroSender(),
        *(each(sys_pallet) for each in of_system),
        transaction_payment.ChargeTransactionPayment(payment),
        guards.SudoTransactionExtension(sudo_key),
        guards.CheckShieldedTxValidity(readable),
        guards.SubtensorTransactionExtension(guard),
        guards.DrandPriority(),
        metadata_hash.CheckMetadataHash(digest),
    ]


def extra_of(nonce: int = 0, *, era: Era = IMMORTAL, tip: int = 0, mode: int = 0) -> list[Any]:
    """The explicit values of `chain_extensions`."""
    return [
        system_extensions.NonZeroSenderExtra(),
        system_extensions.SpecVersionExtra(),
        system_extensions.TxVersionExtra(),
        system_extensions.GenesisExtra(),
        era,
        nonce,
        system_extensions.WeightExtra(),
        tip,
        guards.SudoExtra(),
        guards.ShieldExtra(),
        guards.SubtensorExtra(),
        guards.DrandExtra(),
        metadata_hash.Mode(mode),
    ]


@rust_enum("pallet_test::pallet::HoldReason")
class TestReason(Enum):
    """What tests hold money for."""

    __test__ = False
    FIRST = 0
    SECOND = 1


def bind_test_reasons(runtime: Runtime) -> None:
    """Hold reasons of a pallet that is not there."""
    bind_reasons(runtime, {"Test": (200, TestReason)})


def runtime_of(
    *entries: Entry,
    extensions: Callable[[Runtime], Sequence[Extension]] = lambda _: (),
    balances: Mapping[AccountId, int] | None = None,
    **spec: Any,
) -> Runtime:
    """System and `entries` over an empty state, at block 0.

    With `balances` the Balances pallet is there too (unless given) and these accounts are funded;
    `spec` goes to RuntimeSpec.
    """
    table = [SYSTEM, *entries]
    if balances is not None and all(each.name != "Balances" for each in table):
        table.insert(1, balances_entry())
    spec.setdefault("bindings", bind_test_reasons)
    runtime = Runtime(RuntimeSpec(CHAIN, table, extensions, **spec), EmptyBacking())
    sys_pallet: Any = runtime.pallets["System"]
    sys_pallet.genesis_build(b"")
    if balances is not None:
        money: Any = runtime.pallets["Balances"]
        money.genesis_build(tuple(balances.items()))
    runtime.state.commit()
    return runtime


def open_block(runtime: Runtime, number: int = 1, logs: Sequence[DigestItem] = ()) -> Executive:
    """Open block `number`, `on_initialize` of all pallets included; gives the executive."""
    executive = runtime.executive
    executive.initialize(BlockNumber(U32(number)), PARENT, Digest(tuple(logs)))
    return executive


def close_block(runtime: Runtime) -> Header:
    """Close the open block (`on_idle`, `on_finalize`) and keep what it wrote.

    The state root is a hash of the changes, no trie.
    """
    executive = runtime.executive
    extrinsics = executive.close()
    root = blake2_256(repr(sorted(runtime.state.changes())).encode())
    header = executive.header(extrinsics, Hash(root))
    runtime.state.commit()
    return header


def roll_to(runtime: Runtime, number: int) -> None:
    """Close the open block and open those that follow, up to `number`."""
    for following in range(runtime.get(System).block_number() + 1, number + 1):
        close_block(runtime)
        open_block(runtime, following)


def origin_of(who: AccountId | Origin) -> Origin:
    return who if isinstance(who, Origin) else Origin(Signed(who))


def run(
    runtime: Runtime, who: AccountId | Origin, pallet: str, name: str, /, **args: Any
) -> PostInfo:
    """Dispatch a call in its own transaction.  Errors: the DispatchFailure it ends with."""
    return runtime.dispatch(runtime.call(pallet, name, **args), origin_of(who))


def run_root(runtime: Runtime, pallet: str, name: str, /, **args: Any) -> PostInfo:
    """`run` by the chain itself."""
    return run(runtime, ROOT, pallet, name, **args)


def events(runtime: Runtime) -> list[Any]:
    """What the open block emitted so far."""
    return [record.event for record in runtime.state.events]


def take_events(runtime: Runtime) -> list[Any]:
    """The same, and forget them."""
    found = events(runtime)
    runtime.state.events.clear()
    return found


def fund(runtime: Runtime, who: AccountId, free: int) -> None:
    """Give an account money behind the back of every pallet: no events, no issuance."""
    account = runtime.get(System).account
    old = account[who]
    data = AccountData(Tao(U64(free)), old.data.reserved, old.data.frozen)
    account[who] = type(old)(
        old.nonce, old.consumers, U32(max(old.providers, 1)), old.sufficients, data
    )


def sign(executive: Executive, key: Keypair, call: Call, extra: Sequence[Any]) -> bytes:
    """A signed extrinsic with these explicit values, one for each extension."""
    codec = executive.runtime.extrinsics
    extra_bytes = codec.encode_extra(extra)
    call_bytes = executive.runtime.encode_call(call)
    payload = signing_payload(call_bytes + extra_bytes, executive.implicit(extra))
    address = Id(AccountId(key.account_id))
    return codec.signed(address, Sr25519(key.sign(payload)), extra_bytes, call_bytes)


def dispatch_error(runtime: Runtime, pallet: str, error: str) -> tuple[int, int]:
    """(pallet index, error index) of a declared error, by names of the catalog."""
    found = catalog_pallet(pallet)
    number = next(each["index"] for each in found["errors"] if each["name"] == error)
    return U8(found["index"]), U8(number)


def without_address(value: object) -> str:
    """The name of a test case: the same in every process."""
    return re.sub(r" object at 0x[0-9a-f]+", "", str(value))
